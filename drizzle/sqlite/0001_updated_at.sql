ALTER TABLE `installations` ADD `updated_at` integer;--> statement-breakpoint
ALTER TABLE `repositories` ADD `updated_at` integer;