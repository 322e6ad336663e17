CREATE TABLE "change_references" (
	"installation_id" bigint NOT NULL,
	"repository_id" bigint NOT NULL,
	"target" text COLLATE "C" NOT NULL,
	"change_id" bigint NOT NULL,
	CONSTRAINT "change_references_key" PRIMARY KEY("installation_id","repository_id","target","change_id")
);
