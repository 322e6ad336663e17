CREATE TABLE `risk_adjustments` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`model_version` text NOT NULL,
	`learned_at` integer NOT NULL,
	`adjustment` text,
	PRIMARY KEY(`installation_id`, `repository_id`)
);
--> statement-breakpoint
DROP INDEX `change_reverts_recorded`;--> statement-breakpoint
ALTER TABLE `change_reverts` ADD `reverting_at` integer NOT NULL;--> statement-breakpoint
CREATE INDEX `change_reverts_landed` ON `change_reverts` (`installation_id`,`repository_id`,`reverting_at`);