-- +goose Up

-- How people sign in with their company's account (OpenID Connect): one row a workspace, or none. secret_sealed is sealed with
-- the hub's key. domains, admins, supervisors and agents are lists with commas: whose addresses are let in, and which groups
-- of the claim groups_claim, for which some providers want to be asked by a scope, have which role. provision is the role of who is not known yet; empty lets nobody new in.
CREATE TABLE company_sign_in (
  workspace_id  TEXT NOT NULL PRIMARY KEY,
  name          TEXT NOT NULL,
  issuer        TEXT NOT NULL,
  client_id     TEXT NOT NULL,
  secret_sealed TEXT NOT NULL,
  public_url    TEXT NOT NULL,
  domains       TEXT NOT NULL,
  groups_claim  TEXT NOT NULL,
  groups_scope  TEXT NOT NULL,
  admins        TEXT NOT NULL,
  supervisors   TEXT NOT NULL,
  agents        TEXT NOT NULL,
  provision     TEXT NOT NULL
);

-- One sign-in in a browser, under way for some minutes. Of what the browser and the desk hold only hashes are kept (SHA-256,
-- hex): the state, the browser's cookie, and the code that the desk exchanges. nonce and verifier are for the provider;
-- challenge is the desk's (PKCE). called_ms is when the provider sent the browser back, 0 before; it does so once.
CREATE TABLE sign_in_flow (
  workspace_id TEXT   NOT NULL,
  state_hash   TEXT   NOT NULL,
  browser_hash TEXT   NOT NULL,
  nonce        TEXT   NOT NULL,
  verifier     TEXT   NOT NULL,
  redirect     TEXT   NOT NULL,
  desk_state   TEXT   NOT NULL,
  challenge    TEXT   NOT NULL,
  device_name  TEXT   NOT NULL,
  created_ms   BIGINT NOT NULL,
  called_ms    BIGINT NOT NULL,
  agent_id     TEXT   NOT NULL,
  code_hash    TEXT   NOT NULL,
  PRIMARY KEY (workspace_id, state_hash)
);
