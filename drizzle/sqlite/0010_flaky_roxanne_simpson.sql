CREATE TABLE `forgotten_people` (
	`hash` text PRIMARY KEY NOT NULL,
	`salt` text NOT NULL,
	`forgotten_at` integer NOT NULL
);
