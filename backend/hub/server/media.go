package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/media"
	"parley/backend/hub/store"
)

// Uploaded answers a file that was taken in.
type Uploaded struct {
	ID        string `json:"id"`
	MIME      string `json:"mime"`
	SizeBytes int64  `json:"sizeBytes"`
	SHA256    string `json:"sha256"`
	Width     int64  `json:"width"`
	Height    int64  `json:"height"`
}

// putMedia takes in a file: POST /media?id=UUIDv7&name=NAME with its bytes. The same id again is the same file.
func (s *Server) putMedia(w http.ResponseWriter, r *http.Request) {
	actor, ok := s.authenticate(w, r)
	if !ok {
		return
	}
	id := r.URL.Query().Get("id")
	if id == "" {
		id = conversation.NewID()
	}
	if !conversation.ValidID(id) {
		answer(w, http.StatusBadRequest, "id is not a UUIDv7")
		return
	}
	row, err := s.Library.Put(r.Context(), actor.WorkspaceID, id, r.URL.Query().Get("name"), r.Header.Get("Content-Type"), r.Body)
	switch {
	case err == nil:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(Uploaded{
			ID: row.ID, MIME: row.MIME, SizeBytes: row.SizeBytes, SHA256: row.SHA256, Width: row.Width, Height: row.Height,
		})
	case errors.Is(err, media.ErrTooLarge):
		answer(w, http.StatusRequestEntityTooLarge, "file is too large")
	case errors.Is(err, media.ErrEmpty):
		answer(w, http.StatusBadRequest, "file is empty")
	default:
		s.Log.Error("File not taken in", "error", err)
		answer(w, http.StatusServiceUnavailable, "try again")
	}
}

// getMedia serves a file's bytes, ranges included. They never change, and are never shown as a page.
func (s *Server) getMedia(w http.ResponseWriter, r *http.Request) {
	actor, ok := s.authenticate(w, r)
	if !ok {
		return
	}
	row, err := s.Library.Get(r.Context(), actor.WorkspaceID, r.PathValue("id"))
	if store.NotFound(err) {
		answer(w, http.StatusNotFound, "no such file")
		return
	}
	if err != nil {
		s.Log.Error("File not found out", "error", err)
		answer(w, http.StatusServiceUnavailable, "try again")
		return
	}
	if row.State != "ready" {
		answer(w, http.StatusConflict, row.State)
		return
	}
	file, err := s.Library.Blobs.OpenFile(row.SHA256)
	if err != nil {
		s.Log.Error("File not opened", "media", row.ID, "error", err)
		answer(w, http.StatusNotFound, "the file's bytes are missing")
		return
	}
	defer file.Close()
	h := w.Header()
	h.Set("Content-Type", row.MIME)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Disposition", "attachment")
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, file)
}
