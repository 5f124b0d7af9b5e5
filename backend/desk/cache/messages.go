package cache

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Place is a position in the shown order of a thread.
type Place struct {
	SentMs int64
	No     int64
}

// Floor is the number from which on a conversation is here without a gap up to its newest message that is here;
// newest is that message's number. Both are 0 when nothing is here. Older messages can be here as well, singly:
// the feed brings every change, also of messages that were never fetched.
func (r Reader) Floor(ctx context.Context, conversationID string) (floor, newest int64, err error) {
	_, err = find(ctx, r.q, "find the floor of a thread", `
		SELECT coalesce(max(m.no), 0), (SELECT coalesce(max(no), 0) FROM message WHERE conversation_id = ?1)
		FROM message m WHERE m.conversation_id = ?1
		AND NOT EXISTS (SELECT 1 FROM message p WHERE p.conversation_id = ?1 AND p.no = m.no - 1)`,
		[]any{conversationID}, &floor, &newest)
	return floor, newest, err
}

// MessagesBefore lists up to limit messages of a conversation that are shown before a place and numbered floor or
// higher, in shown order. A nil place is the end of the thread.
func (r Reader) MessagesBefore(ctx context.Context, conversationID string, before *Place, floor int64, limit int) ([]*hubv1.Message, error) {
	where, args := "", []any{conversationID, floor}
	if before != nil {
		where, args = " AND (sent_ms, no) < (?, ?)", append(args, before.SentMs, before.No)
	}
	found, err := list(ctx, r.q, "read thread", scanMessage,
		"SELECT data FROM message WHERE conversation_id = ? AND no >= ?"+where+
			" ORDER BY sent_ms DESC, no DESC LIMIT ?", append(args, limit)...)
	for i, j := 0, len(found)-1; i < j; i, j = i+1, j-1 {
		found[i], found[j] = found[j], found[i]
	}
	return found, err
}

// MessagesAfter lists up to limit messages of a conversation that are shown after a place and numbered floor or
// higher, in shown order.
func (r Reader) MessagesAfter(ctx context.Context, conversationID string, after Place, floor int64, limit int) ([]*hubv1.Message, error) {
	return list(ctx, r.q, "read thread", scanMessage,
		"SELECT data FROM message WHERE conversation_id = ? AND no >= ? AND (sent_ms, no) > (?, ?)"+
			" ORDER BY sent_ms, no LIMIT ?", conversationID, floor, after.SentMs, after.No, limit)
}

// Messages lists the messages with these ids that are here, in shown order.
func (r Reader) Messages(ctx context.Context, ids []string) ([]*hubv1.Message, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := marks(ids)
	return list(ctx, r.q, "read messages", scanMessage,
		"SELECT data FROM message WHERE id IN ("+in+") ORDER BY sent_ms, no", args...)
}

// Message finds one; nil when it is not here.
func (r Reader) Message(ctx context.Context, id string) (*hubv1.Message, error) {
	return findEntity[hubv1.Message](ctx, r.q, "read message", "SELECT data FROM message WHERE id = ?", id)
}

// MessagesByProvider finds messages by Meta's ids.
func (r Reader) MessagesByProvider(ctx context.Context, providerIDs []string) ([]*hubv1.Message, error) {
	if len(providerIDs) == 0 {
		return nil, nil
	}
	in, args := marks(providerIDs)
	return list(ctx, r.q, "read quoted messages", scanMessage,
		"SELECT data FROM message WHERE provider_id <> '' AND provider_id IN ("+in+")", args...)
}

// MessagesAbout lists the reactions, edits and deletions that are about messages with these ids of Meta's, in the order
// in which they happened.
func (r Reader) MessagesAbout(ctx context.Context, providerIDs []string) ([]*hubv1.Message, error) {
	if len(providerIDs) == 0 {
		return nil, nil
	}
	in, args := marks(providerIDs)
	return list(ctx, r.q, "read what messages are about", scanMessage,
		"SELECT data FROM message WHERE target <> '' AND target IN ("+in+") ORDER BY sent_ms, no", args...)
}

// InboundAfter counts the contact's messages that have a higher number.
func (r Reader) InboundAfter(ctx context.Context, conversationID string, no int64) (int64, error) {
	var n int64
	_, err := find(ctx, r.q, "count unread messages",
		"SELECT count(*) FROM message WHERE conversation_id = ? AND no > ? AND direction = 'in'",
		[]any{conversationID, no}, &n)
	return n, err
}

// CountMessages counts all messages that are here.
func (r Reader) CountMessages(ctx context.Context) (int64, error) {
	var n int64
	_, err := find(ctx, r.q, "count messages", "SELECT count(*) FROM message", nil, &n)
	return n, err
}

func scanMessage(rows *sql.Rows) (*hubv1.Message, error) {
	var data []byte
	if err := rows.Scan(&data); err != nil {
		return nil, err
	}
	return decode[hubv1.Message](data)
}

// PutMessage writes a message and its search terms.
func (tx *Tx) PutMessage(ctx context.Context, e *hubv1.Message) (Effect, error) {
	generation, err := tx.currentGeneration(ctx)
	if err != nil {
		return Unchanged, err
	}
	var row, version, seen int64
	var oldThread, oldText string
	found, err := find(ctx, tx.q, "look up message",
		"SELECT row, version, generation, thread, text FROM message WHERE id = ?", []any{e.Id},
		&row, &version, &seen, &oldThread, &oldText)
	if err != nil || (found && seen == generation && version >= e.Version) {
		return Unchanged, err
	}
	if !found {
		if gone, err := tx.isGone(ctx, KindMessage, e.Id); err != nil || gone {
			return Unchanged, err
		}
	}
	data, err := proto.Marshal(e)
	if err != nil {
		return Unchanged, fmt.Errorf("write message: %w", err)
	}
	thread, text := threadTerm(e.ConversationId), SearchText(e)
	if !found {
		result, err := tx.exec(ctx, "write message", `
			INSERT INTO message (id, version, generation, conversation_id, no, sent_ms, direction, provider_id, target, thread, text, data)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			e.Id, e.Version, generation, e.ConversationId, e.No, e.SentMs, e.Direction, e.ProviderId,
			e.GetContent().GetTargetProviderId(), thread, text, data)
		if err != nil {
			return Unchanged, err
		}
		if row, err = result.LastInsertId(); err != nil {
			return Unchanged, fmt.Errorf("write message: %w", err)
		}
		return Inserted, tx.index(ctx, row, thread, text)
	}
	if _, err := tx.exec(ctx, "write message", `
		UPDATE message SET version = ?, generation = ?, conversation_id = ?, no = ?, sent_ms = ?, direction = ?,
		provider_id = ?, target = ?, thread = ?, text = ?, data = ? WHERE row = ?`,
		e.Version, generation, e.ConversationId, e.No, e.SentMs, e.Direction, e.ProviderId,
		e.GetContent().GetTargetProviderId(), thread, text, data, row); err != nil {
		return Unchanged, err
	}
	if thread != oldThread || text != oldText {
		if err := tx.unindex(ctx, row, oldThread, oldText); err != nil {
			return Unchanged, err
		}
		if err := tx.index(ctx, row, thread, text); err != nil {
			return Unchanged, err
		}
	}
	if version == e.Version {
		return Unchanged, nil
	}
	return Replaced, nil
}

func (tx *Tx) deleteMessage(ctx context.Context, id string) error {
	var row int64
	var thread, text string
	found, err := find(ctx, tx.q, "look up message", "SELECT row, thread, text FROM message WHERE id = ?",
		[]any{id}, &row, &thread, &text)
	if err != nil || !found {
		return err
	}
	if err := tx.unindex(ctx, row, thread, text); err != nil {
		return err
	}
	_, err = tx.exec(ctx, "delete message", "DELETE FROM message WHERE row = ?", row)
	return err
}

func (tx *Tx) index(ctx context.Context, row int64, thread, text string) error {
	_, err := tx.exec(ctx, "index message", "INSERT INTO message_text (rowid, thread, text) VALUES (?, ?, ?)", row, thread, text)
	return err
}

// unindex needs the exact text that was indexed: an external-content index does not keep it.
func (tx *Tx) unindex(ctx context.Context, row int64, thread, text string) error {
	_, err := tx.exec(ctx, "remove message from index",
		"INSERT INTO message_text (message_text, rowid, thread, text) VALUES ('delete', ?, ?, ?)", row, thread, text)
	return err
}

// threadTerm is a conversation's id as one search term: the tokenizer would split it at the hyphens.
func threadTerm(conversationID string) string { return strings.ReplaceAll(conversationID, "-", "") }

// SearchText is what a search finds a message by. Event lines have nothing to find.
func SearchText(m *hubv1.Message) string {
	c := m.GetContent()
	if m.Direction == "event" || c == nil {
		return ""
	}
	parts := []string{c.Text, c.GetMedia().GetFileName(), c.GetLocation().GetName(), c.GetLocation().GetAddress()}
	for _, card := range c.Contacts {
		parts = append(parts, card.Name, strings.Join(card.Phones, " "))
	}
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "\n")
}
