CREATE TABLE `checks` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`external_id` text NOT NULL,
	`head_sha` text NOT NULL,
	`check_run_id` integer,
	`body_hash` text,
	`annotated` text NOT NULL,
	`intended_at` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `external_id`, `head_sha`)
);
--> statement-breakpoint
CREATE TABLE `pull_requests` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`number` integer NOT NULL,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`labels` text NOT NULL,
	`author` text NOT NULL,
	`head_sha` text NOT NULL,
	`base_ref` text NOT NULL,
	`is_draft` integer NOT NULL,
	`is_open` integer NOT NULL,
	`file_count` integer NOT NULL,
	`added` integer NOT NULL,
	`deleted` integer NOT NULL,
	`url` text NOT NULL,
	`updated_at` integer NOT NULL,
	`read` text,
	PRIMARY KEY(`installation_id`, `repository_id`, `number`)
);
--> statement-breakpoint
CREATE INDEX `pull_requests_open` ON `pull_requests` (`installation_id`,`repository_id`,`updated_at`) WHERE is_open;