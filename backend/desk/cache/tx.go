package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// querier is what reads need: a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Reader reads. Each call sees the state of its own moment, unless the Reader came from Cache.View or is a Tx.
type Reader struct{ q querier }

// Tx reads and writes in one transaction.
type Tx struct {
	Reader
	tx         *sql.Tx
	generation int64 // of rows that are written; loaded on first use
	hasGen     bool
	indexing   indexing
}

// Read returns a Reader without a transaction.
func (c *Cache) Read() Reader { return Reader{q: c.reader} }

// View runs several reads on one state of the cache.
func (c *Cache) View(ctx context.Context, read func(Reader) error) error {
	tx, err := c.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return c.noticed(fmt.Errorf("begin to read the cache: %w", err))
	}
	defer tx.Rollback()
	return c.noticed(read(Reader{q: tx}))
}

// Update runs write in one transaction, which is rolled back when write fails. Transactions run one after the
// other; write must not wait for anything outside the cache.
func (c *Cache) Update(ctx context.Context, write func(*Tx) error) error {
	return c.update(ctx, write, false)
}

// UpdateDurably is Update for what exists nowhere else: it returns when the disk has it.
func (c *Cache) UpdateDurably(ctx context.Context, write func(*Tx) error) error {
	return c.update(ctx, write, true)
}

func (c *Cache) update(ctx context.Context, write func(*Tx) error, durably bool) (err error) {
	defer func() { err = c.noticed(err) }()
	conn, err := c.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("wait for the cache: %w", err)
	}
	defer conn.Close()
	if durably {
		if _, err := conn.ExecContext(ctx, "PRAGMA synchronous = FULL"); err != nil {
			return fmt.Errorf("make the cache durable: %w", err)
		}
		defer func() {
			// The context may be over; the connection is shared and must go back as it was.
			_, resetErr := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous = NORMAL")
			err = errors.Join(err, resetErr)
		}()
	}
	sqlTx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin to write the cache: %w", err)
	}
	defer sqlTx.Rollback()
	tx := &Tx{Reader: Reader{q: sqlTx}, tx: sqlTx}
	if err := write(tx); err != nil {
		return err
	}
	if err := tx.writeIndexes(ctx); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("commit to the cache: %w", err)
	}
	return nil
}

// noticed remembers that the file is damaged, so that the next start checks it.
func (c *Cache) noticed(err error) error {
	if isDamage(err) {
		c.damaged.Store(true)
	}
	return err
}

func (tx *Tx) exec(ctx context.Context, act, statement string, args ...any) (sql.Result, error) {
	result, err := tx.tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", act, err)
	}
	return result, nil
}

// list collects the rows of a query.
func list[T any](ctx context.Context, q querier, act string, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", act, err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", act, err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", act, err)
	}
	return all, nil
}

// find scans one row into the targets. found is false when there is none.
func find(ctx context.Context, q querier, act, query string, args []any, into ...any) (found bool, err error) {
	err = q.QueryRowContext(ctx, query, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", act, err)
	}
	return true, nil
}
