package store

import (
	"context"
	"database/sql"
	"fmt"

	"parley/backend/hub/store/db"

	"github.com/pressly/goose/v3"
)

// engine is what the two databases do differently: how a batch reaches the server in few round trips, and how
// rows are locked. All other SQL is shared.
type engine interface {
	dialect() goose.Dialect
	migration() []goose.ProviderOption
	shared() bool
	again(err error) bool // the transaction failed only because of another one

	keepWebhooks(ctx context.Context, tx *Tx, rows []db.Webhook) error
	takeWebhooks(ctx context.Context, tx *Tx, rows []db.Webhook) (taken int64, err error)
	putChanges(ctx context.Context, tx *Tx, changes []db.Change) error
	write(ctx context.Context, tx *Tx, rows Rows) error
	merges(ctx context.Context, tx *Tx) (int64, error)
	identities(ctx context.Context, tx *Tx, keys []IdentityKey) ([]db.ContactIdentity, error)
	contacts(ctx context.Context, tx *Tx, ids []string) ([]db.Contact, error)
	latest(ctx context.Context, tx *Tx, keys []PairKey) ([]db.Conversation, error)
	conversations(ctx context.Context, tx *Tx, ids []string) ([]db.Conversation, error)
	messages(ctx context.Context, tx *Tx, keys []ProviderKey, ids []string) ([]db.Message, error)
	claimLane(ctx context.Context, pool *sql.DB, kind, worker string, nowMs, leaseMs int64) (db.Lane, error)
}

// claimLaneSQL leases one due lane. %s locks the row where the engine has row locks. Arguments: worker, lease end,
// kind, now. RETURNING names no columns: they are those of db.Lane, in order.
const claimLaneSQL = `UPDATE lane SET lease_by = $1, lease_ms = $2
WHERE (workspace_id, kind, key) = (
  SELECT workspace_id, kind, key FROM lane WHERE kind = $3 AND next_ms <= $4 AND lease_ms <= $4
  ORDER BY next_ms LIMIT 1%s)
RETURNING *`

func scanLane(row *sql.Row) (db.Lane, error) {
	var l db.Lane
	err := row.Scan(&l.WorkspaceID, &l.Kind, &l.Key, &l.TouchpointID, &l.NextMs, &l.Attempts, &l.Gen, &l.LeaseBy, &l.LeaseMs)
	if err != nil {
		return db.Lane{}, fmt.Errorf("claim lane: %w", err)
	}
	return l, nil
}
