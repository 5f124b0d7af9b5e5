package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"parley/backend/hub/store/db"
)

// Entity types, as they stand in the feed.
const (
	TypeWorkspace    = "workspace"
	TypeTouchpoint   = "touchpoint"
	TypeQueue        = "queue"
	TypeAgent        = "agent"
	TypeContact      = "contact"
	TypeConversation = "conversation"
	TypeMessage      = "message"
	TypeNote         = "note"
	TypeDisposition  = "disposition"
	TypeTemplate     = "template"
	TypeDraft        = "draft"
	TypeQuickReply   = "quick_reply"
)

// Tx is one writing transaction of one workspace.
type Tx struct {
	*db.Queries
	WorkspaceID string

	tx      *sql.Tx
	engine  engine
	changes []db.Change
	known   map[entityKey]int // places in changes
}

type entityKey struct{ kind, id string }

// Changed notes that an entity has a new state, to be recorded in the feed when the transaction ends.
func (tx *Tx) Changed(entityType, id string) { tx.note(entityType, id, false) }

// Removed notes that an entity is gone for good. The feed keeps that for as long as a desk may not know of it.
func (tx *Tx) Removed(entityType, id string) { tx.note(entityType, id, true) }

func (tx *Tx) note(entityType, id string, removed bool) {
	key := entityKey{entityType, id}
	if at, noted := tx.known[key]; noted {
		tx.changes[at].Deleted = tx.changes[at].Deleted || removed
		return
	}
	if tx.known == nil {
		tx.known = map[entityKey]int{}
	}
	tx.known[key] = len(tx.changes)
	tx.changes = append(tx.changes, db.Change{WorkspaceID: tx.WorkspaceID, EntityType: entityType, EntityID: id, Deleted: removed})
}

func (tx *Tx) record(ctx context.Context) (int64, error) {
	n := int64(len(tx.changes))
	if n == 0 {
		return 0, nil
	}
	seq, err := tx.BumpSeq(ctx, db.BumpSeqParams{N: n, WorkspaceID: tx.WorkspaceID})
	if err != nil {
		return 0, fmt.Errorf("take feed positions: %w", err)
	}
	for i := range tx.changes {
		tx.changes[i].Seq = seq - n + 1 + int64(i)
	}
	if err := tx.engine.putChanges(ctx, tx, tx.changes); err != nil {
		return 0, fmt.Errorf("record changes: %w", err)
	}
	return seq, nil
}

// Rows is what a batch writes. Put* and Touch* rows were locked or made by the same transaction. Put* are written
// whole; of Touch* only what messages move has changed (see the query TouchConversation).
type Rows struct {
	Contacts           []db.Contact
	Identities         []db.ContactIdentity
	PutConversations   []db.Conversation
	TouchConversations []db.Conversation
	Messages           []db.Message
	PutMessages        []db.Message
	Media              []db.Media
	DeadLetters        []db.DeadLetter
	Parked             []db.ParkedStatus
	Health             []db.TouchpointHealth
	Lanes              []LaneKey
}

// Write writes a batch, in an order that satisfies every constraint.
func (tx *Tx) Write(ctx context.Context, rows Rows) error {
	return tx.engine.write(ctx, tx, rows)
}

// ErrTaken says that another hub has worked in one of the webhooks.
var ErrTaken = errors.New("a webhook was worked in by another hub")

// TakeWebhooks forgets kept webhooks, in the transaction that works them in. ErrTaken: the transaction must not go on.
func (tx *Tx) TakeWebhooks(ctx context.Context, rows []db.Webhook) error {
	if len(rows) == 0 {
		return nil
	}
	taken, err := tx.engine.takeWebhooks(ctx, tx, rows)
	if err != nil {
		return fmt.Errorf("take webhooks: %w", err)
	}
	if taken != int64(len(rows)) {
		return ErrTaken
	}
	return nil
}

// Kinds of identities: who somebody is to a channel, and their number there.
const (
	IdentityUser  = "user"
	IdentityPhone = "phone"
)

// IdentityKey names what a channel knows a contact by.
type IdentityKey struct {
	Channel string `json:"channel"`
	Kind    string `json:"kind"`
	Scope   string `json:"scope"`
	Value   string `json:"value"`
}

// PairKey names a contact on a touchpoint.
type PairKey struct {
	TouchpointID string `json:"touchpoint_id"`
	ContactID    string `json:"contact_id"`
}

// ProviderKey names a message by Meta's id.
type ProviderKey struct {
	TouchpointID string `json:"touchpoint_id"`
	ProviderID   string `json:"provider_id"`
}

// LaneKey names a lane, and the touchpoint whose pause holds it.
type LaneKey struct {
	Kind         string
	Key          string
	TouchpointID string
	NextMs       int64
}

// Merges says how often contacts were merged, and keeps further merges out until the transaction ends.
func (tx *Tx) Merges(ctx context.Context) (int64, error) { return tx.engine.merges(ctx, tx) }

// LoadIdentities returns those of the identities that exist.
func (tx *Tx) LoadIdentities(ctx context.Context, keys []IdentityKey) ([]db.ContactIdentity, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	return tx.engine.identities(ctx, tx, keys)
}

// LockLatest locks and returns the open conversation of each contact on its touchpoint, or else the last one.
func (tx *Tx) LockLatest(ctx context.Context, keys []PairKey) ([]db.Conversation, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	return tx.engine.latest(ctx, tx, keys)
}

// LockConversations locks and returns conversations by id.
func (tx *Tx) LockConversations(ctx context.Context, ids []string) ([]db.Conversation, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return tx.engine.conversations(ctx, tx, ids)
}

// LoadMessages returns those of the messages that exist, found by Meta's id or by ours.
func (tx *Tx) LoadMessages(ctx context.Context, keys []ProviderKey, ids []string) ([]db.Message, error) {
	if len(keys)+len(ids) == 0 {
		return nil, nil
	}
	return tx.engine.messages(ctx, tx, keys, ids)
}

// LoadContacts returns those of the contacts that exist.
func (tx *Tx) LoadContacts(ctx context.Context, ids []string) ([]db.Contact, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return tx.engine.contacts(ctx, tx, ids)
}

// ClaimLane leases the longest-due free lane of a kind to a worker until leaseMs. sql.ErrNoRows: nothing is due.
func (s *Store) ClaimLane(ctx context.Context, kind, worker string, nowMs, leaseMs int64) (db.Lane, error) {
	return s.engine.claimLane(ctx, s.write, kind, worker, nowMs, leaseMs)
}
