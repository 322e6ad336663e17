CREATE TABLE "accuracies" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"model_version" text COLLATE "C" NOT NULL,
	"measured_at" timestamp (3) with time zone NOT NULL,
	"cases" integer NOT NULL,
	"first" integer NOT NULL,
	"first_five" integer NOT NULL,
	"since" timestamp (3) with time zone,
	"adjustment" text,
	CONSTRAINT "accuracies_key" PRIMARY KEY("installation_id","repository_id")
);
--> statement-breakpoint
CREATE TABLE "backfills" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"run" integer NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"incidents_since" timestamp (3) with time zone NOT NULL,
	"phase" text COLLATE "C" NOT NULL,
	"cursor" text COLLATE "C",
	"step" integer NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"pull_requests" integer NOT NULL,
	"deployments" integer NOT NULL,
	"incidents" integer NOT NULL,
	"problems" text NOT NULL,
	CONSTRAINT "backfills_key" PRIMARY KEY("installation_id","repository_id")
);
--> statement-breakpoint
CREATE TABLE "catalog_names" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	CONSTRAINT "catalog_names_key" PRIMARY KEY("installation_id","kind","name","repository_id")
);
--> statement-breakpoint
CREATE TABLE "catalogs" (
	"repository_id" bigint PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"catalog" text,
	"problems" text NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL,
	"read_again_at" timestamp (3) with time zone,
	"problem_issue_number" integer
);
--> statement-breakpoint
CREATE TABLE "change_commits" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"sha" text COLLATE "C" NOT NULL,
	"change_id" bigint NOT NULL,
	CONSTRAINT "change_commits_key" PRIMARY KEY("installation_id","repository_id","sha")
);
--> statement-breakpoint
CREATE TABLE "change_files" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"path_hash" bigint NOT NULL,
	"merged_at" timestamp (3) with time zone NOT NULL,
	"change_id" bigint NOT NULL,
	CONSTRAINT "change_files_key" PRIMARY KEY("installation_id","repository_id","path_hash","merged_at","change_id")
);
--> statement-breakpoint
CREATE TABLE "change_references" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"target" text COLLATE "C" NOT NULL,
	"change_id" bigint NOT NULL,
	CONSTRAINT "change_references_key" PRIMARY KEY("installation_id","repository_id","target","change_id")
);
--> statement-breakpoint
CREATE TABLE "change_reverts" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"reverted_id" bigint NOT NULL,
	"reverting_id" bigint NOT NULL,
	"reverting_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "change_reverts_key" PRIMARY KEY("reverted_id","reverting_id")
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"number" integer,
	"merged_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"detailed_at" timestamp (3) with time zone,
	"same_as_change_id" bigint,
	"title_hash" bigint NOT NULL,
	"patch_id" text COLLATE "C",
	"file_count" integer NOT NULL,
	"added" integer NOT NULL,
	"deleted" integer NOT NULL,
	"files_truncated" boolean NOT NULL,
	"merge_sha" text COLLATE "C" NOT NULL,
	"commit_shas" text NOT NULL,
	"base_sha" text COLLATE "C",
	"head_sha" text COLLATE "C",
	"branch" text COLLATE "C" NOT NULL,
	"title" text COLLATE "C" NOT NULL,
	"body_excerpt" text COLLATE "C" NOT NULL,
	"author" text,
	"merger" text,
	"reviewers" text NOT NULL,
	"labels" text NOT NULL,
	"references" text NOT NULL,
	"bumps" text NOT NULL,
	"url" text COLLATE "C" NOT NULL,
	"identifiers" text NOT NULL,
	"files" text NOT NULL,
	"terms" "bytea" NOT NULL,
	"gist" "bytea"
);
--> statement-breakpoint
CREATE TABLE "checks" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"external_id" text COLLATE "C" NOT NULL,
	"head_sha" text COLLATE "C" NOT NULL,
	"check_run_id" bigint,
	"body_hash" text COLLATE "C",
	"annotated" text NOT NULL,
	"intended_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "checks_key" PRIMARY KEY("installation_id","repository_id","external_id","head_sha")
);
--> statement-breakpoint
CREATE TABLE "comment_quotes" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"issue_number" integer NOT NULL,
	"quoted_id" bigint NOT NULL,
	"was_private" boolean NOT NULL,
	CONSTRAINT "comment_quotes_key" PRIMARY KEY("installation_id","repository_id","issue_number","quoted_id")
);
--> statement-breakpoint
CREATE TABLE "comments" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"issue_number" integer NOT NULL,
	"comment_id" bigint,
	"body_hash" text COLLATE "C",
	"intended_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "comments_key" PRIMARY KEY("installation_id","repository_id","issue_number")
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"guid" text COLLATE "C" NOT NULL,
	"event" text COLLATE "C" NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"installation_id" bigint,
	"lane" text COLLATE "C",
	"state" text COLLATE "C" NOT NULL,
	"urgency" integer DEFAULT 1 NOT NULL,
	"attempts" integer NOT NULL,
	"reason" text COLLATE "C",
	"next_attempt_at" timestamp (3) with time zone,
	"is_outage" boolean DEFAULT false NOT NULL,
	"done_at" timestamp (3) with time zone,
	"body" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deployment_changes" (
	"installation_id" bigint NOT NULL,
	"deployment_id" bigint NOT NULL,
	"change_id" bigint NOT NULL,
	"direction" text COLLATE "C" NOT NULL,
	CONSTRAINT "deployment_changes_key" PRIMARY KEY("deployment_id","change_id")
);
--> statement-breakpoint
CREATE TABLE "deployment_reviews" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"deployment_id" bigint NOT NULL,
	"external_id" text COLLATE "C" NOT NULL,
	"watch_until" timestamp (3) with time zone,
	"review" text NOT NULL,
	CONSTRAINT "deployment_reviews_key" PRIMARY KEY("installation_id","deployment_id")
);
--> statement-breakpoint
CREATE TABLE "deployments" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"source" text COLLATE "C" NOT NULL,
	"external_id" text COLLATE "C" NOT NULL,
	"service" text COLLATE "C" NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"service_by" text COLLATE "C" NOT NULL,
	"is_ambiguous" boolean NOT NULL,
	"task" text COLLATE "C",
	"workflow" text COLLATE "C",
	"sha" text COLLATE "C" NOT NULL,
	"ref" text COLLATE "C" NOT NULL,
	"creator" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"url" text COLLATE "C",
	"is_transient" boolean NOT NULL,
	"is_production" boolean NOT NULL,
	"states" text NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"live_at" timestamp (3) with time zone,
	"kind" text COLLATE "C" NOT NULL,
	"previous_deployment_id" bigint,
	"previous_sha" text COLLATE "C",
	"is_truncated" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "earlier_spans" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	"after_at" timestamp (3) with time zone NOT NULL,
	"packed" "bytea" NOT NULL,
	CONSTRAINT "earlier_spans_key" PRIMARY KEY("installation_id","repository_id","last_at")
);
--> statement-breakpoint
CREATE TABLE "follow_ups" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"incident_id" bigint NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"text" text COLLATE "C" NOT NULL,
	"due_on" timestamp (3) with time zone NOT NULL,
	"issue_number" integer,
	"url" text COLLATE "C",
	"intended_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"is_dropped" boolean DEFAULT false NOT NULL,
	"assignees" text DEFAULT '[]' NOT NULL,
	"overdue_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone,
	CONSTRAINT "follow_ups_key" PRIMARY KEY("incident_id","key")
);
--> statement-breakpoint
CREATE TABLE "forgotten_people" (
	"hash" text COLLATE "C" PRIMARY KEY NOT NULL,
	"salt" text COLLATE "C" NOT NULL,
	"forgotten_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gate_requests" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"run_id" bigint NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"deployment_id" text COLLATE "C" NOT NULL,
	"sha" text COLLATE "C" NOT NULL,
	"ref" text COLLATE "C" NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"reason" text COLLATE "C" NOT NULL,
	"next_look_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "implications" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"change_id" bigint NOT NULL,
	"incident_id" bigint NOT NULL,
	"weighed" text NOT NULL,
	"is_told" boolean NOT NULL,
	CONSTRAINT "implications_key" PRIMARY KEY("installation_id","change_id","incident_id")
);
--> statement-breakpoint
CREATE TABLE "incident_term_counts" (
	"installation_id" bigint NOT NULL,
	"audience" bigint NOT NULL,
	"term_hash" bigint NOT NULL,
	"documents" integer NOT NULL,
	CONSTRAINT "incident_term_counts_key" PRIMARY KEY("installation_id","audience","term_hash")
);
--> statement-breakpoint
CREATE TABLE "incident_terms" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"audience" bigint NOT NULL,
	"term_hash" bigint NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"incident_id" bigint NOT NULL,
	"length" integer NOT NULL,
	CONSTRAINT "incident_terms_key" PRIMARY KEY("installation_id","audience","term_hash","opened_at","incident_id","length")
);
--> statement-breakpoint
CREATE TABLE "incidents" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"issue_number" integer NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"severity" integer,
	"is_trusted" boolean NOT NULL,
	"detected_at" timestamp (3) with time zone NOT NULL,
	"detected_by" text COLLATE "C" NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"acknowledged_at" timestamp (3) with time zone,
	"mitigated_at" timestamp (3) with time zone,
	"resolved_at" timestamp (3) with time zone,
	"retracted_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"title" text COLLATE "C" NOT NULL,
	"labels" text NOT NULL,
	"author" text NOT NULL,
	"services" text NOT NULL,
	"services_by" text COLLATE "C" NOT NULL,
	"fix" text,
	"lead" text COLLATE "C",
	"duplicate_of_id" bigint,
	"url" text COLLATE "C" NOT NULL,
	"report_key" text COLLATE "C",
	"terms" "bytea" NOT NULL,
	"words" "bytea",
	"body" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installations" (
	"id" bigint PRIMARY KEY NOT NULL,
	"account_login" text COLLATE "C" NOT NULL,
	"suspended_at" timestamp (3) with time zone,
	"removed_at" timestamp (3) with time zone,
	"permissions" text NOT NULL,
	"updated_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"lane" text COLLATE "C" PRIMARY KEY NOT NULL,
	"holder" text COLLATE "C" NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outcomes" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"incident_id" bigint NOT NULL,
	"change_id" bigint,
	"verdict" text COLLATE "C" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "past_deployments" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"external_id" text COLLATE "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"told" text NOT NULL,
	CONSTRAINT "past_deployments_key" PRIMARY KEY("installation_id","repository_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "postmortems" (
	"installation_id" bigint NOT NULL,
	"incident_id" bigint NOT NULL,
	"issue_number" integer,
	"url" text COLLATE "C",
	"path" text COLLATE "C",
	"intended_at" timestamp (3) with time zone NOT NULL,
	"read_at" timestamp (3) with time zone,
	"lost_at" timestamp (3) with time zone,
	CONSTRAINT "postmortems_key" PRIMARY KEY("incident_id")
);
--> statement-breakpoint
CREATE TABLE "pull_requests" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"number" integer NOT NULL,
	"title" text COLLATE "C" NOT NULL,
	"body" text COLLATE "C" NOT NULL,
	"labels" text NOT NULL,
	"author" text NOT NULL,
	"head_sha" text COLLATE "C" NOT NULL,
	"base_ref" text COLLATE "C" NOT NULL,
	"is_draft" boolean NOT NULL,
	"is_open" boolean NOT NULL,
	"file_count" integer NOT NULL,
	"added" integer NOT NULL,
	"deleted" integer NOT NULL,
	"url" text COLLATE "C" NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"read" text,
	CONSTRAINT "pull_requests_key" PRIMARY KEY("installation_id","repository_id","number")
);
--> statement-breakpoint
CREATE TABLE "quiet_incidents" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"issue_number" integer NOT NULL,
	CONSTRAINT "quiet_incidents_key" PRIMARY KEY("installation_id","repository_id","issue_number")
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"installation_id" bigint PRIMARY KEY NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	"reason" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "replies" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"to_comment_id" bigint NOT NULL,
	"issue_number" integer NOT NULL,
	"comment_id" bigint,
	"body_hash" text COLLATE "C",
	"intended_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "replies_key" PRIMARY KEY("installation_id","repository_id","issue_number","to_comment_id")
);
--> statement-breakpoint
CREATE TABLE "repositories" (
	"id" bigint PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"owner" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"name_key" text COLLATE "C" NOT NULL,
	"is_private" boolean NOT NULL,
	"is_archived" boolean NOT NULL,
	"default_branch" text COLLATE "C" NOT NULL,
	"removed_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "reverts" (
	"installation_id" bigint NOT NULL,
	"incident_id" bigint NOT NULL,
	"change_id" bigint NOT NULL,
	"number" integer,
	"url" text COLLATE "C",
	"problem" text COLLATE "C",
	CONSTRAINT "reverts_key" PRIMARY KEY("incident_id","change_id")
);
--> statement-breakpoint
CREATE TABLE "risk_adjustments" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"model_version" text COLLATE "C" NOT NULL,
	"learned_at" timestamp (3) with time zone NOT NULL,
	"adjustment" text,
	CONSTRAINT "risk_adjustments_key" PRIMARY KEY("installation_id","repository_id")
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"name" text COLLATE "C" PRIMARY KEY NOT NULL,
	"holder" text COLLATE "C" NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"mark" text COLLATE "C"
);
--> statement-breakpoint
CREATE TABLE "term_counts" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"term_hash" bigint NOT NULL,
	"documents" integer NOT NULL,
	CONSTRAINT "term_counts_key" PRIMARY KEY("installation_id","repository_id","term_hash")
);
--> statement-breakpoint
CREATE TABLE "timeline_entries" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"incident_id" bigint NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"said_at" timestamp (3) with time zone NOT NULL,
	"revision" bigint NOT NULL,
	"by" text,
	"text" text COLLATE "C" NOT NULL,
	"url" text COLLATE "C",
	"fact" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"hash" text COLLATE "C" NOT NULL,
	"installation_id" bigint NOT NULL,
	"scope" text COLLATE "C" NOT NULL,
	"label" text COLLATE "C" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "write_paces" (
	"installation_id" bigint PRIMARY KEY NOT NULL,
	"writes_until" timestamp (3) with time zone NOT NULL,
	"content_until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "deployment_changes" ADD CONSTRAINT "deployment_changes_deployment_id_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "follow_ups" ADD CONSTRAINT "follow_ups_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outcomes" ADD CONSTRAINT "outcomes_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "postmortems" ADD CONSTRAINT "postmortems_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reverts" ADD CONSTRAINT "reverts_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "timeline_entries" ADD CONSTRAINT "timeline_entries_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "catalog_names_repository" ON "catalog_names" USING btree ("installation_id","repository_id");--> statement-breakpoint
CREATE INDEX "catalogs_installation" ON "catalogs" USING btree ("installation_id");--> statement-breakpoint
CREATE INDEX "change_reverts_reverting" ON "change_reverts" USING btree ("reverting_id");--> statement-breakpoint
CREATE INDEX "change_reverts_landed" ON "change_reverts" USING btree ("installation_id","repository_id","reverting_at");--> statement-breakpoint
CREATE UNIQUE INDEX "changes_number" ON "changes" USING btree ("installation_id","repository_id","number") WHERE number is not null;--> statement-breakpoint
CREATE INDEX "changes_merged" ON "changes" USING btree ("installation_id","repository_id","merged_at");--> statement-breakpoint
CREATE INDEX "changes_title" ON "changes" USING btree ("installation_id","repository_id","title_hash","merged_at");--> statement-breakpoint
CREATE INDEX "changes_patch" ON "changes" USING btree ("installation_id","repository_id","patch_id","merged_at") WHERE patch_id is not null;--> statement-breakpoint
CREATE INDEX "changes_same" ON "changes" USING btree ("same_as_change_id") WHERE same_as_change_id is not null;--> statement-breakpoint
CREATE INDEX "comment_quotes_quoted" ON "comment_quotes" USING btree ("installation_id","quoted_id");--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_guid" ON "deliveries" USING btree ("guid");--> statement-breakpoint
CREATE INDEX "deliveries_state" ON "deliveries" USING btree ("state","received_at");--> statement-breakpoint
CREATE INDEX "deliveries_open" ON "deliveries" USING btree ("lane","id","urgency") WHERE state in ('queued', 'retry');--> statement-breakpoint
CREATE INDEX "deliveries_unsorted" ON "deliveries" USING btree ("id") WHERE lane is null;--> statement-breakpoint
CREATE INDEX "deployment_changes_change" ON "deployment_changes" USING btree ("change_id");--> statement-breakpoint
CREATE INDEX "deployment_reviews_external" ON "deployment_reviews" USING btree ("installation_id","external_id");--> statement-breakpoint
CREATE INDEX "deployment_reviews_watched" ON "deployment_reviews" USING btree ("watch_until") WHERE watch_until is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "deployments_external" ON "deployments" USING btree ("installation_id","repository_id","source","external_id","service","environment");--> statement-breakpoint
CREATE INDEX "deployments_live" ON "deployments" USING btree ("installation_id","repository_id","service","environment","live_at");--> statement-breakpoint
CREATE INDEX "deployments_window" ON "deployments" USING btree ("installation_id","repository_id","live_at");--> statement-breakpoint
CREATE INDEX "deployments_created" ON "deployments" USING btree ("installation_id","repository_id","service","created_at");--> statement-breakpoint
CREATE INDEX "deployments_sha" ON "deployments" USING btree ("installation_id","repository_id","sha");--> statement-breakpoint
CREATE INDEX "follow_ups_issue" ON "follow_ups" USING btree ("installation_id","repository_id","issue_number");--> statement-breakpoint
CREATE INDEX "follow_ups_due" ON "follow_ups" USING btree ("due_on") WHERE closed_at is null and overdue_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "gate_requests_key" ON "gate_requests" USING btree ("installation_id","repository_id","run_id","environment","deployment_id");--> statement-breakpoint
CREATE INDEX "gate_requests_open" ON "gate_requests" USING btree ("next_look_at") WHERE state in ('pending', 'held');--> statement-breakpoint
CREATE INDEX "gate_requests_held" ON "gate_requests" USING btree ("installation_id","id") WHERE state = 'held';--> statement-breakpoint
CREATE INDEX "implications_incident_change" ON "implications" USING btree ("installation_id","incident_id","change_id");--> statement-breakpoint
CREATE UNIQUE INDEX "incidents_issue" ON "incidents" USING btree ("installation_id","repository_id","issue_number");--> statement-breakpoint
CREATE INDEX "incidents_report" ON "incidents" USING btree ("installation_id","repository_id","report_key") WHERE report_key is not null;--> statement-breakpoint
CREATE INDEX "incidents_detected" ON "incidents" USING btree ("installation_id","repository_id","detected_at");--> statement-breakpoint
CREATE INDEX "incidents_opened" ON "incidents" USING btree ("installation_id","repository_id","opened_at","retracted_at");--> statement-breakpoint
CREATE INDEX "incidents_open" ON "incidents" USING btree ("installation_id","opened_at") WHERE status <> 'resolved' and retracted_at is null;--> statement-breakpoint
CREATE INDEX "incidents_duplicates" ON "incidents" USING btree ("installation_id","duplicate_of_id") WHERE duplicate_of_id is not null;--> statement-breakpoint
CREATE INDEX "outcomes_incident" ON "outcomes" USING btree ("incident_id");--> statement-breakpoint
CREATE INDEX "outcomes_change" ON "outcomes" USING btree ("change_id");--> statement-breakpoint
CREATE INDEX "outcomes_repository" ON "outcomes" USING btree ("installation_id","repository_id","verdict","at");--> statement-breakpoint
CREATE INDEX "past_deployments_created" ON "past_deployments" USING btree ("installation_id","repository_id","created_at");--> statement-breakpoint
CREATE INDEX "postmortems_issue" ON "postmortems" USING btree ("installation_id","issue_number");--> statement-breakpoint
CREATE INDEX "pull_requests_open" ON "pull_requests" USING btree ("installation_id","repository_id","updated_at") WHERE is_open;--> statement-breakpoint
CREATE INDEX "repositories_installation" ON "repositories" USING btree ("installation_id");--> statement-breakpoint
CREATE INDEX "repositories_name" ON "repositories" USING btree ("name_key");--> statement-breakpoint
CREATE UNIQUE INDEX "timeline_entries_key" ON "timeline_entries" USING btree ("installation_id","incident_id","key");--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_hash" ON "tokens" USING btree ("hash");