package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/mattn/go-sqlite3"
)

// FileName is the name of the database below a desk's folder.
const FileName = "cache.db"

// readers is how many reads run at the same time. Four readers beside one writer gave no busy errors and the
// shortest waits in the measurement behind this split; a shared pool fails on lock upgrades.
const readers = 4

// Cache is an open cache file. Its methods may be called from any goroutine.
type Cache struct {
	writer  *sql.DB // one connection; every transaction is immediate
	reader  *sql.DB // read only
	path    string
	damaged atomic.Bool
}

// Opened says what Open found.
type Opened struct {
	// SetAside is where a damaged file was moved to; empty normally.
	SetAside string
	// Drafts and Commands are how many were recovered from it.
	Drafts, Commands int
}

// Open opens the cache below folder, which is created when missing, and brings its schema up to date. Nobody else
// may have it open: callers hold the lock of the folder. A damaged file is set aside and replaced.
func Open(ctx context.Context, folder string) (*Cache, Opened, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, Opened{}, fmt.Errorf("make cache folder: %w", err)
	}
	path := filepath.Join(folder, FileName)
	c, err := open(ctx, path)
	if err == nil {
		if err = c.checkAfterCrash(ctx); err != nil {
			err = errors.Join(err, c.closeFiles())
		}
	}
	if isDamage(err) {
		return recoverFrom(ctx, path)
	}
	if err != nil {
		return nil, Opened{}, err
	}
	return c, Opened{}, nil
}

func open(ctx context.Context, path string) (*Cache, error) {
	copies := &copied{copyPath: filepath.Join(filepath.Dir(path), CopyName)}
	for _, file := range []string{path, copies.copyPath} {
		if err := createPrivate(file); err != nil {
			return nil, err
		}
	}
	copies.dsn = dsn(path, url.Values{
		"_journal_mode":    {"WAL"},
		"_synchronous":     {"NORMAL"}, // UpdateDurably raises it
		"_busy_timeout":    {"5000"},
		"_txlock":          {"immediate"}, // no lock upgrades, so no SQLITE_BUSY in the middle
		"_secure_delete":   {"1"},         // what is removed is overwritten
		"_auto_vacuum":     {"2"},         // incremental; only counts before the first table
		"_cache_size":      {"-8000"},
		"_stmt_cache_size": {"64"},
	})
	writer := sql.OpenDB(copies)
	writer.SetMaxOpenConns(1)
	c := &Cache{writer: writer, path: path}
	err := migrate(ctx, writer)
	if err == nil {
		err = copies.keep(ctx, writer)
	}
	if err != nil {
		return nil, errors.Join(err, c.closeFiles())
	}
	c.reader, err = sql.Open("sqlite3", dsn(path, url.Values{
		"mode":             {"ro"},
		"_query_only":      {"1"},
		"_busy_timeout":    {"5000"},
		"_cache_size":      {"-2000"},
		"_stmt_cache_size": {"64"},
	}))
	if err != nil {
		return nil, fmt.Errorf("open cache for reading: %w", errors.Join(err, c.closeFiles()))
	}
	c.reader.SetMaxOpenConns(readers)
	c.reader.SetMaxIdleConns(readers)
	return c, nil
}

// createPrivate makes the file before SQLite does, because SQLite leaves it readable to others. Its companions
// (-wal, -shm) inherit the mode.
func createPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("create cache: %w", err)
	}
	return file.Close()
}

// dsn makes a file: URL, which is the only form that takes any path (blanks, "?", Windows drives).
func dsn(path string, options url.Values) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	u := url.URL{Scheme: "file", Path: slashed, RawQuery: options.Encode()}
	return u.String()
}

// checkAfterCrash looks through the file when it was not closed properly, and marks it as in use.
func (c *Cache) checkAfterCrash(ctx context.Context) error {
	state, err := c.Read().Meta(ctx, metaClosed)
	if err != nil {
		return err
	}
	if state == closedNo {
		var verdict string
		if err := c.writer.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
			return fmt.Errorf("check cache: %w", err)
		}
		if verdict != "ok" {
			return fmt.Errorf("check cache: %w: %s", errDamaged, verdict)
		}
	}
	return c.Update(ctx, func(tx *Tx) error { return tx.SetMeta(ctx, metaClosed, closedNo) })
}

// Close ends all use of the file. A file that showed damage is checked again at the next start.
func (c *Cache) Close() error {
	var errs []error
	if !c.damaged.Load() {
		ctx := context.Background()
		errs = append(errs, c.Update(ctx, func(tx *Tx) error { return tx.SetMeta(ctx, metaClosed, closedYes) }))
		_, err := c.writer.ExecContext(ctx, "PRAGMA optimize")
		errs = append(errs, err)
	}
	errs = append(errs, c.closeFiles())
	return errors.Join(errs...)
}

func (c *Cache) closeFiles() error {
	var errs []error
	if c.reader != nil {
		errs = append(errs, c.reader.Close())
	}
	return errors.Join(append(errs, c.writer.Close())...)
}

var errDamaged = errors.New("cache file is damaged")

// isDamage reports whether err says that the file cannot be trusted.
func isDamage(err error) bool {
	var coded sqlite3.Error
	if errors.As(err, &coded) {
		return coded.Code == sqlite3.ErrCorrupt || coded.Code == sqlite3.ErrNotADB
	}
	return errors.Is(err, errDamaged)
}
