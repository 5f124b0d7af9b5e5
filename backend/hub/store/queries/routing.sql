-- name: QueueRoutings :many
SELECT * FROM queue_routing WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY queue_id;

-- name: QueueRouting :one
-- QueueRouting is how one queue's conversations find their agent. No row: they are picked by hand.
SELECT * FROM queue_routing WHERE workspace_id = sqlc.arg(workspace_id) AND queue_id = sqlc.arg(queue_id);

-- name: PutQueueRouting :exec
INSERT INTO queue_routing (workspace_id, queue_id, mode, offer_ms, unanswered_ms, hours, zone, answer)
VALUES (sqlc.arg(workspace_id), sqlc.arg(queue_id), sqlc.arg(mode), sqlc.arg(offer_ms), sqlc.arg(unanswered_ms), sqlc.arg(hours), sqlc.arg(zone), sqlc.arg(answer))
ON CONFLICT (workspace_id, queue_id) DO UPDATE SET mode = excluded.mode, offer_ms = excluded.offer_ms, unanswered_ms = excluded.unanswered_ms,
  hours = excluded.hours, zone = excluded.zone, answer = excluded.answer;

-- name: TakeRouteTurn :exec
-- TakeRouteTurn keeps other hubs from routing this workspace's conversations until the transaction ends.
INSERT INTO route_turn (workspace_id, ran_ms) VALUES (sqlc.arg(workspace_id), sqlc.arg(now_ms))
ON CONFLICT (workspace_id) DO UPDATE SET ran_ms = excluded.ran_ms;

-- name: QueuedOf :many
-- QueuedOf is what waits in a queue, the longest first.
SELECT * FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND queue_id = sqlc.arg(queue_id) AND status = 'queued'
ORDER BY opened_ms, id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: OfferConversation :one
-- OfferConversation offers a queued conversation to an agent. No row: it has left the queue, or is offered to somebody.
UPDATE conversation SET offered_to = sqlc.arg(agent_id), offer_until_ms = sqlc.arg(until_ms), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND status = 'queued' AND offered_to = '' RETURNING *;

-- name: EndOffer :one
-- EndOffer ends the offer of a conversation to an agent. No row: it is not offered to them any more.
UPDATE conversation SET offered_to = '', offer_until_ms = 0, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND status = 'queued' AND offered_to = sqlc.arg(agent_id) RETURNING *;

-- name: Offered :many
-- Offered is what is offered to somebody.
SELECT * FROM conversation WHERE workspace_id = sqlc.arg(workspace_id) AND offered_to <> '' AND status = 'queued' ORDER BY id;

-- name: RouteConversation :one
-- RouteConversation gives a queued conversation to an agent who has not asked for it. No row: it has left the queue.
UPDATE conversation SET status = 'assigned', assignee_id = sqlc.arg(agent_id), assigned_ms = sqlc.arg(now_ms),
  weight = (SELECT t.weight FROM touchpoint t WHERE t.workspace_id = conversation.workspace_id AND t.id = conversation.touchpoint_id),
  transferred_by = 'routing', transferred_ms = sqlc.arg(now_ms), offered_to = '', offer_until_ms = 0, last_no = last_no + 1, version = version + 1
WHERE conversation.workspace_id = sqlc.arg(workspace_id) AND conversation.id = sqlc.arg(id) AND status = 'queued' RETURNING *;

-- name: RefuseRoute :exec
INSERT INTO route_refusal (workspace_id, conversation_id, agent_id, at_ms)
VALUES (sqlc.arg(workspace_id), sqlc.arg(conversation_id), sqlc.arg(agent_id), sqlc.arg(at_ms))
ON CONFLICT (workspace_id, conversation_id, agent_id) DO UPDATE SET at_ms = excluded.at_ms;

-- name: RouteRefusals :many
SELECT * FROM route_refusal WHERE workspace_id = sqlc.arg(workspace_id) AND at_ms > sqlc.arg(after_ms) ORDER BY conversation_id, agent_id;

-- name: DropRouteRefusals :exec
-- DropRouteRefusals forgets what is too old to matter.
DELETE FROM route_refusal WHERE workspace_id = sqlc.arg(workspace_id) AND at_ms <= sqlc.arg(before_ms);

-- name: GiveTurn :exec
-- GiveTurn notes that an agent was given a conversation.
INSERT INTO agent_turn (workspace_id, agent_id, given_ms) VALUES (sqlc.arg(workspace_id), sqlc.arg(agent_id), sqlc.arg(now_ms))
ON CONFLICT (workspace_id, agent_id) DO UPDATE SET given_ms = excluded.given_ms WHERE excluded.given_ms > agent_turn.given_ms;

-- name: AgentTurns :many
SELECT * FROM agent_turn WHERE workspace_id = sqlc.arg(workspace_id);

-- name: AgentsInUse :many
-- AgentsInUse are who has used a device since a time.
SELECT DISTINCT agent_id FROM device_session WHERE workspace_id = sqlc.arg(workspace_id) AND revoked_ms = 0 AND used_ms >= sqlc.arg(since_ms);

-- name: LastAgentOf :one
-- LastAgentOf is who handled the last closed conversation of a contact on a touchpoint. No row: nobody has.
SELECT assignee_id FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND contact_id = sqlc.arg(contact_id) AND touchpoint_id = sqlc.arg(touchpoint_id)
  AND status = 'closed' AND assignee_id <> ''
ORDER BY opened_ms DESC, id DESC LIMIT 1;

-- name: LeftUnanswered :many
-- LeftUnanswered is what agents have left without an answer since a time.
SELECT * FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND queue_id = sqlc.arg(queue_id) AND status = 'assigned'
  AND waiting_since_ms > 0 AND waiting_since_ms <= sqlc.arg(since_ms) AND assigned_ms <= sqlc.arg(since_ms)
ORDER BY id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: ToAnswer :many
-- ToAnswer is what waits in a queue and has got no automatic answer, of contacts who wrote after a time and can still be written to.
SELECT * FROM conversation
WHERE workspace_id = sqlc.arg(workspace_id) AND queue_id = sqlc.arg(queue_id) AND status = 'queued' AND answered_ms = 0
  AND waiting_since_ms > 0 AND last_inbound_ms > sqlc.arg(after_ms) AND window_until_ms > sqlc.arg(now_ms)
ORDER BY id LIMIT CAST(sqlc.arg(n) AS BIGINT);

-- name: TimeOutConversation :one
-- TimeOutConversation sends what its agent has left unanswered back to its queue. No row: they have answered, or it is not theirs
-- any more.
UPDATE conversation SET status = 'queued', assignee_id = '', assigned_ms = 0, weight = 0, transferred_by = '', transferred_ms = 0,
  last_no = last_no + 1, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND status = 'assigned' AND assignee_id = sqlc.arg(agent_id)
  AND waiting_since_ms > 0 AND waiting_since_ms <= sqlc.arg(since_ms) AND assigned_ms <= sqlc.arg(since_ms) RETURNING *;

-- name: AppendAutomatic :one
-- AppendAutomatic takes the next number of a thread for a message that nobody wrote: the contact waits on. No row: it was sent, or
-- somebody has the conversation.
UPDATE conversation SET last_no = last_no + 1, last_message_ms = sqlc.arg(sent_ms), last_message_id = sqlc.arg(message_id),
  preview = sqlc.arg(preview), last_kind = 'text', last_direction = 'out', last_state = 'in_hub',
  answered_ms = sqlc.arg(sent_ms), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND status = 'queued' AND answered_ms = 0 RETURNING *;

-- name: ChangeTouchpoint :one
-- ChangeTouchpoint sets what an admin may change of a touchpoint. No row: there is no such touchpoint.
UPDATE touchpoint SET window_ms = sqlc.arg(window_ms), weight = sqlc.arg(weight), wrap_up = sqlc.arg(wrap_up), sticky = sqlc.arg(sticky),
  queue_id = sqlc.arg(queue_id), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) RETURNING *;

-- name: MoveWindows :many
-- MoveWindows gives the open windows of a touchpoint another length.
UPDATE conversation SET window_until_ms = last_inbound_ms + CAST(sqlc.arg(window_ms) AS BIGINT), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id) AND status IN ('queued', 'assigned', 'wrap_up')
  AND window_reason = 'message' AND last_inbound_ms > 0 AND window_until_ms <> last_inbound_ms + CAST(sqlc.arg(window_ms) AS BIGINT)
RETURNING id;
