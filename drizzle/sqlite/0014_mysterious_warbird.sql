CREATE TABLE `postmortems` (
	`installation_id` integer NOT NULL,
	`incident_id` integer PRIMARY KEY NOT NULL,
	`issue_number` integer,
	`url` text,
	`intended_at` integer NOT NULL,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade
);
