package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// ErrNotEmpty says that there is something already where everything should be copied to.
var ErrNotEmpty = errors.New("the database to copy to has a workspace already")

// Backup writes a copy of everything, as it was at one moment, into a new SQLite file; hubs go on meanwhile. What was
// PostgreSQL's can be restored to either engine.
func (s *Store) Backup(ctx context.Context, file string) error {
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("%s exists already", file)
	}
	part := file + ".part"
	if err := s.backup(ctx, part); err != nil {
		return errors.Join(fmt.Errorf("back up: %w", err), removeSQLite(part))
	}
	if err := os.Rename(part, file); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	return nil
}

func (s *Store) backup(ctx context.Context, file string) error {
	if err := removeSQLite(file); err != nil { // of a backup that was broken off
		return err
	}
	to, err := openSQLite(ctx, file)
	if err != nil {
		return err
	}
	defer to.Close()
	if s.engine.shared() {
		if err = to.migrate(ctx); err == nil {
			_, err = s.CopyTo(ctx, to)
		}
	} else {
		err = s.clone(ctx, to)
	}
	if err != nil {
		return err
	}
	var verdict string
	if err := to.write.QueryRowContext(ctx, "PRAGMA quick_check").Scan(&verdict); err != nil || verdict != "ok" {
		return fmt.Errorf("check the copy: %w: %s", err, verdict)
	}
	// One file, without a log beside it.
	if _, err := to.write.ExecContext(ctx, "PRAGMA journal_mode = DELETE"); err != nil {
		return err
	}
	return nil
}

// clone copies a SQLite database page by page, as it is when the copy begins.
func (s *Store) clone(ctx context.Context, to *Store) error {
	return raw(ctx, s.read, func(from *sqlite3.SQLiteConn) error {
		return raw(ctx, to.write, func(into *sqlite3.SQLiteConn) error {
			b, err := into.Backup("main", from, "main")
			if err != nil {
				return err
			}
			_, err = b.Step(-1)
			return errors.Join(err, b.Finish())
		})
	})
}

func raw(ctx context.Context, pool *sql.DB, do func(*sqlite3.SQLiteConn) error) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(c any) error { return do(c.(*sqlite3.SQLiteConn)) })
}

func removeSQLite(file string) error {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(file + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// copiedAtOnce is how many values one statement writes: SQLite takes 32,766, PostgreSQL 65,535.
const copiedAtOnce = 16_000

// CopyTo copies every row into a store of the other engine, positions of the feed included, so that desks continue from
// where they are. It returns how many rows there were. ErrNotEmpty: nothing was copied. No hub may write meanwhile, or what
// it writes later than the beginning stays behind.
func (s *Store) CopyTo(ctx context.Context, to *Store) (rows int64, err error) {
	from, err := s.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: s.engine.shared()})
	if err != nil {
		return 0, fmt.Errorf("copy: %w", err)
	}
	defer func() { _ = from.Rollback() }() // it has only read
	into, err := to.write.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("copy: %w", err)
	}
	defer func() { _ = into.Rollback() }() // a no-op once committed
	var taken int64
	if err := into.QueryRowContext(ctx, "SELECT COUNT(*) FROM workspace").Scan(&taken); err != nil {
		return 0, fmt.Errorf("copy: %w", err)
	}
	if taken > 0 {
		return 0, ErrNotEmpty
	}
	tables, err := to.tables(ctx, into)
	if s.engine.shared() == to.engine.shared() {
		return 0, errors.New("copy: both databases are of one kind; their own tools copy them better")
	}
	if to.engine.shared() {
		tables, err = s.tables(ctx, from)
	}
	if err != nil {
		return 0, fmt.Errorf("copy: %w", err)
	}
	for _, table := range tables {
		n, err := copyTable(ctx, from, into, table)
		if err != nil {
			return 0, fmt.Errorf("copy %s: %w", table, err)
		}
		rows += n
	}
	if err := into.Commit(); err != nil {
		return 0, fmt.Errorf("copy: %w", err)
	}
	return rows, nil
}

// tables are the tables of a SQLite database that the schema makes.
func (s *Store) tables(ctx context.Context, tx *sql.Tx) ([]string, error) {
	if s.engine.shared() {
		return nil, nil
	}
	rows, err := tx.QueryContext(ctx, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%' ORDER BY rowid")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func copyTable(ctx context.Context, from, into *sql.Tx, table string) (n int64, err error) {
	rows, err := from.QueryContext(ctx, "SELECT * FROM "+table) //nolint:gosec // a table of the schema, not of what somebody sent
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	var values []any
	flush := func() error {
		if len(values) == 0 {
			return nil
		}
		_, err := into.ExecContext(ctx, insertMany(table, columns, len(values)/len(columns)), values...)
		values = values[:0]
		return err
	}
	for rows.Next() {
		row := make([]any, len(columns))
		targets := make([]any, len(columns))
		for i := range row {
			targets[i] = &row[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return 0, err
		}
		values = append(values, row...)
		n++
		if len(values)+len(columns) > copiedAtOnce {
			if err := flush(); err != nil {
				return 0, err
			}
		}
	}
	if err := errors.Join(rows.Err(), flush()); err != nil {
		return 0, err
	}
	var there int64
	if err := into.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table).Scan(&there); err != nil {
		return 0, err
	}
	if there != n {
		return 0, fmt.Errorf("%d of %d rows have arrived", there, n)
	}
	return n, nil
}

// insertMany is a statement that inserts so many rows.
func insertMany(table string, columns []string, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES ")
	marks := make([]string, len(columns))
	for r := range rows {
		for i := range marks {
			marks[i] = fmt.Sprintf("$%d", r*len(columns)+i+1)
		}
		if r > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + strings.Join(marks, ", ") + ")")
	}
	return b.String()
}

// OpenBackup opens a backup file to be restored from. It must be a hub's, and not of a later version than this one.
func OpenBackup(ctx context.Context, file string) (*Store, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("read backup: %w", err)
	}
	s, err := openSQLite(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("read backup: %w", err)
	}
	if err := s.checkVersion(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("read backup: %w", err), s.Close())
	}
	return s, nil
}

// Migrate brings the schema of a backup up to date, so that it can be copied.
func (s *Store) Migrate(ctx context.Context) error { return s.migrate(ctx) }

// ErrNewer says that a database was written by a later version of the hub.
var ErrNewer = errors.New("it was made by a later version of parley-hub; restore it with that one")

func (s *Store) checkVersion(ctx context.Context) error {
	var version int64
	if err := s.read.QueryRowContext(ctx, "SELECT MAX(version_id) FROM goose_db_version").Scan(&version); err != nil {
		return fmt.Errorf("it is not a backup of a hub: %w", err)
	}
	provider, err := s.migrations()
	if err != nil {
		return err
	}
	known := provider.ListSources()
	if version > known[len(known)-1].Version {
		return ErrNewer
	}
	return nil
}
