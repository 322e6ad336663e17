CREATE TABLE "accuracies" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"model_version" text COLLATE "C" NOT NULL,
	"measured_at" timestamp (3) with time zone NOT NULL,
	"cases" integer NOT NULL,
	"first" integer NOT NULL,
	"first_five" integer NOT NULL,
	"since" timestamp (3) with time zone,
	CONSTRAINT "accuracies_key" PRIMARY KEY("installation_id","repository_id")
);
