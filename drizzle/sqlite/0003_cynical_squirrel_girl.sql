CREATE TABLE `replies` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`to_comment_id` integer NOT NULL,
	`issue_number` integer NOT NULL,
	`comment_id` integer,
	`body_hash` text,
	`intended_at` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `issue_number`, `to_comment_id`)
);
--> statement-breakpoint
CREATE TABLE `timeline_entries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`installation_id` integer NOT NULL,
	`incident_id` integer NOT NULL,
	`key` text NOT NULL,
	`at` integer NOT NULL,
	`said_at` integer NOT NULL,
	`revision` integer NOT NULL,
	`by` text,
	`text` text NOT NULL,
	`url` text,
	`fact` text NOT NULL,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `timeline_entries_key` ON `timeline_entries` (`installation_id`,`incident_id`,`key`);--> statement-breakpoint
ALTER TABLE `incidents` ADD `lead` text;--> statement-breakpoint
ALTER TABLE `incidents` ADD `duplicate_of_id` integer;