CREATE TABLE `accuracies` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`model_version` text NOT NULL,
	`measured_at` integer NOT NULL,
	`cases` integer NOT NULL,
	`first` integer NOT NULL,
	`first_five` integer NOT NULL,
	`since` integer,
	PRIMARY KEY(`installation_id`, `repository_id`)
);
