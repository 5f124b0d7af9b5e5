-- name: Workspaces :many
SELECT * FROM workspace ORDER BY created_ms, id;

-- name: Workspace :one
SELECT * FROM workspace WHERE id = sqlc.arg(workspace_id);

-- name: BumpMerges :exec
-- BumpMerges makes every hub forget what it remembers of identities.
UPDATE workspace SET merges = merges + 1 WHERE id = sqlc.arg(workspace_id);

-- name: SetKeeping :exec
-- SetKeeping says for how many days desks keep what was said and show it without the hub, and the hub keeps dead letters.
UPDATE workspace SET history_days = sqlc.arg(history_days), access_days = sqlc.arg(access_days), letter_days = sqlc.arg(letter_days), version = version + 1 WHERE id = sqlc.arg(workspace_id);

-- name: BeginLetterDays :exec
-- BeginLetterDays says since when dead letters are counted.
UPDATE workspace SET letters_from_ms = sqlc.arg(now_ms) WHERE id = sqlc.arg(workspace_id) AND letters_from_ms = 0;

-- name: Queues :many
SELECT * FROM queue WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY id;

-- name: Queue :one
SELECT * FROM queue WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: Touchpoints :many
SELECT * FROM touchpoint WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY id;

-- name: AllTouchpoints :many
-- AllTouchpoints crosses workspaces: a webhook names an account, not a workspace.
SELECT * FROM touchpoint ORDER BY created_ms, id;

-- name: Touchpoint :one
SELECT * FROM touchpoint WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: PauseTouchpoint :one
-- PauseTouchpoint stops sending on a touchpoint until a probe at until_ms, and says why. An empty reason lets it
-- send again. No row: it already stands so.
UPDATE touchpoint SET paused_reason = sqlc.arg(reason), paused_until_ms = sqlc.arg(until_ms), version = version + 1,
  paused_ms = CASE WHEN CAST(sqlc.arg(reason) AS TEXT) = '' THEN 0 WHEN paused_reason = '' THEN CAST(sqlc.arg(now_ms) AS BIGINT) ELSE paused_ms END
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id)
  AND (paused_reason <> sqlc.arg(reason) OR paused_until_ms <> sqlc.arg(until_ms))
RETURNING *;

-- name: ProbeTouchpoint :execrows
-- ProbeTouchpoint lets one message try a paused touchpoint and holds the others back until then. 0 rows: another one does,
-- or it is not time yet.
UPDATE touchpoint SET paused_until_ms = sqlc.arg(until_ms)
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND paused_reason <> '' AND paused_until_ms <= sqlc.arg(now_ms);

-- name: TouchpointsToProbe :many
-- TouchpointsToProbe crosses workspaces, because one prober serves them all: paused ones whose time of rest is over.
SELECT * FROM touchpoint WHERE paused_reason <> '' AND paused_until_ms <= sqlc.arg(now_ms) ORDER BY paused_until_ms;

-- name: BumpTouchpoint :exec
-- BumpTouchpoint gives a touchpoint a new version because something that is shown with it has changed.
UPDATE touchpoint SET version = version + 1 WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: ReplaceSecrets :one
-- ReplaceSecrets gives a touchpoint other secrets. One that is paused because of its token is tried again at once.
UPDATE touchpoint SET token_sealed = sqlc.arg(token_sealed), app_secret_sealed = sqlc.arg(app_secret_sealed), verify_sealed = sqlc.arg(verify_sealed),
  paused_until_ms = CASE WHEN paused_reason = 'token' THEN 0 ELSE paused_until_ms END, version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) RETURNING *;

-- name: TouchpointHealth :many
SELECT * FROM touchpoint_health WHERE workspace_id = sqlc.arg(workspace_id) AND touchpoint_id = sqlc.arg(touchpoint_id) ORDER BY topic;

-- name: Templates :many
SELECT * FROM template WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY id;

-- name: TemplatesOfAccount :many
SELECT * FROM template WHERE workspace_id = sqlc.arg(workspace_id) AND account_id = sqlc.arg(account_id) ORDER BY id;

-- name: Template :one
SELECT * FROM template WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: TemplateByName :one
SELECT * FROM template WHERE workspace_id = sqlc.arg(workspace_id) AND account_id = sqlc.arg(account_id)
  AND name = sqlc.arg(name) AND language = sqlc.arg(language);

-- name: TakePace :one
-- TakePace takes one place in a rate of one per interval_us that may run ahead by burst_us. No row: it has to wait.
INSERT INTO pace (workspace_id, key, tat_us)
VALUES (sqlc.arg(workspace_id), sqlc.arg(key), CAST(sqlc.arg(now_us) AS BIGINT) + CAST(sqlc.arg(interval_us) AS BIGINT))
ON CONFLICT (workspace_id, key) DO UPDATE SET
  tat_us = CASE WHEN pace.tat_us > CAST(sqlc.arg(now_us) AS BIGINT) THEN pace.tat_us ELSE CAST(sqlc.arg(now_us) AS BIGINT) END + CAST(sqlc.arg(interval_us) AS BIGINT)
WHERE pace.tat_us <= CAST(sqlc.arg(now_us) AS BIGINT) + CAST(sqlc.arg(burst_us) AS BIGINT)
RETURNING tat_us;

-- name: Pace :one
SELECT * FROM pace WHERE workspace_id = sqlc.arg(workspace_id) AND key = sqlc.arg(key);

-- name: DropOldPaces :execrows
-- DropOldPaces forgets rates that nobody uses, of all workspaces.
DELETE FROM pace WHERE tat_us < sqlc.arg(before_us);

-- name: Agents :many
SELECT * FROM agent WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY id;

-- name: Agent :one
SELECT * FROM agent WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: LockAgent :one
-- LockAgent is an agent as they are until the end of the transaction: what is decided by what they have stays true. No row:
-- there is no such agent.
UPDATE agent SET capacity = capacity WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) RETURNING *;

-- name: SetAgentStatus :one
-- SetAgentStatus says whether an agent is there. No row: it stands so already.
UPDATE agent SET status = sqlc.arg(status), status_text = sqlc.arg(text), status_ms = sqlc.arg(now_ms), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND (status <> sqlc.arg(status) OR status_text <> sqlc.arg(text)) RETURNING *;

-- name: AgentByEmail :one
-- AgentByEmail crosses workspaces: who signs in names an address, not a workspace. Addresses are lower case.
SELECT * FROM agent WHERE email = sqlc.arg(email);

-- name: Command :one
-- Command is the stored answer of a command. No row: it has not been carried out.
SELECT * FROM command WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: Dispositions :many
SELECT * FROM disposition WHERE workspace_id = sqlc.arg(workspace_id) ORDER BY set_id, parent_id, position, id;

-- name: Disposition :one
SELECT * FROM disposition WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id);

-- name: DispositionsOfSet :many
SELECT * FROM disposition WHERE workspace_id = sqlc.arg(workspace_id) AND set_id = sqlc.arg(set_id) ORDER BY parent_id, position, id;

-- name: RenameDisposition :execrows
-- RenameDisposition gives a label another name. 0 rows: it has not the one that it was thought to have.
UPDATE disposition SET name = sqlc.arg(name), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND name = sqlc.arg(was);

-- name: PlaceDisposition :execrows
-- PlaceDisposition puts a label somewhere among those under another one. 0 rows: it is there already.
UPDATE disposition SET parent_id = sqlc.arg(parent_id), position = sqlc.arg(position), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND (parent_id <> sqlc.arg(parent_id) OR position <> sqlc.arg(position));

-- name: HideDisposition :execrows
-- HideDisposition offers a label no longer, or again. 0 rows: it stands so already.
UPDATE disposition SET hidden = sqlc.arg(hidden), version = version + 1
WHERE workspace_id = sqlc.arg(workspace_id) AND id = sqlc.arg(id) AND hidden <> sqlc.arg(hidden);
