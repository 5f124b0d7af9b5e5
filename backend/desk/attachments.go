package desk

import (
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
	_ "golang.org/x/image/webp"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/hubclient"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// AttachmentRefusal says why a channel does not take a file.
type AttachmentRefusal string

// Refusals of files.
const (
	RefusalEmpty    AttachmentRefusal = "empty"
	RefusalTooLarge AttachmentRefusal = "too_large"
	RefusalType     AttachmentRefusal = "type"

	RefusalUnreadable AttachmentRefusal = "unreadable" // a folder, or nothing that can be read
)

// Offer is a file in the outgoing folder, and how the conversation's channel takes it.
type Offer struct {
	cache.Attachment
	Refusal    AttachmentRefusal // "" when it can be sent
	LimitBytes int64             // with RefusalTooLarge
	AsDocument bool              // it could go as a document instead
}

// AddPath takes a copy of a file, so that the sender may change or remove theirs. What cannot be read is an Offer with
// RefusalUnreadable, so that it does not cost the files beside it.
func (d *Desk) AddPath(ctx context.Context, conversationID, path string) (Offer, error) {
	unreadable := Offer{
		Attachment: cache.Attachment{
			ID: conversation.NewID(), ConversationID: conversationID, FileName: fileName(filepath.Base(path)), CreatedMs: d.HubNowMs(),
		},
		Refusal: RefusalUnreadable,
	}
	file, err := os.Open(path)
	if err != nil {
		return unreadable, nil
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return unreadable, nil
	}
	return d.AddFile(ctx, conversationID, filepath.Base(path), file, info.Size())
}

// AddFile takes a file from its bytes. Its type is what its content says, whatever the name. size is -1 when it is
// not known. A file that is larger than the channel takes of any kind is refused without being copied.
func (d *Desk) AddFile(ctx context.Context, conversationID, name string, content io.Reader, size int64) (Offer, error) {
	limits, err := d.limitsOf(ctx, conversationID)
	if err != nil {
		return Offer{}, fmt.Errorf("add file: %w", err)
	}
	attachment := cache.Attachment{
		ID: conversation.NewID(), ConversationID: conversationID, FileName: fileName(name), CreatedMs: d.HubNowMs(),
	}
	most := mostBytes(limits)
	if size > most {
		attachment.SizeBytes = size
		return Offer{Attachment: attachment, Refusal: RefusalTooLarge, LimitBytes: most}, nil
	}
	path := d.outgoingPath(attachment.ID)
	attachment.SizeBytes, err = copyPrivate(path, io.LimitReader(content, most+1))
	if err != nil {
		return Offer{}, errors.Join(fmt.Errorf("add file: %w", err), removeFile(path))
	}
	detected, err := mimetype.DetectFile(path)
	if err != nil {
		return Offer{}, errors.Join(fmt.Errorf("add file: %w", err), removeFile(path))
	}
	attachment.MIME, _, _ = strings.Cut(detected.String(), ";")
	if strings.HasPrefix(attachment.MIME, "image/") {
		attachment.Width, attachment.Height = dimensions(path)
	}
	offer := offerOf(limits, attachment)
	if offer.Refusal != "" && !offer.AsDocument {
		return offer, removeFile(path) // it can never be sent
	}
	err = d.cache.UpdateDurably(ctx, func(tx *cache.Tx) error { return tx.PutAttachment(ctx, offer.Attachment) })
	if err != nil {
		return Offer{}, errors.Join(fmt.Errorf("add file: %w", err), removeFile(path))
	}
	return offer, nil
}

// RemoveAttachment forgets a file. One that a command still needs stays until that is done.
func (d *Desk) RemoveAttachment(ctx context.Context, id string) error {
	if !conversation.ValidID(id) {
		return fmt.Errorf("remove attachment: %w", ErrNotFound)
	}
	rows, err := d.cache.Read().Outbox(ctx)
	if err != nil {
		return fmt.Errorf("remove attachment: %w", err)
	}
	if slices.ContainsFunc(rows, func(row cache.OutboxRow) bool { return row.AttachmentID == id }) {
		return nil
	}
	if err := d.cache.Update(ctx, func(tx *cache.Tx) error { return tx.DeleteAttachment(ctx, id) }); err != nil {
		return fmt.Errorf("remove attachment: %w", err)
	}
	return removeFile(d.outgoingPath(id))
}

// offerOf judges an attachment by a channel's media table.
func offerOf(limits *hubv1.ChannelLimits, attachment cache.Attachment) Offer {
	offer := Offer{Attachment: attachment}
	if attachment.SizeBytes == 0 {
		offer.Refusal = RefusalEmpty
		return offer
	}
	fits, tooLarge := fit(limits.GetMedia(), attachment.MIME, attachment.SizeBytes)
	switch {
	case fits != nil && tooLarge == nil && !demoted(fits, attachment.MIME):
		offer.Kind = fits.Kind
		return offer
	case tooLarge != nil:
		offer.Refusal, offer.LimitBytes = RefusalTooLarge, tooLarge.MaxBytes
	default:
		offer.Refusal = RefusalType
	}
	offer.AsDocument = fits != nil && fits.Kind == string(conversation.KindDocument)
	return offer
}

// demoted reports whether a picture, film or sound would go as a document only. That is for a person to decide.
func demoted(row *hubv1.MediaLimit, mime string) bool {
	main, _, _ := strings.Cut(mime, "/")
	return row.Kind == string(conversation.KindDocument) && (main == "image" || main == "video" || main == "audio")
}

// fit returns the first row of a media table that takes a file, and the first one that takes its type but not its
// size.
func fit(rows []*hubv1.MediaLimit, mime string, size int64) (fits, tooLarge *hubv1.MediaLimit) {
	for _, row := range rows {
		if len(row.Mime) > 0 && !slices.Contains(row.Mime, mime) {
			continue
		}
		if size <= row.MaxBytes {
			return row, tooLarge
		}
		if tooLarge == nil {
			tooLarge = row
		}
	}
	return nil, tooLarge
}

// mostBytes is the largest file that a channel takes of any kind.
func mostBytes(limits *hubv1.ChannelLimits) int64 {
	var most int64
	for _, row := range limits.GetMedia() {
		most = max(most, row.MaxBytes)
	}
	return most
}

// uploaded keeps the bytes under the hub's id as well, so that what was sent is shown offline.
func (d *Desk) uploaded(a cache.Attachment, m hubclient.Media) {
	ctx := context.Background()
	target := d.mediaPath(m.ID)
	if !conversation.ValidID(m.ID) || fileExists(target) {
		return
	}
	if err := os.Link(d.outgoingPath(a.ID), target); err != nil {
		source, openErr := os.Open(d.outgoingPath(a.ID))
		if openErr != nil {
			return
		}
		defer source.Close()
		if _, err := copyPrivate(target, source); err != nil {
			_ = removeFile(target)
			return
		}
	}
	d.recordMedia(ctx, m.ID, a.MIME, a.SizeBytes)
}

func (d *Desk) outgoingPath(id string) string {
	return filepath.Join(d.options.Folder, outgoingFolder, filepath.Base(id))
}

// fileName is the last part of a name as any system writes paths, without characters that nobody sees, nor the dots at its
// end that Windows does not see: "ticket.exe." would be opened as what it is.
func fileName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimRight(conversation.Preview(name), ". ")
	if name == "" {
		return "file"
	}
	return name
}

// copyPrivate writes content to a new file that only this person can read, down to the disk.
func copyPrivate(path string, content io.Reader) (size int64, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	size, err = io.Copy(file, content)
	if err == nil {
		err = file.Sync()
	}
	return size, errors.Join(err, file.Close())
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

// dimensions are those of an image; 0 when they cannot be read. Only its head is read, so that a small file that
// claims to be huge costs nothing.
func dimensions(path string) (width, height int) {
	file, err := os.Open(path)
	if err != nil {
		return 0, 0
	}
	defer file.Close()
	config, _, err := image.DecodeConfig(file)
	if err != nil {
		return 0, 0
	}
	return config.Width, config.Height
}
