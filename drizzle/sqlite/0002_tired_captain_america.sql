CREATE TABLE `follow_ups` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`incident_id` integer NOT NULL,
	`key` text NOT NULL,
	`text` text NOT NULL,
	`due_on` integer NOT NULL,
	`issue_number` integer,
	`url` text,
	`intended_at` integer NOT NULL,
	`closed_at` integer,
	`overdue_at` integer,
	`updated_at` integer,
	PRIMARY KEY(`incident_id`, `key`),
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `follow_ups_issue` ON `follow_ups` (`installation_id`,`repository_id`,`issue_number`);--> statement-breakpoint
CREATE INDEX `follow_ups_due` ON `follow_ups` (`due_on`) WHERE closed_at is null and overdue_at is null;--> statement-breakpoint
CREATE TABLE `reverts` (
	`installation_id` integer NOT NULL,
	`incident_id` integer NOT NULL,
	`change_id` integer NOT NULL,
	`number` integer,
	`url` text,
	`problem` text,
	PRIMARY KEY(`incident_id`, `change_id`),
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
ALTER TABLE `postmortems` ADD `path` text;--> statement-breakpoint
ALTER TABLE `postmortems` ADD `read_at` integer;--> statement-breakpoint
CREATE INDEX `postmortems_issue` ON `postmortems` (`installation_id`,`issue_number`);