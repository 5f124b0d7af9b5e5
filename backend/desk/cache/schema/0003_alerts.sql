-- v3: what was decided to tell the agent, and why: "why did this (not) ring?" is answered from here. Holds no text, name or
-- number. Kept for 30 days.
CREATE TABLE alert (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms      INTEGER NOT NULL, -- by the hub's clock
    key        TEXT    NOT NULL, -- the conversation's id, or what the alert is about instead
    message_id TEXT    NOT NULL, -- '' when it is about no message
    kind       TEXT    NOT NULL,
    verdict    TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    delivery   TEXT    NOT NULL DEFAULT '' -- how the system took it; '' when it was not asked, or has not answered
) STRICT;

-- What was decided about a conversation, latest first?
CREATE INDEX alert_key ON alert (key, id DESC);

-- What is too old?
CREATE INDEX alert_age ON alert (at_ms);
