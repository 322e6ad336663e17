CREATE TABLE `rate_limits` (
	`installation_id` integer PRIMARY KEY NOT NULL,
	`until` integer NOT NULL,
	`reason` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `schedules` (
	`name` text PRIMARY KEY NOT NULL,
	`holder` text NOT NULL,
	`started_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`mark` text
);
--> statement-breakpoint
DROP INDEX `deliveries_open`;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `urgency` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE INDEX `deliveries_open` ON `deliveries` (`lane`,`id`,`urgency`) WHERE state in ('queued', 'retry');