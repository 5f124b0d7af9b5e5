package access

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Action is what somebody wants to do: a call or a command as the contract names it, in snake case, or ActionReadFile and the
// like for what is no call.
type Action string

// Actions that code decides on by name. All others come from the contract.
const (
	ActionRead          Action = "read"      // messages, notes, files and all else of a conversation or contact
	ActionReadFile      Action = "read_file" // of a conversation, or one's own
	ActionUpload        Action = "upload"
	ActionTransfer      Action = "transfer"
	ActionSaveQuick     Action = "save_quick_reply"
	ActionDeleteQuick   Action = "delete_quick_reply"
	ActionSaveDraft     Action = "save_draft"
	ActionHere          Action = "here"
	ActionFetchFileMore Action = "fetch_file_again"
	ActionExportContact Action = "export_contact"
)

// Relation is how the object of an action stands to who acts.
type Relation string

// Relations. What belongs to a conversation (messages, notes, files) stands as the conversation does, and a contact as the
// nearest of theirs.
const (
	None    Relation = "none"    // the action has no object, or the workspace as a whole
	Own     Relation = "own"     // a conversation that they have; their own draft, device, quick reply, status
	Queue   Relation = "queue"   // a conversation of their queues, whoever has it
	Past    Relation = "past"    // closed, elsewhere, and of a contact whom they see
	Shared  Relation = "shared"  // everybody's quick reply
	Foreign Relation = "foreign" // all else
)

// Relations lists them all.
var Relations = []Relation{None, Own, Queue, Past, Shared, Foreign}

// Roles lists them all.
var Roles = []string{"agent", "supervisor", "admin"}

// rights are in which relations a role may do something.
type rights struct{ agent, supervisor, admin []Relation }

var (
	everybody  = func(r ...Relation) rights { return rights{r, r, r} }
	onlyAdmin  = rights{admin: []Relation{None}}
	anyContact = rights{admin: []Relation{Own, Queue, Past, Foreign}}
	whoLooks   = rights{supervisor: []Relation{None}, admin: []Relation{None}}
	whoSees    = rights{[]Relation{Own, Queue, Past}, []Relation{Own, Queue, Past, Foreign}, []Relation{Own, Queue, Past, Foreign}}
	whoWorks   = rights{[]Relation{Own, Queue}, []Relation{Own, Queue, Foreign}, []Relation{Own, Queue, Foreign}}
	whoLeads   = rights{[]Relation{Own}, []Relation{Own, Queue, Foreign}, []Relation{Own, Queue, Foreign}}
	quick      = rights{[]Relation{Own}, []Relation{Own, Shared}, []Relation{Own, Shared}}
)

// table says who may do what. What is not in it nobody may.
var table = map[Action]rights{
	// One's own session.
	"sign_out": everybody(Own), "me": everybody(Own), "list_sessions": everybody(Own), "end_session": everybody(Own),
	"change_password": everybody(Own),

	// The feed holds what may be read, and nothing else.
	"snapshot": everybody(None), "pull": everybody(None), "watch": everybody(None), "check_open": everybody(None), "search": everybody(None),
	"fetch_conversations": everybody(None),
	ActionRead:            whoSees, "list_messages": whoSees, "list_activities": whoSees,
	ActionReadFile: whoSees, ActionFetchFileMore: whoSees, ActionUpload: everybody(None),

	ActionSaveDraft: whoSees, "typing": everybody(Own), ActionHere: whoWorks, "list_loads": everybody(None), "refresh_templates": everybody(None),
	"execute": everybody(None), // each command has its own line

	"assign": whoWorks, "reject_offer": whoWorks, "save_note": whoWorks,
	ActionTransfer:  whoLeads,
	"send_to_inbox": everybody(Own), "end_chat": everybody(Own), "submit_wrap_up": everybody(Own), "dismiss_wrap_up": everybody(Own),
	"send_message": everybody(Own), "react": everybody(Own), "mark_read": everybody(Own), "resolve_unconfirmed": everybody(Own),
	"update_contact": whoWorks, "merge_contacts": whoWorks, "undo_merge": whoWorks, "dismiss_suggestion": whoWorks,
	"set_status":    everybody(None),
	ActionSaveQuick: quick, ActionDeleteQuick: quick,

	"wallboard":    whoLooks,
	"change_queue": onlyAdmin, "change_touchpoint": onlyAdmin,

	"list_people": onlyAdmin, "invite_person": onlyAdmin, "invite_again": onlyAdmin, "change_person": onlyAdmin, "switch_person": onlyAdmin,
	"reset_password": onlyAdmin, "end_person_sessions": onlyAdmin,
	"list_traffic": whoLooks, "check_touchpoint": onlyAdmin,
	"list_dead_letters": onlyAdmin, "show_dead_letter": onlyAdmin, "replay_dead_letter": onlyAdmin, "discard_dead_letter": onlyAdmin,
	"list_audit": onlyAdmin, "set_keeping": onlyAdmin,
	"add_disposition": onlyAdmin, "rename_disposition": onlyAdmin, "move_disposition": onlyAdmin, "retire_disposition": onlyAdmin,
	ActionExportContact: anyContact, "preview_erasure": anyContact, "erase_contact": anyContact,
	"save_queue": onlyAdmin, "add_touchpoint": onlyAdmin, "replace_secrets": onlyAdmin, "send_test": onlyAdmin, "list_test_contacts": onlyAdmin,
	"list_keys": onlyAdmin, "add_key": onlyAdmin, "revoke_key": onlyAdmin, "list_hooks": onlyAdmin, "switch_hook": onlyAdmin,
	"add_hook": onlyAdmin, "change_hook": onlyAdmin, "rotate_hook": onlyAdmin, "remove_hook": onlyAdmin, "test_hook": onlyAdmin, "try_hook": onlyAdmin,
}

// May reports whether a role may do something with what stands so to it.
func May(role string, action Action, relation Relation) bool {
	return slices.Contains(table[action].of(role), relation)
}

// MayAtAll reports whether a role may do something with anything.
func MayAtAll(role string, action Action) bool { return len(table[action].of(role)) > 0 }

func (r rights) of(role string) []Relation {
	switch role {
	case "agent":
		return r.agent
	case "supervisor":
		return r.supervisor
	case "admin":
		return r.admin
	}
	return nil
}

// Actions lists what the table knows.
func Actions() []Action { return slices.Sorted(maps.Keys(table)) }

// ActionOf is the action of a name of the contract, such as SaveDraft or /parley.hub.v1.DeskService/SaveDraft.
func ActionOf(name string) Action {
	name = name[strings.LastIndexByte(name, '/')+1:]
	var b strings.Builder
	for i, c := range name {
		if c >= 'A' && c <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return Action(b.String())
}

// PrintTable writes the table as Markdown.
func PrintTable(w io.Writer) {
	fmt.Fprintln(w, "# Who may do what")
	fmt.Fprintln(w, "\nPrinted from `table.go` by its test. What is not here nobody may. Relations: **own** what they have or is theirs; "+
		"**queue** a conversation of their queues, whoever has it; **past** closed, elsewhere, of a contact whom they see; "+
		"**shared** everybody's quick reply; **foreign** all else; **none** the action has no object.")
	fmt.Fprintln(w, "\nA program with an API key may what its agent may, as far as the key's scopes reach (`reach.go`): the last column. "+
		"**–** no key may.")
	fmt.Fprintln(w, "\n| action | agent | supervisor | admin | key |\n| --- | --- | --- | --- | --- |")
	for _, action := range Actions() {
		fmt.Fprintf(w, "| %s |", action)
		for _, role := range Roles {
			words := []string{}
			for _, relation := range table[action].of(role) {
				words = append(words, string(relation))
			}
			if len(words) == 0 {
				words = []string{"–"}
			}
			fmt.Fprintf(w, " %s |", strings.Join(words, ", "))
		}
		fmt.Fprintf(w, " %s |\n", cmp.Or(reach[action], "–"))
	}
}
