CREATE TABLE "comment_quotes" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"issue_number" integer NOT NULL,
	"quoted_id" bigint NOT NULL,
	"was_private" boolean NOT NULL,
	CONSTRAINT "comment_quotes_key" PRIMARY KEY("installation_id","repository_id","issue_number","quoted_id")
);
--> statement-breakpoint
CREATE INDEX "comment_quotes_quoted" ON "comment_quotes" USING btree ("installation_id","quoted_id");