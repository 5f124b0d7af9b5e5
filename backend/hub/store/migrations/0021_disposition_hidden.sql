-- +goose Up

-- A label that new wrap-ups are not offered, nor those under it. Conversations that have it still show it, so none is deleted.
ALTER TABLE disposition ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE;
