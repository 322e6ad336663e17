CREATE TABLE "implications" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"change_id" bigint NOT NULL,
	"incident_id" bigint NOT NULL,
	"weighed" text NOT NULL,
	"is_told" boolean NOT NULL,
	CONSTRAINT "implications_key" PRIMARY KEY("installation_id","change_id","incident_id")
);
--> statement-breakpoint
CREATE INDEX "implications_incident" ON "implications" USING btree ("installation_id","incident_id");