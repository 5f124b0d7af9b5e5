package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"

	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"

	"github.com/pressly/goose/v3"
)

// firstReleased is the schema that hubs in the field may have at the least.
const firstReleased = 11

// column is a column of a table as the first released schema has it.
type column struct{ name, kind string }

// filler is a value for a column: a word of its own, unless a rule asks for a certain one.
func filler(table string, c column) any {
	words := map[string]string{
		"workspace_id": "w", "workspace.id": "w", "role": "admin", "status": "queued", "assignee_id": "", "media.state": "ready",
		"content": `{"kind":"text","text":"hello"}`, "failure": "", "email": table + "@example.com",
	}
	for _, key := range []string{table + "." + c.name, c.name} {
		if word, found := words[key]; found {
			return word
		}
	}
	switch kind := strings.ToUpper(c.kind); {
	case strings.HasPrefix(kind, "BIGINT"), strings.HasPrefix(kind, "INT"):
		return int64(7)
	case strings.HasPrefix(kind, "BOOL"):
		return true
	case strings.HasPrefix(kind, "BLOB"), strings.HasPrefix(kind, "BYTEA"):
		return []byte(table)
	default:
		return table + " " + c.name
	}
}

// A hub of the first released version is upgraded: every row and every value that it had is still there, on both engines.
func TestMigratesFromTheFirstRelease(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			config := storetest.Config(t, engine)
			dialect, driver, address, describe := goose.DialectSQLite3, "sqlite3", config.SQLiteFile, "SELECT name, type FROM pragma_table_info($1)"
			tables := "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'"
			if engine == "postgres" {
				dialect, driver, address = goose.DialectPostgres, "pgx", config.PostgresURL
				describe = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1"
				tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT LIKE 'goose_%'"
			}
			pool, err := sql.Open(driver, address)
			if err != nil {
				t.Fatal(err)
			}
			defer pool.Close()
			provider, err := goose.NewProvider(dialect, pool, os.DirFS("migrations"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := provider.UpTo(t.Context(), firstReleased); err != nil {
				t.Fatal(err)
			}
			before := map[string][]column{}
			for _, table := range list(t, pool, tables) {
				for _, c := range pairs(t, pool, describe, table) {
					before[table] = append(before[table], column{c[0], c[1]})
				}
				insertFiller(t, pool, table, before[table])
			}
			if len(before) < 20 {
				t.Fatalf("only %d tables were filled", len(before))
			}

			for range 2 { // the second time there is nothing to do
				s, err := store.Open(t.Context(), config)
				if err != nil {
					t.Fatalf("upgrade: %v", err)
				}
				if _, err := s.Read().Workspace(t.Context(), "w"); err != nil {
					t.Errorf("the workspace cannot be read: %v", err)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			for table, columns := range before {
				for _, c := range columns {
					var n int
					query := fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE %s = $1", table, c.name)
					if err := pool.QueryRowContext(t.Context(), query, filler(table, c)).Scan(&n); err != nil || n != 1 {
						t.Errorf("%s.%s: %d rows have the value that was written, %v", table, c.name, n, err)
					}
				}
			}
		})
	}
}

func insertFiller(t *testing.T, pool *sql.DB, table string, columns []column) {
	t.Helper()
	var names, marks []string
	var values []any
	for i, c := range columns {
		names, marks, values = append(names, c.name), append(marks, fmt.Sprint("$", i+1)), append(values, filler(table, c))
	}
	query := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(marks, ", "))
	if _, err := pool.ExecContext(t.Context(), query, values...); err != nil {
		t.Fatalf("fill %s: %v", table, err)
	}
}

func list(t *testing.T, pool *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := pool.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func pairs(t *testing.T, pool *sql.DB, query, of string) (out [][2]string) {
	t.Helper()
	rows, err := pool.QueryContext(context.Background(), query, of)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var p [2]string
		if err := rows.Scan(&p[0], &p[1]); err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
