package channel

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"path"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// unknownMIME is the type of a file about which nothing is known. Meta takes no such file.
const unknownMIME = "application/octet-stream"

// canonical are other names of types that Meta's tables know.
var canonical = map[string]string{
	"application/ogg": "audio/ogg",
	"audio/x-m4a":     "audio/mp4",
	"audio/m4a":       "audio/mp4",
	"audio/x-aac":     "audio/aac",
	"audio/mp3":       "audio/mpeg",
	"audio/opus":      "audio/ogg",
	"audio/x-wav":     "audio/wav",
	"audio/vnd.wave":  "audio/wav",
	"image/jpg":       "image/jpeg",
	"video/3gpp2":     "video/3gpp",
}

// CanonicalMIME is a type without parameters, under the name that Meta's tables use. What is no type at all is
// application/octet-stream.
func CanonicalMIME(text string) string {
	kind, _, err := mime.ParseMediaType(text)
	if err != nil {
		return unknownMIME
	}
	if name, known := canonical[kind]; known {
		return name
	}
	return kind
}

// Sniff returns the file with the type that its content has, because Meta compares the two and refuses what does
// not fit (131053). Its declared type and its name count only where the content shows no more than a general type:
// a document in a Zip file, a voice note in an MP4 file.
func Sniff(file OutgoingMedia) (OutgoingMedia, error) {
	if file.Open == nil {
		return file, errors.New("there is no file")
	}
	content, err := file.Open()
	if err != nil {
		return file, fmt.Errorf("open file: %w", err)
	}
	defer content.Close()
	detected, err := mimetype.DetectReader(content)
	if err != nil && !errors.Is(err, io.EOF) {
		return file, fmt.Errorf("read file: %w", err)
	}
	found := CanonicalMIME(detected.String())
	declared := CanonicalMIME(file.MIME)
	if declared == unknownMIME {
		declared = CanonicalMIME(mime.TypeByExtension(path.Ext(file.FileName)))
	}
	file.MIME = agree(found, declared)
	return file, nil
}

// agree picks between what the content shows and what is declared.
func agree(found, declared string) string {
	kindOf := func(text string) string { return text[:strings.IndexByte(text, '/')] }
	switch {
	case found == declared || declared == unknownMIME:
		return found
	case found == unknownMIME && kindOf(declared) == "application",
		found == "application/zip" && kindOf(declared) == "application",
		found == "text/plain" && kindOf(declared) == "text" && declared != "text/html",
		found == "video/mp4" && declared == "audio/mp4",
		found == "video/3gpp" && kindOf(declared) == "audio":
		return declared
	default:
		return found
	}
}
