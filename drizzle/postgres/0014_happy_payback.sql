CREATE TABLE "postmortems" (
	"installation_id" bigint NOT NULL,
	"incident_id" bigint NOT NULL,
	"issue_number" integer,
	"url" text COLLATE "C",
	"intended_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "postmortems_key" PRIMARY KEY("incident_id")
);
--> statement-breakpoint
ALTER TABLE "postmortems" ADD CONSTRAINT "postmortems_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;