-- name: PutContact :exec
-- PutContact writes a contact whole. Only for rows that this transaction has locked or made.
INSERT INTO contact (workspace_id, id, name, number, email, username, language, version, created_ms, suggested_id, suggested_reason, merged_into, picture_sha256, picture_thumb_sha256, profile_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(name), sqlc.arg(number), sqlc.arg(email), sqlc.arg(username), sqlc.arg(language), sqlc.arg(version), sqlc.arg(created_ms), sqlc.arg(suggested_id), sqlc.arg(suggested_reason), sqlc.arg(merged_into), sqlc.arg(picture_sha256), sqlc.arg(picture_thumb_sha256), sqlc.arg(profile_ms))
ON CONFLICT (workspace_id, id) DO UPDATE SET
  name = excluded.name,
  number = excluded.number,
  email = excluded.email,
  username = excluded.username,
  language = excluded.language,
  version = excluded.version,
  created_ms = excluded.created_ms,
  suggested_id = excluded.suggested_id,
  suggested_reason = excluded.suggested_reason,
  merged_into = excluded.merged_into,
  picture_sha256 = excluded.picture_sha256,
  picture_thumb_sha256 = excluded.picture_thumb_sha256,
  profile_ms = excluded.profile_ms;

-- name: PutConversation :exec
-- PutConversation writes a conversation whole. Only for rows that this transaction has locked or made.
INSERT INTO conversation (workspace_id, id, contact_id, touchpoint_id, queue_id, status, assignee_id, assigned_ms, opened_ms, last_message_ms, last_message_id, preview, last_kind, last_direction, last_state, unread, waiting_since_ms, last_inbound_ms, last_inbound_id, window_until_ms, window_reason, disposition_id, ended_ms, closed_ms, last_no, read_no, troubled, version, weight, transferred_by, transferred_ms, offered_to, offer_until_ms, answered_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(contact_id), sqlc.arg(touchpoint_id), sqlc.arg(queue_id), sqlc.arg(status), sqlc.arg(assignee_id), sqlc.arg(assigned_ms), sqlc.arg(opened_ms), sqlc.arg(last_message_ms), sqlc.arg(last_message_id), sqlc.arg(preview), sqlc.arg(last_kind), sqlc.arg(last_direction), sqlc.arg(last_state), sqlc.arg(unread), sqlc.arg(waiting_since_ms), sqlc.arg(last_inbound_ms), sqlc.arg(last_inbound_id), sqlc.arg(window_until_ms), sqlc.arg(window_reason), sqlc.arg(disposition_id), sqlc.arg(ended_ms), sqlc.arg(closed_ms), sqlc.arg(last_no), sqlc.arg(read_no), sqlc.arg(troubled), sqlc.arg(version), sqlc.arg(weight), sqlc.arg(transferred_by), sqlc.arg(transferred_ms), sqlc.arg(offered_to), sqlc.arg(offer_until_ms), sqlc.arg(answered_ms))
ON CONFLICT (workspace_id, id) DO UPDATE SET
  contact_id = excluded.contact_id,
  touchpoint_id = excluded.touchpoint_id,
  queue_id = excluded.queue_id,
  status = excluded.status,
  assignee_id = excluded.assignee_id,
  assigned_ms = excluded.assigned_ms,
  opened_ms = excluded.opened_ms,
  last_message_ms = excluded.last_message_ms,
  last_message_id = excluded.last_message_id,
  preview = excluded.preview,
  last_kind = excluded.last_kind,
  last_direction = excluded.last_direction,
  last_state = excluded.last_state,
  unread = excluded.unread,
  waiting_since_ms = excluded.waiting_since_ms,
  last_inbound_ms = excluded.last_inbound_ms,
  last_inbound_id = excluded.last_inbound_id,
  window_until_ms = excluded.window_until_ms,
  window_reason = excluded.window_reason,
  disposition_id = excluded.disposition_id,
  ended_ms = excluded.ended_ms,
  closed_ms = excluded.closed_ms,
  last_no = excluded.last_no,
  read_no = excluded.read_no,
  troubled = excluded.troubled,
  version = excluded.version,
  weight = excluded.weight,
  transferred_by = excluded.transferred_by,
  transferred_ms = excluded.transferred_ms,
  offered_to = excluded.offered_to,
  offer_until_ms = excluded.offer_until_ms,
  answered_ms = excluded.answered_ms;

-- name: PutMessage :exec
-- PutMessage writes a message whole. Only for rows that this transaction has locked or made.
INSERT INTO message (workspace_id, id, conversation_id, touchpoint_id, contact_id, no, direction, kind, sent_ms, created_ms, agent_id, content, media_id, provider_id, state, accepted_ms, delivered_ms, read_ms, failed_ms, failure, elsewhere, version, wait_until_ms, wait_reason, attempt, unconfirmed_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(conversation_id), sqlc.arg(touchpoint_id), sqlc.arg(contact_id), sqlc.arg(no), sqlc.arg(direction), sqlc.arg(kind), sqlc.arg(sent_ms), sqlc.arg(created_ms), sqlc.arg(agent_id), sqlc.arg(content), sqlc.arg(media_id), sqlc.arg(provider_id), sqlc.arg(state), sqlc.arg(accepted_ms), sqlc.arg(delivered_ms), sqlc.arg(read_ms), sqlc.arg(failed_ms), sqlc.arg(failure), sqlc.arg(elsewhere), sqlc.arg(version), sqlc.arg(wait_until_ms), sqlc.arg(wait_reason), sqlc.arg(attempt), sqlc.arg(unconfirmed_ms))
ON CONFLICT (workspace_id, id) DO UPDATE SET
  conversation_id = excluded.conversation_id,
  touchpoint_id = excluded.touchpoint_id,
  contact_id = excluded.contact_id,
  no = excluded.no,
  direction = excluded.direction,
  kind = excluded.kind,
  sent_ms = excluded.sent_ms,
  created_ms = excluded.created_ms,
  agent_id = excluded.agent_id,
  content = excluded.content,
  media_id = excluded.media_id,
  provider_id = excluded.provider_id,
  state = excluded.state,
  accepted_ms = excluded.accepted_ms,
  delivered_ms = excluded.delivered_ms,
  read_ms = excluded.read_ms,
  failed_ms = excluded.failed_ms,
  failure = excluded.failure,
  elsewhere = excluded.elsewhere,
  version = excluded.version,
  wait_until_ms = excluded.wait_until_ms,
  wait_reason = excluded.wait_reason,
  attempt = excluded.attempt,
  unconfirmed_ms = excluded.unconfirmed_ms;

-- name: PutChange :exec
-- PutChange moves an entity to the newest position of the feed.
INSERT INTO change (workspace_id, entity_type, entity_id, seq, deleted)
VALUES (sqlc.arg(workspace_id), sqlc.arg(entity_type), sqlc.arg(entity_id), sqlc.arg(seq), sqlc.arg(deleted))
ON CONFLICT (workspace_id, entity_type, entity_id) DO UPDATE SET
  seq = excluded.seq,
  deleted = excluded.deleted;

-- name: PutTouchpointHealth :execrows
-- PutTouchpointHealth keeps Meta's news of a topic, unless newer news are there. 0 rows: nothing has changed.
INSERT INTO touchpoint_health (workspace_id, touchpoint_id, topic, level, event, detail, at_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(touchpoint_id), sqlc.arg(topic), sqlc.arg(level), sqlc.arg(event), sqlc.arg(detail), sqlc.arg(at_ms))
ON CONFLICT (workspace_id, touchpoint_id, topic) DO UPDATE SET
  level = excluded.level,
  event = excluded.event,
  detail = excluded.detail,
  at_ms = excluded.at_ms
WHERE excluded.at_ms > touchpoint_health.at_ms;

-- name: PutTemplate :exec
-- PutTemplate writes a template whole.
INSERT INTO template (workspace_id, id, account_id, name, language, status, content, gone, version)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(account_id), sqlc.arg(name), sqlc.arg(language), sqlc.arg(status), sqlc.arg(content), sqlc.arg(gone), sqlc.arg(version))
ON CONFLICT (workspace_id, id) DO UPDATE SET
  status = excluded.status,
  content = excluded.content,
  gone = excluded.gone,
  version = excluded.version;

-- name: PutContactApart :exec
-- PutContactApart remembers that two contacts are different people.
INSERT INTO contact_apart (workspace_id, low_id, high_id)
VALUES (sqlc.arg(workspace_id), sqlc.arg(low_id), sqlc.arg(high_id))
ON CONFLICT DO NOTHING;

-- name: PutContactMerge :exec
-- PutContactMerge remembers what a merge moved.
INSERT INTO contact_merge (workspace_id, merged_id, kept_id, agent_id, at_ms, moved)
VALUES (sqlc.arg(workspace_id), sqlc.arg(merged_id), sqlc.arg(kept_id), sqlc.arg(agent_id), sqlc.arg(at_ms), sqlc.arg(moved));

-- name: PutContactUnmerge :exec
-- PutContactUnmerge remembers that a merge was undone.
INSERT INTO contact_unmerge (workspace_id, merged_id, kept_id, merged_by, merged_ms, undone_by, undone_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(merged_id), sqlc.arg(kept_id), sqlc.arg(merged_by), sqlc.arg(merged_ms), sqlc.arg(undone_by), sqlc.arg(undone_ms));

-- name: PutWatermark :exec
-- PutWatermark keeps the furthest watermark of a state.
INSERT INTO watermark (workspace_id, touchpoint_id, contact_id, state, until_ms, at_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(touchpoint_id), sqlc.arg(contact_id), sqlc.arg(state), sqlc.arg(until_ms), sqlc.arg(at_ms))
ON CONFLICT (workspace_id, touchpoint_id, contact_id, state) DO UPDATE SET until_ms = excluded.until_ms, at_ms = excluded.at_ms
WHERE excluded.until_ms > watermark.until_ms;
