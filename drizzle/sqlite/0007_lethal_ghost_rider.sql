CREATE TABLE `change_references` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`target` text NOT NULL,
	`change_id` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `target`, `change_id`)
);
