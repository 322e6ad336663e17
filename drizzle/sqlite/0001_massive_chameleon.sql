CREATE TABLE `earlier_spans` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`last_at` integer NOT NULL,
	`after_at` integer NOT NULL,
	`packed` blob NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `last_at`)
);
