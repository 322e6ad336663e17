CREATE TABLE `backfills` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`run` integer NOT NULL,
	`since` integer NOT NULL,
	`incidents_since` integer NOT NULL,
	`phase` text NOT NULL,
	`cursor` text,
	`step` integer NOT NULL,
	`requested_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`finished_at` integer,
	`pull_requests` integer NOT NULL,
	`deployments` integer NOT NULL,
	`incidents` integer NOT NULL,
	`problems` text NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`)
);
--> statement-breakpoint
CREATE TABLE `past_deployments` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`external_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`told` text NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `external_id`)
);
--> statement-breakpoint
CREATE INDEX `past_deployments_created` ON `past_deployments` (`installation_id`,`repository_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `quiet_incidents` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`issue_number` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `issue_number`)
);
