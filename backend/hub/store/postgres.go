package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"parley/backend/hub/store/db"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// postgres is the engine of many hub processes. A statement costs a round trip, so batches travel as one array a
// column and become rows in the server; rows that will be written back are locked when they are read.
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
	s := &Store{engine: postgres{}, write: pool, read: pool}
	s.bus = newBus(config, func(ctx context.Context, channel, what string) error {
		_, err := pool.ExecContext(ctx, "SELECT pg_notify($1, $2)", channel, what)
		return err
	})
	s.bus.group.Go(s.bus.speak)
	return s, nil
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

// arrayTypes are the array types of the columns that rows have.
var arrayTypes = map[reflect.Kind]string{reflect.String: "text[]", reflect.Int64: "bigint[]", reflect.Bool: "boolean[]", reflect.Slice: "bytea[]"}

// unnest is a set of rows made of one array a column, $1, $2 and so on.
func unnest[T any]() string {
	row := reflect.TypeFor[T]()
	arrays := make([]string, row.NumField())
	for i := range arrays {
		arrays[i] = fmt.Sprintf("$%d::%s", i+1, arrayTypes[row.Field(i).Type.Kind()])
	}
	return "unnest(" + strings.Join(arrays, ", ") + ")"
}

// arrays turns rows into one array a column.
func arrays[T any](rows []T) []any {
	row := reflect.TypeFor[T]()
	out := make([]any, row.NumField())
	for i := range out {
		column := reflect.MakeSlice(reflect.SliceOf(row.Field(i).Type), len(rows), len(rows))
		for n := range rows {
			column.Index(n).Set(reflect.ValueOf(&rows[n]).Elem().Field(i))
		}
		out[i] = column.Interface()
	}
	return out
}

// insertAll inserts rows in one statement. conflict is what follows ON CONFLICT, "" for nothing.
func insertAll[T any](ctx context.Context, tx *Tx, table string, rows []T, conflict string) error {
	if len(rows) == 0 {
		return nil
	}
	query := "INSERT INTO " + table + " (" + strings.Join(columns[T](), ", ") + ") SELECT * FROM " + unnest[T]() //nolint:gosec // names of our own rows' fields; values are arguments
	if conflict != "" {
		query += " ON CONFLICT " + conflict
	}
	if _, err := tx.tx.ExecContext(ctx, query, arrays(rows)...); err != nil {
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

func (postgres) keepWebhooks(ctx context.Context, tx *Tx, rows []db.Webhook) error {
	return insertAll(ctx, tx, "webhook", rows, "")
}

func (postgres) takeWebhooks(ctx context.Context, tx *Tx, rows []db.Webhook) (int64, error) {
	hubs, ids := make([]string, len(rows)), make([]string, len(rows))
	for i, r := range rows {
		hubs[i], ids[i] = r.HubID, r.ID
	}
	result, err := tx.tx.ExecContext(ctx, `DELETE FROM webhook w USING unnest($2::text[], $3::text[]) AS k (hub_id, id)
		WHERE w.workspace_id = $1 AND w.hub_id = k.hub_id AND w.id = k.id`, tx.WorkspaceID, hubs, ids)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (postgres) write(ctx context.Context, tx *Tx, rows Rows) error {
	for _, step := range []func() error{
		func() error { return insertAll(ctx, tx, "contact", rows.Contacts, replaceContact) },
		func() error { return insertAll(ctx, tx, "contact_identity", rows.Identities, "") },
		func() error {
			all := slices.Concat(rows.PutConversations, rows.TouchConversations)
			return insertAll(ctx, tx, "conversation", all, replaceConversation)
		},
		func() error { return insertAll(ctx, tx, "message", rows.Messages, "") },
		func() error { return insertAll(ctx, tx, "message", rows.PutMessages, replaceMessage) },
		func() error { return insertAll(ctx, tx, "media", rows.Media, "") },
		func() error { return insertAll(ctx, tx, "dead_letter", rows.DeadLetters, "") },
		func() error { return insertAll(ctx, tx, "parked_status", rows.Parked, "DO NOTHING") },
		func() error { return putHealth(ctx, tx, rows.Health) },
		func() error { return wakeLanes(ctx, tx, rows.Lanes) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf runs a query whose columns are those of a row, in order. Keys travel as one array and are looked up one by one inside
// the server (LATERAL): that is answered from the index however few statistics there are. A join with a set of keys
// read whole tables, and "= ANY" became a filter over all of a workspace (20 ms against 1 ms for a batch).
func rowsOf[T any](ctx context.Context, tx *Tx, query string, args ...any) ([]T, error) {
	found, err := tx.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var rows []T
	for found.Next() {
		var row T
		if err := found.Scan(fields(&row)...); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, found.Err()
}

// fields are pointers to a row's fields, in order.
func fields[T any](row *T) []any {
	value := reflect.ValueOf(row).Elem()
	out := make([]any, value.NumField())
	for i := range out {
		out[i] = value.Field(i).Addr().Interface()
	}
	return out
}

// byID locks and returns rows of a table by id, in the order of the keys.
func byID(table string) string {
	return `SELECT t.* FROM unnest($2::text[]) k CROSS JOIN LATERAL (
		SELECT * FROM ` + table + ` WHERE workspace_id = $1 AND id = k LIMIT 1 FOR UPDATE) t`
}

// inOrder is the order in which every transaction locks, so that two never wait for each other crosswise.
func inOrder(keys []string) []string { return slices.Sorted(slices.Values(keys)) }

// grouped asks once for every group of keys, in a fixed order.
func grouped[K any, G cmp.Ordered, T any](keys []K, split func(K) (G, string), ask func(G, []string) ([]T, error)) ([]T, error) {
	groups := map[G][]string{}
	for _, key := range keys {
		group, value := split(key)
		groups[group] = append(groups[group], value)
	}
	var rows []T
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		found, err := ask(group, groups[group])
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	return rows, nil
}

// merges holds a merge back until the end of the transaction, and not the other hubs' webhooks.
func (postgres) merges(ctx context.Context, tx *Tx) (n int64, err error) {
	err = tx.tx.QueryRowContext(ctx, "SELECT merges FROM workspace WHERE id = $1 FOR SHARE", tx.WorkspaceID).Scan(&n)
	return n, err
}

func (postgres) identities(ctx context.Context, tx *Tx, keys []IdentityKey) ([]db.ContactIdentity, error) {
	const separator = "\x00"
	return grouped(keys,
		func(k IdentityKey) (string, string) {
			return k.Channel + separator + k.Kind + separator + k.Scope, k.Value
		},
		func(group string, values []string) ([]db.ContactIdentity, error) {
			part := strings.SplitN(group, separator, 3)
			return rowsOf[db.ContactIdentity](ctx, tx, `SELECT t.* FROM unnest($5::text[]) k CROSS JOIN LATERAL (
				SELECT * FROM contact_identity
				WHERE workspace_id = $1 AND channel = $2 AND kind = $3 AND scope = $4 AND value = k LIMIT 1) t`,
				tx.WorkspaceID, part[0], part[1], part[2], values)
		})
}

func (postgres) contacts(ctx context.Context, tx *Tx, ids []string) ([]db.Contact, error) {
	return rowsOf[db.Contact](ctx, tx, byID("contact"), tx.WorkspaceID, inOrder(ids))
}

// latest finds first and locks afterwards, in the order of ids: two hubs that need the same conversations never wait
// for each other crosswise.
func (p postgres) latest(ctx context.Context, tx *Tx, keys []PairKey) ([]db.Conversation, error) {
	found, err := grouped(keys,
		func(k PairKey) (string, string) { return k.TouchpointID, k.ContactID },
		func(touchpointID string, contactIDs []string) ([]struct{ ID string }, error) {
			return rowsOf[struct{ ID string }](ctx, tx, `SELECT t.* FROM unnest($3::text[]) k CROSS JOIN LATERAL (
				SELECT id FROM conversation WHERE workspace_id = $1 AND touchpoint_id = $2 AND contact_id = k
				ORDER BY CASE WHEN status = 'closed' THEN 1 ELSE 0 END, opened_ms DESC, id DESC LIMIT 1) t`,
				tx.WorkspaceID, touchpointID, contactIDs)
		})
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(found))
	for _, row := range found {
		ids = append(ids, row.ID)
	}
	return p.conversations(ctx, tx, ids)
}

func (postgres) conversations(ctx context.Context, tx *Tx, ids []string) ([]db.Conversation, error) {
	return rowsOf[db.Conversation](ctx, tx, byID("conversation"), tx.WorkspaceID, inOrder(ids))
}

func (postgres) messages(ctx context.Context, tx *Tx, keys []ProviderKey, ids []string) ([]db.Message, error) {
	rows, err := grouped(keys,
		func(k ProviderKey) (string, string) { return k.TouchpointID, k.ProviderID },
		func(touchpointID string, providerIDs []string) ([]db.Message, error) {
			return rowsOf[db.Message](ctx, tx, `SELECT t.* FROM unnest($3::text[]) k CROSS JOIN LATERAL (
				SELECT * FROM message WHERE workspace_id = $1 AND touchpoint_id = $2 AND provider_id = k AND provider_id <> ''
				LIMIT 1 FOR UPDATE) t`,
				tx.WorkspaceID, touchpointID, inOrder(providerIDs))
		})
	if err != nil || len(ids) == 0 {
		return rows, err
	}
	found, err := rowsOf[db.Message](ctx, tx, byID("message"), tx.WorkspaceID, inOrder(ids))
	return append(rows, found...), err
}

func (postgres) claimLane(ctx context.Context, pool *sql.DB, kind, worker string, nowMs, leaseMs int64) (db.Lane, error) {
	return scanLane(pool.QueryRowContext(ctx, fmt.Sprintf(claimLaneSQL, " FOR UPDATE SKIP LOCKED"), worker, leaseMs, kind, nowMs))
}
