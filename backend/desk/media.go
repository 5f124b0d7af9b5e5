package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/hubclient"
)

// File is a media file on this computer.
type File struct {
	Path string
	MIME string // sniffed
	Name string // as its sender named it; "" when nobody did. Only set by Desk.NamedFile
}

// remote is a file of the hub: where it is there, and the name that it is kept by here.
type remote struct{ key, path string }

// MediaFile finds the bytes of a media file or of an attachment by id, and fetches them from the hub when they are not
// here. ErrNotHere says that the hub cannot be asked, ErrNotFound that it does not have them.
func (d *Desk) MediaFile(ctx context.Context, id string) (File, error) {
	if !conversation.ValidID(id) {
		return File{}, fmt.Errorf("media: %w", ErrNotFound)
	}
	attachment, found, err := d.cache.Read().Attachment(ctx, id)
	if err != nil {
		return File{}, err
	}
	if found && fileExists(d.outgoingPath(id)) {
		return File{Path: d.outgoingPath(id), MIME: attachment.MIME}, nil
	}
	return d.file(ctx, remote{key: id, path: "/media/" + id})
}

// Thumbnail finds the thumbnail of a media file, which the hub has made, like MediaFile.
func (d *Desk) Thumbnail(ctx context.Context, mediaID string) (File, error) {
	if !conversation.ValidID(mediaID) {
		return File{}, fmt.Errorf("thumbnail: %w", ErrNotFound)
	}
	return d.file(ctx, thumbnailOf(mediaID))
}

func thumbnailOf(mediaID string) remote {
	return remote{key: mediaID + ".thumb", path: "/media/" + mediaID + "/thumb"}
}

// Picture finds the picture of a contact whose hash is sum, like MediaFile. Another hash is another picture.
func (d *Desk) Picture(ctx context.Context, contactID, sum string) (File, error) {
	if _, err := hex.DecodeString(sum); err != nil || len(sum) != 2*sha256.Size || !conversation.ValidID(contactID) {
		return File{}, fmt.Errorf("picture: %w", ErrNotFound)
	}
	return d.file(ctx, pictureOf(contactID, sum))
}

func pictureOf(contactID, sum string) remote {
	return remote{key: "picture-" + sum, path: "/contacts/" + url.PathEscape(contactID) + "/picture"}
}

// NamedFile is MediaFile with the sender's name of the file, for saving it.
func (d *Desk) NamedFile(ctx context.Context, id string) (File, error) {
	file, err := d.MediaFile(ctx, id)
	if err != nil {
		return file, err
	}
	attachment, found, err := d.cache.Read().Attachment(ctx, id)
	if err != nil {
		return file, err
	}
	name := attachment.FileName
	if !found {
		if name, err = d.cache.Read().MediaName(ctx, id); err != nil {
			return file, err
		}
	}
	if name != "" {
		name = fileName(name)
	}
	if filepath.Ext(name) == "" {
		if known := mimetype.Lookup(file.MIME); known != nil {
			if name == "" {
				name = id
			}
			name += known.Extension()
		}
	}
	file.Name = name
	return file, nil
}

// file finds a file of the hub here, or fetches it.
func (d *Desk) file(ctx context.Context, r remote) (File, error) {
	file, found, err := d.kept(ctx, r.key)
	if err != nil || found {
		return file, err
	}
	if err := d.fetches.once(ctx, r.key, func(ctx context.Context, f *flight) error { return d.download(ctx, r, f) }); err != nil {
		return File{}, err
	}
	file, found, err = d.kept(ctx, r.key)
	if err == nil && !found {
		err = fmt.Errorf("media: %w", ErrNotFound)
	}
	return file, err
}

// usedAgainAfter is how much later a use has to be to be noted: looking at a list writes nothing.
const usedAgainAfter = 60 * 60 * 1000 // ms

// kept finds a file of the hub that is here.
func (d *Desk) kept(ctx context.Context, key string) (File, bool, error) {
	row, found, err := d.cache.Read().MediaFile(ctx, key)
	if err != nil || !found || !fileExists(d.mediaPath(key)) {
		return File{}, false, err
	}
	if now := d.HubNowMs(); now-row.UsedMs > usedAgainAfter {
		if err := d.cache.Update(ctx, func(tx *cache.Tx) error { return tx.TouchMedia(ctx, key, now) }); err != nil && ctx.Err() == nil {
			d.log.WarnContext(ctx, "Use of a file was not noted", "media", key, "error", err)
		}
	}
	return File{Path: d.mediaPath(key), MIME: row.MIME}, true, nil
}

// download fetches a file of the hub. It becomes visible under its name when it is whole; what came before it broke off is
// kept, and the next attempt goes on from there.
func (d *Desk) download(ctx context.Context, r remote, f *flight) error {
	if !d.reachable() {
		return fmt.Errorf("media: %w", ErrNotHere)
	}
	partial := d.mediaPath(r.key) + ".part"
	var from int64
	if info, err := os.Stat(partial); err == nil {
		from = info.Size()
	}
	incoming, err := d.hub.Download(ctx, r.path, from)
	var rejected *hubclient.RejectedError
	switch {
	case errors.As(err, &rejected) && rejected.Status == http.StatusRequestedRangeNotSatisfiable:
		if err := removeFile(partial); err != nil {
			return fmt.Errorf("media: %w", err)
		}
		return d.download(ctx, r, f) // what is here is not of this file
	case errors.As(err, &rejected):
		return fmt.Errorf("media: %w: %w", ErrNotFound, err)
	case err != nil:
		return fmt.Errorf("media: %w: %w", ErrNotHere, err)
	}
	defer incoming.Close()
	f.begin(incoming.From, incoming.Size)
	size, err := appendPrivate(partial, incoming.From, io.TeeReader(incoming, f))
	if err == nil && incoming.Size >= 0 && size != incoming.Size {
		err = fmt.Errorf("%d of %d bytes arrived", size, incoming.Size)
	}
	if err != nil {
		return fmt.Errorf("media: %w: %w", ErrNotHere, err)
	}
	if err := checkSum(partial, incoming.Sum); err != nil {
		return errors.Join(fmt.Errorf("media: %w: %w", ErrNotHere, err), removeFile(partial))
	}
	detected, err := mimetype.DetectFile(partial)
	if err != nil {
		return errors.Join(fmt.Errorf("media: %w", err), removeFile(partial))
	}
	if err := os.Rename(partial, d.mediaPath(r.key)); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	mime, _, _ := strings.Cut(detected.String(), ";")
	d.recordMedia(ctx, r.key, mime, size)
	return nil
}

// appendPrivate writes content to a file that only this person can read, from a byte on, down to the disk. It returns the
// file's size, also when content breaks off.
func appendPrivate(path string, from int64, content io.Reader) (size int64, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	if err = file.Truncate(from); err == nil {
		_, err = file.Seek(from, io.SeekStart)
	}
	if err == nil {
		size, err = io.Copy(file, content)
	}
	return from + size, errors.Join(err, file.Sync(), file.Close())
}

// checkSum compares a file with its SHA-256 in hex; "" is not known.
func checkSum(path, sum string) error {
	if sum == "" {
		return nil
	}
	is, err := sumOf(path)
	if err == nil && is != sum {
		err = errors.New("the bytes are not those that the hub has")
	}
	return err
}

// sumOf is the SHA-256 of a file in lower-case hex.
func sumOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// MediaAgain wants a file once more that the hub could not get from Meta. ErrNotFound: Meta does not have it any more.
func (d *Desk) MediaAgain(ctx context.Context, mediaID string) error {
	if !conversation.ValidID(mediaID) {
		return fmt.Errorf("want file again: %w", ErrNotFound)
	}
	err := d.hub.Again(ctx, mediaID)
	var rejected *hubclient.RejectedError
	if errors.As(err, &rejected) {
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	if err == nil {
		d.Nudge()
	}
	return err
}

func (d *Desk) recordMedia(ctx context.Context, key, mime string, size int64) {
	err := d.cache.Update(ctx, func(tx *cache.Tx) error {
		return tx.PutMediaFile(ctx, cache.MediaFile{ID: key, MIME: mime, SizeBytes: size, UsedMs: d.HubNowMs()})
	})
	if err == nil {
		err = d.trimMedia(ctx)
	}
	if err != nil && ctx.Err() == nil {
		d.log.WarnContext(ctx, "Media file was not recorded", "media", key, "error", err)
	}
}

func (d *Desk) mediaPath(key string) string {
	return filepath.Join(d.options.Folder, mediaFolder, filepath.Base(key))
}
