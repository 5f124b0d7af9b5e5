-- v7: quick replies are kept beside the other configuration. A desk before this one has passed over them in the feed, so
-- the position is forgotten and the next catch-up takes a snapshot; everything stays readable meanwhile.
DELETE FROM meta WHERE key IN ('epoch', 'seq');
