package cache

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"

	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/search"
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

// MessageSince finds the first message of a conversation, numbered floor or higher, that was sent at a moment or later:
// its id; that of the last one when all are earlier, "" when there is none.
func (r Reader) MessageSince(ctx context.Context, conversationID string, sinceMs, floor int64) (id string, err error) {
	_, err = find(ctx, r.q, "find message by time", `
		SELECT coalesce(
			(SELECT id FROM message WHERE conversation_id = ?1 AND no >= ?3 AND sent_ms >= ?2 ORDER BY sent_ms, no LIMIT 1),
			(SELECT id FROM message WHERE conversation_id = ?1 AND no >= ?3 ORDER BY sent_ms DESC, no DESC LIMIT 1), '')`,
		[]any{conversationID, sinceMs, floor}, &id)
	return id, err
}

// SentMs is when a message was sent; 0 when it is not here.
func (r Reader) SentMs(ctx context.Context, conversationID string, no int64) (sentMs int64, err error) {
	_, err = find(ctx, r.q, "read when a message was sent",
		"SELECT coalesce(max(sent_ms), 0) FROM message WHERE conversation_id = ? AND no = ?", []any{conversationID, no}, &sentMs)
	return sentMs, err
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

// Events lists the lines by which a thread tells its own history, newest first.
func (r Reader) Events(ctx context.Context, conversationID string) ([]*hubv1.Message, error) {
	return list(ctx, r.q, "read event lines", scanMessage,
		"SELECT data FROM message WHERE conversation_id = ? AND direction = 'event' ORDER BY sent_ms DESC, no DESC", conversationID)
}

// FirstAnswer is the first message that an agent wrote in a conversation; nil when none is here.
func (r Reader) FirstAnswer(ctx context.Context, conversationID string) (first *hubv1.Message, err error) {
	messages, err := list(ctx, r.q, "read first answers", scanMessage,
		"SELECT data FROM message WHERE conversation_id = ? AND direction = 'out' ORDER BY sent_ms, no LIMIT ?", conversationID, firstOut)
	for _, m := range messages {
		if m.AgentId != "" {
			return m, err
		}
	}
	return nil, err
}

// firstOut is how many of the business's first messages are looked at: automatic ones come before an agent's.
const firstOut = 100

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
	var oldText string
	found, err := find(ctx, tx.q, "look up message",
		"SELECT row, version, generation, text FROM message WHERE id = ?", []any{e.Id}, &row, &version, &seen, &oldText)
	if err != nil || (found && seen == generation && version >= e.Version) {
		return Unchanged, err
	}
	if !found {
		if gone, err := tx.isGoneWith(ctx, KindMessage, e.Id, e.ConversationId); err != nil || gone {
			return Unchanged, err
		}
	}
	data, err := proto.Marshal(e)
	if err != nil {
		return Unchanged, fmt.Errorf("write message: %w", err)
	}
	text := strings.TrimSpace(search.MessageText(e) + "\n" + search.FileName(e))
	if !found {
		if row, err = tx.freeRow(ctx, e); err != nil {
			return Unchanged, err
		}
		if _, err := tx.exec(ctx, "write message", `
			INSERT INTO message (row, id, version, generation, conversation_id, no, sent_ms, direction, provider_id, target, thread, text, data)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?)`,
			row, e.Id, e.Version, generation, e.ConversationId, e.No, e.SentMs, e.Direction, e.ProviderId,
			e.GetContent().GetTargetProviderId(), text, data); err != nil {
			return Unchanged, err
		}
		return Inserted, tx.indexMessage(ctx, row, e, false)
	}
	if _, err := tx.exec(ctx, "write message", `
		UPDATE message SET version = ?, generation = ?, conversation_id = ?, no = ?, sent_ms = ?, direction = ?,
		provider_id = ?, target = ?, text = ?, data = ? WHERE row = ?`,
		e.Version, generation, e.ConversationId, e.No, e.SentMs, e.Direction, e.ProviderId,
		e.GetContent().GetTargetProviderId(), text, data, row); err != nil {
		return Unchanged, err
	}
	if text != oldText && row >= search.FirstRow { // an older row comes to be indexed in the background
		if err := tx.indexMessage(ctx, row, e, true); err != nil {
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
	found, err := find(ctx, tx.q, "look up message", "SELECT row FROM message WHERE id = ?", []any{id}, &row)
	if err != nil || !found {
		return err
	}
	tx.indexing.set(indexMessages, row, "", true)
	tx.indexing.set(indexFiles, row, "", true)
	_, err = tx.exec(ctx, "delete message", "DELETE FROM message WHERE row = ?", row)
	return err
}
