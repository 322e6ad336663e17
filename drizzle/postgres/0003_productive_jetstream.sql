CREATE TABLE "replies" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"to_comment_id" bigint NOT NULL,
	"issue_number" integer NOT NULL,
	"comment_id" bigint,
	"body_hash" text COLLATE "C",
	"intended_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "replies_key" PRIMARY KEY("installation_id","repository_id","issue_number","to_comment_id")
);
--> statement-breakpoint
CREATE TABLE "timeline_entries" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"incident_id" bigint NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"said_at" timestamp (3) with time zone NOT NULL,
	"revision" bigint NOT NULL,
	"by" text,
	"text" text COLLATE "C" NOT NULL,
	"url" text COLLATE "C",
	"fact" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "lead" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "duplicate_of_id" bigint;--> statement-breakpoint
ALTER TABLE "timeline_entries" ADD CONSTRAINT "timeline_entries_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "timeline_entries_key" ON "timeline_entries" USING btree ("installation_id","incident_id","key");