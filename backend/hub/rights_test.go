package hub_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"

	"parley/backend/conversation"
	"parley/backend/hub"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/audit"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	"parley/backend/hub/touchpoint"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// rightsCalls is how many random calls are made on each engine, and rightsMost how many where chance has left something out.
const rightsCalls, rightsMost = 3500, 14_000

// Random people make every call and every command with random objects. What the table of rights does not allow is refused and
// changes nothing; what is answered holds nothing that the person may not read. What stands to whom in which relation the test
// finds out by itself, from the rows.
func TestNothingOutsideTheTableSucceeds(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			o := newOffice(t, engine, rand.New(rand.NewPCG(seed, 1)))
			for n := 0; n < rightsCalls || n < rightsMost && len(o.missing()) > 0; n++ {
				if n%40 == 0 {
					o.grow()
				}
				o.call(o.pick())
			}
			o.report()
		})
	}
}

// person is somebody who makes calls.
type person struct {
	access.Actor
	queues map[string]bool // of those that have people
	token  string
}

// office is a hub with people of every role, in queues that they share and do not, and what they may or may not touch.
type office struct {
	t       *testing.T
	hub     *hub.Hub
	w       *hubtest.Workspace
	url     string
	random  *rand.Rand
	people  []*person
	staffed map[string]bool // queues that have people
	queues  []string

	conversations, messages, contacts, notes, quick, sessions, dispositions []string
	set, retired                                                            string            // of dispositions; one of it
	spare                                                                   []string          // people who make no calls, for admins to do things to
	failed                                                                  map[string]string // message by conversation
	done, denied                                                            map[access.Action]int
}

func newOffice(t *testing.T, engine string, random *rand.Rand) *office {
	t.Helper()
	folder := t.TempDir()
	h, err := hub.New(t.Context(), hub.Config{
		Store: storetest.Config(t, engine), KeyFile: folder + "/hub.key", MediaDir: folder + "/media", Adapters: hubtest.Channels(),
	})
	must(t, err)
	t.Cleanup(func() { _ = h.Close() })
	o := &office{
		t: t, hub: h, random: random, staffed: map[string]bool{}, failed: map[string]string{}, done: map[access.Action]int{}, denied: map[access.Action]int{},
	}
	id, err := admin.Create(t.Context(), h.Store, admin.Workspace{Name: "Ondaverde", Dispositions: admin.StandardDispositions})
	must(t, err)
	o.w = &hubtest.Workspace{ID: id, Store: h.Store}
	o.w.Advance(time.Duration(time.Now().UnixMilli()) * time.Millisecond)
	o.w.WhatsApp, err = admin.AddTouchpoint(t.Context(), h.Store, h.Sealer, id, hubtest.Channels()[0].Window(), admin.Touchpoint{
		Channel: conversation.ChannelWhatsApp, Name: "Bookings", AccountID: hubtest.Number, BusinessID: hubtest.Business,
		Secrets: touchpoint.Secrets{Token: "t", AppSecret: "s", VerifyToken: "v"},
	})
	must(t, err)
	must(t, h.Directory.Reload(t.Context()))
	for _, role := range []string{"agent", "agent", "agent", "agent", "supervisor", "admin"} {
		row, err := admin.AddAgent(t.Context(), h.Store, id, admin.Agent{Email: fmt.Sprintf("p%d@ondaverde.example", len(o.people)), Role: role})
		must(t, err)
		p := &person{Actor: access.Actor{WorkspaceID: id, AgentID: row.ID, Role: role}, queues: map[string]bool{}}
		o.people = append(o.people, p)
		o.signIn(p)
	}
	for n := range 4 {
		row, err := admin.AddAgent(t.Context(), h.Store, id, admin.Agent{Email: fmt.Sprintf("spare%d@ondaverde.example", n), Role: "agent"})
		must(t, err)
		o.spare = append(o.spare, row.ID)
	}
	for n, scopes := range [][]string{ // programs with keys, as the people to whom these belong
		access.KeyScopes, {access.ScopeRead}, {access.ScopeSend, access.ScopeWork}, {access.ScopeNotes, access.ScopeContacts}, access.KeyScopes,
		{access.ScopeAdmin},
	} {
		owner := o.people[n]
		key, err := h.Access.AddKey(t.Context(), db.Agent{WorkspaceID: id, ID: owner.AgentID}, fmt.Sprint("key ", n), scopes, 0, access.Actor{})
		must(t, err)
		p := &person{Actor: owner.Actor, queues: owner.queues, token: key}
		p.KeyScopes = strings.Join(scopes, ",")
		o.people = append(o.people, p)
	}
	o.queues = []string{o.w.WhatsApp.QueueID} // everybody's
	for name, members := range map[string][]int{"Complaints": {0, 1}, "Tours": {1, 2}, "Legal": {5}} {
		var actors []access.Actor
		for _, n := range members {
			actors = append(actors, o.people[n].Actor)
		}
		queue := o.w.Queue(t, name, actors...)
		o.queues, o.staffed[queue] = append(o.queues, queue), true
		for _, n := range members {
			o.people[n].queues[queue] = true
		}
	}
	rows, err := h.Store.Read().Dispositions(t.Context(), id)
	must(t, err)
	for _, row := range rows {
		o.dispositions = append(o.dispositions, row.ID)
	}
	o.set = rows[0].SetID
	o.retired, err = admin.AddDisposition(t.Context(), h.Store, access.Actor{WorkspaceID: id}, o.set, "", "Out of use")
	must(t, err)
	web := httptest.NewServer(h.Handler())
	t.Cleanup(web.Close)
	o.url = web.URL
	return o
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// signIn gives somebody a device, whose session is a thing that others may try to end.
func (o *office) signIn(p *person) {
	o.t.Helper()
	var err error
	p.token, err = o.hub.Access.Open(o.t.Context(), db.Agent{WorkspaceID: p.WorkspaceID, ID: p.AgentID}, "desk", "test")
	must(o.t, err)
	actor, err := o.hub.Access.Recognise(o.t.Context(), p.token)
	must(o.t, err)
	p.SessionID = actor.SessionID
	o.sessions = append(o.sessions, actor.SessionID)
}

func one[T any](o *office, of []T) T { return of[o.random.IntN(len(of))] }

// grow adds conversations in every state, with all sorts of people, so that there always is something to do.
func (o *office) grow() {
	o.t.Helper()
	for range 6 {
		c := o.w.Conversation(o.t, func(c *db.Conversation) {
			c.QueueID = one(o, o.queues)
			if len(o.contacts) > 0 && o.random.IntN(3) == 0 {
				c.ContactID = one(o, o.contacts) // another conversation of somebody known, closed so that it may be
				c.Status = string(conversation.StatusClosed)
				return
			}
			c.Status = string(one(o, []conversation.Status{conversation.StatusQueued, conversation.StatusAssigned, conversation.StatusAssigned, conversation.StatusWrapUp, conversation.StatusClosed}))
			if c.Status != string(conversation.StatusQueued) {
				c.AssigneeID, c.AssignedMs = one(o, o.people).AgentID, c.OpenedMs
			}
		})
		failed := db.Message{
			WorkspaceID: c.WorkspaceID, ID: conversation.NewID(), ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: c.ContactID, No: 2,
			Direction: "out", Kind: "text", SentMs: c.LastMessageMs, CreatedMs: c.LastMessageMs, AgentID: o.people[0].AgentID,
			Content: `{"kind":"text","text":"hi"}`, State: string(conversation.DeliveryFailed), FailedMs: c.LastMessageMs, Attempt: 1, Version: 1,
		}
		c.LastNo = 2
		_, err := o.hub.Store.InTx(o.t.Context(), c.WorkspaceID, func(tx *store.Tx) error {
			return tx.Write(o.t.Context(), store.Rows{Messages: []db.Message{failed}, PutConversations: []db.Conversation{c}})
		})
		must(o.t, err)
		o.conversations, o.contacts = append(o.conversations, c.ID), append(o.contacts, c.ContactID)
		o.messages = append(o.messages, c.LastMessageID, failed.ID)
		o.failed[c.ID] = failed.ID
	}
	keep := func(ids []string) []string { return ids[max(0, len(ids)-120):] }
	o.conversations, o.contacts, o.messages = keep(o.conversations), keep(o.contacts), keep(o.messages)
}

// attempt is one call that somebody is about to make.
type attempt struct {
	by      *person
	method  protoreflect.MethodDescriptor
	request proto.Message
	action  access.Action
}

// pick makes up a call: any method, and for Execute any command.
func (o *office) pick() attempt {
	a := attempt{by: one(o, o.people)}
	var methods []protoreflect.MethodDescriptor
	protoregistry.GlobalFiles.RangeFilesByPackage("parley.hub.v1", func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			for n := range file.Services().Get(i).Methods().Len() {
				methods = append(methods, file.Services().Get(i).Methods().Get(n))
			}
		}
		return true
	})
	slices.SortFunc(methods, func(a, b protoreflect.MethodDescriptor) int {
		return strings.Compare(string(a.FullName()), string(b.FullName()))
	})
	if a.method = one(o, methods); a.method.Parent().Name() == "AdminService" && o.random.IntN(2) == 0 {
		a.by = o.people[len(o.people)-1] // who may
	}
	if o.random.IntN(2) == 0 {
		a.method = hubv1.File_parley_hub_v1_desk_proto.Services().ByName("DeskService").Methods().ByName("Execute")
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(a.method.Input().FullName())
	must(o.t, err)
	message := kind.New()
	a.action = access.ActionOf(string(a.method.Name()))
	o.fill(a.by, message)
	if command, is := message.Interface().(*hubv1.Command); is {
		command.Id, command.ExpiresMs = conversation.NewID(), 0
		oneof := message.Descriptor().Oneofs().ByName("action").Fields()
		field := oneof.Get(o.random.IntN(oneof.Len()))
		o.fill(a.by, message.Mutable(field).Message())
		a.action = access.Action(field.Name())
	}
	a.request = message.Interface()
	return a
}

// fill gives the fields of a message values by their names. Half of the conversations are the person's own.
func (o *office) fill(p *person, m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if f.ContainingOneof() != nil || f.IsMap() {
			continue
		}
		if f.IsList() {
			if f.Kind() == protoreflect.StringKind {
				for range 1 + o.random.IntN(3) {
					m.Mutable(f).List().Append(protoreflect.ValueOfString(o.value(p, m, strings.TrimSuffix(string(f.Name()), "s"))))
				}
			}
			continue
		}
		switch f.Kind() {
		case protoreflect.StringKind:
			if v := o.value(p, m, string(f.Name())); v != "" {
				m.Set(f, protoreflect.ValueOfString(v))
			}
		case protoreflect.Int64Kind:
			if f.Name() == "saved_ms" {
				m.Set(f, protoreflect.ValueOfInt64(time.Now().UnixMilli()))
			}
		case protoreflect.BoolKind:
			m.Set(f, protoreflect.ValueOfBool(o.random.IntN(2) == 0))
		case protoreflect.MessageKind:
			if f.Message().Name() == "DraftContent" {
				m.Set(f, protoreflect.ValueOfMessage((&hubv1.DraftContent{Text: "draft"}).ProtoReflect()))
			}
		}
	}
}

func (o *office) value(p *person, m protoreflect.Message, name string) string {
	switch name {
	case "conversation_id":
		if own := o.own(p); own != "" && o.random.IntN(2) == 0 {
			return own
		}
		return one(o, o.conversations)
	case "message_id", "reply_to_message_id", "seen_message_id":
		if name != "message_id" {
			return one(o, []string{"", one(o, o.messages)})
		}
		f := m.Descriptor().Fields().ByName("conversation_id")
		switch {
		case o.random.IntN(2) == 0:
		case f != nil:
			return o.row(m.Get(f).String()).LastMessageID
		case o.failed[o.own(p)] != "":
			return o.failed[o.own(p)]
		}
		return one(o, o.messages)
	case "contact_id", "kept_id", "merged_id":
		return one(o, o.contacts)
	case "to_agent_id":
		return one(o, []string{"", one(o, o.people).AgentID})
	case "to_queue_id":
		return one(o, []string{"", one(o, o.queues)})
	case "queue_id":
		return one(o, o.queues)
	case "touchpoint_id":
		return o.w.WhatsApp.ID
	case "disposition_id":
		if m.Descriptor().Name() == "RetireDispositionRequest" {
			return o.retired // the others are to be chosen
		}
		return one(o, o.dispositions)
	case "set_id":
		return o.set
	case "parent_id":
		return ""
	case "note_id":
		if len(o.notes) > 0 && o.random.IntN(2) == 0 {
			return one(o, o.notes)
		}
		o.notes = append(o.notes, conversation.NewID())
		return o.notes[len(o.notes)-1]
	case "id": // of a quick reply
		if len(o.quick) > 0 && (m.Descriptor().Name() == "DeleteQuickReply" || o.random.IntN(2) == 0) {
			return one(o, o.quick[max(0, len(o.quick)-20):])
		}
		o.quick = append(o.quick, conversation.NewID())
		return o.quick[len(o.quick)-1]
	case "letter_id", "before_letter_id", "before_entry_id", "actor_id", "action":
		return "" // there is no such letter; all entries
	case "agent_id": // of somebody to administer
		return one(o, o.spare)
	case "email":
		return fmt.Sprintf("new%d@ondaverde.example", o.random.IntN(1<<30))
	case "role":
		return one(o, access.Roles)
	case "session_id":
		return one(o, []string{p.SessionID, one(o, o.sessions)})
	case "device_id":
		return conversation.NewID()
	case "text", "note", "title", "name":
		return "hello"
	case "shortcut":
		return fmt.Sprintf("s%d", o.random.IntN(1<<30))
	case "status":
		return one(o, []string{"available", "away"})
	case "only":
		return one(o, []string{"", "conversations", "hands", "notes"})
	case "doing":
		return one(o, []string{"viewing", "typing", "note"})
	case "emoji":
		return "👍"
	}
	return ""
}

// own is an open conversation that somebody has; "" when they have none.
func (o *office) own(p *person) string {
	for _, id := range slices.Backward(o.conversations) {
		if c := o.row(id); c.AssigneeID == p.AgentID && c.Status != "closed" && o.random.IntN(3) > 0 {
			return id
		}
	}
	return ""
}

// call makes a call and checks what came of it.
func (o *office) call(a attempt) {
	o.t.Helper()
	may := o.may(a)
	before := o.state()
	answer, err := o.send(a)
	done := err == nil
	if ack, is := answer.(*hubv1.CommandAck); is && done {
		done = ack.GetRefusal() == nil
	}
	name := fmt.Sprintf("%s %s: %s %v", a.by.Role, a.by.AgentID, a.action, a.request)
	switch {
	case connect.CodeOf(err) == connect.CodeUnavailable && err != nil:
		if !strings.HasPrefix(string(a.action), "refresh_templates") { // Meta is not there
			o.t.Fatalf("%s broke: %v", name, err)
		}
	case done && !may:
		o.t.Fatalf("%s succeeded", name)
	case !done && o.state() != before:
		o.t.Fatalf("%s was refused (%v) and has changed something", name, err)
	}
	if done {
		o.done[a.action]++
		o.readable(a.by, answer, name)
	}
	if !may {
		o.denied[a.action]++
	}
	if _, err := o.hub.Access.Recognise(o.t.Context(), a.by.token); err != nil {
		o.signIn(a.by) // they have signed themselves out
	}
}

// state is what a refused call must leave as it was: the head of the feed, who is signed in, and what the audit log says.
func (o *office) state() string {
	o.t.Helper()
	head, err := o.hub.Store.Read().Head(o.t.Context(), o.w.ID)
	must(o.t, err)
	n := 0
	for _, p := range o.people {
		sessions, err := o.hub.Access.Sessions(o.t.Context(), o.w.ID, p.AgentID)
		must(o.t, err)
		n += len(sessions)
	}
	done, err := audit.Latest(o.t.Context(), o.hub.Store, o.w.ID, 1)
	must(o.t, err)
	return fmt.Sprint(head.Seq, " ", n, " ", done[0].ID)
}

func (o *office) send(a attempt) (proto.Message, error) {
	o.t.Helper()
	if a.method.IsStreamingServer() {
		return o.watch(a)
	}
	kind, err := protoregistry.GlobalTypes.FindMessageByName(a.method.Output().FullName())
	must(o.t, err)
	path := "/" + string(a.method.Parent().FullName()) + "/" + string(a.method.Name())
	response, err := postProto(o.t.Context(), o.url+path, a.by.token, a.request)
	if err != nil {
		return nil, err
	}
	answer := kind.New().Interface()
	return answer, proto.Unmarshal(response, answer)
}

// seenFor is for how long a hub may go by who saw what a moment ago.
const seenFor = 250 * time.Millisecond

// watch takes the first frame of a watch that comes from further behind.
func (o *office) watch(a attempt) (proto.Message, error) {
	ctx, cancel := context.WithTimeout(o.t.Context(), 10*time.Second)
	defer cancel()
	client := hubv1connect.NewSyncServiceClient(httpClient, o.url, connect.WithInterceptors(asPerson(a.by.token)))
	page, err := client.Snapshot(ctx, &hubv1.SnapshotRequest{})
	if err != nil {
		return nil, err
	}
	time.Sleep(seenFor)
	stream, err := client.Watch(ctx, &hubv1.PullRequest{After: &hubv1.Cursor{Epoch: page.Cursor.Epoch, Seq: max(0, page.Cursor.Seq-40)}})
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	if !stream.Receive() {
		return nil, stream.Err()
	}
	return stream.Msg(), nil
}

// report prints what was tried, and fails when something never succeeded or never was denied although it could be.
func (o *office) report() {
	o.t.Helper()
	var b strings.Builder
	for _, action := range access.Actions() {
		if o.done[action]+o.denied[action] == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s %d done, %d outside the table; ", action, o.done[action], o.denied[action])
	}
	o.t.Log(b.String())
	for _, missing := range o.missing() {
		o.t.Error(missing)
	}
}

// missing is what the test has proved nothing about yet.
func (o *office) missing() (all []string) {
	for _, action := range slices.Sorted(maps.Keys(tried)) {
		if o.done[action] == 0 && tried[action].succeeds {
			all = append(all, fmt.Sprintf("nobody ever managed to %s", action))
		}
		if o.denied[action] == 0 && tried[action].denied {
			all = append(all, fmt.Sprintf("nobody ever tried to %s what they may not", action))
		}
	}
	return all
}
