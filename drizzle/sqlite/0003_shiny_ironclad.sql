CREATE TABLE `catalog_names` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	PRIMARY KEY(`installation_id`, `kind`, `name`, `repository_id`)
);
--> statement-breakpoint
CREATE INDEX `catalog_names_repository` ON `catalog_names` (`installation_id`,`repository_id`);--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_incident_terms` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`term_hash` integer NOT NULL,
	`opened_at` integer NOT NULL,
	`incident_id` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `term_hash`, `opened_at`, `incident_id`)
);
--> statement-breakpoint
INSERT INTO `__new_incident_terms`("installation_id", "repository_id", "term_hash", "opened_at", "incident_id") SELECT "installation_id", "repository_id", "term_hash", "opened_at", "incident_id" FROM `incident_terms`;--> statement-breakpoint
DROP TABLE `incident_terms`;--> statement-breakpoint
ALTER TABLE `__new_incident_terms` RENAME TO `incident_terms`;--> statement-breakpoint
PRAGMA foreign_keys=ON;