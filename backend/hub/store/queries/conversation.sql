-- name: Contact :one
SELECT * FROM contact WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: Contacts :many
SELECT * FROM contact WHERE workspace_id = sqlc.arg(workspace_id) AND id > sqlc.arg(after) ORDER BY id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: Identity :one
-- Identity finds the contact a channel knows by a value. No row: a new person.
SELECT * FROM contact_identity
WHERE workspace_id = sqlc.arg(workspace_id) AND channel = sqlc.arg(channel) AND kind = sqlc.arg(kind)
  AND scope = sqlc.arg(scope) AND value = sqlc.arg(value);

-- name: Identities :many
-- Identities are what channels know a contact by, the newest of each kind last.
SELECT * FROM contact_identity WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(contact_id)
ORDER BY channel, kind, since_ms, scope, value;

-- name: UpdateContact :one
-- UpdateContact replaces what agents know of a contact. No row: there is no such contact.
UPDATE contact SET name = sqlc.arg(name), number = sqlc.arg(number), email = sqlc.arg(email), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) RETURNING *;

-- name: NameContact :one
-- NameContact gives a nameless contact the name that a channel tells. No row: it has one.
UPDATE contact SET name = sqlc.arg(name), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND name = '' RETURNING *;

-- name: Conversation :one
SELECT * FROM conversation WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: TestContacts :many
-- TestContacts are the conversations of a touchpoint whose contacts may be written to, the latest first. It looks at all of them.
SELECT c.id, c.contact_id, k.name, k.number, c.last_inbound_ms, c.window_until_ms FROM conversation c
JOIN contact k ON k.workspace_id = c.workspace_id AND k.id = c.contact_id
WHERE c.workspace_id = sqlc.arg(workspace_id) AND c.touchpoint_id = sqlc.arg(touchpoint_id) AND c.window_until_ms > sqlc.arg(now_ms)
ORDER BY c.last_inbound_ms DESC, c.id DESC LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: OpenConversationOf :one
-- OpenConversationOf is the open conversation of a contact on a touchpoint. No row: they have none.
SELECT * FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id) AND contact_id = sqlc.arg(contact_id)
  AND status <> 'closed';

-- name: LastConversationOf :one
-- LastConversationOf is the last conversation of a contact on a touchpoint. No row: they have had none.
SELECT * FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id) AND contact_id = sqlc.arg(contact_id)
ORDER BY opened_ms DESC, id DESC LIMIT 1;

-- name: OpenConversations :many
SELECT * FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND status IN ('queued', 'assigned', 'wrap_up') AND id > sqlc.arg(after)
ORDER BY id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: ConversationsOfContact :many
SELECT * FROM conversation WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(contact_id) ORDER BY opened_ms, id;

-- name: AllConversations :many
SELECT * FROM conversation WHERE workspace_id = sqlc.arg(workspace_id) AND id > sqlc.arg(after) ORDER BY id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: AssignConversation :one
-- AssignConversation gives a queued conversation to an agent. No row: a colleague was faster, or it has left the queue.
UPDATE conversation SET status = 'assigned', assignee_id = sqlc.arg(agent_id), assigned_ms = sqlc.arg(now_ms),
  weight = (SELECT t.weight FROM touchpoint t WHERE t.workspace_id = conversation.workspace_id AND t.id = conversation.touchpoint_id),
  transferred_by = '', transferred_ms = 0, offered_to = '', offer_until_ms = 0, last_no = last_no + 1, version = version + 1
WHERE conversation.workspace_id = sqlc.arg(workspace_id) AND conversation.id = sqlc.arg(id) AND status = 'queued' RETURNING *;

-- name: TransferToAgent :one
-- TransferToAgent gives a conversation to another agent. No row: whoever transfers it neither has it nor supervises, it
-- is where it should go, or it is not open.
UPDATE conversation SET status = 'assigned', assignee_id = sqlc.arg(to_id), assigned_ms = sqlc.arg(now_ms),
  weight = (SELECT t.weight FROM touchpoint t WHERE t.workspace_id = conversation.workspace_id AND t.id = conversation.touchpoint_id),
  transferred_by = sqlc.arg(by), transferred_ms = sqlc.arg(transferred_ms), offered_to = '', offer_until_ms = 0, last_no = last_no + 1, version = version + 1
WHERE conversation.workspace_id = sqlc.arg(workspace_id) AND conversation.id = sqlc.arg(id) AND assignee_id <> sqlc.arg(to_id)
  AND (status = 'assigned' AND assignee_id = sqlc.arg(agent_id)
    OR CAST(sqlc.arg(supervises) AS BOOLEAN) AND status IN ('queued', 'assigned')) RETURNING *;

-- name: TransferToQueue :one
-- TransferToQueue lets a conversation wait in another queue. No row: as with TransferToAgent.
UPDATE conversation SET status = 'queued', assignee_id = '', assigned_ms = 0, weight = 0, queue_id = sqlc.arg(to_id),
  transferred_by = sqlc.arg(agent_id), transferred_ms = sqlc.arg(now_ms), offered_to = '', offer_until_ms = 0, last_no = last_no + 1, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND queue_id <> sqlc.arg(to_id)
  AND (status = 'assigned' AND assignee_id = sqlc.arg(agent_id)
    OR CAST(sqlc.arg(supervises) AS BOOLEAN) AND status IN ('queued', 'assigned')) RETURNING *;

-- name: AgentLoad :one
-- AgentLoad is how many points of conversations an agent has.
SELECT CAST(COALESCE(sum(weight), 0) AS BIGINT) FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND assignee_id = sqlc.arg(agent_id) AND status IN ('assigned', 'wrap_up');

-- name: AgentLoads :many
-- AgentLoads is what each agent has who has anything.
SELECT assignee_id, CAST(sum(weight) AS BIGINT) AS points, count(*) AS conversations FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND status IN ('assigned', 'wrap_up') GROUP BY assignee_id;

-- name: ReturnConversation :one
-- ReturnConversation sends an agent's conversation back to its queue. No row: it is not theirs, or not assigned.
UPDATE conversation SET status = 'queued', assignee_id = '', assigned_ms = 0, weight = 0, transferred_by = '', transferred_ms = 0,
  last_no = last_no + 1, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND status = 'assigned' AND assignee_id = sqlc.arg(agent_id) RETURNING *;

-- name: EndConversation :one
-- EndConversation ends an agent's conversation, to wrap-up or closed. No row: it is not theirs, or not assigned.
UPDATE conversation SET status = sqlc.arg(status), ended_ms = sqlc.arg(now_ms), closed_ms = sqlc.arg(closed_ms),
  unread = 0, waiting_since_ms = 0, transferred_by = '', transferred_ms = 0, last_no = last_no + 1, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND status = 'assigned' AND assignee_id = sqlc.arg(agent_id) RETURNING *;

-- name: CloseConversation :one
-- CloseConversation ends wrap-up, with a disposition or without. No row: it is not theirs, or not in wrap-up.
UPDATE conversation SET status = 'closed', disposition_id = sqlc.arg(disposition_id), closed_ms = sqlc.arg(now_ms),
  last_no = last_no + 1, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND status = 'wrap_up' AND assignee_id = sqlc.arg(agent_id) RETURNING *;

-- name: AppendOutgoing :one
-- AppendOutgoing takes the next number of a thread for a message of the agent, who has thereby read and answered
-- all before it. No row: the conversation is not theirs, or not assigned.
UPDATE conversation SET last_no = last_no + 1, last_message_ms = sqlc.arg(sent_ms), last_message_id = sqlc.arg(message_id),
  preview = sqlc.arg(preview), last_kind = sqlc.arg(kind), last_direction = 'out', last_state = 'in_hub',
  unread = 0, waiting_since_ms = 0, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND status = 'assigned' AND assignee_id = sqlc.arg(agent_id) RETURNING *;

-- name: TakeLine :one
-- TakeLine takes the next number of a thread for a line of the agent that answers nothing, such as a reaction. No row: the
-- conversation is not theirs, or not assigned.
UPDATE conversation SET last_no = last_no + 1, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND status = 'assigned' AND assignee_id = sqlc.arg(agent_id) RETURNING *;

-- name: ReadConversation :one
-- ReadConversation records that its agent has seen everything up to a number, and has thereby opened what was transferred
-- to them. No row: not theirs, or seen before.
UPDATE conversation SET read_no = CASE WHEN read_no < sqlc.arg(read_no) THEN sqlc.arg(read_no) ELSE read_no END,
  unread = sqlc.arg(unread), transferred_by = '', transferred_ms = 0, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND assignee_id = sqlc.arg(agent_id)
  AND (read_no < sqlc.arg(read_no) OR transferred_by <> '') RETURNING *;

-- name: UnreadAfter :one
-- UnreadAfter counts the contact's messages after a number that count as unread.
SELECT count(*) FROM message
WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id) AND no > sqlc.arg(no)
  AND direction = 'in' AND kind NOT IN ('reaction', 'edit', 'deletion', 'system');

-- name: RefreshConversation :one
-- RefreshConversation takes the state of the last message and the number of troubled ones from the messages.
UPDATE conversation SET
  troubled = (SELECT count(*) FROM message m WHERE m.workspace_id = conversation.workspace_id
    AND m.conversation_id = conversation.id AND m.state IN ('failed', 'unconfirmed')),
  last_state = COALESCE((SELECT m.state FROM message m WHERE m.workspace_id = conversation.workspace_id
    AND m.id = conversation.last_message_id), ''),
  version = version + 1
WHERE conversation.workspace_id = sqlc.arg(workspace_id) AND conversation.id = sqlc.arg(id) RETURNING *;

-- name: TouchConversation :exec
-- TouchConversation writes what messages move, and no column that is in an index: SQLite would rewrite each index.
-- Only for rows that this transaction has locked.
UPDATE conversation SET
  last_message_ms = sqlc.arg(last_message_ms),
  last_message_id = sqlc.arg(last_message_id),
  preview = sqlc.arg(preview),
  last_kind = sqlc.arg(last_kind),
  last_direction = sqlc.arg(last_direction),
  last_state = sqlc.arg(last_state),
  unread = sqlc.arg(unread),
  waiting_since_ms = sqlc.arg(waiting_since_ms),
  last_inbound_ms = sqlc.arg(last_inbound_ms),
  last_inbound_id = sqlc.arg(last_inbound_id),
  window_until_ms = sqlc.arg(window_until_ms),
  window_reason = sqlc.arg(window_reason),
  last_no = sqlc.arg(last_no),
  troubled = sqlc.arg(troubled),
  version = sqlc.arg(version)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: MoveIdentities :many
-- MoveIdentities gives what channels know a contact by to another one. Only a person's merge may.
UPDATE contact_identity SET contact_id = sqlc.arg(to_id) WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(from_id) RETURNING *;

-- name: MoveIdentity :exec
UPDATE contact_identity SET contact_id = sqlc.arg(to_id)
WHERE workspace_id = sqlc.arg(workspace_id) AND channel = sqlc.arg(channel) AND kind = sqlc.arg(kind) AND scope = sqlc.arg(scope) AND value = sqlc.arg(value)
  AND contact_id = sqlc.arg(from_id);

-- name: MoveConversation :execrows
UPDATE conversation SET contact_id = sqlc.arg(to_id), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND contact_id = sqlc.arg(from_id);

-- name: MoveMessages :exec
UPDATE message SET contact_id = sqlc.arg(to_id) WHERE workspace_id = sqlc.arg(workspace_id) AND conversation_id = sqlc.arg(conversation_id);

-- name: UnsentOf :one
-- UnsentOf counts the messages to a contact that Meta has not answered for yet.
SELECT count(*) FROM message m JOIN conversation c ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id
WHERE c.workspace_id = sqlc.arg(workspace_id) AND c.contact_id = sqlc.arg(contact_id) AND m.state IN ('in_hub', 'sending');

-- name: ContactMerge :one
SELECT * FROM contact_merge WHERE workspace_id = sqlc.arg(workspace_id) AND merged_id = sqlc.arg(merged_id);

-- name: MergesInto :many
-- MergesInto lists who was merged into a contact, with the name that they had.
SELECT m.merged_id, m.agent_id, m.at_ms, c.name, c.number FROM contact_merge m
JOIN contact c ON c.workspace_id = m.workspace_id AND c.id = m.merged_id
WHERE m.workspace_id = sqlc.arg(workspace_id) AND m.kept_id = sqlc.arg(kept_id) ORDER BY m.at_ms;

-- name: UnmergesOf :many
-- UnmergesOf lists the undone merges of a contact, with the name of the other one.
SELECT u.*, c.name, c.number FROM contact_unmerge u
JOIN contact c ON c.workspace_id = u.workspace_id AND c.id = CASE WHEN u.kept_id = sqlc.arg(contact_id) THEN u.merged_id ELSE u.kept_id END
WHERE u.workspace_id = sqlc.arg(workspace_id) AND (u.kept_id = sqlc.arg(contact_id) OR u.merged_id = sqlc.arg(contact_id)) ORDER BY u.undone_ms;

-- name: DropContactMerge :exec
DELETE FROM contact_merge WHERE workspace_id = sqlc.arg(workspace_id) AND merged_id = sqlc.arg(merged_id);

-- name: ContactsApart :one
SELECT count(*) FROM contact_apart WHERE workspace_id = sqlc.arg(workspace_id) AND low_id = sqlc.arg(low_id) AND high_id = sqlc.arg(high_id);
