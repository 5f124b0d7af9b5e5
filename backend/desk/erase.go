package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	stdsync "sync"
	"time"

	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/hubclient"
)

// eraser removes from the disk what the feed has erased: files at once, and then what rows and indexes have left behind.
type eraser struct {
	mu     stdsync.Mutex
	erased []cache.Erased
	reset  bool // a snapshot has replaced everything: what it did not bring may have been erased
	woken  chan struct{}
}

func (e *eraser) init() { e.woken = make(chan struct{}, 1) }

// note has something removed. It does not wait.
func (e *eraser) note(erased []cache.Erased, reset bool) {
	if len(erased) == 0 && !reset {
		return
	}
	e.mu.Lock()
	e.erased, e.reset = append(e.erased, erased...), e.reset || reset
	e.mu.Unlock()
	select {
	case e.woken <- struct{}{}:
	default:
	}
}

func (e *eraser) take() (erased []cache.Erased, reset bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	erased, reset = e.erased, e.reset
	e.erased, e.reset = nil, false
	return erased, reset
}

const (
	// erasePause is how long scrubbing rests between its steps, and eraseGather how long it waits for the rest of an erasure.
	erasePause  = 20 * time.Millisecond
	eraseGather = 2 * time.Second
	// eraseAgain is when a disk that could not be scrubbed is tried again.
	eraseAgain = time.Minute
)

// serveErasing removes what is erased until ctx ends. What a computer that is switched off in the middle has not scrubbed, it does
// at its next start.
func (d *Desk) serveErasing(ctx context.Context) error {
	due, err := d.cache.Read().Meta(ctx, cache.MetaScrub)
	if err != nil {
		return err
	}
	for {
		if due == "" {
			select {
			case <-ctx.Done():
				return nil
			case <-d.eraser.woken:
			}
		}
		erased, reset := d.eraser.take()
		d.removeFiles(ctx, erased, reset)
		if clock.Sleep(ctx, d.clock, eraseGather) != nil {
			return nil
		}
		more, again := d.eraser.take()
		d.removeFiles(ctx, more, again)
		due = ""
		err := d.cache.Scrub(ctx, func(ctx context.Context) error { return clock.Sleep(ctx, d.clock, erasePause) })
		if err == nil {
			err = d.cache.Update(ctx, func(tx *cache.Tx) error { return tx.SetMeta(ctx, cache.MetaScrub, "") })
		}
		if err != nil && ctx.Err() == nil {
			d.log.WarnContext(ctx, "What was erased is not scrubbed from the disk yet", "error", err)
			due = "yes"
			if clock.Sleep(ctx, d.clock, eraseAgain) != nil {
				return nil
			}
		}
	}
}

// removeFiles removes the files that were erased. Their rows have gone before; what cannot be removed now goes at the next start.
func (d *Desk) removeFiles(ctx context.Context, erased []cache.Erased, reset bool) {
	var paths []string
	for _, one := range erased {
		for _, key := range one.Media {
			paths = append(paths, d.mediaPath(key))
		}
		for _, id := range one.Outgoing {
			paths = append(paths, d.outgoingPath(id))
		}
	}
	if reset {
		if err := d.sync.Prune(ctx); err != nil && ctx.Err() == nil {
			d.log.WarnContext(ctx, "Old messages were not removed", "error", err)
		}
		unused, err := d.cache.Read().UnusedMedia(ctx)
		if err == nil {
			err = d.cache.Update(ctx, func(tx *cache.Tx) error {
				for _, key := range unused {
					if err := tx.DeleteMediaFile(ctx, key); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err == nil {
			for _, key := range unused {
				paths = append(paths, d.mediaPath(key))
			}
		}
		if err != nil && ctx.Err() == nil {
			d.log.WarnContext(ctx, "Files that nothing needs any more were not found out", "error", err)
		}
	}
	for _, path := range paths {
		if err := removeFile(path); err != nil {
			d.log.WarnContext(ctx, "Erased file was not removed", "file", filepath.Base(path), "error", err)
		}
	}
}

// tidyErased removes the files that an erasure has left which was interrupted: those that no row names. Only before anybody can
// add others.
func (d *Desk) tidyErased(ctx context.Context) error {
	due, err := d.cache.Read().Meta(ctx, cache.MetaScrub)
	if err != nil || due == "" {
		return err
	}
	outgoing, err := os.ReadDir(filepath.Join(d.options.Folder, outgoingFolder))
	if err != nil {
		return err
	}
	for _, entry := range outgoing {
		if _, found, err := d.cache.Read().Attachment(ctx, entry.Name()); err != nil || found {
			continue
		}
		if err := removeFile(d.outgoingPath(entry.Name())); err != nil {
			return err
		}
	}
	media, err := os.ReadDir(filepath.Join(d.options.Folder, mediaFolder))
	if err != nil {
		return err
	}
	for _, entry := range media {
		if _, found, err := d.cache.Read().MediaFile(ctx, entry.Name()); err != nil || found {
			continue
		}
		if err := removeFile(d.mediaPath(entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// whyGone is why a conversation is not here: its contact was erased, or it is not known.
func (d *Desk) whyGone(ctx context.Context, conversationID string) error {
	if erased, err := d.cache.Read().Erased(ctx, conversationID); err != nil || erased {
		return errors.Join(err, ErrErased)
	}
	return ErrNotFound
}

// ExportContact has the hub write everything about a contact into a ZIP file at path, which only admins may. The file is there
// whole or not at all. ErrNotFound: there is no such contact; hubclient.ErrDenied: the agent may not.
func (d *Desk) ExportContact(ctx context.Context, contactID, path string) error {
	incoming, err := d.hub.Download(ctx, "/contacts/"+url.PathEscape(contactID)+"/export", 0)
	var rejected *hubclient.RejectedError
	switch {
	case errors.As(err, &rejected) && rejected.Status == http.StatusForbidden:
		return fmt.Errorf("export contact: %w: %w", hubclient.ErrDenied, err)
	case errors.As(err, &rejected):
		return fmt.Errorf("export contact: %w: %w", ErrNotFound, err)
	case err != nil:
		return fmt.Errorf("export contact: %w", err)
	}
	defer incoming.Close()
	partial := path + ".part"
	file, err := os.OpenFile(partial, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // where the admin chose to have it
	if err != nil {
		return fmt.Errorf("export contact: %w", err)
	}
	_, err = io.Copy(file, incoming)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(fmt.Errorf("export contact: %w: %w", ErrNotHere, err), removeFile(partial))
	}
	if err := os.Rename(partial, path); err != nil {
		return errors.Join(fmt.Errorf("export contact: %w", err), removeFile(partial))
	}
	return nil
}
