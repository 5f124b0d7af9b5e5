package access

import (
	"slices"
	"strings"
)

// Scopes of API keys: how far a key reaches, within what its agent's role may.
const (
	ScopeRead     = "read"     // conversations, messages, notes, contacts, files, the team
	ScopeSend     = "send"     // messages, files, drafts, marks
	ScopeWork     = "work"     // assign, transfer, end, status, quick replies
	ScopeNotes    = "notes"    // write notes
	ScopeContacts = "contacts" // change and merge contacts
	ScopeAdmin    = "admin"    // settings and people
)

// KeyScopes lists them all.
var KeyScopes = []string{ScopeRead, ScopeSend, ScopeWork, ScopeNotes, ScopeContacts, ScopeAdmin}

// anyKey marks what every key may do: find out whose it is, and send commands, which have scopes of their own.
const anyKey = "any"

// reach says which scope an action needs of a key. What is not here no key may do: a key is no person, and neither ends
// sessions nor changes passwords of its own account, and makes no further keys.
var reach = byScope(map[string][]Action{
	anyKey: {"me", "execute"},
	ScopeRead: {"snapshot", "pull", "watch", "check_open", "search", "fetch_conversations", ActionRead, "list_messages", ActionReadFile,
		ActionFetchFileMore, "list_loads", "wallboard", "list_traffic", "list_activities"},
	ScopeSend: {"send_message", "react", "mark_read", "resolve_unconfirmed", "typing", ActionUpload, ActionSaveDraft, "refresh_templates"},
	ScopeWork: {"assign", "reject_offer", ActionTransfer, "send_to_inbox", "end_chat", "submit_wrap_up", "dismiss_wrap_up", "set_status", ActionHere,
		ActionSaveQuick, ActionDeleteQuick},
	ScopeNotes:    {"save_note"},
	ScopeContacts: {"update_contact", "merge_contacts", "undo_merge", "dismiss_suggestion"},
	ScopeAdmin: {"change_queue", "change_touchpoint", "list_people", "invite_person", "invite_again", "change_person", "switch_person",
		"reset_password", "end_person_sessions", "check_touchpoint", "list_audit", "list_dead_letters", "show_dead_letter", "replay_dead_letter", "discard_dead_letter",
		"set_keeping", "add_disposition", "rename_disposition", "move_disposition", "retire_disposition",
		ActionExportContact, "preview_erasure", "erase_contact",
		"save_queue", "add_touchpoint", "replace_secrets", "send_test", "list_test_contacts",
		"list_hooks", "add_hook", "change_hook", "rotate_hook", "remove_hook", "test_hook", "try_hook", "switch_hook"},
})

func byScope(of map[string][]Action) map[Action]string {
	out := map[Action]string{}
	for scope, actions := range of {
		for _, action := range actions {
			out[action] = scope
		}
	}
	return out
}

// Reaches reports whether the actor's key reaches an action. A person's session reaches everything.
func (a Actor) Reaches(action Action) bool {
	if a.KeyScopes == "" {
		return true
	}
	need := reach[action]
	return need == anyKey || need != "" && slices.Contains(strings.Split(a.KeyScopes, ","), need)
}

// MayAtAll reports whether the actor may do something with anything.
func (a Actor) MayAtAll(action Action) bool { return MayAtAll(a.Role, action) && a.Reaches(action) }
