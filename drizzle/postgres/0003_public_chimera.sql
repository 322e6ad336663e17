CREATE TABLE "catalog_names" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	CONSTRAINT "catalog_names_key" PRIMARY KEY("installation_id","kind","name","repository_id")
);
--> statement-breakpoint
CREATE INDEX "catalog_names_repository" ON "catalog_names" USING btree ("installation_id","repository_id");--> statement-breakpoint
ALTER TABLE "incident_terms" DROP CONSTRAINT "incident_terms_key";
--> statement-breakpoint
ALTER TABLE "incident_terms" ADD CONSTRAINT "incident_terms_key" PRIMARY KEY("installation_id","term_hash","opened_at","incident_id");