CREATE TABLE `deployment_reviews` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`deployment_id` integer NOT NULL,
	`external_id` text NOT NULL,
	`watch_until` integer,
	`review` text NOT NULL,
	PRIMARY KEY(`installation_id`, `deployment_id`)
);
--> statement-breakpoint
CREATE INDEX `deployment_reviews_external` ON `deployment_reviews` (`installation_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `deployment_reviews_watched` ON `deployment_reviews` (`watch_until`) WHERE watch_until is not null;--> statement-breakpoint
CREATE TABLE `gate_requests` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`run_id` integer NOT NULL,
	`environment` text NOT NULL,
	`deployment_id` text NOT NULL,
	`sha` text NOT NULL,
	`ref` text NOT NULL,
	`requested_at` integer NOT NULL,
	`state` text NOT NULL,
	`reason` text NOT NULL,
	`next_look_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `gate_requests_key` ON `gate_requests` (`installation_id`,`repository_id`,`run_id`,`environment`,`deployment_id`);--> statement-breakpoint
CREATE INDEX `gate_requests_open` ON `gate_requests` (`next_look_at`) WHERE state in ('pending', 'held');--> statement-breakpoint
CREATE INDEX `gate_requests_held` ON `gate_requests` (`installation_id`,`id`) WHERE state = 'held';