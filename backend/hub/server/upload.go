package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/media"
	"parley/backend/hub/store/db"
)

// Part answers a part of an upload: how much is here. Once it is all, File is the file.
type Part struct {
	Offset int64     `json:"offset"`
	File   *Uploaded `json:"file,omitempty"`
}

// askUpload says how much of an upload is here: GET /uploads/{id}.
func (s *Server) askUpload(w http.ResponseWriter, r *http.Request) {
	actor, ok := s.authenticate(w, r, access.ActionUpload)
	if !ok {
		return
	}
	id := r.PathValue("id")
	if !conversation.ValidID(id) {
		answer(w, http.StatusBadRequest, "id is not a UUIDv7")
		return
	}
	part := Part{Offset: s.Library.Parts.Offset(actor.WorkspaceID, actor.AgentID, id)}
	if row, err := s.Library.Get(r.Context(), actor.WorkspaceID, id); err == nil && row.AgentID == actor.AgentID {
		part = Part{Offset: row.SizeBytes, File: uploaded(row)}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(part)
}

// putPart takes in a part of a file: PUT /uploads/{id}?offset=&size=&sha256=&name= with at most media.MaxPart bytes. 409: the
// upload is somewhere else, and the answer says where. 422: the whole is not what was announced, and is forgotten.
func (s *Server) putPart(w http.ResponseWriter, r *http.Request) {
	actor, ok := s.authenticate(w, r, access.ActionUpload)
	if !ok {
		return
	}
	query := r.URL.Query()
	offset, badOffset := strconv.ParseInt(query.Get("offset"), 10, 64)
	size, badSize := strconv.ParseInt(query.Get("size"), 10, 64)
	if badOffset != nil || badSize != nil || !conversation.ValidID(r.PathValue("id")) || media.CheckSum(query.Get("sha256")) != nil {
		answer(w, http.StatusBadRequest, "a part needs a UUIDv7, offset, size and sha256")
		return
	}
	at, row, err := s.Library.PutPart(r.Context(), media.Upload{
		WorkspaceID: actor.WorkspaceID, AgentID: actor.AgentID, ID: r.PathValue("id"), Name: query.Get("name"), MIME: r.Header.Get("Content-Type"),
		Size: size, Sum: query.Get("sha256"),
	}, offset, r.Body)
	status := http.StatusOK
	switch {
	case err == nil:
	case errors.Is(err, media.ErrElsewhere):
		status = http.StatusConflict
	case errors.Is(err, media.ErrTooLarge):
		answer(w, http.StatusRequestEntityTooLarge, "file is too large")
		return
	case errors.Is(err, media.ErrDamaged):
		answer(w, http.StatusUnprocessableEntity, "the bytes are not those that were announced")
		return
	default:
		if !errors.Is(err, media.ErrBusy) && r.Context().Err() == nil {
			s.Log.Error("Part of a file not taken in", "error", err)
		}
		answer(w, http.StatusServiceUnavailable, "try again")
		return
	}
	part := Part{Offset: at}
	if row.ID != "" {
		part.File = uploaded(row)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(part)
}

func uploaded(row db.Media) *Uploaded {
	return &Uploaded{ID: row.ID, MIME: row.MIME, SizeBytes: row.SizeBytes, SHA256: row.SHA256, Width: row.Width, Height: row.Height}
}
