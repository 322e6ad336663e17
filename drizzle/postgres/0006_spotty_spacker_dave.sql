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
CREATE INDEX "pull_requests_open" ON "pull_requests" USING btree ("installation_id","repository_id","updated_at") WHERE is_open;