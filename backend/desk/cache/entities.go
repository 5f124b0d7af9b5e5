package cache

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
)

// Effect says what a write did.
type Effect int

// Effects.
const (
	Unchanged Effect = iota // what is here is as new, or the entity is gone
	Inserted
	Replaced
)

// Kinds of entities, as in Change.type.
const (
	KindWorkspace    = "workspace"
	KindTouchpoint   = "touchpoint"
	KindQueue        = "queue"
	KindAgent        = "agent"
	KindContact      = "contact"
	KindConversation = "conversation"
	KindMessage      = "message"
	KindNote         = "note"
	KindDisposition  = "disposition"
	KindTemplate     = "template"
	KindDraft        = "draft"
	KindQuickReply   = "quick_reply"
)

// put is one upsert by version: the columns of a table beside id, version, generation and data.
type put struct {
	table   string
	kind    string
	id      string
	version int64
	entity  proto.Message
	columns []string
	values  []any
}

// upsert writes an entity unless what is here is as new, or was deleted.
func (tx *Tx) upsert(ctx context.Context, p put) (Effect, error) {
	act := "write " + p.kind
	generation, err := tx.currentGeneration(ctx)
	if err != nil {
		return Unchanged, err
	}
	present, err := tx.present(ctx, p.table, p.kind, p.id)
	if err != nil {
		return Unchanged, err
	}
	if present.gone || (present.found && present.generation == generation && present.version >= p.version) {
		return Unchanged, nil
	}
	data, err := proto.Marshal(p.entity)
	if err != nil {
		return Unchanged, fmt.Errorf("%s: %w", act, err)
	}
	columns := append([]string{"version", "generation", "data"}, p.columns...)
	values := append([]any{p.version, generation, data}, p.values...)
	keys, keyValues := []string{"id"}, []any{p.id}
	if p.table == "config" {
		keys, keyValues = []string{"kind", "id"}, []any{p.kind, p.id}
	}
	if present.found {
		statement := "UPDATE " + p.table + " SET " + strings.Join(columns, " = ?, ") + " = ? WHERE " +
			strings.Join(keys, " = ? AND ") + " = ?"
		_, err = tx.exec(ctx, act, statement, append(values, keyValues...)...)
		if present.version == p.version {
			return Unchanged, err // only its generation moved
		}
		return Replaced, err
	}
	all := append(keys, columns...)
	statement := "INSERT INTO " + p.table + " (" + strings.Join(all, ", ") + ") VALUES (?" +
		strings.Repeat(", ?", len(all)-1) + ")"
	_, err = tx.exec(ctx, act, statement, append(keyValues, values...)...)
	return Inserted, err
}

// presence is what is known of an entity before a write.
type presence struct {
	found, gone         bool
	version, generation int64
}

func (tx *Tx) present(ctx context.Context, table, kind, id string) (presence, error) {
	var p presence
	var err error
	if p.gone, err = tx.isGone(ctx, kind, id); err != nil || p.gone {
		return p, err
	}
	query, args := "SELECT version, generation FROM "+table+" WHERE id = ?", []any{id}
	if table == "config" {
		query, args = "SELECT version, generation FROM config WHERE kind = ? AND id = ?", []any{kind, id}
	}
	p.found, err = find(ctx, tx.q, "look up "+kind, query, args, &p.version, &p.generation)
	return p, err
}

func (tx *Tx) isGone(ctx context.Context, kind, id string) (bool, error) {
	var one int
	return find(ctx, tx.q, "look up deletion", "SELECT 1 FROM gone WHERE kind = ? AND id = ?", []any{kind, id}, &one)
}

// Delete removes an entity for good. A page that still holds it does not bring it back.
func (tx *Tx) Delete(ctx context.Context, kind, id string) error {
	if _, err := tx.exec(ctx, "remember deletion",
		"INSERT INTO gone (kind, id) VALUES (?, ?) ON CONFLICT DO NOTHING", kind, id); err != nil {
		return err
	}
	var err error
	switch kind {
	case KindMessage:
		err = tx.deleteMessage(ctx, id)
	case KindContact, KindConversation, KindNote:
		err = tx.drop(ctx, kind, id)
	case KindDraft: // goes with its conversation
	default:
		_, err = tx.exec(ctx, "delete "+kind, "DELETE FROM config WHERE kind = ? AND id = ?", kind, id)
	}
	return err
}

// drop removes a contact, conversation or note, which may come back.
func (tx *Tx) drop(ctx context.Context, kind, id string) error {
	if index, found := map[string]string{KindContact: indexContacts, KindNote: indexNotes}[kind]; found {
		if err := tx.unindexEntity(ctx, index, kind, id); err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, "delete "+kind, "DELETE FROM "+kind+" WHERE id = ?", id)
	return err
}

// Hide removes a conversation that the agent may not see up to a position of the feed, with its notes, and its contact
// unless other conversations have them. Its messages are removed bit by bit (Tx.PruneMessages).
func (tx *Tx) Hide(ctx context.Context, conversationID string, seq int64) error {
	if _, err := tx.exec(ctx, "remember what is hidden", `INSERT INTO gone (kind, id, until_seq) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET until_seq = max(until_seq, excluded.until_seq)`, KindConversation, conversationID, seq); err != nil {
		return err
	}
	return tx.dropConversation(ctx, conversationID)
}

// dropConversation removes a conversation with its notes, and its contact unless other conversations have them.
func (tx *Tx) dropConversation(ctx context.Context, id string) error {
	c, err := tx.Conversation(ctx, id)
	if err != nil {
		return err
	}
	notes, err := tx.Notes(ctx, id)
	if err != nil {
		return err
	}
	for _, note := range notes {
		if err := tx.drop(ctx, KindNote, note.Id); err != nil {
			return err
		}
	}
	if c == nil {
		return nil
	}
	if err := tx.drop(ctx, KindConversation, id); err != nil {
		return err
	}
	left, err := tx.ContactConversations(ctx, c.ContactId)
	if err != nil || len(left) > 0 {
		return err
	}
	return tx.drop(ctx, KindContact, c.ContactId)
}

// Reappear says that the feed has a conversation at a position. One that was hidden before it begins anew: what happened to
// it meanwhile was not told.
func (tx *Tx) Reappear(ctx context.Context, conversationID string, seq int64) error {
	result, err := tx.exec(ctx, "look up what is hidden", "DELETE FROM gone WHERE kind = ? AND id = ? AND until_seq < ?",
		KindConversation, conversationID, seq)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	rows, err := list(ctx, tx.q, "list messages", scanText, "SELECT id FROM message WHERE conversation_id = ?", conversationID)
	for _, id := range rows {
		if err == nil {
			err = tx.deleteMessage(ctx, id)
		}
	}
	return err
}

// decode is a scan function for a column of protobuf bytes.
func decode[T any, P interface {
	*T
	proto.Message
}](data []byte) (P, error) {
	entity := P(new(T))
	if err := proto.Unmarshal(data, entity); err != nil {
		return nil, fmt.Errorf("decode %T: %w", entity, err)
	}
	return entity, nil
}

// findEntity reads one entity, nil when there is none.
func findEntity[T any, P interface {
	*T
	proto.Message
}](ctx context.Context, q querier, act, query string, args ...any) (P, error) {
	var data []byte
	found, err := find(ctx, q, act, query, args, &data)
	if err != nil || !found {
		return nil, err
	}
	return decode[T, P](data)
}

// marks is "?, ?, ?" for n values, and args are they.
func marks(ids []string) (string, []any) {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return strings.TrimSuffix(strings.Repeat("?, ", len(ids)), ", "), args
}
