CREATE TABLE "risk_adjustments" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"model_version" text COLLATE "C" NOT NULL,
	"learned_at" timestamp (3) with time zone NOT NULL,
	"adjustment" text,
	CONSTRAINT "risk_adjustments_key" PRIMARY KEY("installation_id","repository_id")
);
--> statement-breakpoint
DROP INDEX "change_reverts_recorded";--> statement-breakpoint
ALTER TABLE "change_reverts" ADD COLUMN "reverting_at" timestamp (3) with time zone NOT NULL;--> statement-breakpoint
CREATE INDEX "change_reverts_landed" ON "change_reverts" USING btree ("installation_id","repository_id","reverting_at");