package inbox

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// How long the parts of a quick reply may be.
const (
	MaxShortcutRunes   = 32
	MaxQuickTitleRunes = 120
	MaxQuickTextRunes  = 4096
)

// saveQuickReply writes or replaces a quick reply: one's own, or as supervisor or admin one of everybody's.
func (r *run) saveQuickReply(ctx context.Context, q *hubv1.SaveQuickReply) (*hubv1.Refusal, error) {
	row := db.PutQuickReplyParams{
		WorkspaceID: r.actor.WorkspaceID, ID: q.GetId(), OwnerID: r.actor.AgentID, Version: 1,
		Shortcut: strings.ToLower(strings.TrimPrefix(strings.TrimSpace(q.GetShortcut()), "/")),
		Title:    strings.TrimSpace(conversation.Preview(q.GetTitle())), Text: strings.TrimSpace(conversation.CleanText(q.GetText())),
		Language: strings.TrimSpace(q.GetLanguage()),
	}
	if q.GetShared() {
		row.OwnerID = ""
	}
	existing, err := r.tx.QuickReply(ctx, db.QuickReplyParams{WorkspaceID: r.actor.WorkspaceID, ID: q.GetId()})
	switch {
	case err == nil:
		row.OwnerID, row.Version = existing.OwnerID, existing.Version+1
	case !store.NotFound(err):
		return nil, fmt.Errorf("save quick reply: %w", err)
	}
	if !r.mayWriteQuickReply(row.OwnerID) {
		return refuse(RefusedForbidden, "supervisors and admins write the quick replies of everybody"), nil
	}
	if !conversation.ValidID(q.GetId()) || !validQuickReply(row) {
		return refuse(RefusedInvalid, "a quick reply needs a shortcut of one word and a text"), nil
	}
	taken, err := r.tx.QuickReplyByShortcut(ctx, db.QuickReplyByShortcutParams{
		WorkspaceID: row.WorkspaceID, OwnerID: row.OwnerID, Shortcut: row.Shortcut, Language: row.Language,
	})
	if err == nil && taken.ID != row.ID {
		return refuse(RefusedConflict, "the shortcut stands for another text"), nil
	}
	if err != nil && !store.NotFound(err) {
		return nil, fmt.Errorf("save quick reply: %w", err)
	}
	if err := r.tx.PutQuickReply(ctx, row); err != nil {
		return nil, fmt.Errorf("save quick reply: %w", err)
	}
	r.tx.Changed(store.TypeQuickReply, row.ID)
	return nil, r.auditQuick(ctx, audit.QuickSaved, row.OwnerID, row.ID, row.Shortcut)
}

// deleteQuickReply removes a quick reply. One that has gone already is not refused: what they wanted is so.
func (r *run) deleteQuickReply(ctx context.Context, id string) (*hubv1.Refusal, error) {
	row, err := r.tx.QuickReply(ctx, db.QuickReplyParams{WorkspaceID: r.actor.WorkspaceID, ID: id})
	if store.NotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("delete quick reply: %w", err)
	}
	if !r.mayWriteQuickReply(row.OwnerID) {
		return refuse(RefusedForbidden, "it is not yours to delete"), nil
	}
	if err := r.tx.DropQuickReply(ctx, db.DropQuickReplyParams{WorkspaceID: row.WorkspaceID, ID: id}); err != nil {
		return nil, fmt.Errorf("delete quick reply: %w", err)
	}
	r.tx.Removed(store.TypeQuickReply, id)
	return nil, r.auditQuick(ctx, audit.QuickDeleted, row.OwnerID, id, row.Shortcut)
}

// auditQuick writes down what was done to everybody's quick replies. What somebody does to their own is theirs.
func (r *run) auditQuick(ctx context.Context, action audit.Action, ownerID, id, shortcut string) error {
	if ownerID != "" {
		return nil
	}
	return r.audit(ctx, action, id, "/"+shortcut)
}

// mayWriteQuickReply reports whether the agent may write or delete somebody's quick reply; "" is everybody's.
func (r *run) mayWriteQuickReply(ownerID string) bool {
	relation := access.Foreign
	switch ownerID {
	case r.actor.AgentID:
		relation = access.Own
	case "":
		relation = access.Shared
	}
	return access.May(r.actor.Role, access.ActionSaveQuick, relation)
}

func validQuickReply(q db.PutQuickReplyParams) bool {
	count := utf8.RuneCountInString
	return q.Shortcut != "" && count(q.Shortcut) <= MaxShortcutRunes && !strings.ContainsFunc(q.Shortcut, notOfWord) &&
		count(q.Title) <= MaxQuickTitleRunes && q.Text != "" && count(q.Text) <= MaxQuickTextRunes && len(q.Language) <= 35
}

// notOfWord reports whether a rune would end a word that is typed behind "/".
func notOfWord(r rune) bool {
	return r == '/' || unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError
}
