package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/dossier"
	"parley/backend/hub/store"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func (s *adminService) PreviewErasure(ctx context.Context, r *hubv1.PreviewErasureRequest) (*hubv1.PreviewErasureResponse, error) {
	p, err := s.Eraser.Preview(ctx, actorOf(ctx).WorkspaceID, r.GetContactId())
	return &hubv1.PreviewErasureResponse{
		ContactId: p.Contact.ID, Name: p.Contact.Name, Number: p.Contact.Number, Merged: p.Merged, Conversations: p.Conversations,
		Open: p.Open, Messages: p.Messages, Files: p.Files, Notes: p.Notes, Drafts: p.Drafts, Unsent: p.Unsent,
	}, s.fail("PreviewErasure", err)
}

func (s *adminService) EraseContact(ctx context.Context, r *hubv1.EraseContactRequest) (*hubv1.EraseContactResponse, error) {
	_, err := s.Eraser.Ask(ctx, actorOf(ctx), r.GetContactId())
	return &hubv1.EraseContactResponse{}, s.fail("EraseContact", err)
}

// getExport writes everything about a contact: GET /contacts/{id}/export, a ZIP file whose end is missing when it could not be
// written whole. 404: there is no such contact.
func (s *Server) getExport(w http.ResponseWriter, r *http.Request) {
	actor, ok := s.authenticate(w, r, access.ActionExportContact)
	if !ok {
		return
	}
	root, err := dossier.Root(r.Context(), s.Store.Read(), actor.WorkspaceID, r.PathValue("id"))
	if errors.Is(err, dossier.ErrNoContact) {
		answer(w, http.StatusNotFound, "no such contact")
		return
	}
	if err == nil {
		_, err = s.Store.InTx(r.Context(), actor.WorkspaceID, func(tx *store.Tx) error {
			return audit.Write(r.Context(), tx, time.Now().UnixMilli(), audit.Entry{
				ActorID: actor.AgentID, SessionID: actor.SessionID, Address: access.Address(r.Context()), Action: audit.ContactExported, SubjectID: root.ID,
			})
		})
	}
	if err != nil {
		s.Log.Error("Contact not exported", "error", err)
		answer(w, http.StatusServiceUnavailable, "try again")
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="contact.zip"`)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if err := dossier.Write(r.Context(), s.Store, s.Library.Blobs, actor.WorkspaceID, root.ID, w); err != nil {
		s.Log.Error("Contact not exported", "error", err)
		panic(http.ErrAbortHandler) // a file that ends too early must not look whole
	}
}
