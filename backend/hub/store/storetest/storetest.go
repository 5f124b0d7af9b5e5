//go:build !windows

package storetest

import (
	"context"
	"path/filepath"
	"testing"

	"parley/backend/hub/store"
)

// Engines names both engines, in the order in which suites run.
var Engines = []string{"sqlite", "postgres"}

// Config returns where a new, empty database of an engine is.
func Config(t testing.TB, engine string) store.Config {
	t.Helper()
	if engine == "postgres" {
		return store.Config{PostgresURL: PostgresURL(t)}
	}
	return store.Config{SQLiteFile: filepath.Join(t.TempDir(), "hub.db")}
}

// Open opens a new, empty store of an engine and closes it when the test ends.
func Open(t testing.TB, engine string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), Config(t, engine))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// OnEach runs a test on every engine.
func OnEach(t *testing.T, test func(t *testing.T, s *store.Store)) {
	for _, engine := range Engines {
		t.Run(engine, func(t *testing.T) { test(t, Open(t, engine)) })
	}
}
