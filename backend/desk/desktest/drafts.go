package desktest

import (
	"context"
	"maps"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	"parley/backend/conversation"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// SaveDraft keeps the newer of two drafts. What gives way unseen is kept one step back.
func (h *Hub) SaveDraft(_ context.Context, r *hubv1.SaveDraftRequest) (*hubv1.SaveDraftResponse, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.denyDrafts {
		return nil, connect.NewError(connect.CodePermissionDenied, nil)
	}
	next := &hubv1.Draft{Id: conversation.NewID(), ConversationId: r.ConversationId}
	if was := h.draftLocked(r.ConversationId); was != nil {
		next = was
	}
	ours := next.DeviceId == r.DeviceId || next.DeviceId == ""
	switch {
	case proto.Equal(next.Content, r.Content):
		return &hubv1.SaveDraftResponse{Draft: next}, nil
	case r.SavedMs < next.SavedMs && ours:
		return &hubv1.SaveDraftResponse{Draft: next}, nil
	case r.SavedMs < next.SavedMs:
		next.Previous, next.PreviousMs = r.Content, r.SavedMs
	default:
		if !ours && r.BaseVersion != next.Version {
			next.Previous, next.PreviousMs = next.Content, next.SavedMs
		}
		next.Content, next.SavedMs, next.DeviceId = r.Content, r.SavedMs, r.DeviceId
	}
	h.putLocked(next)
	h.wakeLocked()
	h.draftsSaved++
	return &hubv1.SaveDraftResponse{Draft: h.draftLocked(r.ConversationId)}, nil
}

func (h *Hub) draftLocked(conversationID string) *hubv1.Draft {
	for _, change := range h.entities {
		if d := change.Entity.GetDraft(); d != nil && d.ConversationId == conversationID {
			return proto.CloneOf(d)
		}
	}
	return nil
}

// Draft is what the hub has of a conversation's draft; nil when nothing was ever saved.
func (h *Hub) Draft(conversationID string) *hubv1.Draft {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.draftLocked(conversationID)
}

// DraftsSaved is how often a draft was changed.
func (h *Hub) DraftsSaved() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.draftsSaved
}

// DenyDrafts makes the hub take no drafts.
func (h *Hub) DenyDrafts(deny bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.denyDrafts = deny
}

// ForgetDrafts is a restore from a backup that was made before they were typed.
func (h *Hub) ForgetDrafts() {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.entities, func(_ string, change *hubv1.Change) bool { return change.Entity.GetDraft() != nil })
}
