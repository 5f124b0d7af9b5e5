-- name: CompanySignIn :one
-- CompanySignIn is how people sign in with their company's account. No row: they do not.
SELECT * FROM company_sign_in WHERE workspace_id = sqlc.arg(workspace_id);

-- name: PutCompanySignIn :exec
INSERT INTO company_sign_in (workspace_id, name, issuer, client_id, secret_sealed, public_url, domains, groups_claim, groups_scope, admins, supervisors, agents, provision)
VALUES (sqlc.arg(workspace_id), sqlc.arg(name), sqlc.arg(issuer), sqlc.arg(client_id), sqlc.arg(secret_sealed), sqlc.arg(public_url), sqlc.arg(domains), sqlc.arg(groups_claim), sqlc.arg(groups_scope), sqlc.arg(admins), sqlc.arg(supervisors), sqlc.arg(agents), sqlc.arg(provision))
ON CONFLICT (workspace_id) DO UPDATE SET
  name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id, secret_sealed = excluded.secret_sealed,
  public_url = excluded.public_url, domains = excluded.domains, groups_claim = excluded.groups_claim, groups_scope = excluded.groups_scope, admins = excluded.admins,
  supervisors = excluded.supervisors, agents = excluded.agents, provision = excluded.provision;

-- name: DropCompanySignIn :execrows
DELETE FROM company_sign_in WHERE workspace_id = sqlc.arg(workspace_id);

-- name: InsertSignInFlow :exec
INSERT INTO sign_in_flow (workspace_id, state_hash, browser_hash, nonce, verifier, redirect, desk_state, challenge, device_name, created_ms, called_ms, agent_id, code_hash)
VALUES (sqlc.arg(workspace_id), sqlc.arg(state_hash), sqlc.arg(browser_hash), sqlc.arg(nonce), sqlc.arg(verifier), sqlc.arg(redirect), sqlc.arg(desk_state), sqlc.arg(challenge), sqlc.arg(device_name), sqlc.arg(created_ms), 0, '', '');

-- name: TakeSignInFlow :one
-- TakeSignInFlow is the sign-in that a browser comes back with, once. No row: there is none, it is too old, it is another
-- browser's, or it has come back before.
UPDATE sign_in_flow SET called_ms = sqlc.arg(now_ms)
WHERE workspace_id = sqlc.arg(workspace_id) AND state_hash = sqlc.arg(state_hash) AND browser_hash = sqlc.arg(browser_hash)
  AND called_ms = 0 AND created_ms > sqlc.arg(since_ms) RETURNING *;

-- name: SetSignInCode :execrows
-- SetSignInCode says for whom a code can be exchanged.
UPDATE sign_in_flow SET agent_id = sqlc.arg(agent_id), code_hash = sqlc.arg(code_hash)
WHERE workspace_id = sqlc.arg(workspace_id) AND state_hash = sqlc.arg(state_hash);

-- name: TakeSignInCode :one
-- TakeSignInCode is the sign-in of a code, once. No row: there is none, or it is too old, or it was exchanged.
DELETE FROM sign_in_flow WHERE workspace_id = sqlc.arg(workspace_id) AND code_hash = sqlc.arg(code_hash) AND code_hash <> '' AND called_ms > sqlc.arg(since_ms) RETURNING *;

-- name: DropOldSignInFlows :execrows
DELETE FROM sign_in_flow WHERE workspace_id = sqlc.arg(workspace_id) AND created_ms < sqlc.arg(before_ms);
