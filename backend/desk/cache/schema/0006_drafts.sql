-- v6: drafts follow the agent through the hub, and what the agent may not see any more leaves without being gone for good.

-- How a draft stands to the hub's: the version that it was written on, and the saved_ms that the hub has (or does not
-- take). elsewhere: it was typed at another computer. previous: what had to give way to it, {"text","replyTo","files"}.
ALTER TABLE draft ADD COLUMN base INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN pushed_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN elsewhere INTEGER NOT NULL DEFAULT 0;
ALTER TABLE draft ADD COLUMN previous TEXT NOT NULL DEFAULT '{}';
ALTER TABLE draft ADD COLUMN previous_ms INTEGER NOT NULL DEFAULT 0;

-- Which drafts does the hub not have?
CREATE INDEX draft_unpushed ON draft (saved_ms) WHERE pushed_ms <> saved_ms;

-- Which file of ours is this one of the hub's?
CREATE INDEX attachment_media ON attachment (media_id) WHERE media_id <> '';

-- Up to which position of the feed an entity is gone: without end when it was deleted, until it is seen again when the
-- agent may not see it.
ALTER TABLE gone ADD COLUMN until_seq INTEGER NOT NULL DEFAULT 9223372036854775807;
