// Package store keeps the hub's truth in SQL: one schema, one set of queries, two engines. SQLite serves one
// machine, PostgreSQL any number of hub processes.
//
// Every write goes through InTx. A transaction notes what it changed; as its last statements InTx takes that many
// positions of the workspace's feed and records the changes under them. The counter row's lock, held from there to
// the commit, is what makes positions dense and ordered by commit (a sequence would lose rows that commit late).
// So no network call, and nothing slow, may happen inside a transaction.
//
// After a crash a transaction is there as a whole, feed included, or not at all.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"parley/backend/hub/store/db"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Store is an open database. Its methods may run at the same time.
type Store struct {
	engine engine
	write  *sql.DB
	read   *sql.DB
	finder finder
	bus    *bus // to other hubs; nil where there are none

	mu     sync.RWMutex
	nudges []func(workspaceID string)
}

// Config says which database to open: exactly one of its fields is set.
type Config struct {
	SQLiteFile  string // path of the database file; its folder exists
	PostgresURL string // postgres://…
}

// Open opens the database and brings its schema up to date. With PostgreSQL several hubs may do so at once.
func Open(ctx context.Context, config Config) (*Store, error) {
	var (
		s   *Store
		err error
	)
	switch {
	case config.SQLiteFile != "" && config.PostgresURL != "":
		return nil, errors.New("open store: give a data folder or a database address, not both")
	case config.SQLiteFile != "":
		s, err = openSQLite(ctx, config.SQLiteFile)
	case config.PostgresURL != "":
		s, err = openPostgres(ctx, config.PostgresURL)
	default:
		return nil, errors.New("open store: no database named")
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	err = s.migrate(ctx)
	if err == nil {
		err = s.openFinder(ctx, config)
	}
	if err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("open store: %w", err)
	}
	return s, nil
}

func (s *Store) migrate(ctx context.Context) error {
	provider, err := s.migrations()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func (s *Store) migrations() (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	options := append(s.engine.migration(), goose.WithSlog(slog.New(slog.DiscardHandler)))
	return goose.NewProvider(s.engine.dialect(), s.write, files, options...)
}

func (s *Store) openFinder(ctx context.Context, config Config) error {
	if config.SQLiteFile != "" {
		f, err := openSQLiteFinder(ctx, config.SQLiteFile)
		if err == nil {
			s.finder = f
		}
		return err
	}
	f, err := openPostgresFinder(ctx, s.write)
	if err == nil {
		s.finder = f
	}
	return err
}

// Close waits for running statements and closes the database.
func (s *Store) Close() error {
	var err error
	if s.bus != nil {
		s.bus.close()
	}
	if s.finder != nil {
		err = s.finder.close()
	}
	err = errors.Join(err, s.read.Close())
	if s.write != s.read {
		err = errors.Join(err, s.write.Close())
	}
	return err
}

// Ping reports whether the database can be written to.
func (s *Store) Ping(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("reach database: %w", err)
	}
	return tx.Rollback()
}

// Shared reports whether other hub processes may write to this database.
func (s *Store) Shared() bool { return s.engine.shared() }

// Read returns queries outside of any transaction. Each sees what was committed when it began.
func (s *Store) Read() *db.Queries { return db.New(s.read) }

// OnCommit calls nudge after each committed change, with its workspace. nudge must return at once.
func (s *Store) OnCommit(nudge func(workspaceID string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nudges = append(s.nudges, nudge)
}

// maxTries is how often a transaction is tried that PostgreSQL gave up for another one's sake.
const maxTries = 5

// InTx runs do in a transaction and records what it changed in the workspace's feed. It returns the position of the
// last change, or 0 when there was none. do may run more than once: it must have no effect but on its Tx.
func (s *Store) InTx(ctx context.Context, workspaceID string, do func(*Tx) error) (int64, error) {
	for try := 1; ; try++ {
		seq, err := s.inTx(ctx, workspaceID, do)
		if err == nil {
			if seq > 0 {
				s.nudge(workspaceID)
			}
			return seq, nil
		}
		if try == maxTries || !s.engine.again(err) || ctx.Err() != nil {
			return 0, err
		}
	}
}

func (s *Store) inTx(ctx context.Context, workspaceID string, do func(*Tx) error) (int64, error) {
	sqlTx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = sqlTx.Rollback() }() // a no-op once committed
	tx := &Tx{Queries: db.New(sqlTx), WorkspaceID: workspaceID, tx: sqlTx, engine: s.engine}
	if err := do(tx); err != nil {
		return 0, err
	}
	seq, err := tx.record(ctx)
	if err != nil {
		return 0, err
	}
	if err := sqlTx.Commit(); err != nil {
		return 0, fmt.Errorf("commit: %w", err)
	}
	return seq, nil
}

// KeepWebhooks makes webhooks durable before anybody works on them. They belong to no feed.
func (s *Store) KeepWebhooks(ctx context.Context, rows []db.Webhook) error {
	_, err := s.inTx(ctx, "", func(tx *Tx) error { return s.engine.keepWebhooks(ctx, tx, rows) })
	if err != nil {
		return fmt.Errorf("keep webhooks: %w", err)
	}
	return nil
}

// DropOldParkedStatuses forgets statuses that were parked before a time, and says how many. They belong to no feed.
func (s *Store) DropOldParkedStatuses(ctx context.Context, before time.Time) (int64, error) {
	return db.New(s.write).DropOldParkedStatuses(ctx, before.UnixMilli())
}

// DropOldPaces forgets rates that were used up to a time only, and says how many.
func (s *Store) DropOldPaces(ctx context.Context, before time.Time) (int64, error) {
	return db.New(s.write).DropOldPaces(ctx, before.UnixMicro())
}

// DropOldHookAttempts forgets attempts to tell webhooks something before a time, and says how many.
func (s *Store) DropOldHookAttempts(ctx context.Context, before time.Time) (int64, error) {
	return db.New(s.write).DropOldHookAttempts(ctx, before.UnixMilli())
}

// DropEmptyDrafts forgets drafts that have held nothing since a time, and says how many. They belong to no feed.
func (s *Store) DropEmptyDrafts(ctx context.Context, before time.Time) (int64, error) {
	return db.New(s.write).DropEmptyDrafts(ctx, before.UnixMilli())
}

func (s *Store) nudge(workspaceID string) {
	if s.bus != nil {
		s.bus.noteCommit(workspaceID)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, nudge := range s.nudges {
		nudge(workspaceID)
	}
}

// NotFound reports whether a query found no row.
func NotFound(err error) bool { return errors.Is(err, sql.ErrNoRows) }
