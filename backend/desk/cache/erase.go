package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// ErrErased says that a contact was erased, with all that was about them: nothing is typed or sent to them any more.
var ErrErased = errors.New("the contact was erased")

// Erased is what an erasure has removed beside rows of the hub's. Files are the caller's to remove, by the names that they have
// in the folders of media and of outgoing files.
type Erased struct {
	ConversationID  string // "" of what belongs to none
	Unsent          int    // messages that waited to be sent
	Draft           bool   // something was typed
	Media, Outgoing []string
}

// Erased reports whether a conversation was erased, as far as this computer has heard of it since its last snapshot.
func (r Reader) Erased(ctx context.Context, conversationID string) (bool, error) {
	var one int
	return find(ctx, r.q, "look up erasure", "SELECT 1 FROM gone WHERE kind = ? AND id = ? AND until_seq = 9223372036854775807",
		[]any{KindConversation, conversationID}, &one)
}

// isGoneWith reports whether something was deleted, by itself or with its conversation: a late page must not bring it back.
func (tx *Tx) isGoneWith(ctx context.Context, kind, id, conversationID string) (bool, error) {
	var one int
	return find(ctx, tx.q, "look up deletion", `SELECT 1 FROM gone WHERE kind = ? AND id = ?
		UNION ALL SELECT 1 FROM gone WHERE kind = 'conversation' AND id = ? AND until_seq = 9223372036854775807 LIMIT 1`,
		[]any{kind, id, conversationID}, &one)
}

// EraseConversation removes a conversation that the hub has erased with everything that is about it: also what exists nowhere
// else, which nothing else but the agent may remove.
func (tx *Tx) EraseConversation(ctx context.Context, id string) (Erased, error) {
	erased := Erased{ConversationID: id}
	messages, err := list(ctx, tx.q, "list messages", scanText, "SELECT id FROM message WHERE conversation_id = ?", id)
	if err != nil {
		return erased, err
	}
	for _, messageID := range messages {
		files, err := tx.EraseMessage(ctx, messageID)
		if err != nil {
			return erased, err
		}
		erased.Media = append(erased.Media, files...)
	}
	notes, err := tx.Notes(ctx, id)
	if err != nil {
		return erased, err
	}
	for _, note := range notes {
		if err := tx.Delete(ctx, KindNote, note.Id); err != nil {
			return erased, err
		}
	}
	if err := tx.eraseUnsent(ctx, &erased); err != nil {
		return erased, err
	}
	if _, err := tx.exec(ctx, "forget alerts", "DELETE FROM alert WHERE key = ?", id); err != nil {
		return erased, err
	}
	if err := tx.SetMeta(ctx, MetaScrub, "yes"); err != nil {
		return erased, err
	}
	return erased, tx.Delete(ctx, KindConversation, id)
}

// eraseUnsent removes what was typed in a conversation and not sent, and what waits to be.
func (tx *Tx) eraseUnsent(ctx context.Context, erased *Erased) error {
	draft, err := tx.Draft(ctx, erased.ConversationID)
	if err != nil {
		return err
	}
	erased.Draft = !draft.Empty() || !draft.Previous.Empty()
	if _, err := find(ctx, tx.q, "count unsent messages", "SELECT count(*) FROM outbox WHERE conversation_id = ? AND kind = 'send_message' AND state = 'waiting'",
		[]any{erased.ConversationID}, &erased.Unsent); err != nil {
		return err
	}
	if erased.Outgoing, err = list(ctx, tx.q, "list attachments", scanText, "SELECT id FROM attachment WHERE conversation_id = ?", erased.ConversationID); err != nil {
		return err
	}
	for _, table := range []string{"draft", "note_draft", "outbox", "attachment"} {
		if _, err := tx.exec(ctx, "erase "+table, "DELETE FROM "+table+" WHERE conversation_id = ?", erased.ConversationID); err != nil {
			return err
		}
	}
	return nil
}

// EraseMessage removes a message that the hub has erased, and returns the media files that were kept of it.
func (tx *Tx) EraseMessage(ctx context.Context, id string) (files []string, err error) {
	m, err := tx.Message(ctx, id)
	if err != nil {
		return nil, err
	}
	if media := m.GetContent().GetMedia().GetId(); media != "" {
		for _, key := range []string{media, media + thumbSuffix} {
			if err := tx.DeleteMediaFile(ctx, key); err != nil {
				return nil, err
			}
			files = append(files, key, key+partSuffix)
		}
	}
	return files, tx.Delete(ctx, KindMessage, id)
}

// How media files are named beside a file's id.
const (
	thumbSuffix   = ".thumb"
	partSuffix    = ".part"
	picturePrefix = "picture-"
)

// EraseContact removes a contact that the hub has erased, with their picture and the commands about them.
func (tx *Tx) EraseContact(ctx context.Context, id string) (Erased, error) {
	var erased Erased
	contact, err := tx.Contact(ctx, id)
	if err != nil {
		return erased, err
	}
	if sum := contact.GetPictureSha256(); sum != "" {
		key := picturePrefix + sum
		if err := tx.DeleteMediaFile(ctx, key); err != nil {
			return erased, err
		}
		erased.Media = append(erased.Media, key, key+partSuffix)
	}
	commands, err := tx.Outbox(ctx)
	if err != nil {
		return erased, err
	}
	for _, row := range commands {
		if !about(row.Command, id) {
			continue
		}
		if err := tx.DeleteOutbox(ctx, row.Command.Id); err != nil {
			return erased, err
		}
	}
	return erased, tx.Delete(ctx, KindContact, id)
}

// about reports whether a command is about a contact and no conversation.
func about(c *hubv1.Command, contactID string) bool {
	merge := c.GetMergeContacts()
	return slices.Contains([]string{
		c.GetUpdateContact().GetContactId(), merge.GetKeptId(), merge.GetMergedId(), c.GetUndoMerge().GetMergedId(), c.GetDismissSuggestion().GetContactId(),
	}, contactID)
}

// UnusedMedia names the media files of which no message or contact is here: after a snapshot, which says nothing of what has
// left. It reads every message, so it is no question for a transaction that writes.
func (r Reader) UnusedMedia(ctx context.Context) (files []string, err error) {
	used := map[string]bool{}
	mark := func(rows *sql.Rows) (struct{}, error) {
		m, err := scanMessage(rows)
		if id := m.GetContent().GetMedia().GetId(); id != "" {
			used[id], used[id+thumbSuffix] = true, true
		}
		return struct{}{}, err
	}
	if _, err := list(ctx, r.q, "read files of messages", mark, "SELECT data FROM message"); err != nil {
		return nil, err
	}
	contacts, err := list(ctx, r.q, "read pictures", scanContact, "SELECT data FROM contact")
	if err != nil {
		return nil, err
	}
	for _, c := range contacts {
		used[picturePrefix+c.GetPictureSha256()] = true
	}
	kept, err := list(ctx, r.q, "list media files", scanText, "SELECT id FROM media_file")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(kept, func(key string) bool { return used[key] }), nil
}

// mergedAtOnce is how many pages of an index one step of Scrub writes: some milliseconds of the only writer.
const mergedAtOnce = 16

// Scrub makes what was erased unreadable on this computer's disk: rows are overwritten as they are removed, and here the search
// indexes, which only mark what they removed, let go of it, the logs are emptied, and damaged files that were set aside go.
// pause is called after each step, and ends the work with its error.
func (c *Cache) Scrub(ctx context.Context, pause func(context.Context) error) error {
	for _, index := range []string{indexMessages, indexFiles, indexNotes, indexContacts} {
		for pages, more := -mergedAtOnce, true; more; pages = mergedAtOnce { // below 0 it begins with everything
			err := c.Update(ctx, func(tx *Tx) (err error) {
				more, err = tx.mergeIndex(ctx, index, pages)
				return err
			})
			if err == nil {
				err = pause(ctx)
			}
			if err != nil {
				return fmt.Errorf("scrub cache: %w", err)
			}
		}
	}
	for _, file := range []string{"main", "copy"} {
		if err := c.emptyLog(ctx, file); err != nil {
			return fmt.Errorf("scrub cache: %w", err)
		}
	}
	aside, err := filepath.Glob(filepath.Join(filepath.Dir(c.path), "*.damaged*"))
	if err != nil {
		return fmt.Errorf("scrub cache: %w", err)
	}
	for _, path := range aside { // what could be read of them was
		if err := remove(path); err != nil {
			return fmt.Errorf("scrub cache: %w", err)
		}
	}
	return nil
}

func (tx *Tx) mergeIndex(ctx context.Context, index string, pages int) (more bool, err error) {
	var before, after int
	if _, err := find(ctx, tx.q, "merge index", "SELECT total_changes()", nil, &before); err != nil {
		return false, err
	}
	if _, err := tx.exec(ctx, "merge index", "INSERT INTO "+index+" ("+index+", rank) VALUES ('merge', ?)", pages); err != nil {
		return false, err
	}
	_, err = find(ctx, tx.q, "merge index", "SELECT total_changes()", nil, &after)
	return after-before >= 2, err // as FTS5 says that there was something to do
}

// emptyLog puts what a log holds into its file.
func (c *Cache) emptyLog(ctx context.Context, file string) error {
	var busy, pages, moved int
	if err := c.writer.QueryRowContext(ctx, "PRAGMA "+file+".wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return fmt.Errorf("empty log: %w", err)
	}
	if busy != 0 {
		return errors.New("empty log: somebody reads from it")
	}
	return nil
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
