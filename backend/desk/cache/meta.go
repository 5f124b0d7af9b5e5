package cache

import (
	"context"
	"strconv"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Keys of single values.
const (
	metaClosed     = "closed"
	metaEpoch      = "epoch"
	metaSeq        = "seq"
	metaGeneration = "generation"
	metaIndexed    = "indexed"   // set once everything can be found
	metaUnsentNo   = "unsent_no" // counts changes of unsent work, as the copy does (see unsent.go)

	// MetaAgent is the id of the agent whose cache this is.
	MetaAgent = "agent"
	// MetaWorkspace is the id of the workspace whose cache this is.
	MetaWorkspace = "workspace"
	// MetaScrub is set while something was erased that is not scrubbed from the disk (Cache.Scrub).
	MetaScrub = "scrub"
	// MetaDevice is what this computer calls itself at the hub, a UUIDv7 made once.
	MetaDevice = "device"
	// MetaCompleteMs is when the cache was last known to hold everything, by the hub's clock.
	MetaCompleteMs = "complete_ms"
	// MetaOffsetMs is the hub's clock minus this computer's, in milliseconds.
	MetaOffsetMs = "offset_ms"
)

const (
	closedYes = "yes"
	closedNo  = "no"
)

// Meta is the value of key, "" when it was never set.
func (r Reader) Meta(ctx context.Context, key string) (string, error) {
	var value string
	_, err := find(ctx, r.q, "read "+key, "SELECT value FROM meta WHERE key = ?", []any{key}, &value)
	return value, err
}

// MetaInt is the value of key as a number, 0 when it was never set.
func (r Reader) MetaInt(ctx context.Context, key string) (int64, error) {
	text, err := r.Meta(ctx, key)
	if err != nil || text == "" {
		return 0, err
	}
	return strconv.ParseInt(text, 10, 64)
}

// SetMeta replaces the value of key.
func (tx *Tx) SetMeta(ctx context.Context, key, value string) error {
	_, err := tx.exec(ctx, "write "+key,
		"INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)
	return err
}

// SetMetaInt replaces the value of key by a number.
func (tx *Tx) SetMetaInt(ctx context.Context, key string, value int64) error {
	return tx.SetMeta(ctx, key, strconv.FormatInt(value, 10))
}

// Cursor is the position up to which the feed has been applied; nil before the first snapshot is complete.
func (r Reader) Cursor(ctx context.Context) (*hubv1.Cursor, error) {
	epoch, err := r.Meta(ctx, metaEpoch)
	if err != nil || epoch == "" {
		return nil, err
	}
	seq, err := r.MetaInt(ctx, metaSeq)
	if err != nil {
		return nil, err
	}
	return &hubv1.Cursor{Epoch: epoch, Seq: seq}, nil
}

// Advance moves the cursor forward within its epoch. An older position, or one of another epoch, changes nothing.
func (tx *Tx) Advance(ctx context.Context, to *hubv1.Cursor) error {
	at, err := tx.Cursor(ctx)
	if err != nil || at == nil || to == nil || at.Epoch != to.Epoch || to.Seq <= at.Seq {
		return err
	}
	return tx.SetMetaInt(ctx, metaSeq, to.Seq)
}

// currentGeneration is what rows written now are marked with.
func (tx *Tx) currentGeneration(ctx context.Context) (int64, error) {
	if tx.hasGen {
		return tx.generation, nil
	}
	generation, err := tx.MetaInt(ctx, metaGeneration)
	if err != nil {
		return 0, err
	}
	tx.generation, tx.hasGen = generation, true
	return generation, nil
}
