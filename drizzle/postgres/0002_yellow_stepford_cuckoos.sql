ALTER TABLE "follow_ups" ADD COLUMN "is_dropped" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "follow_ups" ADD COLUMN "assignees" text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE "postmortems" ADD COLUMN "lost_at" timestamp (3) with time zone;