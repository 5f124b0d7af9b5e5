package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"parley/backend/hub/store/db"

	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
)

// sqlite is the engine of one machine. Its one writer makes locks unnecessary, and a statement costs microseconds,
// so batches are loops (rows taken from a JSON array cost ten times as much: each column parses its object again).
type sqlite struct{}

// writerDriver is the "sqlite3" driver with the settings of the writer that its address cannot carry.
const writerDriver = "sqlite3_hub_writer"

// checkpointPages is how large the log grows before its pages go to the file (64 MB). Batches write the same pages of
// conversations and indexes again and again; the file gets each once.
const checkpointPages = 16_000

func init() {
	sql.Register(writerDriver, &sqlite3.SQLiteDriver{ConnectHook: func(conn *sqlite3.SQLiteConn) error {
		_, err := conn.Exec(fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", checkpointPages), nil)
		return err
	}})
}

// openSQLite opens a writer of one connection and a pool of readers. synchronous=FULL, because a webhook is
// answered 200 only when it is durable; group commit pays for it.
func openSQLite(ctx context.Context, file string) (*Store, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	if err := touch(path); err != nil {
		return nil, err
	}
	write, err := sql.Open(writerDriver, dsn(path, "rwc", "_txlock=immediate&_synchronous=FULL&_journal_mode=WAL&_cache_size=-65536"))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		_ = write.Close()
		return nil, fmt.Errorf("open %s: %w", filepath.Base(path), err)
	}
	read, err := sql.Open("sqlite3", dsn(path, "rw", "_query_only=1&_cache_size=-16384"))
	if err != nil {
		_ = write.Close()
		return nil, err
	}
	read.SetMaxOpenConns(4)
	read.SetMaxIdleConns(4)
	return &Store{engine: sqlite{}, write: write, read: read}, nil
}

// dsn is how a file is opened. What is removed is overwritten: erased is erased in the file, too.
func dsn(path, mode, options string) string {
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	return u.String() + "?mode=" + mode + "&_busy_timeout=10000&_secure_delete=1&_foreign_keys=1&_stmt_cache_size=128&" + options
}

// touch makes the file readable by its owner only before SQLite would make it by the umask.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func (sqlite) dialect() goose.Dialect            { return goose.DialectSQLite3 }
func (sqlite) migration() []goose.ProviderOption { return nil }
func (sqlite) shared() bool                      { return false }
func (sqlite) again(error) bool                  { return false }

func (sqlite) putChanges(ctx context.Context, tx *Tx, changes []db.Change) error {
	for _, c := range changes {
		if err := tx.PutChange(ctx, db.PutChangeParams(c)); err != nil {
			return err
		}
	}
	return nil
}

func (sqlite) keepWebhooks(ctx context.Context, tx *Tx, rows []db.Webhook) error {
	return each(rows, func(r db.Webhook) error { return tx.InsertWebhook(ctx, db.InsertWebhookParams(r)) })
}

func (sqlite) takeWebhooks(ctx context.Context, tx *Tx, rows []db.Webhook) (taken int64, err error) {
	err = each(rows, func(r db.Webhook) error {
		n, err := tx.DeleteWebhook(ctx, db.DeleteWebhookParams{WorkspaceID: tx.WorkspaceID, HubID: r.HubID, ID: r.ID})
		taken += n
		return err
	})
	return taken, err
}

func (sqlite) write(ctx context.Context, tx *Tx, rows Rows) error {
	for _, step := range []func() error{
		func() error {
			return each(rows.Contacts, func(r db.Contact) error { return tx.PutContact(ctx, db.PutContactParams(r)) })
		},
		func() error {
			return each(rows.Identities, func(r db.ContactIdentity) error {
				return tx.InsertContactIdentity(ctx, db.InsertContactIdentityParams(r))
			})
		},
		func() error {
			return each(rows.PutConversations, func(r db.Conversation) error {
				return tx.PutConversation(ctx, db.PutConversationParams(r))
			})
		},
		func() error {
			return each(rows.TouchConversations, func(r db.Conversation) error { return touchConversation(ctx, tx, r) })
		},
		func() error {
			return each(rows.Messages, func(r db.Message) error { return tx.InsertMessage(ctx, db.InsertMessageParams(r)) })
		},
		func() error {
			return each(rows.PutMessages, func(r db.Message) error { return tx.PutMessage(ctx, db.PutMessageParams(r)) })
		},
		func() error {
			return each(rows.Media, func(r db.Media) error { return tx.InsertMedia(ctx, db.InsertMediaParams(r)) })
		},
		func() error {
			return each(rows.DeadLetters, func(r db.DeadLetter) error {
				return tx.InsertDeadLetter(ctx, db.InsertDeadLetterParams(r))
			})
		},
		func() error {
			return each(rows.Parked, func(r db.ParkedStatus) error {
				return tx.InsertParkedStatus(ctx, db.InsertParkedStatusParams(r))
			})
		},
		func() error { return putHealth(ctx, tx, rows.Health) },
		func() error { return wakeLanes(ctx, tx, rows.Lanes) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func touchConversation(ctx context.Context, tx *Tx, r db.Conversation) error {
	return tx.TouchConversation(ctx, db.TouchConversationParams{
		WorkspaceID: r.WorkspaceID, ID: r.ID, LastMessageMs: r.LastMessageMs, LastMessageID: r.LastMessageID,
		Preview: r.Preview, LastKind: r.LastKind, LastDirection: r.LastDirection, LastState: r.LastState,
		Unread: r.Unread, WaitingSinceMs: r.WaitingSinceMs, LastInboundMs: r.LastInboundMs,
		LastInboundID: r.LastInboundID, WindowUntilMs: r.WindowUntilMs, WindowReason: r.WindowReason,
		LastNo: r.LastNo, Troubled: r.Troubled, Version: r.Version,
	})
}

// putHealth keeps news of touchpoints, and shows them with the touchpoint when they are news.
func putHealth(ctx context.Context, tx *Tx, rows []db.TouchpointHealth) error {
	return each(rows, func(r db.TouchpointHealth) error {
		n, err := tx.PutTouchpointHealth(ctx, db.PutTouchpointHealthParams(r))
		if err != nil || n == 0 {
			return err
		}
		tx.Changed(TypeTouchpoint, r.TouchpointID)
		return tx.BumpTouchpoint(ctx, db.BumpTouchpointParams{WorkspaceID: tx.WorkspaceID, ID: r.TouchpointID})
	})
}

func wakeLanes(ctx context.Context, tx *Tx, lanes []LaneKey) error {
	return each(lanes, func(l LaneKey) error {
		return tx.WakeLane(ctx, db.WakeLaneParams{
			WorkspaceID: tx.WorkspaceID, Kind: l.Kind, Key: l.Key, TouchpointID: l.TouchpointID, NextMs: l.NextMs,
		})
	})
}

func each[T any](rows []T, do func(T) error) error {
	for _, row := range rows {
		if err := do(row); err != nil {
			return err
		}
	}
	return nil
}

// found looks keys up one by one and leaves out those that are not there.
func found[K, T any](keys []K, find func(K) (T, error)) ([]T, error) {
	rows := make([]T, 0, len(keys))
	for _, key := range keys {
		row, err := find(key)
		if NotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (sqlite) merges(ctx context.Context, tx *Tx) (n int64, err error) {
	err = tx.tx.QueryRowContext(ctx, "SELECT merges FROM workspace WHERE id = $1", tx.WorkspaceID).Scan(&n)
	return n, err
}

func (sqlite) identities(ctx context.Context, tx *Tx, keys []IdentityKey) ([]db.ContactIdentity, error) {
	return found(keys, func(k IdentityKey) (db.ContactIdentity, error) {
		return tx.Identity(ctx, db.IdentityParams{
			WorkspaceID: tx.WorkspaceID, Channel: k.Channel, Kind: k.Kind, Scope: k.Scope, Value: k.Value,
		})
	})
}

func (sqlite) contacts(ctx context.Context, tx *Tx, ids []string) ([]db.Contact, error) {
	return found(ids, func(id string) (db.Contact, error) {
		return tx.Contact(ctx, db.ContactParams{WorkspaceID: tx.WorkspaceID, ID: id})
	})
}

func (sqlite) latest(ctx context.Context, tx *Tx, keys []PairKey) ([]db.Conversation, error) {
	return found(keys, func(k PairKey) (db.Conversation, error) {
		open, err := tx.OpenConversationOf(ctx, db.OpenConversationOfParams{
			WorkspaceID: tx.WorkspaceID, TouchpointID: k.TouchpointID, ContactID: k.ContactID,
		})
		if !NotFound(err) {
			return open, err
		}
		return tx.LastConversationOf(ctx, db.LastConversationOfParams{
			WorkspaceID: tx.WorkspaceID, TouchpointID: k.TouchpointID, ContactID: k.ContactID,
		})
	})
}

func (sqlite) conversations(ctx context.Context, tx *Tx, ids []string) ([]db.Conversation, error) {
	return found(ids, func(id string) (db.Conversation, error) {
		return tx.Conversation(ctx, db.ConversationParams{WorkspaceID: tx.WorkspaceID, ID: id})
	})
}

func (sqlite) messages(ctx context.Context, tx *Tx, keys []ProviderKey, ids []string) ([]db.Message, error) {
	rows, err := grouped(keys,
		func(k ProviderKey) (string, string) { return k.TouchpointID, k.ProviderID },
		func(touchpointID string, providerIDs []string) ([]db.Message, error) {
			array, err := json.Marshal(providerIDs)
			if err != nil {
				return nil, err
			}
			return rowsOf[db.Message](ctx, tx, `SELECT m.* FROM json_each($1) k CROSS JOIN message m
				ON m.workspace_id = $2 AND m.touchpoint_id = $3 AND m.provider_id = k.value AND m.provider_id <> ''`,
				string(array), tx.WorkspaceID, touchpointID)
		})
	if err != nil {
		return nil, err
	}
	more, err := found(ids, func(id string) (db.Message, error) {
		return tx.Message(ctx, db.MessageParams{WorkspaceID: tx.WorkspaceID, ID: id})
	})
	return append(rows, more...), err
}

func (sqlite) claimLane(ctx context.Context, pool *sql.DB, kind, worker string, nowMs, leaseMs int64) (db.Lane, error) {
	return scanLane(pool.QueryRowContext(ctx, fmt.Sprintf(claimLaneSQL, ""), worker, leaseMs, kind, nowMs))
}

// emptyLog puts everything that the log of a database holds into its file, and leaves the log empty.
func emptyLog(ctx context.Context, pool *sql.DB) error {
	var busy, pages, moved int
	if err := pool.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return fmt.Errorf("empty the log: %w", err)
	}
	if busy != 0 {
		return errors.New("empty the log: somebody reads from it")
	}
	return nil
}
