CREATE TABLE `implications` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`change_id` integer NOT NULL,
	`incident_id` integer NOT NULL,
	`weighed` text NOT NULL,
	`is_told` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `change_id`, `incident_id`)
);
--> statement-breakpoint
CREATE INDEX `implications_incident` ON `implications` (`installation_id`,`incident_id`);