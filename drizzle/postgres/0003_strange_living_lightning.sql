CREATE TABLE "write_paces" (
	"installation_id" bigint PRIMARY KEY NOT NULL,
	"writes_until" timestamp (3) with time zone NOT NULL,
	"content_until" timestamp (3) with time zone NOT NULL
);
