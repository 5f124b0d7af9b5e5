package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"parley/backend/search"
)

// sqliteFinder is FTS5 in a file beside the database: its writer is not the one that webhooks wait for, and what it loses
// with the power is indexed again.
type sqliteFinder struct{ write, read *sql.DB }

// findVersion numbers the schema. A file of another version is made again.
const findVersion = 1

const findSchema = `
CREATE TABLE progress (workspace_id TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE findable (row INTEGER PRIMARY KEY, workspace_id TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX findable_entity ON findable (workspace_id, kind, id);
CREATE VIRTUAL TABLE word_index USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '2 3 4');
PRAGMA user_version = 1;`

func openSQLiteFinder(ctx context.Context, database string) (*sqliteFinder, error) {
	path, err := filepath.Abs(strings.TrimSuffix(database, filepath.Ext(database)) + "-search.db")
	if err != nil {
		return nil, err
	}
	f, err := openFindFile(ctx, path)
	if err == nil {
		return f, nil
	}
	// Whatever is wrong with it: it holds nothing that the database does not have.
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !os.IsNotExist(err) {
			return nil, fmt.Errorf("replace search index: %w", err)
		}
	}
	return openFindFile(ctx, path)
}

func openFindFile(ctx context.Context, path string) (*sqliteFinder, error) {
	if err := touch(path); err != nil {
		return nil, err
	}
	write, err := sql.Open("sqlite3", dsn(path, "rwc", "_txlock=immediate&_synchronous=NORMAL&_journal_mode=WAL&_cache_size=-16384"))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	f := &sqliteFinder{write: write}
	var version int
	if err := write.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return nil, errors.Join(fmt.Errorf("open search index: %w", err), write.Close())
	}
	if version == 0 {
		_, err = write.ExecContext(ctx, findSchema)
	} else if version != findVersion {
		err = fmt.Errorf("open search index: version %d", version)
	}
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	f.read, err = sql.Open("sqlite3", dsn(path, "rw", "_query_only=1&_cache_size=-8192"))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	f.read.SetMaxOpenConns(2)
	return f, nil
}

func (f *sqliteFinder) close() error { return errors.Join(f.read.Close(), f.write.Close()) }

func (f *sqliteFinder) progress(ctx context.Context, workspaceID string) (epoch string, seq int64, err error) {
	err = f.read.QueryRowContext(ctx, "SELECT epoch, seq FROM progress WHERE workspace_id = ?", workspaceID).Scan(&epoch, &seq)
	if NotFound(err) {
		err = nil
	}
	return epoch, seq, err
}

func (f *sqliteFinder) inTx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := f.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // a no-op once committed
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (f *sqliteFinder) clear(ctx context.Context, workspaceID, epoch string) error {
	return f.inTx(ctx, func(tx *sql.Tx) error {
		for _, statement := range []string{
			"DELETE FROM word_index WHERE rowid IN (SELECT row FROM findable WHERE workspace_id = ?)",
			"DELETE FROM findable WHERE workspace_id = ?",
		} {
			if _, err := tx.ExecContext(ctx, statement, workspaceID); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO progress (workspace_id, epoch, seq) VALUES (?, ?, 0)", workspaceID, epoch)
		return err
	})
}

// keep writes in the order of rows: FTS5 begins a new segment whenever a row comes after a higher one.
func (f *sqliteFinder) keep(ctx context.Context, workspaceID, epoch string, from, to int64, all []Findable) error {
	return f.inTx(ctx, func(tx *sql.Tx) error {
		moved, err := tx.ExecContext(ctx, "UPDATE progress SET seq = ? WHERE workspace_id = ? AND epoch = ? AND seq = ?", to, workspaceID, epoch, from)
		if err != nil {
			return err
		}
		if n, err := moved.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrIndexed)
		}
		rows := make([]placed, 0, len(all))
		for _, one := range all {
			row, known, err := f.row(ctx, tx, workspaceID, one)
			if err != nil {
				return err
			}
			if known || one.Words != "" {
				rows = append(rows, placed{Findable: one, row: row, known: known})
			}
		}
		for _, one := range inRowOrder(rows) {
			if one.known {
				if _, err := tx.ExecContext(ctx, "DELETE FROM word_index WHERE rowid = ?", one.row); err != nil {
					return err
				}
			}
			if one.Words == "" {
				if _, err := tx.ExecContext(ctx, "DELETE FROM findable WHERE row = ?", one.row); err != nil {
					return err
				}
			} else if _, err := tx.ExecContext(ctx, "INSERT INTO word_index (rowid, words) VALUES (?, ?)", one.row, search.With(one.Words, []string{search.Facet('k', one.Kind)})); err != nil {
				return err
			}
		}
		return nil
	})
}

// mergedAtOnce is how many pages one step of scrub writes.
const mergedAtOnce = 500

// scrub has the index written anew without what was taken out: FTS5 only marks that, until it merges. It does so step by step,
// so that what is to be found next does not wait.
func (f *sqliteFinder) scrub(ctx context.Context) error {
	for pages, more := -mergedAtOnce, true; more; pages = mergedAtOnce { // below 0 it begins with everything
		err := f.inTx(ctx, func(tx *sql.Tx) error {
			var before, after int
			if err := tx.QueryRowContext(ctx, "SELECT total_changes()").Scan(&before); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO word_index (word_index, rank) VALUES ('merge', ?)", pages); err != nil {
				return err
			}
			if err := tx.QueryRowContext(ctx, "SELECT total_changes()").Scan(&after); err != nil {
				return err
			}
			more = after-before >= 2 // as FTS5 says that there was something to do
			return nil
		})
		if err != nil {
			return err
		}
	}
	return emptyLog(ctx, f.write)
}

// row finds or makes the row of an entity.
func (f *sqliteFinder) row(ctx context.Context, tx *sql.Tx, workspaceID string, one Findable) (row int64, known bool, err error) {
	err = tx.QueryRowContext(ctx, "SELECT row FROM findable WHERE workspace_id = ? AND kind = ? AND id = ?", workspaceID, one.Kind, one.ID).Scan(&row)
	if err == nil || !NotFound(err) {
		return row, true, err
	}
	if one.Words == "" {
		return 0, false, nil
	}
	for row = search.Row(one.AtMs, one.ID); ; row++ {
		made, err := tx.ExecContext(ctx, "INSERT INTO findable (row, workspace_id, kind, id) VALUES (?, ?, ?, ?) ON CONFLICT (row) DO NOTHING",
			row, workspaceID, one.Kind, one.ID)
		if err != nil {
			return 0, false, err
		}
		if n, err := made.RowsAffected(); err != nil || n == 1 {
			return row, false, err
		}
	}
}

func (f *sqliteFinder) find(ctx context.Context, workspaceID, kind string, query search.Query, where search.Where, fromRow, belowRow int64, limit int) ([]Finding, error) {
	rows, err := f.read.QueryContext(ctx, `
		SELECT f.kind, f.id, f.row FROM (
			SELECT rowid AS row FROM word_index WHERE word_index MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?) w
		CROSS JOIN findable f ON f.row = w.row WHERE f.workspace_id = ? ORDER BY f.row DESC`,
		query.FTS5(withKind(where, kind)), fromRow, belowRow, limit, workspaceID)
	if err != nil {
		return nil, err
	}
	return scanFindings(rows)
}

func scanFindings(rows *sql.Rows) (found []Finding, err error) {
	defer rows.Close()
	for rows.Next() {
		var one Finding
		if err := rows.Scan(&one.Kind, &one.ID, &one.Row); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

// withKind tells kinds apart inside the index.
func withKind(where search.Where, kind string) search.Where {
	where.All = append([]string{search.Facet('k', kind)}, where.All...)
	return where
}

// placed is an entity with its row.
type placed struct {
	Findable
	row   int64
	known bool // the index has it
}

func inRowOrder(rows []placed) []placed {
	slices.SortFunc(rows, func(a, b placed) int { return cmp.Compare(a.row, b.row) })
	return rows
}
