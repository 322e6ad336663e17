ALTER TABLE `follow_ups` ADD `is_dropped` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `follow_ups` ADD `assignees` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `postmortems` ADD `lost_at` integer;