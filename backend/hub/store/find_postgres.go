package store

import (
	"context"
	"database/sql"
	"errors"

	"parley/backend/search"
)

// postgresFinder is a GIN index over vectors that were made here, so that both engines divide words alike.
type postgresFinder struct{ pool *sql.DB }

// findTables makes the index. The schema of what cannot be lost is in migrations; this can be dropped at any time. The
// lock keeps hubs that start together from making it twice.
const findTables = `
SELECT pg_advisory_xact_lock(7275731850);
CREATE TABLE IF NOT EXISTS find_progress (workspace_id TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS findable (
  workspace_id TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, row BIGINT NOT NULL, words TSVECTOR NOT NULL,
  PRIMARY KEY (workspace_id, kind, id)
);
CREATE INDEX IF NOT EXISTS findable_words ON findable USING gin (words);
CREATE INDEX IF NOT EXISTS findable_row ON findable (workspace_id, kind, row DESC, id);`

func openPostgresFinder(ctx context.Context, pool *sql.DB) (*postgresFinder, error) {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // a no-op once committed
	if _, err := tx.ExecContext(ctx, findTables); err != nil {
		return nil, err
	}
	return &postgresFinder{pool}, tx.Commit()
}

func (f *postgresFinder) scrub(context.Context) error { return nil }

func (f *postgresFinder) close() error { return nil } // the pool is the store's

func (f *postgresFinder) progress(ctx context.Context, workspaceID string) (epoch string, seq int64, err error) {
	err = f.pool.QueryRowContext(ctx, "SELECT epoch, seq FROM find_progress WHERE workspace_id = $1", workspaceID).Scan(&epoch, &seq)
	if NotFound(err) {
		err = nil
	}
	return epoch, seq, err
}

func (f *postgresFinder) inTx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := f.pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // a no-op once committed
	if _, err := tx.ExecContext(ctx, "SET LOCAL synchronous_commit = off"); err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (f *postgresFinder) clear(ctx context.Context, workspaceID, epoch string) error {
	return f.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM findable WHERE workspace_id = $1", workspaceID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO find_progress (workspace_id, epoch, seq) VALUES ($1, $2, 0)
			ON CONFLICT (workspace_id) DO UPDATE SET epoch = excluded.epoch, seq = 0`, workspaceID, epoch)
		return err
	})
}

func (f *postgresFinder) keep(ctx context.Context, workspaceID, epoch string, from, to int64, all []Findable) error {
	return f.inTx(ctx, func(tx *sql.Tx) error {
		moved, err := tx.ExecContext(ctx, "UPDATE find_progress SET seq = $1 WHERE workspace_id = $2 AND epoch = $3 AND seq = $4", to, workspaceID, epoch, from)
		if err != nil {
			return err
		}
		if n, err := moved.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrIndexed)
		}
		var kinds, ids, words []string
		var rows []int64
		var goneKinds, goneIDs []string
		for _, one := range all {
			if one.Words == "" {
				goneKinds, goneIDs = append(goneKinds, one.Kind), append(goneIDs, one.ID)
				continue
			}
			kinds, ids = append(kinds, one.Kind), append(ids, one.ID)
			rows, words = append(rows, search.Row(one.AtMs, one.ID)), append(words, search.Vector(one.Words))
		}
		if len(ids) > 0 {
			if _, err := tx.ExecContext(ctx, `INSERT INTO findable (workspace_id, kind, id, row, words)
				SELECT $1, kind, id, row, words::tsvector FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[]) AS n (kind, id, row, words)
				ON CONFLICT (workspace_id, kind, id) DO UPDATE SET row = excluded.row, words = excluded.words`,
				workspaceID, kinds, ids, rows, words); err != nil {
				return err
			}
		}
		if len(goneIDs) > 0 {
			if _, err := tx.ExecContext(ctx, `DELETE FROM findable f USING unnest($2::text[], $3::text[]) AS g (kind, id)
				WHERE f.workspace_id = $1 AND f.kind = g.kind AND f.id = g.id`, workspaceID, goneKinds, goneIDs); err != nil {
				return err
			}
		}
		return nil
	})
}

// find lets the planner choose: of common words the newest are read until there are enough, rare ones come from the index.
func (f *postgresFinder) find(ctx context.Context, workspaceID, kind string, query search.Query, where search.Where, fromRow, belowRow int64, limit int) ([]Finding, error) {
	rows, err := f.pool.QueryContext(ctx, `SELECT kind, id, row FROM findable
		WHERE workspace_id = $1 AND kind = $2 AND words @@ $3::tsquery AND row >= $4 AND row < $5 ORDER BY row DESC, id LIMIT $6`,
		workspaceID, kind, query.TSQuery(where), fromRow, belowRow, limit)
	if err != nil {
		return nil, err
	}
	return scanFindings(rows)
}
