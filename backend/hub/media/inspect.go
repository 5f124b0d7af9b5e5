package media

import (
	"fmt"
	"image"
	_ "image/gif"  // formats whose size can be told
	_ "image/jpeg" // likewise
	_ "image/png"  // likewise
	"io"
	"mime"
	"strings"

	"github.com/gabriel-vasile/mimetype"
	_ "golang.org/x/image/webp" // likewise
)

// maxPixels is the largest image whose size is told. Larger ones are shown as files: they are bombs or posters.
const maxPixels = 100_000_000

// Inspected is what a file really is.
type Inspected struct {
	MIME          string // by its content, without parameters
	Width, Height int64  // of images; 0 when unknown
}

// Inspect looks at a file's content. Names and declared types are not believed.
func Inspect(f io.ReadSeeker) (Inspected, error) {
	detected, err := mimetype.DetectReader(f)
	if err != nil {
		return Inspected{}, fmt.Errorf("inspect file: %w", err)
	}
	found := Inspected{MIME: bare(detected.String())}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Inspected{}, fmt.Errorf("inspect file: %w", err)
	}
	if strings.HasPrefix(found.MIME, "image/") {
		if config, _, err := image.DecodeConfig(f); err == nil && int64(config.Width)*int64(config.Height) <= maxPixels {
			found.Width, found.Height = int64(config.Width), int64(config.Height)
		}
	}
	return found, nil
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
