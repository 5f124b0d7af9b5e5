package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"parley/backend/hub/store/db"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// postgres is the engine of many hub processes. A statement costs a round trip, so batches travel as one JSON
// array each and become rows in the server; rows that will be written back are locked when they are read.
type postgres struct{}

func openPostgres(ctx context.Context, address string) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the database address is not valid: it looks like postgres://user:password@host:5432/name")
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(16)
	if err := pool.PingContext(ctx); err != nil {
		_ = pool.Close()
		return nil, fmt.Errorf("reach database: %w", err)
	}
	return &Store{engine: postgres{}, write: pool, read: pool}, nil
}

func (postgres) dialect() goose.Dialect { return goose.DialectPostgres }

func (postgres) migration() []goose.ProviderOption {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil
	}
	return []goose.ProviderOption{goose.WithSessionLocker(locker)}
}

func (postgres) shared() bool { return true }

// again: 40001 serialisation failure, 40P01 deadlock, 23505 a row that another hub inserted first. The next try
// sees the other's rows.
func (postgres) again(err error) bool {
	var pgErr *pgconn.PgError
	if !errors.As(err, &pgErr) {
		return false
	}
	return pgErr.Code == "40001" || pgErr.Code == "40P01" || pgErr.Code == "23505"
}

// columns are the column names of a row type, in order.
func columns[T any]() []string {
	row := reflect.TypeFor[T]()
	names := make([]string, row.NumField())
	for i := range names {
		names[i] = row.Field(i).Tag.Get("json")
	}
	return names
}

// insertAll inserts rows in one statement. conflict is what follows ON CONFLICT, "" for nothing.
func insertAll[T any](ctx context.Context, tx *Tx, table string, rows []T, conflict string) error {
	if len(rows) == 0 {
		return nil
	}
	array, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	list := strings.Join(columns[T](), ", ")
	query := "INSERT INTO " + table + " (" + list + ") SELECT " + list + " FROM json_populate_recordset(NULL::" + table + ", $1::json)"
	if conflict != "" {
		query += " ON CONFLICT " + conflict
	}
	if _, err := tx.tx.ExecContext(ctx, query, string(array)); err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	return nil
}

// replace is the conflict clause that writes a row whole.
func replace[T any](key ...string) string {
	var set []string
	for _, name := range columns[T]() {
		set = append(set, name+" = excluded."+name)
	}
	return "(" + strings.Join(key, ", ") + ") DO UPDATE SET " + strings.Join(set, ", ")
}

var (
	replaceChange       = replace[db.Change]("workspace_id", "entity_type", "entity_id")
	replaceContact      = replace[db.Contact]("workspace_id", "id")
	replaceConversation = replace[db.Conversation]("workspace_id", "id")
	replaceMessage      = replace[db.Message]("workspace_id", "id")
)

func (postgres) putChanges(ctx context.Context, tx *Tx, changes []db.Change) error {
	return insertAll(ctx, tx, "change", changes, replaceChange)
}

func (postgres) write(ctx context.Context, tx *Tx, rows Rows) error {
	for _, step := range []func() error{
		func() error { return insertAll(ctx, tx, "contact", rows.Contacts, replaceContact) },
		func() error { return insertAll(ctx, tx, "contact_identity", rows.Identities, "") },
		func() error { return insertAll(ctx, tx, "conversation", rows.PutConversations, replaceConversation) },
		func() error { return insertAll(ctx, tx, "message", rows.Messages, "") },
		func() error { return insertAll(ctx, tx, "message", rows.PutMessages, replaceMessage) },
		func() error { return insertAll(ctx, tx, "media", rows.Media, "") },
		func() error { return insertAll(ctx, tx, "dead_letter", rows.DeadLetters, "") },
		func() error { return insertAll(ctx, tx, "parked_status", rows.Parked, "DO NOTHING") },
		func() error { return wakeLanes(ctx, tx, rows.Lanes) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf runs a query whose one column is a row as JSON. $1 is the workspace, $2 the keys as a JSON array.
func rowsOf[T any](ctx context.Context, tx *Tx, query string, keys any) ([]T, error) {
	array, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	found, err := tx.tx.QueryContext(ctx, query, tx.WorkspaceID, string(array))
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var rows []T
	for found.Next() {
		var text []byte
		var row T
		if err := found.Scan(&text); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &row); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, found.Err()
}

func (postgres) identities(ctx context.Context, tx *Tx, keys []IdentityKey) ([]db.ContactIdentity, error) {
	return rowsOf[db.ContactIdentity](ctx, tx, `SELECT row_to_json(t) FROM json_to_recordset($2::json)
		AS k(channel text, kind text, scope text, value text) JOIN contact_identity t USING (channel, kind, scope, value)
		WHERE t.workspace_id = $1`, keys)
}

func (postgres) contacts(ctx context.Context, tx *Tx, ids []string) ([]db.Contact, error) {
	return rowsOf[db.Contact](ctx, tx, `SELECT row_to_json(t) FROM contact t
		WHERE t.workspace_id = $1 AND t.id IN (SELECT json_array_elements_text($2::json)) ORDER BY t.id FOR UPDATE`, ids)
}

// latest locks in the order of ids: two hubs that need the same conversations never wait for each other crosswise.
func (postgres) latest(ctx context.Context, tx *Tx, keys []PairKey) ([]db.Conversation, error) {
	return rowsOf[db.Conversation](ctx, tx, `SELECT row_to_json(t) FROM conversation t
		WHERE t.workspace_id = $1 AND t.id IN (
			SELECT (SELECT c.id FROM conversation c WHERE c.workspace_id = $1
				AND c.touchpoint_id = k.touchpoint_id AND c.contact_id = k.contact_id
				ORDER BY CASE WHEN c.status = 'closed' THEN 1 ELSE 0 END, c.opened_ms DESC, c.id DESC LIMIT 1)
			FROM json_to_recordset($2::json) AS k(touchpoint_id text, contact_id text))
		ORDER BY t.id FOR UPDATE`, keys)
}

func (postgres) conversations(ctx context.Context, tx *Tx, ids []string) ([]db.Conversation, error) {
	return rowsOf[db.Conversation](ctx, tx, `SELECT row_to_json(t) FROM conversation t
		WHERE t.workspace_id = $1 AND t.id IN (SELECT json_array_elements_text($2::json)) ORDER BY t.id FOR UPDATE`, ids)
}

func (postgres) messages(ctx context.Context, tx *Tx, keys []ProviderKey, ids []string) ([]db.Message, error) {
	var rows []db.Message
	if len(keys) > 0 {
		found, err := rowsOf[db.Message](ctx, tx, `SELECT row_to_json(t) FROM json_to_recordset($2::json)
			AS k(touchpoint_id text, provider_id text) JOIN message t USING (touchpoint_id, provider_id)
			WHERE t.workspace_id = $1 AND t.provider_id <> '' ORDER BY t.id FOR UPDATE OF t`, keys)
		if err != nil {
			return nil, err
		}
		rows = found
	}
	if len(ids) > 0 {
		found, err := rowsOf[db.Message](ctx, tx, `SELECT row_to_json(t) FROM message t
			WHERE t.workspace_id = $1 AND t.id IN (SELECT json_array_elements_text($2::json)) ORDER BY t.id FOR UPDATE`, ids)
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	return rows, nil
}

func (postgres) claimLane(ctx context.Context, pool *sql.DB, kind, worker string, nowMs, leaseMs int64) (db.Lane, error) {
	return scanLane(pool.QueryRowContext(ctx, fmt.Sprintf(claimLaneSQL, " FOR UPDATE SKIP LOCKED"), worker, leaseMs, kind, nowMs))
}
