package cache

import (
	"context"
	"database/sql"
	"fmt"

	"google.golang.org/protobuf/proto"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// ConversationRow is a conversation as lists show it.
type ConversationRow struct {
	Conversation *hubv1.Conversation
	Contact      *hubv1.Contact // never nil; only its id when the contact is not known
	DraftText    string
	DraftFiles   bool // the draft has attachments
}

const rowQuery = `
	SELECT v.data, c.data, coalesce(d.text, ''), coalesce(d.attachments, '[]') <> '[]'
	FROM conversation v
	LEFT JOIN contact c ON c.id = v.contact_id
	LEFT JOIN draft d ON d.conversation_id = v.id `

// Inbox lists the queued conversations, oldest first.
func (r Reader) Inbox(ctx context.Context) ([]ConversationRow, error) {
	return list(ctx, r.q, "list inbox", scanRow, rowQuery+"WHERE v.status = 'queued' ORDER BY v.opened_ms, v.id")
}

// Mine lists the open conversations of an agent, latest message first.
func (r Reader) Mine(ctx context.Context, agentID string) ([]ConversationRow, error) {
	return list(ctx, r.q, "list own conversations", scanRow, rowQuery+
		"WHERE v.assignee_id = ? AND v.status IN ('assigned', 'wrap_up') ORDER BY v.last_message_ms DESC, v.id", agentID)
}

// Drafted lists the conversations that are not an agent's open ones and hold something that they have typed, latest first.
func (r Reader) Drafted(ctx context.Context, agentID string) ([]ConversationRow, error) {
	return list(ctx, r.q, "list drafts", scanRow, rowQuery+`
		WHERE d.saved_ms IS NOT NULL AND (d.text <> '' OR d.attachments <> '[]')
		AND NOT (v.assignee_id = ? AND v.status IN ('assigned', 'wrap_up')) ORDER BY d.saved_ms DESC, v.id`, agentID)
}

// ConversationRows lists the conversations with these ids that are here, in no order.
func (r Reader) ConversationRows(ctx context.Context, ids []string) ([]ConversationRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := marks(ids)
	return list(ctx, r.q, "read conversations", scanRow, rowQuery+"WHERE v.id IN ("+in+")", args...)
}

func scanRow(rows *sql.Rows) (ConversationRow, error) {
	var conversation, contact []byte
	var row ConversationRow
	if err := rows.Scan(&conversation, &contact, &row.DraftText, &row.DraftFiles); err != nil {
		return row, err
	}
	row.Conversation, row.Contact = &hubv1.Conversation{}, &hubv1.Contact{}
	if err := proto.Unmarshal(conversation, row.Conversation); err != nil {
		return row, fmt.Errorf("decode conversation: %w", err)
	}
	if err := proto.Unmarshal(contact, row.Contact); err != nil {
		return row, fmt.Errorf("decode contact: %w", err)
	}
	if row.Contact.Id == "" {
		row.Contact.Id = row.Conversation.ContactId
	}
	return row, nil
}

// Conversation finds one; nil when it is not here.
func (r Reader) Conversation(ctx context.Context, id string) (*hubv1.Conversation, error) {
	return findEntity[hubv1.Conversation](ctx, r.q, "read conversation", "SELECT data FROM conversation WHERE id = ?", id)
}

// ContactConversations lists what a contact had, latest first.
func (r Reader) ContactConversations(ctx context.Context, contactID string) ([]*hubv1.Conversation, error) {
	return list(ctx, r.q, "list contact's conversations", func(rows *sql.Rows) (*hubv1.Conversation, error) {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return nil, err
		}
		return decode[hubv1.Conversation](data)
	}, "SELECT data FROM conversation WHERE contact_id = ? ORDER BY opened_ms DESC", contactID)
}

// ConversationsOf are the ids of the open conversations of a contact.
func (r Reader) ConversationsOf(ctx context.Context, contactID string) ([]string, error) {
	return list(ctx, r.q, "list contact's open conversations", scanText,
		"SELECT id FROM conversation WHERE contact_id = ? AND status <> 'closed'", contactID)
}

// OpenConversations counts the conversations that are not closed.
func (r Reader) OpenConversations(ctx context.Context) (int, error) {
	var n int
	_, err := find(ctx, r.q, "count conversations", "SELECT count(*) FROM conversation WHERE status <> 'closed'", nil, &n)
	return n, err
}

// Behind lists open conversations whose newest message is not here although the conversation says that it exists.
// None after a complete catch-up: it is the proof that nothing was missed.
func (r Reader) Behind(ctx context.Context) ([]string, error) {
	return list(ctx, r.q, "look for missing messages", scanText, `
		SELECT v.id FROM conversation v WHERE v.status <> 'closed'
		AND v.last_no > coalesce((SELECT max(m.no) FROM message m WHERE m.conversation_id = v.id), 0)`)
}

// Mark says how far an open conversation has come on this computer.
type Mark struct {
	ID      string
	Version int64
	LastNo  int64 // number of the newest message that is here
	Notes   int64
}

// OpenMarks are the marks of the open conversations, by id.
func (r Reader) OpenMarks(ctx context.Context) (map[string]Mark, error) {
	all, err := list(ctx, r.q, "read marks of conversations", func(rows *sql.Rows) (Mark, error) {
		var m Mark
		return m, rows.Scan(&m.ID, &m.Version, &m.LastNo, &m.Notes)
	}, `SELECT v.id, v.version, coalesce((SELECT max(m.no) FROM message m WHERE m.conversation_id = v.id), 0),
		(SELECT count(*) FROM note n WHERE n.conversation_id = v.id)
		FROM conversation v WHERE v.status <> 'closed'`)
	marks := make(map[string]Mark, len(all))
	for _, mark := range all {
		marks[mark.ID] = mark
	}
	return marks, err
}

// LongConversations lists the open conversations that have more lines than a number, the agent's own first, then those in
// which something was said last.
func (r Reader) LongConversations(ctx context.Context, agentID string, lines int) ([]string, error) {
	return list(ctx, r.q, "list long conversations", scanText, `SELECT id FROM conversation WHERE status <> 'closed' AND last_no > ?
		ORDER BY assignee_id <> ?, last_message_ms DESC`, lines, agentID)
}

// Lacks reports whether a conversation that is here and open is without its newest message or its contact.
func (r Reader) Lacks(ctx context.Context, id string) (bool, error) {
	var lacks bool
	_, err := find(ctx, r.q, "look for what is missing", `
		SELECT v.last_no > coalesce((SELECT max(m.no) FROM message m WHERE m.conversation_id = v.id), 0)
		OR NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = v.contact_id)
		FROM conversation v WHERE v.id = ? AND v.status <> 'closed'`, []any{id}, &lacks)
	return lacks, err
}

func scanText(rows *sql.Rows) (string, error) {
	var text string
	return text, rows.Scan(&text)
}

// PutConversation writes a conversation. before is what it replaced; nil when it is new or nothing changed.
func (tx *Tx) PutConversation(ctx context.Context, e *hubv1.Conversation) (effect Effect, before *hubv1.Conversation, err error) {
	before, err = tx.Conversation(ctx, e.Id)
	if err != nil {
		return Unchanged, nil, err
	}
	effect, err = tx.upsert(ctx, put{
		table: "conversation", kind: KindConversation, id: e.Id, version: e.Version, entity: e,
		columns: []string{"contact_id", "status", "assignee_id", "opened_ms", "last_message_ms", "last_no"},
		values:  []any{e.ContactId, e.Status, e.AssigneeId, e.OpenedMs, e.LastMessageMs, e.LastNo},
	})
	if effect == Unchanged {
		before = nil
	}
	if err == nil && effect == Inserted {
		err = tx.indexThread(ctx, e.Id)
	}
	return effect, before, err
}
