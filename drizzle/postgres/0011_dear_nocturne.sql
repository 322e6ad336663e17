CREATE TABLE "backfills" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"run" integer NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"incidents_since" timestamp (3) with time zone NOT NULL,
	"phase" text COLLATE "C" NOT NULL,
	"cursor" text COLLATE "C",
	"step" integer NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"pull_requests" integer NOT NULL,
	"deployments" integer NOT NULL,
	"incidents" integer NOT NULL,
	"problems" text NOT NULL,
	CONSTRAINT "backfills_key" PRIMARY KEY("installation_id","repository_id")
);
--> statement-breakpoint
CREATE TABLE "past_deployments" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"external_id" text COLLATE "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"told" text NOT NULL,
	CONSTRAINT "past_deployments_key" PRIMARY KEY("installation_id","repository_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "quiet_incidents" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"issue_number" integer NOT NULL,
	CONSTRAINT "quiet_incidents_key" PRIMARY KEY("installation_id","repository_id","issue_number")
);
--> statement-breakpoint
CREATE INDEX "past_deployments_created" ON "past_deployments" USING btree ("installation_id","repository_id","created_at");