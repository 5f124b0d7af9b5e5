package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// exportPage is how many rows are read at a time.
const exportPage = 1000

// Export writes everything of a workspace as JSON Lines, {"type": …, "data": {…every stored field}}, without secrets.
func Export(ctx context.Context, s *store.Store, workspaceID string, w io.Writer) error {
	e := exporter{encoder: json.NewEncoder(w), workspaceID: workspaceID, q: s.Read()}
	for _, step := range []func(context.Context) error{
		e.configuration, e.contacts, e.conversations, e.messages, e.notes, e.deadLetters,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	return nil
}

type exporter struct {
	encoder     *json.Encoder
	workspaceID string
	q           *db.Queries
}

// line writes one row.
func (e *exporter) line(kind string, row any, jsonColumns ...string) error {
	data, err := Line(kind, row, jsonColumns...)
	if err != nil {
		return err
	}
	return e.encoder.Encode(data)
}

// Line is a row as an export has it, without secrets. Columns that hold JSON become JSON.
func Line(kind string, row any, jsonColumns ...string) (map[string]any, error) {
	text, err := json.Marshal(row)
	if err != nil {
		return nil, err
	}
	var data map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&data); err != nil {
		return nil, err
	}
	for _, secret := range []string{"token_sealed", "app_secret_sealed", "verify_sealed", "password_hash"} {
		delete(data, secret)
	}
	for _, column := range jsonColumns {
		if value, ok := data[column].(string); ok && json.Valid([]byte(value)) {
			data[column] = json.RawMessage(value)
		}
	}
	return map[string]any{"type": kind, "data": data}, nil
}

func lines[T any](e *exporter, kind string, rows []T, err error, jsonColumns ...string) error {
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := e.line(kind, row, jsonColumns...); err != nil {
			return err
		}
	}
	return nil
}

// pages writes a table page by page. id is a row's key.
func pages[T any](e *exporter, kind string, id func(T) string, page func(after string) ([]T, error), jsonColumns ...string) error {
	for after := ""; ; {
		rows, err := page(after)
		if err := lines(e, kind, rows, err, jsonColumns...); err != nil {
			return err
		}
		if len(rows) < exportPage {
			return nil
		}
		after = id(rows[len(rows)-1])
	}
}

func (e *exporter) configuration(ctx context.Context) error {
	workspace, err := e.q.Workspace(ctx, e.workspaceID)
	if err != nil {
		return err
	}
	if err := e.line("workspace", workspace); err != nil {
		return err
	}
	touchpoints, err := e.q.Touchpoints(ctx, e.workspaceID)
	if err := lines(e, "touchpoint", touchpoints, err); err != nil {
		return err
	}
	agents, err := e.q.Agents(ctx, e.workspaceID)
	return lines(e, "agent", agents, err)
}

func (e *exporter) contacts(ctx context.Context) error {
	return pages(e, "contact", func(r db.Contact) string { return r.ID }, func(after string) ([]db.Contact, error) {
		return e.q.Contacts(ctx, db.ContactsParams{WorkspaceID: e.workspaceID, After: after, N: exportPage})
	})
}

func (e *exporter) conversations(ctx context.Context) error {
	return pages(e, "conversation", func(r db.Conversation) string { return r.ID }, func(after string) ([]db.Conversation, error) {
		return e.q.AllConversations(ctx, db.AllConversationsParams{WorkspaceID: e.workspaceID, After: after, N: exportPage})
	})
}

func (e *exporter) messages(ctx context.Context) error {
	return pages(e, "message", func(r db.Message) string { return r.ID }, func(after string) ([]db.Message, error) {
		return e.q.AllMessages(ctx, db.AllMessagesParams{WorkspaceID: e.workspaceID, After: after, N: exportPage})
	}, "content", "failure")
}

func (e *exporter) notes(ctx context.Context) error {
	return pages(e, "note", func(r db.Note) string { return r.ID }, func(after string) ([]db.Note, error) {
		return e.q.AllNotes(ctx, db.AllNotesParams{WorkspaceID: e.workspaceID, After: after, N: exportPage})
	})
}

func (e *exporter) deadLetters(ctx context.Context) error {
	return pages(e, "dead_letter", func(r db.DeadLetter) string { return r.ID }, func(after string) ([]db.DeadLetter, error) {
		return e.q.DeadLetters(ctx, db.DeadLettersParams{WorkspaceID: e.workspaceID, After: after, N: exportPage})
	})
}
