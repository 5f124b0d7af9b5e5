package cache

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// DraftContent is what an agent has typed and not sent.
type DraftContent struct {
	Text    string      `json:"text"`
	ReplyTo string      `json:"replyTo"` // message id, "" for none
	Files   []DraftFile `json:"files"`
}

// Empty reports whether there is nothing to keep.
func (c DraftContent) Empty() bool { return c.Text == "" && c.ReplyTo == "" && len(c.Files) == 0 }

// Draft is what an agent has typed in a conversation, and how it stands to what the hub has.
type Draft struct {
	ConversationID string
	Text           string
	ReplyTo        string // message id, "" for none
	Files          []DraftFile
	SavedMs        int64

	// SeenMs is the SavedMs of the draft that the agent had before their eyes when they typed this one. Only PutDraft
	// wants to know.
	SeenMs int64

	Base       int64        // the hub's version that this was written on; 0 for none
	PushedMs   int64        // the SavedMs that the hub has, or does not take
	Elsewhere  bool         // typed at another computer
	Previous   DraftContent // what had to give way to this one, unseen
	PreviousMs int64        // when that was typed

	// Returned is the beginning of the draft that the hub gave back and that no editor has shown: a save that does not
	// know of it leaves it where it is.
	Returned DraftContent
}

// DraftFile is an attachment of a draft, and as what it is to be sent.
type DraftFile struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
}

// Content is what was typed.
func (d Draft) Content() DraftContent {
	return DraftContent{Text: d.Text, ReplyTo: d.ReplyTo, Files: d.Files}
}

// before puts a content in front of another one.
func (c DraftContent) before(other DraftContent) DraftContent {
	both := DraftContent{Text: c.Text, ReplyTo: c.ReplyTo, Files: slices.Concat(c.Files, other.Files)}
	switch {
	case c.Text == "":
		both.Text = other.Text
	case other.Text != "":
		both.Text += "\n" + other.Text
	}
	if both.ReplyTo == "" {
		both.ReplyTo = other.ReplyTo
	}
	return both
}

// SetContent replaces what was typed.
func (d *Draft) SetContent(c DraftContent) { d.Text, d.ReplyTo, d.Files = c.Text, c.ReplyTo, c.Files }

// Empty reports whether there is nothing to keep.
func (d Draft) Empty() bool { return d.Content().Empty() }

const draftColumns = "conversation_id, text, reply_to, attachments, saved_ms, base, pushed_ms, elsewhere, previous, previous_ms, returned"

// Draft finds the draft of a conversation; an empty one when there is none.
func (r Reader) Draft(ctx context.Context, conversationID string) (Draft, error) {
	found, err := list(ctx, r.q, "read draft", scanDraft,
		"SELECT "+draftColumns+" FROM draft WHERE conversation_id = ?", conversationID)
	if err != nil || len(found) == 0 {
		return Draft{ConversationID: conversationID}, err
	}
	return found[0], nil
}

// UnpushedDrafts lists the drafts that the hub does not have, those that wait longest first.
func (r Reader) UnpushedDrafts(ctx context.Context) ([]Draft, error) {
	return list(ctx, r.q, "list unsaved drafts", scanDraft,
		"SELECT "+draftColumns+" FROM draft WHERE pushed_ms <> saved_ms ORDER BY saved_ms")
}

func scanDraft(rows *sql.Rows) (Draft, error) {
	var d Draft
	var files, previous, returned string
	err := rows.Scan(&d.ConversationID, &d.Text, &d.ReplyTo, &files, &d.SavedMs, &d.Base, &d.PushedMs, &d.Elsewhere, &previous, &d.PreviousMs, &returned)
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(files), &d.Files); err != nil {
		return d, fmt.Errorf("read draft's attachments: %w", err)
	}
	if err := json.Unmarshal([]byte(previous), &d.Previous); err != nil {
		return d, fmt.Errorf("read what a draft replaced: %w", err)
	}
	if err := json.Unmarshal([]byte(returned), &d.Returned); err != nil {
		return d, fmt.Errorf("read what came back to a draft: %w", err)
	}
	return d, nil
}

// PutDraft replaces what the agent has typed in a conversation. What came in between and was not before their eyes is kept:
// another computer's draft one step back, a returned send in front of what they typed. An emptied draft stays as an empty
// row, which the hub is to know of.
func (tx *Tx) PutDraft(ctx context.Context, d Draft) error {
	was, err := tx.Draft(ctx, d.ConversationID)
	if err != nil || d.Empty() && was.SavedMs == 0 {
		return err
	}
	d.Base, d.PushedMs, d.Previous, d.PreviousMs = was.Base, was.PushedMs, was.Previous, was.PreviousMs
	switch {
	case was.Elsewhere && d.SeenMs == was.SavedMs:
		d.Previous, d.PreviousMs = DraftContent{}, 0 // the agent goes on with what they have seen
	case was.Elsewhere && !was.Empty():
		d.Base, d.Previous, d.PreviousMs = 0, was.Content(), was.SavedMs
	}
	if d.SeenMs != was.SavedMs && !was.Returned.Empty() {
		d.SetContent(was.Returned.before(d.Content()))
		d.Returned = was.Returned
	}
	d.SavedMs, d.Elsewhere = max(d.SavedMs, was.SavedMs+1), false
	return tx.writeDraft(ctx, d)
}

// ReturnToDraft puts what the hub gave back in front of what the agent has typed since.
func (tx *Tx) ReturnToDraft(ctx context.Context, conversationID string, content DraftContent, nowMs int64) error {
	d, err := tx.Draft(ctx, conversationID)
	if err != nil {
		return err
	}
	d.Returned = content.before(d.Returned)
	d.SetContent(content.before(d.Content()))
	d.SavedMs = max(nowMs, d.SavedMs+1)
	return tx.writeDraft(ctx, d)
}

// SwapDraft brings back what had to give way, and keeps the other one step back. found is false when there is nothing.
func (tx *Tx) SwapDraft(ctx context.Context, conversationID string, nowMs int64) (found bool, err error) {
	d, err := tx.Draft(ctx, conversationID)
	if err != nil || d.Previous.Empty() {
		return false, err
	}
	replaced, replacedMs := d.Content(), d.SavedMs
	d.SetContent(d.Previous)
	d.Previous, d.PreviousMs, d.Returned = replaced, replacedMs, DraftContent{}
	d.SavedMs, d.Base, d.Elsewhere = max(nowMs, d.SavedMs+1), 0, false
	return true, tx.writeDraft(ctx, d)
}

// DraftPushed records that the hub has a draft, or does not take it, unless more has been typed since.
func (tx *Tx) DraftPushed(ctx context.Context, conversationID string, savedMs int64) error {
	_, err := tx.exec(ctx, "record saved draft",
		"UPDATE draft SET pushed_ms = ? WHERE conversation_id = ? AND saved_ms = ?", savedMs, conversationID, savedMs)
	return err
}

// TakeDraft takes over the hub's draft. shown is true when the agent sees something else than before. What was typed here
// since, and is on its way to the hub, stays.
func (tx *Tx) TakeDraft(ctx context.Context, e *hubv1.Draft) (shown bool, err error) {
	device, err := tx.Meta(ctx, MetaDevice)
	if err != nil {
		return false, err
	}
	was, err := tx.Draft(ctx, e.ConversationId)
	if err != nil || e.Version <= was.Base {
		return false, err
	}
	ours, unpushed := device != "" && e.DeviceId == device, was.PushedMs != was.SavedMs
	switch {
	case ours && e.SavedMs <= was.SavedMs:
		was.Base = e.Version
		return false, tx.writeDraft(ctx, was)
	case unpushed && was.SavedMs > e.SavedMs:
		return false, nil // the hub keeps its one a step back when this one comes
	}
	now := Draft{ConversationID: e.ConversationId, SavedMs: e.SavedMs, PushedMs: e.SavedMs, Base: e.Version, Elsewhere: !ours}
	content, err := tx.draftContent(ctx, e.ConversationId, e.Content, e.SavedMs)
	if err != nil {
		return false, err
	}
	now.SetContent(content)
	switch {
	case ours:
	case e.Previous != nil:
		if now.Previous, err = tx.draftContent(ctx, e.ConversationId, e.Previous, e.PreviousMs); err != nil {
			return false, err
		}
		now.PreviousMs = e.PreviousMs
	case unpushed && !was.Empty() && !same(was.Content(), content):
		now.Previous, now.PreviousMs = was.Content(), was.SavedMs
	}
	return !same(was.Content(), content) || !same(was.Previous, now.Previous), tx.writeDraft(ctx, now)
}

func same(a, b DraftContent) bool {
	return a.Text == b.Text && a.ReplyTo == b.ReplyTo && slices.Equal(a.Files, b.Files)
}

// draftContent is a content of the hub's with its files as this computer knows them. A file that was added elsewhere goes
// by the hub's id, under which its bytes can be had.
func (tx *Tx) draftContent(ctx context.Context, conversationID string, c *hubv1.DraftContent, createdMs int64) (DraftContent, error) {
	content := DraftContent{Text: c.GetText(), ReplyTo: c.GetReplyToMessageId()}
	for _, f := range c.GetFiles() {
		id := f.MediaId
		found, err := find(ctx, tx.q, "find file of draft",
			"SELECT id FROM attachment WHERE media_id <> '' AND media_id = ? ORDER BY id <> media_id DESC LIMIT 1", []any{f.MediaId}, &id)
		if err != nil {
			return content, err
		}
		if !found {
			if err := tx.PutAttachment(ctx, Attachment{
				ID: f.MediaId, ConversationID: conversationID, FileName: f.FileName, MIME: f.Mime, SizeBytes: f.SizeBytes, Kind: f.Kind,
				Width: int(f.Width), Height: int(f.Height), MediaID: f.MediaId, CreatedMs: createdMs,
			}); err != nil {
				return content, err
			}
		}
		content.Files = append(content.Files, DraftFile{ID: id, Kind: f.Kind})
	}
	return content, nil
}

// DropEmptyDrafts forgets drafts that hold nothing, and that the hub knows of, from before a time.
func (tx *Tx) DropEmptyDrafts(ctx context.Context, beforeMs int64) error {
	_, err := tx.exec(ctx, "drop empty drafts", `
		DELETE FROM draft WHERE text = '' AND reply_to = '' AND attachments = '[]' AND previous_ms = 0
		AND pushed_ms = saved_ms AND saved_ms < ?`, beforeMs)
	return err
}

// writeDraft writes a draft whole. Of a contact who was erased nothing is kept.
func (tx *Tx) writeDraft(ctx context.Context, d Draft) error {
	if erased, err := tx.Erased(ctx, d.ConversationID); err != nil || erased {
		return err
	}
	if d.Files == nil {
		d.Files = []DraftFile{}
	}
	files, err := json.Marshal(d.Files)
	if err != nil {
		return fmt.Errorf("write draft's attachments: %w", err)
	}
	previous, err := json.Marshal(d.Previous)
	if err != nil {
		return fmt.Errorf("write what a draft replaced: %w", err)
	}
	returned, err := json.Marshal(d.Returned)
	if err != nil {
		return fmt.Errorf("write what came back to a draft: %w", err)
	}
	_, err = tx.exec(ctx, "write draft", "INSERT OR REPLACE INTO draft ("+draftColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		d.ConversationID, d.Text, d.ReplyTo, string(files), d.SavedMs, d.Base, d.PushedMs, d.Elsewhere, string(previous), d.PreviousMs, string(returned))
	return err
}
