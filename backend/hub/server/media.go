package server

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/media"
	"parley/backend/hub/scope"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
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
	actor, ok := s.authenticate(w, r, access.ActionUpload)
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
	row, err := s.Library.Put(r.Context(), actor.WorkspaceID, actor.AgentID, id, r.URL.Query().Get("name"), r.Header.Get("Content-Type"), r.Body)
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

// getMedia serves a file's bytes, ranges included.
func (s *Server) getMedia(w http.ResponseWriter, r *http.Request) {
	if row, ok := s.readyMedia(w, r); ok {
		s.serveFile(w, r, row.SHA256, row.MIME)
	}
}

// getThumb serves a file's thumbnail: GET /media/{id}/thumb, a JPEG or PNG. 404: it has none.
func (s *Server) getThumb(w http.ResponseWriter, r *http.Request) {
	row, ok := s.readyMedia(w, r)
	if !ok {
		return
	}
	if row.ThumbSHA256 == "" {
		answer(w, http.StatusNotFound, "the file has no thumbnail")
		return
	}
	s.serveFile(w, r, row.ThumbSHA256, "")
}

// getPicture serves a contact's picture, small: GET /contacts/{id}/picture. 404: there is none. It may be another one
// next week, so a cache asks whether it still is.
func (s *Server) getPicture(w http.ResponseWriter, r *http.Request) {
	actor, ok := s.authenticate(w, r, access.ActionRead)
	if !ok {
		return
	}
	contact, err := s.Store.Read().Contact(r.Context(), db.ContactParams{WorkspaceID: actor.WorkspaceID, ID: r.PathValue("id")})
	sees := false
	if err == nil {
		sees, err = s.sees(r.Context(), actor, (*scope.Sight).Contact, contact.ID)
	}
	switch {
	case store.NotFound(err) || err == nil && (!sees || contact.PictureThumbSHA256 == ""):
		answer(w, http.StatusNotFound, "no picture")
	case err != nil:
		s.Log.Error("Picture not found out", "error", err)
		answer(w, http.StatusServiceUnavailable, "try again")
	default:
		w.Header().Set("Cache-Control", "private, no-cache")
		s.serveFile(w, r, contact.PictureThumbSHA256, "")
	}
}

// sees asks a question of what an agent sees. Who may see everything is not asked about further.
func (s *Server) sees(ctx context.Context, actor access.Actor, question func(*scope.Sight, context.Context, string) (bool, error), id string) (bool, error) {
	sight, err := s.scopes.Sight(ctx, s.Store.Read(), actor)
	if err != nil || sight.All() {
		return err == nil, err
	}
	return question(sight, ctx, id)
}

// readyMedia finds the file that a request names. 404: there is none, or not for this agent; 409 with its state: its bytes are not here.
func (s *Server) readyMedia(w http.ResponseWriter, r *http.Request) (db.Media, bool) {
	actor, ok := s.authenticate(w, r, access.ActionReadFile)
	if !ok {
		return db.Media{}, false
	}
	row, err := s.Library.Get(r.Context(), actor.WorkspaceID, r.PathValue("id"))
	sees := false
	if err == nil {
		sees, err = s.sees(r.Context(), actor, (*scope.Sight).File, row.ID)
	}
	switch {
	case store.NotFound(err) || err == nil && !sees:
		answer(w, http.StatusNotFound, "no such file")
	case err != nil:
		s.Log.Error("File not found out", "error", err)
		answer(w, http.StatusServiceUnavailable, "try again")
	case row.State != "ready":
		answer(w, http.StatusConflict, row.State)
	default:
		return row, true
	}
	return db.Media{}, false
}

// serveFile serves bytes of the blob store. They never change, and are never shown as a page. An empty type is found
// out from the bytes: only for files that the hub has made.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, sum, mime string) {
	file, err := s.Library.Blobs.Open(r.Context(), sum)
	if errors.Is(err, fs.ErrNotExist) {
		s.Log.Error("File's bytes are missing", "sha256", sum)
		answer(w, http.StatusNotFound, "the file's bytes are missing")
		return
	}
	if err != nil {
		s.Log.Error("File not opened", "sha256", sum, "error", err)
		answer(w, http.StatusServiceUnavailable, "try again")
		return
	}
	defer file.Close()
	h := w.Header()
	h.Set("ETag", `"`+sum+`"`) // also what a desk checks a file by that came in parts
	if mime != "" {
		h.Set("Content-Type", mime)
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Content-Disposition", "attachment")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, "", time.Time{}, file)
}

// Wanted answers a file that is wanted again.
type Wanted struct {
	State        string `json:"state"`        // "pending", or "ready" when it was here all the time
	FetchUntilMs int64  `json:"fetchUntilMs"` // until when it is tried
}

// fetchAgain wants a file once more that could not be had: POST /media/{id}/again. 410: Meta does not have it any more.
func (s *Server) fetchAgain(w http.ResponseWriter, r *http.Request) {
	actor, ok := s.authenticate(w, r, access.ActionFetchFileMore)
	if !ok {
		return
	}
	sees, err := s.sees(r.Context(), actor, (*scope.Sight).File, r.PathValue("id"))
	if err == nil && !sees {
		answer(w, http.StatusNotFound, "no such file")
		return
	}
	var row db.Media
	if err == nil {
		row, err = s.Library.Again(r.Context(), actor.WorkspaceID, r.PathValue("id"))
	}
	switch {
	case err == nil:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(Wanted{State: row.State, FetchUntilMs: row.FetchUntilMs})
	case store.NotFound(err):
		answer(w, http.StatusNotFound, "no such file")
	case errors.Is(err, media.ErrTooLate):
		answer(w, http.StatusGone, "Meta does not have the file any more")
	default:
		s.Log.Error("File not wanted again", "error", err)
		answer(w, http.StatusServiceUnavailable, "try again")
	}
}
