package cache

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// recoverFrom sets a damaged file aside and makes a new one, which begins with the copy of what exists nowhere else:
// drafts, attachments and commands. What the copy has missed is read out of the damaged file, row by row, as far as
// that can be. Entities come from the hub.
func recoverFrom(ctx context.Context, path string) (*Cache, Opened, error) {
	aside := fmt.Sprintf("%s.damaged-%s", strings.TrimSuffix(path, filepath.Ext(path)), time.Now().UTC().Format("20060102T150405.000"))
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !os.IsNotExist(err) {
			return nil, Opened{}, fmt.Errorf("set damaged cache aside: %w", err)
		}
	}
	c, err := open(ctx, path)
	if err != nil {
		return nil, Opened{}, fmt.Errorf("replace damaged cache: %w", err)
	}
	if err := c.checkAfterCrash(ctx); err != nil {
		return nil, Opened{}, errors.Join(err, c.closeFiles())
	}
	opened := Opened{SetAside: aside}
	old, err := sql.Open("sqlite3", dsn(aside, url.Values{"_busy_timeout": {"1000"}}))
	if err != nil {
		return c, opened, nil
	}
	defer old.Close()
	err = c.UpdateDurably(ctx, func(tx *Tx) error {
		damaged := Reader{q: old}
		if device, err := damaged.Meta(ctx, MetaDevice); err == nil && device != "" { // the name that this computer has at the hub
			if err := tx.SetMeta(ctx, MetaDevice, device); err != nil {
				return err
			}
		}
		if newer(ctx, damaged, tx.Reader) {
			salvage(ctx, damaged, tx)
		}
		return nil
	})
	if err == nil {
		opened.Drafts, opened.Commands, err = c.Read().unsent(ctx)
	}
	if err != nil {
		return nil, opened, fmt.Errorf("recover unsent work: %w", errors.Join(err, c.closeFiles()))
	}
	return c, opened, nil
}

// newer reports whether the old file has, or may have, unsent work that its copy has missed.
func newer(ctx context.Context, old, now Reader) bool {
	there, err := old.MetaInt(ctx, metaUnsentNo)
	if err != nil {
		return true
	}
	here, err := now.MetaInt(ctx, metaUnsentNo)
	return err != nil || there > here
}

// unsent counts what exists nowhere else.
func (r Reader) unsent(ctx context.Context) (drafts, commands int, err error) {
	_, err = find(ctx, r.q, "count unsent work",
		"SELECT (SELECT count(*) FROM draft WHERE text <> '' OR attachments <> '[]'), (SELECT count(*) FROM outbox WHERE state = 'waiting')", nil, &drafts, &commands)
	return drafts, commands, err
}

// salvage copies what it can. Every read stands alone: a page that cannot be read costs its own rows only.
func salvage(ctx context.Context, old Reader, tx *Tx) {
	for _, id := range keysOf(ctx, old, "SELECT conversation_id FROM draft") {
		known, err := tx.Draft(ctx, id)
		if err != nil {
			continue
		}
		draft, err := old.Draft(ctx, id)
		if err != nil {
			draft, err = old.firstDraft(ctx, id)
		}
		if err == nil && draft.SavedMs > known.SavedMs {
			_ = tx.writeDraft(ctx, draft)
		}
	}
	for _, id := range keysOf(ctx, old, "SELECT conversation_id FROM note_draft") {
		known, err := tx.NoteDraft(ctx, id)
		if err != nil {
			continue
		}
		if note, err := old.NoteDraft(ctx, id); err == nil && note.SavedMs > known.SavedMs {
			_ = tx.PutNoteDraft(ctx, note)
		}
	}
	for _, id := range keysOf(ctx, old, "SELECT id FROM attachment") {
		if attachment, found, err := old.Attachment(ctx, id); err == nil && found {
			_ = tx.PutAttachment(ctx, attachment)
		}
	}
	for _, id := range keysOf(ctx, old, "SELECT id FROM outbox WHERE state = 'waiting' ORDER BY position") {
		rows, err := list(ctx, old.q, "read command", scanOutbox, "SELECT "+outboxColumns+" FROM outbox WHERE id = ?", id)
		if err == nil && len(rows) == 1 {
			_ = tx.AddOutbox(ctx, rows[0]) // refused when it is there already
		}
	}
}

// firstDraft reads a draft of a file that no later version has opened.
func (r Reader) firstDraft(ctx context.Context, conversationID string) (Draft, error) {
	d := Draft{ConversationID: conversationID}
	var files string
	if _, err := find(ctx, r.q, "read draft", "SELECT text, reply_to, attachments, saved_ms FROM draft WHERE conversation_id = ?",
		[]any{conversationID}, &d.Text, &d.ReplyTo, &files, &d.SavedMs); err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(files), &d.Files)
}

// keysOf reads keys until the file gives no more.
func keysOf(ctx context.Context, old Reader, query string) []string {
	rows, err := old.q.QueryContext(ctx, query)
	if err != nil {
		return nil
	}
	defer rows.Close()
	var keys []string
	for rows.Next() {
		var key string
		if rows.Scan(&key) == nil {
			keys = append(keys, key)
		}
	}
	_ = rows.Err() // what a damaged file does not give is lost; what it gave is not
	return keys
}
