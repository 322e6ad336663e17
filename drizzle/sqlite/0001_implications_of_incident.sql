DROP INDEX `implications_incident`;--> statement-breakpoint
CREATE INDEX `implications_incident_change` ON `implications` (`installation_id`,`incident_id`,`change_id`);