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
CREATE INDEX "deployment_reviews_external" ON "deployment_reviews" USING btree ("installation_id","external_id");--> statement-breakpoint
CREATE INDEX "deployment_reviews_watched" ON "deployment_reviews" USING btree ("watch_until") WHERE watch_until is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "gate_requests_key" ON "gate_requests" USING btree ("installation_id","repository_id","run_id","environment","deployment_id");--> statement-breakpoint
CREATE INDEX "gate_requests_open" ON "gate_requests" USING btree ("next_look_at") WHERE state in ('pending', 'held');--> statement-breakpoint
CREATE INDEX "gate_requests_held" ON "gate_requests" USING btree ("installation_id","id") WHERE state = 'held';