CREATE TABLE "follow_ups" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"incident_id" bigint NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"text" text COLLATE "C" NOT NULL,
	"due_on" timestamp (3) with time zone NOT NULL,
	"issue_number" integer,
	"url" text COLLATE "C",
	"intended_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"overdue_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone,
	CONSTRAINT "follow_ups_key" PRIMARY KEY("incident_id","key")
);
--> statement-breakpoint
CREATE TABLE "reverts" (
	"installation_id" bigint NOT NULL,
	"incident_id" bigint NOT NULL,
	"change_id" bigint NOT NULL,
	"number" integer,
	"url" text COLLATE "C",
	"problem" text COLLATE "C",
	CONSTRAINT "reverts_key" PRIMARY KEY("incident_id","change_id")
);
--> statement-breakpoint
ALTER TABLE "postmortems" ADD COLUMN "path" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "postmortems" ADD COLUMN "read_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "follow_ups" ADD CONSTRAINT "follow_ups_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reverts" ADD CONSTRAINT "reverts_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "follow_ups_issue" ON "follow_ups" USING btree ("installation_id","repository_id","issue_number");--> statement-breakpoint
CREATE INDEX "follow_ups_due" ON "follow_ups" USING btree ("due_on") WHERE closed_at is null and overdue_at is null;--> statement-breakpoint
CREATE INDEX "postmortems_issue" ON "postmortems" USING btree ("installation_id","issue_number");