ALTER TABLE "installations" ADD COLUMN "updated_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "repositories" ADD COLUMN "updated_at" timestamp (3) with time zone;