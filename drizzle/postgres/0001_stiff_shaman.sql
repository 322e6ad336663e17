CREATE TABLE "earlier_spans" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	"after_at" timestamp (3) with time zone NOT NULL,
	"packed" "bytea" NOT NULL,
	CONSTRAINT "earlier_spans_key" PRIMARY KEY("installation_id","repository_id","last_at")
);
