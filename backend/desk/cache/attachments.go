package cache

import (
	"context"
	"database/sql"
)

// Attachment is a file in the outgoing folder.
type Attachment struct {
	ID             string
	ConversationID string
	FileName       string
	MIME           string // sniffed
	SizeBytes      int64
	Kind           string // as what the channel takes it; "" when it does not
	Width, Height  int    // of images; 0 when unknown
	MediaID        string // the hub's id once uploaded
	CreatedMs      int64
}

const attachmentColumns = "id, conversation_id, file_name, mime, size_bytes, kind, width, height, media_id, created_ms"

func (a *Attachment) fields() []any {
	return []any{
		&a.ID, &a.ConversationID, &a.FileName, &a.MIME, &a.SizeBytes, &a.Kind, &a.Width, &a.Height, &a.MediaID, &a.CreatedMs,
	}
}

// Attachment finds one. found is false when there is none.
func (r Reader) Attachment(ctx context.Context, id string) (a Attachment, found bool, err error) {
	found, err = find(ctx, r.q, "read attachment",
		"SELECT "+attachmentColumns+" FROM attachment WHERE id = ?", []any{id}, a.fields()...)
	return a, found, err
}

// UnusedAttachments lists attachments made before a time that neither a draft nor a command needs.
func (r Reader) UnusedAttachments(ctx context.Context, beforeMs int64) ([]string, error) {
	return list(ctx, r.q, "list unused attachments", scanText, `
		SELECT id FROM attachment a WHERE created_ms < ?
		AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.attachment_id = a.id)
		AND NOT EXISTS (SELECT 1 FROM draft d, json_each(d.attachments) f WHERE f.value ->> 'id' = a.id)
		AND NOT EXISTS (SELECT 1 FROM draft d, json_each(d.previous, '$.files') f WHERE f.value ->> 'id' = a.id)`, beforeMs)
}

// PutAttachment writes an attachment.
func (tx *Tx) PutAttachment(ctx context.Context, a Attachment) error {
	_, err := tx.exec(ctx, "write attachment", "INSERT OR REPLACE INTO attachment ("+attachmentColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		a.ID, a.ConversationID, a.FileName, a.MIME, a.SizeBytes, a.Kind, a.Width, a.Height, a.MediaID, a.CreatedMs)
	return err
}

// SetAttachmentMedia records under which id the hub has an attachment.
func (tx *Tx) SetAttachmentMedia(ctx context.Context, id, mediaID string) error {
	_, err := tx.exec(ctx, "record upload", "UPDATE attachment SET media_id = ? WHERE id = ?", mediaID, id)
	return err
}

// DeleteAttachment forgets an attachment. Its file is the caller's.
func (tx *Tx) DeleteAttachment(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, "delete attachment", "DELETE FROM attachment WHERE id = ?", id)
	return err
}

// MediaFile is a file of the hub that is kept in the media folder.
type MediaFile struct {
	ID        string
	MIME      string
	SizeBytes int64
	UsedMs    int64
}

// MediaFile finds one. found is false when it has not been fetched.
func (r Reader) MediaFile(ctx context.Context, id string) (f MediaFile, found bool, err error) {
	found, err = find(ctx, r.q, "read media file", "SELECT id, mime, size_bytes, used_ms FROM media_file WHERE id = ?",
		[]any{id}, &f.ID, &f.MIME, &f.SizeBytes, &f.UsedMs)
	return f, found, err
}

// PutMediaFile records that a media file is in the folder.
func (tx *Tx) PutMediaFile(ctx context.Context, f MediaFile) error {
	_, err := tx.exec(ctx, "write media file", "INSERT OR REPLACE INTO media_file (id, mime, size_bytes, used_ms) VALUES (?, ?, ?, ?)",
		f.ID, f.MIME, f.SizeBytes, f.UsedMs)
	return err
}

// TouchMedia records that a media file was used.
func (tx *Tx) TouchMedia(ctx context.Context, id string, atMs int64) error {
	_, err := tx.exec(ctx, "note use of media file", "UPDATE media_file SET used_ms = ? WHERE id = ?", atMs, id)
	return err
}

// DeleteMediaFile forgets a media file. Its bytes are the caller's.
func (tx *Tx) DeleteMediaFile(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, "forget media file", "DELETE FROM media_file WHERE id = ?", id)
	return err
}

// MediaBytes is how large all media files are together.
func (r Reader) MediaBytes(ctx context.Context) (int64, error) {
	var n int64
	_, err := find(ctx, r.q, "measure media files", "SELECT coalesce(sum(size_bytes), 0) FROM media_file", nil, &n)
	return n, err
}

// LeastUsedMedia lists media files, those that were not used for longest first.
func (r Reader) LeastUsedMedia(ctx context.Context, limit int) ([]MediaFile, error) {
	return list(ctx, r.q, "list media files", func(rows *sql.Rows) (MediaFile, error) {
		var f MediaFile
		err := rows.Scan(&f.ID, &f.MIME, &f.SizeBytes, &f.UsedMs)
		return f, err
	}, "SELECT id, mime, size_bytes, used_ms FROM media_file ORDER BY used_ms, id LIMIT ?", limit)
}

// MediaName is the name of a media file as its sender gave it, "" when there is none. It looks through all
// messages: for the moment at which a person saves one, not for lists.
func (r Reader) MediaName(ctx context.Context, mediaID string) (fileName string, err error) {
	rows, err := list(ctx, r.q, "find media's message", func(rows *sql.Rows) (string, error) {
		m, err := scanMessage(rows)
		if err != nil || m.GetContent().GetMedia().GetId() != mediaID {
			return "", err
		}
		return m.Content.Media.FileName, nil
	}, "SELECT data FROM message WHERE instr(data, ?) > 0 LIMIT 5", []byte(mediaID))
	for _, name := range rows {
		if name != "" {
			return name, err
		}
	}
	return "", err
}
