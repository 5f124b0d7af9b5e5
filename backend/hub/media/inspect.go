package media

import (
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // formats whose size can be told
	_ "image/jpeg" // likewise
	_ "image/png"  // likewise
	"io"
	"mime"
	"strings"

	"parley/backend/hub/store/db"

	"github.com/gabriel-vasile/mimetype"
	_ "golang.org/x/image/webp" // likewise
)

// maxPixels is the largest image whose size is told. Larger ones are shown as files: they are bombs or posters.
const maxPixels = 100_000_000

// Inspected is what a file really is.
type Inspected struct {
	MIME          string // by its content, without parameters
	Width, Height int64  // of images as they are shown, upright; 0 when unknown
	DurationMs    int64  // 0 when unknown
}

// Inspect looks at a file's content. Names and declared types are not believed.
func Inspect(f File) (Inspected, error) {
	detected, err := mimetype.DetectReader(f)
	if err != nil {
		return Inspected{}, fmt.Errorf("inspect file: %w", err)
	}
	found := Inspected{MIME: bare(detected.String())}
	if strings.HasPrefix(found.MIME, "image/") {
		found.Width, found.Height, err = imageSize(f)
	} else {
		found.DurationMs = duration(f, f.Size(), found.MIME)
	}
	if err != nil {
		return Inspected{}, fmt.Errorf("inspect file: %w", err)
	}
	return found, nil
}

func imageSize(f File) (width, height int64, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 0, 0, err
	}
	config, format, err := image.DecodeConfig(f)
	if err != nil || int64(config.Width)*int64(config.Height) > maxPixels {
		return 0, 0, nil // not an image after all, or one that is not shown
	}
	width, height = int64(config.Width), int64(config.Height)
	if format == "jpeg" {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return 0, 0, err
		}
		if sideways(readJPEGHeader(f).orientation) {
			width, height = height, width
		}
	}
	return width, height, nil
}

// describe fills in what written bytes turned out to be, and makes and keeps their thumbnail. The bytes are kept last.
func describe(ctx context.Context, blobs Blobs, incoming *Incoming, row *db.Media) error {
	found, err := Inspect(incoming.File())
	if err != nil {
		return err
	}
	row.SHA256, row.SizeBytes = incoming.Sum(), incoming.Size()
	row.MIME, row.Width, row.Height, row.DurationMs = Agree(found.MIME, row.MIME), found.Width, found.Height, found.DurationMs
	if row.Width > 0 {
		if err := thumb(ctx, blobs, incoming.File(), row); err != nil {
			return err
		}
	}
	return incoming.Keep(ctx)
}

// thumb makes a file's thumbnail and fills it in. That a file has none, or that it takes too long, is no error: the
// file itself is what matters.
func thumb(ctx context.Context, blobs Blobs, r io.ReadSeeker, row *db.Media) error {
	small, err := MakeThumbnail(ctx, r, ThumbSide)
	if errors.Is(err, ErrNoThumbnail) || errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return nil
	}
	if err != nil {
		return err
	}
	row.ThumbSHA256, err = KeepBytes(ctx, blobs, small.Data)
	row.ThumbWidth, row.ThumbHeight = small.Width, small.Height
	return err
}

// bare is a type without parameters, with the names that Meta's tables use.
func bare(text string) string {
	kind, _, err := mime.ParseMediaType(text)
	if err != nil {
		return "application/octet-stream"
	}
	switch kind {
	case "application/ogg":
		return "audio/ogg"
	case "audio/x-m4a":
		return "audio/mp4"
	case "audio/x-aac":
		return "audio/aac"
	default:
		return kind
	}
}

// Agree picks the type to keep: the content's, unless the content only shows a general type that the declared one
// is a kind of (a voice note in an Ogg file, a document in a Zip file).
func Agree(found, declared string) string {
	declared = bare(declared)
	switch {
	case declared == "application/octet-stream":
		return found
	case found == "application/zip" && strings.HasPrefix(declared, "application/"),
		found == "text/plain" && strings.HasPrefix(declared, "text/") && declared != "text/html",
		found == "video/mp4" && declared == "audio/mp4",
		found == "video/3gpp" && strings.HasPrefix(declared, "audio/"):
		return declared
	default:
		return found
	}
}
