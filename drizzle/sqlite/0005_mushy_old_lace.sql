CREATE TABLE `comment_quotes` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`issue_number` integer NOT NULL,
	`quoted_id` integer NOT NULL,
	`was_private` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `issue_number`, `quoted_id`)
);
--> statement-breakpoint
CREATE INDEX `comment_quotes_quoted` ON `comment_quotes` (`installation_id`,`quoted_id`);