-- +goose Up

-- For how many days what was not understood is kept, and since when the hub counts: 0 until it has begun. Nothing is forgotten
-- before so many days have passed since then, so that after an upgrade from a hub that kept it for ever everybody can look first.
ALTER TABLE workspace ADD COLUMN letter_days BIGINT NOT NULL DEFAULT 90;
ALTER TABLE workspace ADD COLUMN letters_from_ms BIGINT NOT NULL DEFAULT 0;
