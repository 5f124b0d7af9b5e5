package cache

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

//go:embed schema/*.sql
var schema embed.FS

// ErrNewer says that the file was written by a later version of Parley.
var ErrNewer = errors.New("the cache was written by a newer version of Parley")

// migrate runs the scripts that the file has not seen, each in one transaction. PRAGMA user_version counts them.
func migrate(ctx context.Context, db *sql.DB) error {
	scripts, err := fs.Glob(schema, "schema/*.sql") // sorted by name
	if err != nil {
		return fmt.Errorf("list cache migrations: %w", err)
	}
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("read cache version: %w", err)
	}
	if version > len(scripts) {
		return fmt.Errorf("%w (%d, this one knows %d)", ErrNewer, version, len(scripts))
	}
	for i := version; i < len(scripts); i++ {
		script, err := schema.ReadFile(scripts[i])
		if err != nil {
			return fmt.Errorf("read cache migration: %w", err)
		}
		if err := runScript(ctx, db, string(script), i+1); err != nil {
			return fmt.Errorf("cache migration %s: %w", scripts[i], err)
		}
	}
	if version > 0 {
		return nil
	}
	// A new cache has nothing from before its indexes.
	return runScript(ctx, db, "DROP TABLE message_text; INSERT INTO meta (key, value) VALUES ('"+metaIndexed+"', '"+closedYes+"')", len(scripts))
}

func runScript(ctx context.Context, db *sql.DB, script string, version int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, script); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return err
	}
	return tx.Commit()
}
