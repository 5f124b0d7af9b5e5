package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"parley/backend/desk"
)

const (
	mediaPrefix   = "/media/"
	thumbSuffix   = "/thumb"
	picturePrefix = "/picture/"
	uploadPath    = "/upload"
)

// shownTypes are the types that the page may show. Everything else is handed out as a download of no type: an HTML or
// SVG file opened inline would be of the page's own origin.
var shownTypes = map[string]bool{
	"image/jpeg": true, "image/png": true, "image/gif": true, "image/webp": true,
	"audio/ogg": true, "audio/mpeg": true, "audio/mp4": true, "audio/aac": true, "audio/amr": true, "audio/wav": true,
	"audio/x-m4a": true, "audio/webm": true, "application/ogg": true,
	"video/mp4": true, "video/webm": true, "video/3gpp": true, "video/quicktime": true, "video/ogg": true,
}

// mediaHandler serves GET /media/{id}, /media/{id}/thumb and /picture/{contact}/{hash}, and POST /upload, adds to the page's document what the page starts with, and leaves
// the rest to next.
type mediaHandler struct {
	app  *App
	next http.Handler
}

func (h *mediaHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if value := recover(); value != nil {
			h.app.log.Error("Media handler panicked", "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			http.Error(w, "internal", http.StatusInternalServerError)
		}
	}()
	switch {
	case ofHub(r.URL.Path) && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		h.serveMedia(w, r)
	case r.URL.Path == uploadPath && r.Method == http.MethodPost:
		h.takeUpload(w, r)
	case ofHub(r.URL.Path) || r.URL.Path == uploadPath:
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	case r.Method == http.MethodGet && (r.URL.Path == "/" || r.URL.Path == "/index.html"):
		h.servePage(w, r)
	default:
		h.next.ServeHTTP(w, r)
	}
}

// ofHub reports whether an address is that of a file.
func ofHub(path string) bool {
	return strings.HasPrefix(path, mediaPrefix) || strings.HasPrefix(path, picturePrefix)
}

// serveMedia answers with the bytes of a media file or an attachment, fetching them from the hub when needed. Ranges are
// honoured. There is neither ETag nor Last-Modified: an answer of 304 becomes a 500 on Windows (Wails 2.16.0).
func (h *mediaHandler) serveMedia(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	header.Set("Cache-Control", "no-store")
	file, err := answer(h.app, "show file", func(context.Context) (desk.File, error) { return h.find(r) })
	if err != nil {
		h.refuse(w, err)
		return
	}
	content, err := os.Open(file.Path)
	if err != nil {
		h.refuse(w, desk.ErrNotFound)
		return
	}
	defer content.Close()
	header.Set("Cache-Control", "private, max-age=31536000, immutable")
	if shownTypes[file.MIME] {
		header.Set("Content-Type", file.MIME)
	} else {
		header.Set("Content-Type", "application/octet-stream")
		header.Set("Content-Disposition", "attachment")
	}
	http.ServeContent(w, r, "", time.Time{}, content)
}

// find finds the file of an address: /media/ID, /media/ID/thumb or /picture/CONTACT/HASH.
func (h *mediaHandler) find(r *http.Request) (desk.File, error) {
	if picture, ok := strings.CutPrefix(r.URL.Path, picturePrefix); ok {
		contactID, sum, _ := strings.Cut(picture, "/")
		return h.app.desk().Picture(r.Context(), contactID, sum)
	}
	id := strings.TrimPrefix(r.URL.Path, mediaPrefix)
	if mediaID, ok := strings.CutSuffix(id, thumbSuffix); ok {
		return h.app.desk().Thumbnail(r.Context(), mediaID)
	}
	return h.app.desk().MediaFile(r.Context(), id)
}

// takeUpload takes pasted bytes as an attachment of a conversation's draft.
func (h *mediaHandler) takeUpload(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	query := r.URL.Query()
	offer, err := answer(h.app, "take upload", func(context.Context) (desk.Offer, error) {
		return h.app.desk().AddFile(r.Context(), query.Get("conversation"), query.Get("name"), r.Body, r.ContentLength)
	})
	if err != nil {
		h.refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(toAttachment(offer)) // a reader that has gone needs no answer
}

func (h *mediaHandler) refuse(w http.ResponseWriter, err error) {
	failure := failureOf(err)
	status := http.StatusInternalServerError
	switch failure.Code {
	case "not_found":
		status = http.StatusNotFound
	case "offline", "cancelled":
		status = http.StatusServiceUnavailable
	case "internal":
		if !errors.Is(err, context.Canceled) {
			h.app.log.Error("File could not be served", "error", err)
		}
	default:
		status = http.StatusBadRequest
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(failure)
}
