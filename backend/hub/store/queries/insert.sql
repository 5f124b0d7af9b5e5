-- name: InsertWorkspace :exec
-- InsertWorkspace adds a business.
INSERT INTO workspace (id, name, practice, version, created_ms)
VALUES (sqlc.arg(id), sqlc.arg(name), sqlc.arg(practice), sqlc.arg(version), sqlc.arg(created_ms));

-- name: InsertWorkspaceSeq :exec
-- InsertWorkspaceSeq starts the feed of a workspace.
INSERT INTO workspace_seq (workspace_id, epoch, seq)
VALUES (sqlc.arg(workspace_id), sqlc.arg(epoch), sqlc.arg(seq));

-- name: InsertQueue :exec
-- InsertQueue adds a queue.
INSERT INTO queue (workspace_id, id, name, disposition_set_id, version)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(name), sqlc.arg(disposition_set_id), sqlc.arg(version));

-- name: InsertTouchpoint :exec
-- InsertTouchpoint adds a number or Page. It fails when the account is connected already.
INSERT INTO touchpoint (workspace_id, id, channel, name, identification, account_id, business_id, queue_id, graph_url, graph_version, token_sealed, app_secret_sealed, verify_sealed, window_ms, standard_window_ms, wrap_up, paused_reason, paused_until_ms, version, created_ms, paused_ms, weight, sticky)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(channel), sqlc.arg(name), sqlc.arg(identification), sqlc.arg(account_id), sqlc.arg(business_id), sqlc.arg(queue_id), sqlc.arg(graph_url), sqlc.arg(graph_version), sqlc.arg(token_sealed), sqlc.arg(app_secret_sealed), sqlc.arg(verify_sealed), sqlc.arg(window_ms), sqlc.arg(standard_window_ms), sqlc.arg(wrap_up), sqlc.arg(paused_reason), sqlc.arg(paused_until_ms), sqlc.arg(version), sqlc.arg(created_ms), sqlc.arg(paused_ms), sqlc.arg(weight), sqlc.arg(sticky));

-- name: InsertAgent :exec
-- InsertAgent adds a person. It fails when the address is taken.
INSERT INTO agent (workspace_id, id, email, name, role, password_hash, disabled, version, created_ms, status, status_text, status_ms, capacity)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(email), sqlc.arg(name), sqlc.arg(role), sqlc.arg(password_hash), sqlc.arg(disabled), sqlc.arg(version), sqlc.arg(created_ms), sqlc.arg(status), sqlc.arg(status_text), sqlc.arg(status_ms), sqlc.arg(capacity));

-- name: InsertCommand :exec
-- InsertCommand keeps the answer to a command. It fails when the command has been answered.
INSERT INTO command (workspace_id, id, agent_id, kind, answer, created_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(agent_id), sqlc.arg(kind), sqlc.arg(answer), sqlc.arg(created_ms));

-- name: InsertDisposition :exec
-- InsertDisposition adds an outcome label.
INSERT INTO disposition (workspace_id, id, set_id, parent_id, name, position, version)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(set_id), sqlc.arg(parent_id), sqlc.arg(name), sqlc.arg(position), sqlc.arg(version));

-- name: InsertContactIdentity :exec
-- InsertContactIdentity adds what a channel knows a contact by. It fails when somebody else has it.
INSERT INTO contact_identity (workspace_id, channel, kind, scope, value, contact_id, since_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(channel), sqlc.arg(kind), sqlc.arg(scope), sqlc.arg(value), sqlc.arg(contact_id), sqlc.arg(since_ms));

-- name: InsertMessage :exec
-- InsertMessage adds a line to a thread. It fails when Meta's id or the number is taken.
INSERT INTO message (workspace_id, id, conversation_id, touchpoint_id, contact_id, no, direction, kind, sent_ms, created_ms, agent_id, content, media_id, provider_id, state, accepted_ms, delivered_ms, read_ms, failed_ms, failure, elsewhere, version, wait_until_ms, wait_reason, attempt, unconfirmed_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(conversation_id), sqlc.arg(touchpoint_id), sqlc.arg(contact_id), sqlc.arg(no), sqlc.arg(direction), sqlc.arg(kind), sqlc.arg(sent_ms), sqlc.arg(created_ms), sqlc.arg(agent_id), sqlc.arg(content), sqlc.arg(media_id), sqlc.arg(provider_id), sqlc.arg(state), sqlc.arg(accepted_ms), sqlc.arg(delivered_ms), sqlc.arg(read_ms), sqlc.arg(failed_ms), sqlc.arg(failure), sqlc.arg(elsewhere), sqlc.arg(version), sqlc.arg(wait_until_ms), sqlc.arg(wait_reason), sqlc.arg(attempt), sqlc.arg(unconfirmed_ms));

-- name: InsertMedia :exec
-- InsertMedia adds a file.
INSERT INTO media (workspace_id, id, touchpoint_id, message_id, state, mime, file_name, size_bytes, sha256, width, height, voice, animated, provider_id, url, created_ms, reason, fetch_until_ms, duration_ms, thumb_sha256, thumb_width, thumb_height, agent_id)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(touchpoint_id), sqlc.arg(message_id), sqlc.arg(state), sqlc.arg(mime), sqlc.arg(file_name), sqlc.arg(size_bytes), sqlc.arg(sha256), sqlc.arg(width), sqlc.arg(height), sqlc.arg(voice), sqlc.arg(animated), sqlc.arg(provider_id), sqlc.arg(url), sqlc.arg(created_ms), sqlc.arg(reason), sqlc.arg(fetch_until_ms), sqlc.arg(duration_ms), sqlc.arg(thumb_sha256), sqlc.arg(thumb_width), sqlc.arg(thumb_height), sqlc.arg(agent_id));

-- name: InsertParkedStatus :exec
-- InsertParkedStatus keeps a status for later. The first of its kind stays.
INSERT INTO parked_status (workspace_id, touchpoint_id, provider_id, state, at_ms, failure, created_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(touchpoint_id), sqlc.arg(provider_id), sqlc.arg(state), sqlc.arg(at_ms), sqlc.arg(failure), sqlc.arg(created_ms))
ON CONFLICT DO NOTHING;

-- name: InsertNote :exec
-- InsertNote adds a note.
INSERT INTO note (workspace_id, id, conversation_id, agent_id, text, created_ms, edited_ms, edited_by, version, earlier)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(conversation_id), sqlc.arg(agent_id), sqlc.arg(text), sqlc.arg(created_ms), sqlc.arg(edited_ms), sqlc.arg(edited_by), sqlc.arg(version), sqlc.arg(earlier));

-- name: InsertDeadLetter :exec
-- InsertDeadLetter keeps what was not understood.
INSERT INTO dead_letter (workspace_id, id, channel, account_id, reason, body, received_ms, webhook_id)
VALUES (sqlc.arg(workspace_id), sqlc.arg(id), sqlc.arg(channel), sqlc.arg(account_id), sqlc.arg(reason), sqlc.arg(body), sqlc.arg(received_ms), sqlc.arg(webhook_id));
