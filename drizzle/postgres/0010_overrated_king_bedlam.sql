CREATE TABLE "forgotten_people" (
	"hash" text COLLATE "C" PRIMARY KEY NOT NULL,
	"salt" text COLLATE "C" NOT NULL,
	"forgotten_at" timestamp (3) with time zone NOT NULL
);
