DROP INDEX "change_reverts_repository";--> statement-breakpoint
CREATE INDEX "change_reverts_recorded" ON "change_reverts" USING btree ("installation_id","repository_id","reverting_id");