package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	stdsync "sync"

	"github.com/gabriel-vasile/mimetype"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/hubclient"
)

// downloadsAtOnce bounds how many files are fetched at the same time.
const downloadsAtOnce = 4

// File is a media file on this computer.
type File struct {
	Path string
	MIME string // sniffed
	Name string // as its sender named it; "" when nobody did. Only set by Desk.NamedFile
}

// MediaFile finds the bytes of a media file or of an attachment by id, and fetches them from the hub when they are not
// here. ErrNotHere says that the hub cannot be asked, ErrNotFound that it does not have them.
func (d *Desk) MediaFile(ctx context.Context, id string) (File, error) {
	if !conversation.ValidID(id) {
		return File{}, fmt.Errorf("media: %w", ErrNotFound)
	}
	file, found, err := d.localFile(ctx, id)
	if err != nil || found {
		return file, err
	}
	if err := d.fetches.once(ctx, id, d.download); err != nil {
		return File{}, err
	}
	file, found, err = d.localFile(ctx, id)
	if err == nil && !found {
		err = fmt.Errorf("media: %w", ErrNotFound)
	}
	return file, err
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

func (d *Desk) localFile(ctx context.Context, id string) (File, bool, error) {
	attachment, found, err := d.cache.Read().Attachment(ctx, id)
	if err != nil {
		return File{}, false, err
	}
	if found && fileExists(d.outgoingPath(id)) {
		return File{Path: d.outgoingPath(id), MIME: attachment.MIME}, true, nil
	}
	kept, found, err := d.cache.Read().MediaFile(ctx, id)
	if err != nil {
		return File{}, false, err
	}
	if found && fileExists(d.mediaPath(id)) {
		return File{Path: d.mediaPath(id), MIME: kept.MIME}, true, nil
	}
	return File{}, false, nil
}

// download fetches a file of the hub. It becomes visible under its name when it is whole.
func (d *Desk) download(ctx context.Context, id string) error {
	if !d.reachable() {
		return fmt.Errorf("media: %w", ErrNotHere)
	}
	body, size, err := d.hub.Download(ctx, id)
	if err != nil {
		var rejected *hubclient.RejectedError
		if errors.As(err, &rejected) {
			return fmt.Errorf("media: %w: %w", ErrNotFound, err)
		}
		return fmt.Errorf("media: %w: %w", ErrNotHere, err)
	}
	defer body.Close()
	partial := d.mediaPath(id) + ".part"
	if err := removeFile(partial); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	got, err := copyPrivate(partial, body)
	if err == nil && size >= 0 && got != size {
		err = fmt.Errorf("%d of %d bytes arrived", got, size)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("media: %w: %w", ErrNotHere, err), removeFile(partial))
	}
	detected, err := mimetype.DetectFile(partial)
	if err != nil {
		return errors.Join(fmt.Errorf("media: %w", err), removeFile(partial))
	}
	if err := os.Rename(partial, d.mediaPath(id)); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	mime, _, _ := strings.Cut(detected.String(), ";")
	d.recordMedia(ctx, id, mime, got)
	return nil
}

func (d *Desk) recordMedia(ctx context.Context, id, mime string, size int64) {
	err := d.cache.Update(ctx, func(tx *cache.Tx) error {
		return tx.PutMediaFile(ctx, cache.MediaFile{ID: id, MIME: mime, SizeBytes: size, UsedMs: d.HubNowMs()})
	})
	if err != nil {
		d.log.WarnContext(ctx, "Media file was not recorded", "media", id, "error", err)
	}
}

func (d *Desk) mediaPath(id string) string {
	return filepath.Join(d.options.Folder, mediaFolder, filepath.Base(id))
}

// fetches makes several requests for one file share one download.
type fetches struct {
	mu      stdsync.Mutex
	flights map[string]*flight
	slots   chan struct{}
	running stdsync.WaitGroup
}

type flight struct {
	done chan struct{}
	err  error
}

func (f *fetches) init() {
	f.flights = map[string]*flight{}
	f.slots = make(chan struct{}, downloadsAtOnce)
}

func (f *fetches) wait() { f.running.Wait() }

// once runs fetch for id unless it runs already, and waits for it. A request that goes away ends the download that it
// began; those who shared it ask again.
func (f *fetches) once(ctx context.Context, id string, fetch func(context.Context, string) error) error {
	for {
		f.mu.Lock()
		under, shared := f.flights[id]
		if !shared {
			under = &flight{done: make(chan struct{})}
			f.flights[id] = under
			f.running.Add(1)
		}
		f.mu.Unlock()
		if !shared {
			f.fly(ctx, id, under, fetch)
			return under.err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-under.done:
		}
		if !errors.Is(under.err, context.Canceled) {
			return under.err
		}
	}
}

func (f *fetches) fly(ctx context.Context, id string, under *flight, fetch func(context.Context, string) error) {
	defer f.running.Done()
	select {
	case f.slots <- struct{}{}:
		under.err = fetch(ctx, id)
		<-f.slots
	case <-ctx.Done():
		under.err = ctx.Err()
	}
	f.mu.Lock()
	delete(f.flights, id)
	f.mu.Unlock()
	close(under.done)
}
