CREATE TABLE `write_paces` (
	`installation_id` integer PRIMARY KEY NOT NULL,
	`writes_until` integer NOT NULL,
	`content_until` integer NOT NULL
);
