package desk

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/backend/desk/cache"
)

// DefaultMediaBudget is how much room files of the hub may take on this computer, in bytes.
const DefaultMediaBudget int64 = 1 << 30

const (
	// trimTo is what part of the budget stays when it was passed, so that not every file makes another one go.
	trimTo = 0.9
	// partialsKeptFor is how long what came of a file is kept for an attempt to go on.
	partialsKeptFor = 7 * 24 * time.Hour
)

// SetMediaBudget changes how much room files of the hub may take, in bytes. Those that were not used for longest go first,
// and come again when they are opened; attachments of drafts and of messages that wait are no such files.
func (d *Desk) SetMediaBudget(ctx context.Context, bytes int64) {
	d.mediaBudget.Store(bytes)
	if err := d.trimMedia(ctx); err != nil {
		d.log.WarnContext(ctx, "Media files were not trimmed", "error", err)
	}
}

// trimMedia removes files of the hub until they keep to the budget.
func (d *Desk) trimMedia(ctx context.Context) error {
	budget := d.mediaBudget.Load()
	used, err := d.cache.Read().MediaBytes(ctx)
	if err != nil || used <= budget {
		return err
	}
	for used > int64(float64(budget)*trimTo) {
		files, err := d.cache.Read().LeastUsedMedia(ctx, 50)
		if err != nil || len(files) == 0 {
			return err
		}
		for _, file := range files {
			if used <= int64(float64(budget)*trimTo) {
				break
			}
			// The row first: a file without one is fetched again, a row without a file would be believed.
			if err := d.cache.Update(ctx, func(tx *cache.Tx) error { return tx.DeleteMediaFile(ctx, file.ID) }); err != nil {
				return err
			}
			if err := removeFile(d.mediaPath(file.ID)); err != nil {
				d.log.WarnContext(ctx, "Media file was not removed", "media", file.ID, "error", err)
			}
			used -= file.SizeBytes
		}
	}
	return nil
}

// tidyMedia removes what no row names: of downloads that nobody went on with, and of removals that were interrupted.
func (d *Desk) tidyMedia(ctx context.Context) error {
	entries, err := os.ReadDir(filepath.Join(d.options.Folder, mediaFolder))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if strings.HasSuffix(entry.Name(), ".part") {
			if time.Since(info.ModTime()) < partialsKeptFor {
				continue
			}
		} else if _, found, err := d.cache.Read().MediaFile(ctx, entry.Name()); err != nil || found || time.Since(info.ModTime()) < time.Hour {
			continue
		}
		if err := removeFile(d.mediaPath(entry.Name())); err != nil {
			return err
		}
	}
	return d.trimMedia(ctx)
}
