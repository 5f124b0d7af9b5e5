package inbox_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"google.golang.org/protobuf/proto"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// room is an inbox with agents.
type room struct {
	*hubtest.Workspace
	box *inbox.Inbox
}

func onEach(t *testing.T, agents int, rule func(t *testing.T, r *room)) {
	t.Helper()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			w := hubtest.New(t, storetest.Open(t, engine), agents, hubtest.Channels()...)
			rule(t, &room{w, inbox.New(w.Store, w.Directory, w.Now)})
		})
	}
}

func (r *room) execute(t *testing.T, actor access.Actor, c *hubv1.Command) *hubv1.CommandAck {
	t.Helper()
	if c.GetId() == "" {
		c.Id = conversation.NewID()
	}
	ack, err := r.box.Execute(t.Context(), actor, c)
	if err != nil {
		t.Fatal(err)
	}
	return ack
}

// refused carries out a command of the first agent and returns the code of its refusal.
func (r *room) refused(t *testing.T, c *hubv1.Command) string {
	t.Helper()
	return r.execute(t, r.Agents[0], c).GetRefusal().GetCode()
}

func (r *room) head(t *testing.T) int64 {
	t.Helper()
	head, err := r.Store.Read().Head(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	return head.Seq
}

// in is a conversation of a status, held by an agent where the status has one.
func (r *room) in(t *testing.T, status conversation.Status, actor access.Actor) db.Conversation {
	t.Helper()
	return r.Conversation(t, func(c *db.Conversation) {
		c.Status = string(status)
		if status != conversation.StatusQueued {
			c.AssigneeID, c.AssignedMs, c.Weight = actor.AgentID, r.NowMs(), conversation.DefaultWeight
		}
		if status == conversation.StatusWrapUp || status == conversation.StatusClosed {
			c.EndedMs, c.Unread, c.WaitingSinceMs = r.NowMs(), 0, 0
		}
	})
}

// label is a disposition by name.
func (r *room) label(t *testing.T, name string) string {
	t.Helper()
	rows, err := r.Store.Read().Dispositions(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.Name == name {
			return row.ID
		}
	}
	t.Fatalf("no disposition %q", name)
	return ""
}

func assign(id string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}}
}

func sendToInbox(id, note string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_SendToInbox{SendToInbox: &hubv1.SendToInbox{ConversationId: id, Note: note}}}
}

func endChat(id string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_EndChat{EndChat: &hubv1.EndChat{ConversationId: id}}}
}

func submit(id, disposition string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_SubmitWrapUp{SubmitWrapUp: &hubv1.SubmitWrapUp{ConversationId: id, DispositionId: disposition}}}
}

func dismiss(id string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_DismissWrapUp{DismissWrapUp: &hubv1.DismissWrapUp{ConversationId: id}}}
}

func send(m *hubv1.SendMessage) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: m}}
}

func note(id, noteID, text string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_SaveNote{SaveNote: &hubv1.SaveNote{ConversationId: id, NoteId: noteID, Text: text}}}
}

func markRead(id, messageID string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_MarkRead{MarkRead: &hubv1.MarkRead{ConversationId: id, MessageId: messageID}}}
}

func resolve(messageID string, again bool) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_ResolveUnconfirmed{ResolveUnconfirmed: &hubv1.ResolveUnconfirmed{MessageId: messageID, SendAgain: again}}}
}

func TestAssign(t *testing.T) {
	t.Parallel()
	t.Run("fifty_agents_three_hundred_conversations", func(t *testing.T) {
		t.Parallel()
		const agents, conversations = 50, 300
		onEach(t, agents, func(t *testing.T, r *room) {
			var ids []string
			for range conversations {
				ids = append(ids, r.Conversation(t, nil).ID)
			}
			type answer struct{ agent, loserTold string }
			answers := make([][]answer, agents)
			var group sync.WaitGroup
			for n, actor := range r.Agents {
				group.Go(func() {
					for i := range ids {
						ack, err := r.box.Execute(t.Context(), actor, withID(assign(ids[(i+n*6)%conversations])))
						if err != nil {
							t.Errorf("assign: %v", err)
							return
						}
						told := ""
						if refusal := ack.GetRefusal(); refusal != nil {
							told = refusal.GetAgentId()
							current := refusal.GetCurrent().GetConversation()
							if refusal.GetCode() != inbox.RefusedTaken || told == "" || refusal.GetSinceMs() == 0 || current.GetAssigneeId() != told {
								t.Errorf("refused as %v", refusal)
							}
						}
						answers[n] = append(answers[n], answer{actor.AgentID, told})
					}
				})
			}
			group.Wait()
			for c, id := range ids {
				row, winners := r.Reread(t, id), 0
				for n := range answers {
					got := answers[n][(c-n*6%conversations+conversations)%conversations]
					if got.loserTold == "" {
						winners++
						if row.AssigneeID != got.agent {
							t.Errorf("%s was told that they have it, %s has it", got.agent, row.AssigneeID)
						}
					} else if got.loserTold != row.AssigneeID {
						t.Errorf("a loser was told %s, %s has it", got.loserTold, row.AssigneeID)
					}
				}
				if winners != 1 || row.Status != "assigned" || row.LastNo != 2 {
					t.Errorf("%d winners of %+v", winners, row)
				}
			}
		})
	})
	t.Run("who_is_refused_while_it_changes_hands_is_told_who_has_it", func(t *testing.T) {
		t.Parallel()
		const agents, times = 4, 150
		onEach(t, agents, func(t *testing.T, r *room) {
			id := r.Conversation(t, nil).ID
			var group sync.WaitGroup
			for _, actor := range r.Agents {
				group.Go(func() {
					for range times {
						ack, err := r.box.Execute(t.Context(), actor, withID(assign(id)))
						if err == nil && ack.GetRefusal() == nil {
							ack, err = r.box.Execute(t.Context(), actor, withID(sendToInbox(id, "")))
						}
						if err != nil {
							t.Errorf("execute: %v", err)
							return
						}
						if refusal := ack.GetRefusal(); refusal != nil && (refusal.GetCode() != inbox.RefusedTaken || refusal.GetAgentId() == "") {
							t.Errorf("refused as %v", refusal)
							return
						}
					}
				})
			}
			group.Wait()
		})
	})
	t.Run("again_by_the_one_who_has_it_is_no_refusal", func(t *testing.T) {
		t.Parallel()
		onEach(t, 1, func(t *testing.T, r *room) {
			c := r.in(t, conversation.StatusAssigned, r.Agents[0])
			if code := r.refused(t, assign(c.ID)); code != "" {
				t.Errorf("refused as %s", code)
			}
			if now := r.Reread(t, c.ID); now != c {
				t.Errorf("it changed to %+v", now)
			}
		})
	})
}

func withID(c *hubv1.Command) *hubv1.Command {
	c.Id = conversation.NewID()
	return c
}

func TestCommandID(t *testing.T) {
	t.Parallel()
	onEach(t, 3, func(t *testing.T, r *room) {
		t.Run("the_same_again_gets_the_first_answer", func(t *testing.T) {
			c := r.in(t, conversation.StatusAssigned, r.Agents[0])
			command := withID(send(&hubv1.SendMessage{ConversationId: c.ID, Text: "once"}))
			first := r.execute(t, r.Agents[0], command)
			again := r.execute(t, r.Agents[0], command)
			if first.GetReplayed() || !again.GetReplayed() || again.GetRefusal() != nil || again.GetAppliedSeq() < first.GetAppliedSeq() {
				t.Errorf("first %v, then %v", first, again)
			}
			if n := len(r.Thread(t, c.ID)); n != 2 {
				t.Errorf("the thread has %d lines", n)
			}
		})
		t.Run("at_the_same_moment_it_is_carried_out_once", func(t *testing.T) {
			c := r.in(t, conversation.StatusAssigned, r.Agents[0])
			commands := []*hubv1.Command{
				withID(send(&hubv1.SendMessage{ConversationId: c.ID, Text: "once"})), withID(note(c.ID, conversation.NewID(), "a note")),
				withID(sendToInbox(r.in(t, conversation.StatusAssigned, r.Agents[0]).ID, "not mine")), withID(assign(r.Conversation(t, nil).ID)),
			}
			var group sync.WaitGroup
			var mu sync.Mutex
			fresh := map[string]int{}
			for _, command := range commands {
				for range 8 {
					group.Go(func() {
						ack, err := r.box.Execute(t.Context(), r.Agents[0], command)
						if err != nil || ack.GetRefusal() != nil {
							t.Errorf("%v, %v", ack, err)
							return
						}
						mu.Lock()
						defer mu.Unlock()
						if !ack.GetReplayed() {
							fresh[command.GetId()]++
						}
					})
				}
			}
			group.Wait()
			for _, command := range commands {
				if fresh[command.GetId()] != 1 {
					t.Errorf("%v was carried out %d times", command, fresh[command.GetId()])
				}
			}
			if row := r.Reread(t, c.ID); row.LastNo != 2 || row.Version != c.Version+1 {
				t.Errorf("%+v", row)
			}
		})
		t.Run("a_refusal_is_kept_and_changes_nothing", func(t *testing.T) {
			c := r.in(t, conversation.StatusAssigned, r.Agents[1])
			before := r.head(t)
			command := withID(endChat(c.ID))
			first := r.execute(t, r.Agents[0], command)
			if first.GetRefusal().GetCode() != inbox.RefusedNotYours || first.GetAppliedSeq() != 0 {
				t.Fatalf("%v", first)
			}
			r.execute(t, r.Agents[1], sendToInbox(c.ID, ""))
			r.execute(t, r.Agents[0], assign(c.ID)) // now it would fit
			after := r.head(t)
			again := r.execute(t, r.Agents[0], command)
			if !proto.Equal(again.GetRefusal(), first.GetRefusal()) || !again.GetReplayed() || r.head(t) != after {
				t.Errorf("then %v", again)
			}
			if before >= after {
				t.Error("the others changed nothing")
			}
		})
		t.Run("somebody_elses_is_refused", func(t *testing.T) {
			c := r.Conversation(t, nil)
			command := withID(assign(c.ID))
			r.execute(t, r.Agents[0], command)
			if ack, err := r.box.Execute(t.Context(), r.Agents[1], command); !errors.Is(err, inbox.ErrCommandID) {
				t.Errorf("got %v, %v", ack, err)
			}
		})
		t.Run("of_another_form_is_refused", func(t *testing.T) {
			for _, id := range []string{"", "1", strings.ToUpper("0190a000-0000-7000-8000-00000000000a"), "{0190a000-0000-7000-8000-000000000001}"} {
				if _, err := r.box.Execute(t.Context(), r.Agents[0], &hubv1.Command{Id: id}); !errors.Is(err, inbox.ErrCommandID) {
					t.Errorf("%q: %v", id, err)
				}
			}
		})
		t.Run("an_expired_or_unknown_command_is_refused", func(t *testing.T) {
			c := r.Conversation(t, nil)
			late := assign(c.ID)
			late.ExpiresMs = r.NowMs() - 1
			if code := r.refused(t, late); code != inbox.RefusedExpired {
				t.Errorf("expired: %q", code)
			}
			if code := r.refused(t, &hubv1.Command{}); code != inbox.RefusedInvalid {
				t.Errorf("unknown: %q", code)
			}
			if r.Reread(t, c.ID) != c {
				t.Error("something changed")
			}
		})
	})
}

// TestStatus tries every command in every status, by the one who has the conversation and by somebody else. What the
// domain's table allows is done, and everything else is refused and changes nothing.
func TestStatus(t *testing.T) {
	t.Parallel()
	onEach(t, 2, func(t *testing.T, r *room) {
		me, other := r.Agents[0], r.Agents[1]
		leaf := r.label(t, "Changed")
		commands := []struct {
			action  conversation.Action
			command func(id string) *hubv1.Command
			line    conversation.Kind
		}{
			{conversation.ActionAssign, assign, conversation.KindAssigned},
			{conversation.ActionSendToInbox, func(id string) *hubv1.Command { return sendToInbox(id, "") }, conversation.KindSentToInbox},
			{conversation.EndAction(r.WhatsApp.WrapUp), endChat, conversation.KindEnded},
			{conversation.ActionSubmit, func(id string) *hubv1.Command { return submit(id, leaf) }, conversation.KindClosed},
			{conversation.ActionDismiss, dismiss, conversation.KindClosed},
		}
		for _, status := range conversation.Statuses {
			for _, try := range commands {
				for _, actor := range []access.Actor{me, other} {
					t.Run(fmt.Sprintf("%s/%s/mine_%v", status, try.action, actor == me), func(t *testing.T) {
						c := r.in(t, status, me)
						before := r.head(t)
						refusal := r.execute(t, actor, try.command(c.ID)).GetRefusal()
						after := r.Reread(t, c.ID)
						want, err := conversation.Next(status, try.action)
						switch {
						case err == nil && (actor == me || status == conversation.StatusQueued):
							last := r.Thread(t, c.ID)[c.LastNo]
							if refusal != nil || after.Status != string(want) || after.Version != c.Version+1 || last.Kind != string(try.line) || last.AgentID != actor.AgentID {
								t.Errorf("%v; it is %+v, the last line %+v", refusal, after, last)
							}
						case status == conversation.StatusAssigned && try.action == conversation.ActionAssign && actor == me:
							if refusal != nil || after != c {
								t.Errorf("%v; %+v", refusal, after)
							}
						default:
							code := inbox.RefusedStatus
							if actor != me && (status == conversation.StatusAssigned || status == conversation.StatusWrapUp) {
								if code = inbox.RefusedNotYours; try.action == conversation.ActionAssign {
									code = inbox.RefusedTaken
								}
							}
							if refusal.GetCode() != code || refusal.GetCurrent().GetConversation().GetId() != c.ID {
								t.Errorf("refused as %v, want %s", refusal, code)
							}
							if after != c || r.head(t) != before {
								t.Errorf("a refusal changed it to %+v", after)
							}
						}
					})
				}
			}
		}
		t.Run("a_touchpoint_without_wrap_up_closes_at_once", func(t *testing.T) {
			c := r.Conversation(t, func(c *db.Conversation) {
				c.TouchpointID, c.Status, c.AssigneeID = r.Messenger.ID, "assigned", me.AgentID
			})
			r.execute(t, me, endChat(c.ID))
			if after := r.Reread(t, c.ID); after.Status != "closed" || after.ClosedMs == 0 || after.Unread != 0 {
				t.Errorf("%+v", after)
			}
		})
		t.Run("of_no_conversation", func(t *testing.T) {
			for _, try := range commands {
				if code := r.refused(t, try.command(conversation.NewID())); code != inbox.RefusedNotFound {
					t.Errorf("%s: %q", try.action, code)
				}
			}
		})
	})
}

func TestWrapUp(t *testing.T) {
	t.Parallel()
	onEach(t, 1, func(t *testing.T, r *room) {
		foreign := conversation.NewID() // of another set
		_, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error {
			return tx.InsertDisposition(t.Context(), db.InsertDispositionParams{WorkspaceID: r.ID, ID: foreign, SetID: conversation.NewID(), Name: "foreign", Version: 1})
		})
		if err != nil {
			t.Fatal(err)
		}
		c := r.in(t, conversation.StatusWrapUp, r.Agents[0])
		for name, id := range map[string]string{"none": "", "unknown": conversation.NewID(), "with finer ones": r.label(t, "Booking"), "of another queue": foreign} {
			if code := r.refused(t, submit(c.ID, id)); code != inbox.RefusedDisposition {
				t.Errorf("a disposition %s: %q", name, code)
			}
		}
		if r.Reread(t, c.ID) != c {
			t.Fatal("a refusal changed it")
		}
		leaf, boss := r.label(t, "Cancelled"), access.Actor{WorkspaceID: r.ID, Role: "admin"}
		retire := func(id string, retired bool) {
			if err := admin.RetireDisposition(t.Context(), r.Store, boss, id, retired); err != nil {
				t.Fatal(err)
			}
		}
		for name, id := range map[string]string{"that was retired": leaf, "under one that was": r.label(t, "Booking")} {
			retire(id, true)
			if code := r.refused(t, submit(c.ID, leaf)); code != inbox.RefusedDisposition {
				t.Errorf("a disposition %s: %q", name, code)
			}
			retire(id, false)
		}
		if code := r.refused(t, submit(c.ID, leaf)); code != "" {
			t.Fatalf("refused as %s", code)
		}
		retire(leaf, true)
		if row := r.Reread(t, c.ID); row.Status != "closed" || row.DispositionID != leaf || row.ClosedMs != r.NowMs() {
			t.Errorf("%+v", row)
		}
	})
}

func TestSend(t *testing.T) {
	t.Parallel()
	onEach(t, 2, func(t *testing.T, r *room) {
		me, other := r.Agents[0], r.Agents[1]
		mine := func(t *testing.T) db.Conversation { return r.in(t, conversation.StatusAssigned, me) }
		t.Run("is_taken_over_whole", func(t *testing.T) {
			c := mine(t)
			command := withID(send(&hubv1.SendMessage{ConversationId: c.ID, Text: "Olá\x00 \u202e🙏", ReplyToMessageId: c.LastMessageID}))
			r.execute(t, me, command)
			m, after := r.Message(t, command.GetId()), r.Reread(t, c.ID)
			if m.State != "in_hub" || m.No != 2 || m.AgentID != me.AgentID || !strings.Contains(m.Content, `"replyTo":"wamid.`+c.ID) || !strings.Contains(m.Content, "Olá\ufffd") {
				t.Errorf("%+v", m)
			}
			if after.Unread != 0 || after.WaitingSinceMs != 0 || after.LastMessageID != m.ID || after.LastState != "in_hub" || after.LastDirection != "out" || after.WindowUntilMs != c.WindowUntilMs {
				t.Errorf("%+v", after)
			}
			lane, err := r.Store.ClaimLane(t.Context(), "send", "w", r.NowMs(), r.NowMs()+1000)
			if err != nil || lane.Key != c.TouchpointID+"/"+c.ContactID {
				t.Errorf("%+v, %v", lane, err)
			}
		})
		t.Run("keeps_the_channels_limits", func(t *testing.T) {
			c := mine(t)
			for text, code := range map[string]string{
				"": "invalid", " \n\t ": "invalid", strings.Repeat("ä", 4096): "", strings.Repeat("ä", 4097): "invalid",
			} {
				if got := r.refused(t, send(&hubv1.SendMessage{ConversationId: c.ID, Text: text})); got != code {
					t.Errorf("%d bytes: %q, want %q", len(text), got, code)
				}
			}
		})
		t.Run("takes_files_that_the_channel_takes", func(t *testing.T) {
			c := mine(t)
			file := func(state, mime string, bytes int64) string {
				row := db.Media{WorkspaceID: r.ID, ID: conversation.NewID(), State: state, MIME: mime, SizeBytes: bytes}
				if _, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error { return tx.InsertMedia(t.Context(), db.InsertMediaParams(row)) }); err != nil {
					t.Fatal(err)
				}
				return row.ID
			}
			for name, try := range map[string]struct {
				media, kind, text, code string
			}{
				"an image":               {file("ready", "image/png", 1000), "image", "caption", ""},
				"too large":              {file("ready", "image/png", 6<<20), "image", "", "invalid"},
				"a WebP as an image":     {file("ready", "image/webp", 1000), "image", "", "invalid"},
				"a WebP as a document":   {file("ready", "image/webp", 1000), "document", "", ""},
				"a caption that is long": {file("ready", "image/png", 1000), "image", strings.Repeat("a", 1025), "invalid"},
				"a caption of audio":     {file("ready", "audio/mpeg", 1000), "audio", "no", "invalid"},
				"not fetched yet":        {file("pending", "image/png", 1000), "image", "", "invalid"},
				"of no kind":             {file("ready", "image/png", 1000), "", "", "invalid"},
				"unknown":                {conversation.NewID(), "image", "", "invalid"},
			} {
				if got := r.refused(t, send(&hubv1.SendMessage{ConversationId: c.ID, Text: try.text, MediaId: try.media, MediaKind: try.kind})); got != try.code {
					t.Errorf("%s: %q, want %q", name, got, try.code)
				}
			}
		})
		t.Run("not_after_the_window", func(t *testing.T) {
			c := mine(t)
			c2 := r.Conversation(t, func(c *db.Conversation) {
				c.Status, c.AssigneeID, c.WindowUntilMs = "assigned", me.AgentID, r.NowMs()
			})
			if got := r.refused(t, send(&hubv1.SendMessage{ConversationId: c.ID, Text: "open"})); got != "" {
				t.Errorf("open: %q", got)
			}
			if got := r.refused(t, send(&hubv1.SendMessage{ConversationId: c2.ID, Text: "closed"})); got != inbox.RefusedWindow {
				t.Errorf("closed: %q", got)
			}
			if r.Reread(t, c2.ID) != c2 {
				t.Error("a refusal changed it")
			}
		})
		t.Run("not_by_somebody_else", func(t *testing.T) {
			c := mine(t)
			refusal := r.execute(t, other, send(&hubv1.SendMessage{ConversationId: c.ID, Text: "hi"})).GetRefusal()
			if refusal.GetCode() != inbox.RefusedNotYours || refusal.GetAgentId() != me.AgentID {
				t.Errorf("%v", refusal)
			}
			for _, status := range []conversation.Status{conversation.StatusQueued, conversation.StatusWrapUp, conversation.StatusClosed} {
				c := r.in(t, status, me)
				if got := r.refused(t, send(&hubv1.SendMessage{ConversationId: c.ID, Text: "hi"})); got != inbox.RefusedStatus {
					t.Errorf("%s: %q", status, got)
				}
			}
		})
		t.Run("gives_back_what_was_written_without_the_news", func(t *testing.T) {
			c := mine(t)
			first := c.LastMessageID
			behind := func(seen string, behind bool) string {
				return r.refused(t, send(&hubv1.SendMessage{ConversationId: c.ID, Text: "hi", SeenMessageId: seen, WasBehind: behind}))
			}
			if got := behind("", true); got != inbox.RefusedNews {
				t.Errorf("nothing seen: %q", got)
			}
			if got := behind(first, true); got != "" {
				t.Errorf("all seen: %q", got)
			}
			if got := behind(first, true); got != "" { // only our own came since
				t.Errorf("our own: %q", got)
			}
			line := db.Message{
				WorkspaceID: r.ID, ID: conversation.NewID(), ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: c.ContactID, No: 99,
				Direction: "in", Kind: "text", Content: `{"kind":"text"}`, ProviderID: "wamid.news." + c.ID, Version: 1,
			}
			if _, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error {
				return tx.InsertMessage(t.Context(), db.InsertMessageParams(line))
			}); err != nil {
				t.Fatal(err)
			}
			if got := behind(first, true); got != inbox.RefusedNews {
				t.Errorf("the contact wrote: %q", got)
			}
			if got := behind(first, false); got != "" {
				t.Errorf("in step with the hub: %q", got)
			}
		})
	})
}

func TestResolve(t *testing.T) {
	t.Parallel()
	onEach(t, 2, func(t *testing.T, r *room) {
		me := r.Agents[0]
		troubled := func(t *testing.T, state conversation.DeliveryState) (db.Conversation, string) {
			c := r.in(t, conversation.StatusAssigned, me)
			command := withID(send(&hubv1.SendMessage{ConversationId: c.ID, Text: "hi"}))
			r.execute(t, me, command)
			m, c := r.Message(t, command.GetId()), r.Reread(t, c.ID)
			m.State, c.LastState, c.Troubled = string(state), string(state), 1
			m.Failure = `{"class":"unconfirmed"}`
			if _, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error {
				return tx.Write(t.Context(), store.Rows{PutConversations: []db.Conversation{c}, PutMessages: []db.Message{m}})
			}); err != nil {
				t.Fatal(err)
			}
			return c, m.ID
		}
		for _, state := range []conversation.DeliveryState{conversation.DeliveryUnconfirmed, conversation.DeliveryFailed} {
			t.Run(string(state)+"_goes_out_again_when_a_person_says_so", func(t *testing.T) {
				c, id := troubled(t, state)
				if code := r.refused(t, resolve(id, true)); code != "" {
					t.Fatalf("refused as %s", code)
				}
				if m, c := r.Message(t, id), r.Reread(t, c.ID); m.State != "in_hub" || m.Failure != "" || c.Troubled != 0 || c.LastState != "in_hub" {
					t.Errorf("%+v in %+v", m, c)
				}
			})
		}
		t.Run("unconfirmed_is_given_up_when_a_person_says_so", func(t *testing.T) {
			c, id := troubled(t, conversation.DeliveryUnconfirmed)
			r.execute(t, me, resolve(id, false))
			if m, c := r.Message(t, id), r.Reread(t, c.ID); m.State != "failed" || m.Failure == "" || m.FailedMs == 0 || c.Troubled != 1 {
				t.Errorf("%+v in %+v", m, c)
			}
		})
		t.Run("nothing_else_is_decided", func(t *testing.T) {
			_, id := troubled(t, conversation.DeliveryAccepted)
			if code := r.refused(t, resolve(id, true)); code != inbox.RefusedStatus {
				t.Errorf("accepted: %q", code)
			}
			_, id = troubled(t, conversation.DeliveryUnconfirmed)
			if code := r.execute(t, r.Agents[1], resolve(id, true)).GetRefusal().GetCode(); code != inbox.RefusedNotYours {
				t.Errorf("somebody else's: %q", code)
			}
			if code := r.refused(t, resolve(conversation.NewID(), true)); code != inbox.RefusedNotFound {
				t.Errorf("none: %q", code)
			}
		})
	})
}

func TestNotes(t *testing.T) {
	t.Parallel()
	onEach(t, 2, func(t *testing.T, r *room) {
		c, id := r.Conversation(t, nil), conversation.NewID()
		read := func(id string) db.Note {
			row, err := r.Store.Read().Note(t.Context(), db.NoteParams{WorkspaceID: r.ID, ID: id})
			if err != nil {
				t.Fatal(err)
			}
			return row
		}
		if code := r.refused(t, note(c.ID, id, "  called back\x00 ")); code != "" {
			t.Fatalf("refused as %s", code)
		}
		if got := read(id); got.Text != "called back\ufffd" || got.AgentID != r.Agents[0].AgentID || got.EditedMs != 0 || got.Version != 1 {
			t.Errorf("%+v", got)
		}
		r.Advance(time.Minute)
		r.execute(t, r.Agents[1], note(c.ID, id, "called back twice"))
		if got := read(id); got.Text != "called back twice" || got.AgentID != r.Agents[0].AgentID || got.EditedBy != r.Agents[1].AgentID || got.EditedMs != r.NowMs() || got.Version != 2 {
			t.Errorf("%+v", got)
		}
		for name, try := range map[string]struct {
			command *hubv1.Command
			code    string
		}{
			"empty":                   {note(c.ID, conversation.NewID(), " \n "), "invalid"},
			"too long":                {note(c.ID, conversation.NewID(), strings.Repeat("ä", inbox.MaxNoteRunes+1)), "invalid"},
			"as long as may be":       {note(c.ID, conversation.NewID(), strings.Repeat("ä", inbox.MaxNoteRunes)), ""},
			"no id":                   {note(c.ID, "x", "text"), "invalid"},
			"of another conversation": {note(r.Conversation(t, nil).ID, id, "text"), "invalid"},
			"of none":                 {note(conversation.NewID(), conversation.NewID(), "text"), "not_found"},
			"sent back, too long":     {sendToInbox(r.in(t, conversation.StatusAssigned, r.Agents[0]).ID, strings.Repeat("ä", inbox.MaxNoteRunes+1)), "invalid"},
		} {
			if got := r.refused(t, try.command); got != try.code {
				t.Errorf("%s: %q, want %q", name, got, try.code)
			}
		}
		mine := r.in(t, conversation.StatusAssigned, r.Agents[0])
		command := withID(sendToInbox(mine.ID, "needs the night shift"))
		r.execute(t, r.Agents[0], command)
		if got := read(command.GetId()); got.Text != "needs the night shift" || got.ConversationID != mine.ID {
			t.Errorf("%+v", got)
		}
	})
}

func TestContact(t *testing.T) {
	t.Parallel()
	onEach(t, 1, func(t *testing.T, r *room) {
		id := r.Conversation(t, nil).ContactID
		update := func(name, number, email string) *hubv1.Command {
			return &hubv1.Command{Action: &hubv1.Command_UpdateContact{UpdateContact: &hubv1.UpdateContact{ContactId: id, Name: name, Number: number, Email: email}}}
		}
		for name, try := range map[string]struct{ name, number, email, code string }{
			"all":                 {"Zoë", "+351 912 345 678", "zoe@example.com", ""},
			"nothing":             {"", "", "", ""},
			"a long name":         {strings.Repeat("ä", inbox.MaxContactNameRunes+1), "", "", "invalid"},
			"no country":          {"Zoë", "912345678", "", "invalid"},
			"no number":           {"Zoë", "call me", "", "invalid"},
			"too short":           {"Zoë", "+3519", "", "invalid"},
			"no address":          {"Zoë", "", "zoe", "invalid"},
			"an address of names": {"Zoë", "", "Zoë <zoe@example.com>", "invalid"},
			"two addresses":       {"Zoë", "", "a@example.com, b@example.com", "invalid"},
			"a long address":      {"Zoë", "", strings.Repeat("a", 400) + "@example.com", "invalid"},
		} {
			if got := r.refused(t, update(try.name, try.number, try.email)); got != try.code {
				t.Errorf("%s: %q, want %q", name, got, try.code)
			}
		}
		r.execute(t, r.Agents[0], update(" Zoë\x00 ", "+351 912 345 678", " zoe@example.com "))
		row, err := r.Store.Read().Contact(t.Context(), db.ContactParams{WorkspaceID: r.ID, ID: id})
		if err != nil || row.Name != "Zoë\ufffd" || row.Number != "+351912345678" || row.Email != "zoe@example.com" {
			t.Errorf("%+v, %v", row, err)
		}
		id = conversation.NewID()
		if got := r.refused(t, update("x", "", "")); got != inbox.RefusedNotFound {
			t.Errorf("nobody: %q", got)
		}
	})
}

func TestMarkRead(t *testing.T) {
	t.Parallel()
	onEach(t, 2, func(t *testing.T, r *room) {
		add := func(c db.Conversation) { // as ingest does it, under the conversation's lock
			_, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error {
				rows, err := tx.LockConversations(t.Context(), []string{c.ID})
				if err != nil {
					return err
				}
				row := rows[0]
				row.LastNo++
				row.Unread++
				row.Version++
				m := db.Message{
					WorkspaceID: r.ID, ID: conversation.NewID(), ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: c.ContactID, No: row.LastNo,
					Direction: "in", Kind: "text", Content: `{"kind":"text"}`, ProviderID: "wamid." + conversation.NewID(), Version: 1,
				}
				return tx.Write(t.Context(), store.Rows{PutConversations: []db.Conversation{row}, Messages: []db.Message{m}})
			})
			if err != nil {
				t.Error(err)
			}
		}
		t.Run("counts_what_came_after_the_line_that_was_seen", func(t *testing.T) {
			c := r.in(t, conversation.StatusAssigned, r.Agents[0])
			add(c)
			add(c)
			lines := r.Thread(t, c.ID)
			for i, want := range []int64{2, 1, 1, 0} {
				if code := r.refused(t, markRead(c.ID, lines[[]int{0, 1, 0, 2}[i]].ID)); code != "" {
					t.Fatalf("refused as %s", code)
				}
				if row := r.Reread(t, c.ID); row.Unread != want || row.WaitingSinceMs != c.WaitingSinceMs {
					t.Errorf("after %d: %+v", i, row)
				}
			}
		})
		t.Run("only_by_the_one_who_has_it", func(t *testing.T) {
			for status, code := range map[conversation.Status]string{"queued": "status", "assigned": "not_yours", "wrap_up": "not_yours", "closed": "status"} {
				c := r.in(t, status, r.Agents[1])
				if got := r.refused(t, markRead(c.ID, c.LastMessageID)); got != code || r.Reread(t, c.ID) != c {
					t.Errorf("%s: %q", status, got)
				}
			}
			c := r.in(t, conversation.StatusAssigned, r.Agents[0])
			if got := r.refused(t, markRead(c.ID, r.Conversation(t, nil).LastMessageID)); got != inbox.RefusedNotFound {
				t.Errorf("a message of another conversation: %q", got)
			}
		})
		t.Run("never_hides_what_comes_at_the_same_moment", func(t *testing.T) {
			for range 25 {
				c := r.in(t, conversation.StatusAssigned, r.Agents[0])
				var both sync.WaitGroup
				both.Go(func() { add(c) })
				both.Go(func() {
					if _, err := r.box.Execute(t.Context(), r.Agents[0], withID(markRead(c.ID, c.LastMessageID))); err != nil {
						t.Error(err)
					}
				})
				both.Wait()
				if row := r.Reread(t, c.ID); row.Unread != 1 {
					t.Fatalf("one message was not seen, %d are unread", row.Unread)
				}
			}
		})
	})
}
