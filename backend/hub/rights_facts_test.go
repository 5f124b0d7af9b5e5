package hub_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"connectrpc.com/connect"

	"parley/backend/hub/access"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// What stands to whom in which relation, found out from the rows and not by the code that is tested.

// tried says of each action whether the test has to have seen it succeed, and be denied.
var tried = map[access.Action]struct{ succeeds, denied bool }{
	"me": {true, false}, "list_sessions": {true, false}, "end_session": {true, true}, "sign_out": {true, false},
	"snapshot": {true, false}, "pull": {false, false}, "watch": {true, false}, "search": {true, false}, "check_open": {true, false},
	"fetch_conversations": {true, false}, "list_activities": {true, true}, "list_messages": {true, true}, "save_draft": {true, true}, "typing": {true, true}, "here": {true, true},
	"list_loads": {true, false}, "assign": {true, true}, "reject_offer": {true, true}, "save_note": {true, true}, "transfer": {true, true},
	"send_to_inbox": {true, true}, "end_chat": {true, true}, "submit_wrap_up": {true, true}, "dismiss_wrap_up": {true, true},
	"send_message": {true, true}, "react": {false, true}, "mark_read": {true, true}, "resolve_unconfirmed": {true, true},
	"update_contact": {true, true}, "merge_contacts": {true, true}, "dismiss_suggestion": {true, true}, "undo_merge": {false, true},
	"set_status": {true, false}, "save_quick_reply": {true, true}, "delete_quick_reply": {true, false},
	"wallboard": {true, true}, "change_queue": {false, true}, "change_touchpoint": {false, true},
	"list_people": {true, true}, "invite_person": {true, true}, "invite_again": {true, true}, "change_person": {true, true},
	"switch_person": {true, true}, "reset_password": {true, true}, "end_person_sessions": {true, true},
	"list_traffic": {true, true}, "check_touchpoint": {false, true},
	"list_dead_letters": {true, true}, "show_dead_letter": {false, true}, "replay_dead_letter": {false, true}, "discard_dead_letter": {false, true}, "list_audit": {true, true}, "set_keeping": {true, true},
	"add_disposition": {true, true}, "rename_disposition": {false, true}, "move_disposition": {false, true}, "retire_disposition": {true, true},
	"preview_erasure": {true, true}, "erase_contact": {true, true},
	"save_queue": {false, true}, "add_touchpoint": {false, true}, "replace_secrets": {false, true}, "send_test": {false, true}, "list_test_contacts": {true, true},
	"list_keys": {false, true}, "add_key": {false, true}, "revoke_key": {false, true}, "list_hooks": {true, true}, "switch_hook": {false, true},
	"add_hook": {false, true}, "change_hook": {false, true}, "rotate_hook": {false, true}, "remove_hook": {false, true}, "test_hook": {false, true}, "try_hook": {false, true},
}

func (o *office) row(id string) db.Conversation {
	o.t.Helper()
	row, err := o.hub.Store.Read().Conversation(o.t.Context(), db.ConversationParams{WorkspaceID: o.w.ID, ID: id})
	if err != nil && !store.NotFound(err) {
		o.t.Fatal(err)
	}
	return row
}

// works reports whether a conversation is somebody's own, or of a queue of theirs.
func (o *office) works(p *person, c db.Conversation) bool {
	return c.AssigneeID == p.AgentID || p.Role != "agent" || !o.staffed[c.QueueID] || p.queues[c.QueueID]
}

func (o *office) relation(p *person, c db.Conversation) access.Relation {
	switch {
	case c.AssigneeID == p.AgentID:
		return access.Own
	case o.works(p, c):
		return access.Queue
	case c.Status == "closed" && o.knows(p, c.ContactID, 0):
		return access.Past
	}
	return access.Foreign
}

// knows reports whether somebody works with any conversation of a contact, or of the one that it was merged into.
func (o *office) knows(p *person, contactID string, deep int) bool {
	o.t.Helper()
	rows, err := o.hub.Store.Read().ConversationsOfContact(o.t.Context(), db.ConversationsOfContactParams{WorkspaceID: o.w.ID, ContactID: contactID})
	must(o.t, err)
	for _, c := range rows {
		if o.works(p, c) {
			return true
		}
	}
	contact, err := o.hub.Store.Read().Contact(o.t.Context(), db.ContactParams{WorkspaceID: o.w.ID, ID: contactID})
	return err == nil && contact.MergedInto != "" && deep < 50 && o.knows(p, contact.MergedInto, deep+1)
}

func (o *office) messageRow(id string) db.Message {
	row, err := o.hub.Store.Read().Message(o.t.Context(), db.MessageParams{WorkspaceID: o.w.ID, ID: id})
	if err != nil && !store.NotFound(err) {
		o.t.Fatal(err)
	}
	return row
}

// may reports what the table says of an attempt.
func (o *office) may(a attempt) bool {
	o.t.Helper()
	switch a.action {
	case "hello", "sign_in", "exchange_code", "find_invitation", "accept_invitation":
		return true // anybody
	}
	if !access.MayAtAll(a.by.Role, a.action) || !a.by.reaches(a.action) {
		return false
	}
	m := a.request.ProtoReflect()
	if command, is := a.request.(*hubv1.Command); is {
		oneof := m.Descriptor().Oneofs().ByName("action")
		m = command.ProtoReflect().Get(m.WhichOneof(oneof)).Message()
	}
	named := func(name protoreflect.Name) string {
		if f := m.Descriptor().Fields().ByName(name); f != nil && f.Kind() == protoreflect.StringKind && !f.IsList() {
			return m.Get(f).String()
		}
		return ""
	}
	about := named("conversation_id")
	if about == "" && named("message_id") != "" {
		about = o.messageRow(named("message_id")).ConversationID
	}
	if a.action == "search" {
		about = "" // narrows down what is found
	}
	if about != "" && !access.May(a.by.Role, a.action, o.relation(a.by, o.row(about))) {
		return false
	}
	for _, name := range []protoreflect.Name{"message_id", "reply_to_message_id"} {
		if id := named(name); id != "" && !access.May(a.by.Role, access.ActionRead, o.relation(a.by, o.row(o.messageRow(id).ConversationID))) {
			return false
		}
	}
	for _, name := range []protoreflect.Name{"contact_id", "kept_id", "merged_id"} {
		relation := access.Foreign
		if id := named(name); id == "" {
			continue
		} else if o.knows(a.by, id, 0) {
			relation = access.Queue
		}
		if !access.May(a.by.Role, a.action, relation) {
			return false
		}
	}
	switch a.action {
	case "end_session":
		row, err := o.hub.Store.Read().Session(o.t.Context(), db.SessionParams{WorkspaceID: o.w.ID, ID: named("session_id")})
		must(o.t, err)
		return row.AgentID == a.by.AgentID
	case "save_quick_reply", "delete_quick_reply":
		return o.mayQuick(a, named("id"))
	}
	return true
}

func (o *office) mayQuick(a attempt, id string) bool {
	row, err := o.hub.Store.Read().QuickReply(o.t.Context(), db.QuickReplyParams{WorkspaceID: o.w.ID, ID: id})
	if store.NotFound(err) {
		command := a.request.(*hubv1.Command)
		return a.action == "delete_quick_reply" || !command.GetSaveQuickReply().GetShared() || access.May(a.by.Role, a.action, access.Shared)
	}
	must(o.t, err)
	switch row.OwnerID {
	case a.by.AgentID:
		return access.May(a.by.Role, a.action, access.Own)
	case "":
		return access.May(a.by.Role, a.action, access.Shared)
	}
	return false
}

// readable fails when an answer holds what somebody may not read: a conversation, or what belongs to one, a contact, another
// one's draft.
func (o *office) readable(p *person, answer proto.Message, name string) {
	o.t.Helper()
	var look func(m protoreflect.Message)
	look = func(m protoreflect.Message) {
		switch v := m.Interface().(type) {
		case *hubv1.Change:
			if v.GetDeleted() || v.GetHidden() {
				return // that it is gone
			}
		case *hubv1.Refusal:
			return
		case *hubv1.Conversation:
			o.mustRead(p, v.GetId(), name)
		case *hubv1.Contact:
			if p.Role == "agent" && !o.knows(p, v.GetId(), 0) {
				o.t.Fatalf("%s gave the foreign contact %s", name, v.GetId())
			}
		case *hubv1.Message:
			o.mustRead(p, v.GetConversationId(), name)
		case *hubv1.Note:
			o.mustRead(p, v.GetConversationId(), name)
		case *hubv1.QuickReply:
			if row, err := o.hub.Store.Read().QuickReply(o.t.Context(), db.QuickReplyParams{WorkspaceID: o.w.ID, ID: v.GetId()}); err == nil && row.OwnerID != "" && row.OwnerID != p.AgentID {
				o.t.Fatalf("%s gave somebody else's quick reply", name)
			}
		case *hubv1.OpenConversation:
			o.mustRead(p, v.GetId(), name)
		}
		m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
			switch {
			case f.Kind() != protoreflect.MessageKind:
			case f.IsList():
				for i := range v.List().Len() {
					look(v.List().Get(i).Message())
				}
			case f.IsMap():
			default:
				look(v.Message())
			}
			return true
		})
	}
	look(answer.ProtoReflect())
}

func (o *office) mustRead(p *person, conversationID, name string) {
	o.t.Helper()
	if relation := o.relation(p, o.row(conversationID)); !access.May(p.Role, access.ActionRead, relation) {
		o.t.Fatalf("%s gave something of conversation %s, which is %s", name, conversationID, relation)
	}
}

var httpClient = &http.Client{}

// postProto makes a unary call of the contract with any message.
func postProto(ctx context.Context, url, token string, request proto.Message) ([]byte, error) {
	raw, err := proto.Marshal(request)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/proto")
	r.Header.Set("Authorization", "Bearer "+token)
	response, err := httpClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	switch response.StatusCode {
	case http.StatusOK:
		return body, nil
	case http.StatusServiceUnavailable, http.StatusInternalServerError:
		return nil, connect.NewError(connect.CodeUnavailable, fmt.Errorf("%s", body))
	}
	return nil, connect.NewError(connect.CodePermissionDenied, errors.New(string(body)))
}

// asPerson puts a token into the headers of calls.
type asPerson string

func (a asPerson) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, request connect.AnyRequest) (connect.AnyResponse, error) {
		request.Header().Set("Authorization", "Bearer "+string(a))
		return next(ctx, request)
	}
}

func (a asPerson) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		conn := next(ctx, spec)
		conn.RequestHeader().Set("Authorization", "Bearer "+string(a))
		return conn
	}
}

func (a asPerson) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

// reaches says in words of its own what a program may do with a key: nothing of a person's own session, and of commands and calls
// what the key was made for.
func (p *person) reaches(action access.Action) bool {
	if p.KeyScopes == "" || action == "me" || action == "execute" {
		return true
	}
	made := func(scope string) bool { return slices.Contains(strings.Split(p.KeyScopes, ","), scope) }
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(string(action), word) })
	}
	switch {
	case has("sign_out", "list_sessions", "end_session", "change_password", "list_keys", "add_key", "revoke_key"):
		return false
	case has("person", "people", "invite", "reset_password", "change_queue", "touchpoint", "dead_letter", "list_audit", "keeping", "disposition", "save_queue", "secrets", "send_test", "test_contacts", "hook",
		"export_contact", "erase_contact", "erasure"):
		return made("admin")
	case has("note"):
		return made("notes")
	case has("contact", "merge", "suggestion"):
		return made("contacts")
	case has("send_message", "react", "mark_read", "unconfirmed", "typing", "upload", "save_draft", "refresh_templates"):
		return made("send")
	case has("assign", "offer", "transfer", "inbox", "end_chat", "wrap_up", "set_status", "here", "quick_reply"):
		return made("work")
	}
	return made("read")
}
