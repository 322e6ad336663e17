CREATE TABLE "catalogs" (
	"repository_id" bigint PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"catalog" text,
	"problems" text NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL,
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
CREATE TABLE "change_reverts" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"reverted_id" bigint NOT NULL,
	"reverting_id" bigint NOT NULL,
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
	"terms" "bytea" NOT NULL
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
	"attempts" integer NOT NULL,
	"reason" text COLLATE "C",
	"next_attempt_at" timestamp (3) with time zone,
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
CREATE TABLE "incident_terms" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"term_hash" bigint NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"incident_id" bigint NOT NULL,
	CONSTRAINT "incident_terms_key" PRIMARY KEY("installation_id","repository_id","term_hash","opened_at","incident_id")
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
	"url" text COLLATE "C" NOT NULL,
	"report_key" text COLLATE "C",
	"terms" "bytea" NOT NULL,
	"body" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installations" (
	"id" bigint PRIMARY KEY NOT NULL,
	"account_login" text COLLATE "C" NOT NULL,
	"suspended_at" timestamp (3) with time zone,
	"removed_at" timestamp (3) with time zone,
	"permissions" text NOT NULL
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
CREATE TABLE "repositories" (
	"id" bigint PRIMARY KEY NOT NULL,
	"installation_id" bigint NOT NULL,
	"owner" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"name_key" text COLLATE "C" NOT NULL,
	"is_private" boolean NOT NULL,
	"is_archived" boolean NOT NULL,
	"default_branch" text COLLATE "C" NOT NULL,
	"removed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "term_counts" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"term_hash" bigint NOT NULL,
	"changes" integer NOT NULL,
	CONSTRAINT "term_counts_key" PRIMARY KEY("installation_id","repository_id","term_hash")
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
ALTER TABLE "deployment_changes" ADD CONSTRAINT "deployment_changes_deployment_id_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outcomes" ADD CONSTRAINT "outcomes_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "catalogs_installation" ON "catalogs" USING btree ("installation_id");--> statement-breakpoint
CREATE INDEX "change_reverts_reverting" ON "change_reverts" USING btree ("reverting_id");--> statement-breakpoint
CREATE INDEX "change_reverts_repository" ON "change_reverts" USING btree ("installation_id","repository_id");--> statement-breakpoint
CREATE UNIQUE INDEX "changes_number" ON "changes" USING btree ("installation_id","repository_id","number") WHERE number is not null;--> statement-breakpoint
CREATE INDEX "changes_merged" ON "changes" USING btree ("installation_id","repository_id","merged_at");--> statement-breakpoint
CREATE INDEX "changes_title" ON "changes" USING btree ("installation_id","repository_id","title_hash","merged_at");--> statement-breakpoint
CREATE INDEX "changes_patch" ON "changes" USING btree ("installation_id","repository_id","patch_id","merged_at") WHERE patch_id is not null;--> statement-breakpoint
CREATE INDEX "changes_same" ON "changes" USING btree ("same_as_change_id") WHERE same_as_change_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_guid" ON "deliveries" USING btree ("guid");--> statement-breakpoint
CREATE INDEX "deliveries_state" ON "deliveries" USING btree ("state","received_at");--> statement-breakpoint
CREATE INDEX "deliveries_open" ON "deliveries" USING btree ("lane","id") WHERE state in ('queued', 'retry');--> statement-breakpoint
CREATE INDEX "deliveries_unsorted" ON "deliveries" USING btree ("id") WHERE lane is null;--> statement-breakpoint
CREATE INDEX "deployment_changes_change" ON "deployment_changes" USING btree ("change_id");--> statement-breakpoint
CREATE UNIQUE INDEX "deployments_external" ON "deployments" USING btree ("installation_id","repository_id","source","external_id","service","environment");--> statement-breakpoint
CREATE INDEX "deployments_live" ON "deployments" USING btree ("installation_id","repository_id","service","environment","live_at");--> statement-breakpoint
CREATE INDEX "deployments_window" ON "deployments" USING btree ("installation_id","repository_id","live_at");--> statement-breakpoint
CREATE INDEX "deployments_created" ON "deployments" USING btree ("installation_id","repository_id","service","created_at");--> statement-breakpoint
CREATE INDEX "deployments_sha" ON "deployments" USING btree ("installation_id","repository_id","sha");--> statement-breakpoint
CREATE UNIQUE INDEX "incidents_issue" ON "incidents" USING btree ("installation_id","repository_id","issue_number");--> statement-breakpoint
CREATE INDEX "incidents_report" ON "incidents" USING btree ("installation_id","repository_id","report_key") WHERE report_key is not null;--> statement-breakpoint
CREATE INDEX "incidents_detected" ON "incidents" USING btree ("installation_id","repository_id","detected_at");--> statement-breakpoint
CREATE INDEX "incidents_opened" ON "incidents" USING btree ("installation_id","repository_id","opened_at","retracted_at");--> statement-breakpoint
CREATE INDEX "incidents_open" ON "incidents" USING btree ("installation_id","opened_at") WHERE status <> 'resolved' and retracted_at is null;--> statement-breakpoint
CREATE INDEX "outcomes_incident" ON "outcomes" USING btree ("incident_id");--> statement-breakpoint
CREATE INDEX "outcomes_change" ON "outcomes" USING btree ("change_id");--> statement-breakpoint
CREATE INDEX "outcomes_repository" ON "outcomes" USING btree ("installation_id","repository_id","verdict","at");--> statement-breakpoint
CREATE INDEX "repositories_installation" ON "repositories" USING btree ("installation_id");--> statement-breakpoint
CREATE INDEX "repositories_name" ON "repositories" USING btree ("name_key");--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_hash" ON "tokens" USING btree ("hash");