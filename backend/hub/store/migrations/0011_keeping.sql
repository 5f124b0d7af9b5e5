-- +goose Up

-- For how many days desks keep what was said, and for how many days after their last contact with the hub they show it.
ALTER TABLE workspace ADD COLUMN history_days BIGINT NOT NULL DEFAULT 90;
ALTER TABLE workspace ADD COLUMN access_days BIGINT NOT NULL DEFAULT 7;
