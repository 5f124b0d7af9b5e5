package cache

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"

	"github.com/mattn/go-sqlite3"
)

// What exists nowhere else is kept twice: triggers copy every row of these tables into a small file of its own, in the
// transaction that writes it. A counter in both files says which of them is newer: a cache that was replaced, or has
// lost its last transactions with a torn log, gets its unsent work back from the copy, and a copy that was lost is made
// again. Columns are taken as they are, so that a migration of these tables needs nothing here.
var unsentTables = []struct{ name, key string }{{"attachment", "id"}, {"draft", "conversation_id"}, {"note_draft", "conversation_id"}, {"outbox", "id"}}

// CopyName is the name of the copy below a desk's folder.
const CopyName = "unsent.db"

// prepareCopy makes the copy's tables. Its commits do not wait for the disk: those of the cache do.
const prepareCopy = `
	PRAGMA copy.journal_mode = WAL;
	PRAGMA copy.synchronous = NORMAL;
	PRAGMA copy.secure_delete = ON;
	CREATE TABLE IF NOT EXISTS copy.unsent (
		kind TEXT NOT NULL, key TEXT NOT NULL, row TEXT NOT NULL, PRIMARY KEY (kind, key)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE IF NOT EXISTS copy.unsent_no (no INTEGER NOT NULL) STRICT;
	INSERT INTO copy.unsent_no SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM copy.unsent_no);
	INSERT INTO meta (key, value) VALUES ('unsent_no', '0') ON CONFLICT (key) DO NOTHING;`

// copied opens the writer's connection with the copy attached.
type copied struct {
	dsn, copyPath string
	triggers      atomic.Pointer[string] // once the tables are there
}

// Connect opens a connection that keeps the copy.
func (c *copied) Connect(context.Context) (driver.Conn, error) { return c.Driver().Open(c.dsn) }

// Driver is SQLite's.
func (c *copied) Driver() driver.Driver {
	return &sqlite3.SQLiteDriver{ConnectHook: func(conn *sqlite3.SQLiteConn) error {
		attach := func() error {
			if _, err := conn.Exec("ATTACH ? AS copy", []driver.Value{c.copyPath}); err != nil {
				return err
			}
			_, err := conn.Exec("PRAGMA copy.secure_delete = ON", nil)
			return err
		}
		err := attach()
		if isDamage(err) {
			err = errors.Join(c.setAside(), attach())
		}
		if err != nil {
			return fmt.Errorf("open the copy of unsent work: %w", err)
		}
		triggers := c.triggers.Load()
		if triggers == nil {
			return nil
		}
		_, err = conn.Exec(*triggers, nil)
		return err
	}}
}

// setAside makes room for a new copy in the place of one that cannot be read.
func (c *copied) setAside() error {
	if err := os.Rename(c.copyPath, c.copyPath+".damaged"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(c.copyPath + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return createPrivate(c.copyPath)
}

// keep brings the cache and its copy to the same state, and has every later change copied.
func (c *copied) keep(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open the copy of unsent work: %w", err)
	}
	defer conn.Close()
	if err := c.check(ctx, conn); err != nil {
		return err
	}
	if err := c.level(ctx, conn); err != nil {
		return fmt.Errorf("compare unsent work with its copy: %w", err)
	}
	triggers, err := triggersOf(ctx, conn)
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, triggers); err != nil {
		return fmt.Errorf("keep a copy of unsent work: %w", err)
	}
	c.triggers.Store(&triggers)
	return nil
}

// check replaces a copy that cannot be read: the cache still has everything.
func (c *copied) check(ctx context.Context, conn *sql.Conn) error {
	verdict := ""
	err := conn.QueryRowContext(ctx, "PRAGMA copy.quick_check(1)").Scan(&verdict)
	if err == nil && verdict == "ok" {
		_, err = conn.ExecContext(ctx, prepareCopy)
	} else if err == nil {
		err = fmt.Errorf("%w: %s", errDamaged, verdict)
	}
	if err == nil || !isDamage(err) {
		return err
	}
	if _, err := conn.ExecContext(ctx, "DETACH copy"); err != nil {
		return fmt.Errorf("replace the copy of unsent work: %w", err)
	}
	if err := c.setAside(); err != nil {
		return fmt.Errorf("replace the copy of unsent work: %w", err)
	}
	if _, err := conn.ExecContext(ctx, "ATTACH ? AS copy", c.copyPath); err != nil {
		return fmt.Errorf("replace the copy of unsent work: %w", err)
	}
	_, err = conn.ExecContext(ctx, prepareCopy)
	return err
}

// level gives the older of the two what the newer one has.
func (c *copied) level(ctx context.Context, conn *sql.Conn) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var here, there int64
	err = tx.QueryRowContext(ctx, "SELECT CAST(value AS INTEGER), no FROM meta, copy.unsent_no WHERE key = 'unsent_no'").Scan(&here, &there)
	if err != nil || here == there {
		return err
	}
	if here > there {
		err = rewriteCopy(ctx, tx)
	} else {
		err = rewriteCache(ctx, tx)
	}
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE copy.unsent_no SET no = ?; UPDATE meta SET value = ? WHERE key = 'unsent_no'",
		max(here, there), fmt.Sprint(max(here, there)))
	if err != nil {
		return err
	}
	return tx.Commit()
}

func rewriteCopy(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM copy.unsent"); err != nil {
		return err
	}
	for _, table := range unsentTables {
		columns, err := columnsOf(ctx, tx, table.name)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO copy.unsent (kind, key, row) SELECT '%s', %s, %s FROM main.%s",
			table.name, table.key, columns.json(""), table.name))
		if err != nil {
			return err
		}
	}
	return nil
}

func rewriteCache(ctx context.Context, tx *sql.Tx) error {
	for _, table := range unsentTables {
		columns, err := columnsOf(ctx, tx, table.name)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM main.%s; INSERT INTO main.%s (%s) SELECT %s FROM copy.unsent WHERE kind = '%s'",
			table.name, table.name, strings.Join(columns.names(), ", "), columns.values(), table.name))
		if err != nil {
			return err
		}
	}
	return nil
}

// triggersOf are the statements that have every change of an unsent table copied by this connection.
func triggersOf(ctx context.Context, q querier) (string, error) {
	var all strings.Builder
	for _, table := range unsentTables {
		columns, err := columnsOf(ctx, q, table.name)
		if err != nil {
			return "", err
		}
		forget := fmt.Sprintf("DELETE FROM unsent WHERE kind = '%s' AND key = %%s.%s; ", table.name, table.key)
		note := fmt.Sprintf("INSERT INTO unsent (kind, key, row) VALUES ('%s', NEW.%s, %s); ", table.name, table.key, columns.json("NEW."))
		const count = "UPDATE unsent_no SET no = no + 1; UPDATE meta SET value = CAST(value + 1 AS TEXT) WHERE key = 'unsent_no';"
		for event, body := range map[string]string{
			"INSERT": fmt.Sprintf(forget, "NEW") + note,
			"UPDATE": fmt.Sprintf(forget, "OLD") + note,
			"DELETE": fmt.Sprintf(forget, "OLD"),
		} {
			fmt.Fprintf(&all, "CREATE TEMP TRIGGER unsent_%s_%s AFTER %s ON main.%s BEGIN %s%s END;\n",
				table.name, strings.ToLower(event), event, table.name, body, count)
		}
	}
	return all.String(), nil
}

// columns are those of a table, with their types.
type columns []column

type column struct {
	name, kind string
	missing    string // SQL for its value in rows that were copied before it was added
}

func columnsOf(ctx context.Context, q querier, table string) (columns, error) {
	return list(ctx, q, "read columns of "+table, func(rows *sql.Rows) (c column, err error) {
		return c, rows.Scan(&c.name, &c.kind, &c.missing)
	}, "SELECT name, type, coalesce(dflt_value, 'NULL') FROM pragma_table_info(?)", table)
}

func (c columns) names() []string {
	names := make([]string, len(c))
	for i, column := range c {
		names[i] = column.name
	}
	return names
}

// json is an expression that makes one JSON object of a row. Bytes become hexadecimal text.
func (c columns) json(row string) string {
	parts := make([]string, len(c))
	for i, column := range c {
		value := row + column.name
		if column.kind == "BLOB" {
			value = "hex(" + value + ")"
		}
		parts[i] = "'" + column.name + "', " + value
	}
	return "json_object(" + strings.Join(parts, ", ") + ")"
}

// values are the expressions that read such an object back.
func (c columns) values() string {
	parts := make([]string, len(c))
	for i, column := range c {
		value := "json_extract(row, '$." + column.name + "')"
		if column.kind == "BLOB" {
			value = "unhex(" + value + ")"
		}
		parts[i] = "ifnull(" + value + ", " + column.missing + ")"
	}
	return strings.Join(parts, ", ")
}
