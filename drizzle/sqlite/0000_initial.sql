CREATE TABLE `accuracies` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`model_version` text NOT NULL,
	`measured_at` integer NOT NULL,
	`cases` integer NOT NULL,
	`first` integer NOT NULL,
	`first_five` integer NOT NULL,
	`since` integer,
	`adjustment` text,
	PRIMARY KEY(`installation_id`, `repository_id`)
);
--> statement-breakpoint
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
CREATE TABLE `catalog_names` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	PRIMARY KEY(`installation_id`, `kind`, `name`, `repository_id`)
);
--> statement-breakpoint
CREATE INDEX `catalog_names_repository` ON `catalog_names` (`installation_id`,`repository_id`);--> statement-breakpoint
CREATE TABLE `catalogs` (
	`repository_id` integer PRIMARY KEY NOT NULL,
	`installation_id` integer NOT NULL,
	`catalog` text,
	`problems` text NOT NULL,
	`read_at` integer NOT NULL,
	`read_again_at` integer,
	`problem_issue_number` integer
);
--> statement-breakpoint
CREATE INDEX `catalogs_installation` ON `catalogs` (`installation_id`);--> statement-breakpoint
CREATE TABLE `change_commits` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`sha` text NOT NULL,
	`change_id` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `sha`)
);
--> statement-breakpoint
CREATE TABLE `change_files` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`path_hash` integer NOT NULL,
	`merged_at` integer NOT NULL,
	`change_id` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `path_hash`, `merged_at`, `change_id`)
);
--> statement-breakpoint
CREATE TABLE `change_references` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`target` text NOT NULL,
	`change_id` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `target`, `change_id`)
);
--> statement-breakpoint
CREATE TABLE `change_reverts` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`reverted_id` integer NOT NULL,
	`reverting_id` integer NOT NULL,
	`reverting_at` integer NOT NULL,
	PRIMARY KEY(`reverted_id`, `reverting_id`)
);
--> statement-breakpoint
CREATE INDEX `change_reverts_reverting` ON `change_reverts` (`reverting_id`);--> statement-breakpoint
CREATE INDEX `change_reverts_landed` ON `change_reverts` (`installation_id`,`repository_id`,`reverting_at`);--> statement-breakpoint
CREATE TABLE `changes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`number` integer,
	`merged_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`detailed_at` integer,
	`same_as_change_id` integer,
	`title_hash` integer NOT NULL,
	`patch_id` text,
	`file_count` integer NOT NULL,
	`added` integer NOT NULL,
	`deleted` integer NOT NULL,
	`files_truncated` integer NOT NULL,
	`merge_sha` text NOT NULL,
	`commit_shas` text NOT NULL,
	`base_sha` text,
	`head_sha` text,
	`branch` text NOT NULL,
	`title` text NOT NULL,
	`body_excerpt` text NOT NULL,
	`author` text,
	`merger` text,
	`reviewers` text NOT NULL,
	`labels` text NOT NULL,
	`references` text NOT NULL,
	`bumps` text NOT NULL,
	`url` text NOT NULL,
	`identifiers` text NOT NULL,
	`files` text NOT NULL,
	`terms` blob NOT NULL,
	`gist` blob
);
--> statement-breakpoint
CREATE UNIQUE INDEX `changes_number` ON `changes` (`installation_id`,`repository_id`,`number`) WHERE number is not null;--> statement-breakpoint
CREATE INDEX `changes_merged` ON `changes` (`installation_id`,`repository_id`,`merged_at`);--> statement-breakpoint
CREATE INDEX `changes_title` ON `changes` (`installation_id`,`repository_id`,`title_hash`,`merged_at`);--> statement-breakpoint
CREATE INDEX `changes_patch` ON `changes` (`installation_id`,`repository_id`,`patch_id`,`merged_at`) WHERE patch_id is not null;--> statement-breakpoint
CREATE INDEX `changes_same` ON `changes` (`same_as_change_id`) WHERE same_as_change_id is not null;--> statement-breakpoint
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
CREATE TABLE `comment_quotes` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`issue_number` integer NOT NULL,
	`quoted_id` integer NOT NULL,
	`was_private` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `issue_number`, `quoted_id`)
);
--> statement-breakpoint
CREATE INDEX `comment_quotes_quoted` ON `comment_quotes` (`installation_id`,`quoted_id`);--> statement-breakpoint
CREATE TABLE `comments` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`issue_number` integer NOT NULL,
	`comment_id` integer,
	`body_hash` text,
	`intended_at` integer,
	`deleted_at` integer,
	PRIMARY KEY(`installation_id`, `repository_id`, `issue_number`)
);
--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`guid` text NOT NULL,
	`event` text NOT NULL,
	`received_at` integer NOT NULL,
	`installation_id` integer,
	`lane` text,
	`state` text NOT NULL,
	`urgency` integer DEFAULT 1 NOT NULL,
	`attempts` integer NOT NULL,
	`reason` text,
	`next_attempt_at` integer,
	`is_outage` integer DEFAULT false NOT NULL,
	`done_at` integer,
	`body` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_guid` ON `deliveries` (`guid`);--> statement-breakpoint
CREATE INDEX `deliveries_state` ON `deliveries` (`state`,`received_at`);--> statement-breakpoint
CREATE INDEX `deliveries_open` ON `deliveries` (`lane`,`id`,`urgency`) WHERE state in ('queued', 'retry');--> statement-breakpoint
CREATE INDEX `deliveries_unsorted` ON `deliveries` (`id`) WHERE lane is null;--> statement-breakpoint
CREATE TABLE `deployment_changes` (
	`installation_id` integer NOT NULL,
	`deployment_id` integer NOT NULL,
	`change_id` integer NOT NULL,
	`direction` text NOT NULL,
	PRIMARY KEY(`deployment_id`, `change_id`),
	FOREIGN KEY (`deployment_id`) REFERENCES `deployments`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `deployment_changes_change` ON `deployment_changes` (`change_id`);--> statement-breakpoint
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
CREATE TABLE `deployments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`source` text NOT NULL,
	`external_id` text NOT NULL,
	`service` text NOT NULL,
	`environment` text NOT NULL,
	`service_by` text NOT NULL,
	`is_ambiguous` integer NOT NULL,
	`task` text,
	`workflow` text,
	`sha` text NOT NULL,
	`ref` text NOT NULL,
	`creator` text,
	`created_at` integer NOT NULL,
	`url` text,
	`is_transient` integer NOT NULL,
	`is_production` integer NOT NULL,
	`states` text NOT NULL,
	`state` text NOT NULL,
	`live_at` integer,
	`kind` text NOT NULL,
	`previous_deployment_id` integer,
	`previous_sha` text,
	`is_truncated` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deployments_external` ON `deployments` (`installation_id`,`repository_id`,`source`,`external_id`,`service`,`environment`);--> statement-breakpoint
CREATE INDEX `deployments_live` ON `deployments` (`installation_id`,`repository_id`,`service`,`environment`,`live_at`);--> statement-breakpoint
CREATE INDEX `deployments_window` ON `deployments` (`installation_id`,`repository_id`,`live_at`);--> statement-breakpoint
CREATE INDEX `deployments_created` ON `deployments` (`installation_id`,`repository_id`,`service`,`created_at`);--> statement-breakpoint
CREATE INDEX `deployments_sha` ON `deployments` (`installation_id`,`repository_id`,`sha`);--> statement-breakpoint
CREATE TABLE `earlier_spans` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`last_at` integer NOT NULL,
	`after_at` integer NOT NULL,
	`packed` blob NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `last_at`)
);
--> statement-breakpoint
CREATE TABLE `follow_ups` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`incident_id` integer NOT NULL,
	`key` text NOT NULL,
	`text` text NOT NULL,
	`due_on` integer NOT NULL,
	`issue_number` integer,
	`url` text,
	`intended_at` integer NOT NULL,
	`closed_at` integer,
	`is_dropped` integer DEFAULT false NOT NULL,
	`assignees` text DEFAULT '[]' NOT NULL,
	`overdue_at` integer,
	`updated_at` integer,
	PRIMARY KEY(`incident_id`, `key`),
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `follow_ups_issue` ON `follow_ups` (`installation_id`,`repository_id`,`issue_number`);--> statement-breakpoint
CREATE INDEX `follow_ups_due` ON `follow_ups` (`due_on`) WHERE closed_at is null and overdue_at is null;--> statement-breakpoint
CREATE TABLE `forgotten_people` (
	`hash` text PRIMARY KEY NOT NULL,
	`salt` text NOT NULL,
	`forgotten_at` integer NOT NULL
);
--> statement-breakpoint
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
CREATE INDEX `gate_requests_held` ON `gate_requests` (`installation_id`,`id`) WHERE state = 'held';--> statement-breakpoint
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
CREATE INDEX `implications_incident_change` ON `implications` (`installation_id`,`incident_id`,`change_id`);--> statement-breakpoint
CREATE TABLE `incident_term_counts` (
	`installation_id` integer NOT NULL,
	`audience` integer NOT NULL,
	`term_hash` integer NOT NULL,
	`documents` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `audience`, `term_hash`)
);
--> statement-breakpoint
CREATE TABLE `incident_terms` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`audience` integer NOT NULL,
	`term_hash` integer NOT NULL,
	`opened_at` integer NOT NULL,
	`incident_id` integer NOT NULL,
	`length` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `audience`, `term_hash`, `opened_at`, `incident_id`, `length`)
);
--> statement-breakpoint
CREATE TABLE `incidents` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`issue_number` integer NOT NULL,
	`status` text NOT NULL,
	`severity` integer,
	`is_trusted` integer NOT NULL,
	`detected_at` integer NOT NULL,
	`detected_by` text NOT NULL,
	`opened_at` integer NOT NULL,
	`closed_at` integer,
	`acknowledged_at` integer,
	`mitigated_at` integer,
	`resolved_at` integer,
	`retracted_at` integer,
	`updated_at` integer NOT NULL,
	`title` text NOT NULL,
	`labels` text NOT NULL,
	`author` text NOT NULL,
	`services` text NOT NULL,
	`services_by` text NOT NULL,
	`fix` text,
	`lead` text,
	`duplicate_of_id` integer,
	`url` text NOT NULL,
	`report_key` text,
	`terms` blob NOT NULL,
	`words` blob,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `incidents_issue` ON `incidents` (`installation_id`,`repository_id`,`issue_number`);--> statement-breakpoint
CREATE INDEX `incidents_report` ON `incidents` (`installation_id`,`repository_id`,`report_key`) WHERE report_key is not null;--> statement-breakpoint
CREATE INDEX `incidents_detected` ON `incidents` (`installation_id`,`repository_id`,`detected_at`);--> statement-breakpoint
CREATE INDEX `incidents_opened` ON `incidents` (`installation_id`,`repository_id`,`opened_at`,`retracted_at`);--> statement-breakpoint
CREATE INDEX `incidents_open` ON `incidents` (`installation_id`,`opened_at`) WHERE status <> 'resolved' and retracted_at is null;--> statement-breakpoint
CREATE INDEX `incidents_duplicates` ON `incidents` (`installation_id`,`duplicate_of_id`) WHERE duplicate_of_id is not null;--> statement-breakpoint
CREATE TABLE `installations` (
	`id` integer PRIMARY KEY NOT NULL,
	`account_login` text NOT NULL,
	`suspended_at` integer,
	`removed_at` integer,
	`permissions` text NOT NULL,
	`updated_at` integer
);
--> statement-breakpoint
CREATE TABLE `leases` (
	`lane` text PRIMARY KEY NOT NULL,
	`holder` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `outcomes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`incident_id` integer NOT NULL,
	`change_id` integer,
	`verdict` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `outcomes_incident` ON `outcomes` (`incident_id`);--> statement-breakpoint
CREATE INDEX `outcomes_change` ON `outcomes` (`change_id`);--> statement-breakpoint
CREATE INDEX `outcomes_repository` ON `outcomes` (`installation_id`,`repository_id`,`verdict`,`at`);--> statement-breakpoint
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
CREATE TABLE `postmortems` (
	`installation_id` integer NOT NULL,
	`incident_id` integer PRIMARY KEY NOT NULL,
	`issue_number` integer,
	`url` text,
	`path` text,
	`intended_at` integer NOT NULL,
	`read_at` integer,
	`lost_at` integer,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `postmortems_issue` ON `postmortems` (`installation_id`,`issue_number`);--> statement-breakpoint
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
CREATE INDEX `pull_requests_open` ON `pull_requests` (`installation_id`,`repository_id`,`updated_at`) WHERE is_open;--> statement-breakpoint
CREATE TABLE `quiet_incidents` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`issue_number` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `issue_number`)
);
--> statement-breakpoint
CREATE TABLE `rate_limits` (
	`installation_id` integer PRIMARY KEY NOT NULL,
	`until` integer NOT NULL,
	`reason` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `replies` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`to_comment_id` integer NOT NULL,
	`issue_number` integer NOT NULL,
	`comment_id` integer,
	`body_hash` text,
	`intended_at` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `issue_number`, `to_comment_id`)
);
--> statement-breakpoint
CREATE TABLE `repositories` (
	`id` integer PRIMARY KEY NOT NULL,
	`installation_id` integer NOT NULL,
	`owner` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`is_private` integer NOT NULL,
	`is_archived` integer NOT NULL,
	`default_branch` text NOT NULL,
	`removed_at` integer,
	`updated_at` integer
);
--> statement-breakpoint
CREATE INDEX `repositories_installation` ON `repositories` (`installation_id`);--> statement-breakpoint
CREATE INDEX `repositories_name` ON `repositories` (`name_key`);--> statement-breakpoint
CREATE TABLE `reverts` (
	`installation_id` integer NOT NULL,
	`incident_id` integer NOT NULL,
	`change_id` integer NOT NULL,
	`number` integer,
	`url` text,
	`problem` text,
	PRIMARY KEY(`incident_id`, `change_id`),
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `risk_adjustments` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`model_version` text NOT NULL,
	`learned_at` integer NOT NULL,
	`adjustment` text,
	PRIMARY KEY(`installation_id`, `repository_id`)
);
--> statement-breakpoint
CREATE TABLE `schedules` (
	`name` text PRIMARY KEY NOT NULL,
	`holder` text NOT NULL,
	`started_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`mark` text
);
--> statement-breakpoint
CREATE TABLE `term_counts` (
	`installation_id` integer NOT NULL,
	`repository_id` integer NOT NULL,
	`term_hash` integer NOT NULL,
	`documents` integer NOT NULL,
	PRIMARY KEY(`installation_id`, `repository_id`, `term_hash`)
);
--> statement-breakpoint
CREATE TABLE `timeline_entries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`installation_id` integer NOT NULL,
	`incident_id` integer NOT NULL,
	`key` text NOT NULL,
	`at` integer NOT NULL,
	`said_at` integer NOT NULL,
	`revision` integer NOT NULL,
	`by` text,
	`text` text NOT NULL,
	`url` text,
	`fact` text NOT NULL,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `timeline_entries_key` ON `timeline_entries` (`installation_id`,`incident_id`,`key`);--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`hash` text NOT NULL,
	`installation_id` integer NOT NULL,
	`scope` text NOT NULL,
	`label` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_hash` ON `tokens` (`hash`);--> statement-breakpoint
CREATE TABLE `write_paces` (
	`installation_id` integer PRIMARY KEY NOT NULL,
	`writes_until` integer NOT NULL,
	`content_until` integer NOT NULL
);
