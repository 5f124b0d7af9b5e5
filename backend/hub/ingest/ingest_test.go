package ingest_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/ingest"
	"parley/backend/hub/profile"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

const (
	whatsApp  = conversation.ChannelWhatsApp
	messenger = conversation.ChannelMessenger
)

// counted is the value of one of the ingester's counters, over all channels.
func (d *door) counted(t *testing.T, name string) float64 {
	t.Helper()
	families, err := d.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, f := range families {
		if f.GetName() == name {
			for _, m := range f.GetMetric() {
				sum += m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

// onEach runs a rule on both engines, each with an ingester.
func onEach(t *testing.T, rule func(t *testing.T, d *door)) {
	t.Helper()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			rule(t, open(t, storetest.Open(t, engine)))
		})
	}
}

func do(t *testing.T, d *door, action *hubv1.Command) *hubv1.CommandAck {
	t.Helper()
	action.Id = conversation.NewID()
	ack, err := inbox.New(d.Store, d.Directory, d.Now).Execute(t.Context(), d.Agents[0], action)
	if err != nil {
		t.Fatal(err)
	}
	return ack
}

// endChat assigns a conversation and ends it, with wrap-up and a dismissal when close is set.
func endChat(t *testing.T, d *door, id string, closed bool) {
	t.Helper()
	do(t, d, &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}})
	do(t, d, &hubv1.Command{Action: &hubv1.Command_EndChat{EndChat: &hubv1.EndChat{ConversationId: id}}})
	if closed {
		do(t, d, &hubv1.Command{Action: &hubv1.Command_DismissWrapUp{DismissWrapUp: &hubv1.DismissWrapUp{ConversationId: id}}})
	}
}

func TestSignature(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		who := somebody()
		raw := encode(webhook(text(who, "wamid.1", hubtest.Start, "hi")))
		before, err := d.Store.Read().Head(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		for name, signature := range map[string]string{
			"none": "", "another secret": graph.Sign(raw, "other"), "another body": graph.Sign(append(raw, ' '), hubtest.AppSecret),
			"SHA-1": "sha1=" + strings.Repeat("a", 40), "no secret at all": graph.Sign(raw, ""),
		} {
			if err := d.in.Accept(t.Context(), whatsApp, raw, signature); !errors.Is(err, ingest.ErrSignature) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		if n := d.counted(t, "parley_ingest_refused_total"); n != 5 {
			t.Errorf("5 were refused, %v counted", n)
		}
		after, err := d.Store.Read().Head(t.Context(), d.ID)
		if err != nil || after != before || len(d.deadLetters(t)) != 0 || d.conversations(t, who) != nil {
			t.Errorf("something was stored: %v, %v", after, err)
		}
	})
}

func TestDeadLetters(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		t.Run("broken_JSON_that_is_signed", func(t *testing.T) {
			before := len(d.deadLetters(t))
			for _, raw := range []string{"{", "", "null", "[]", `{"object":"page"}`, "\xff\xfe\x00", `{"object":"whatsapp_business_account","entry":7}`} {
				d.acceptRaw(t, whatsApp, []byte(raw))
				rows := d.deadLetters(t)
				if len(rows) != before+1 || rows[before].Body != conversation.CleanText(raw) || rows[before].Reason == "" {
					t.Fatalf("%q: %d dead letters more, the last %+v", raw, len(rows)-before, rows[len(rows)-1])
				}
				before++
			}
		})
		t.Run("an_account_that_no_touchpoint_has", func(t *testing.T) {
			who := somebody()
			d.accept(t, whatsApp, webhookFor("999", text(who, "wamid.x", hubtest.Start, "hi")))
			rows := d.deadLetters(t)
			if last := rows[len(rows)-1]; last.AccountID != "999" || !strings.Contains(last.Body, "wamid.x") {
				t.Errorf("kept as %+v", last)
			}
			if d.conversations(t, who) != nil {
				t.Error("a stranger's message made a conversation")
			}
		})
		t.Run("a_poisoned_element_does_not_cost_the_rest", func(t *testing.T) {
			who := somebody()
			before := len(d.deadLetters(t))
			poison := func(element any) part { return part{list: "messages", who: who, element: object{"id": element}} }
			long := make([]byte, 6000) // longer than PostgreSQL's index entries, and not to be compressed
			for i := range long {
				long[i] = byte('!' + rand.IntN(90))
			}
			parts := []part{
				text(who, "wamid.a."+who.phone, hubtest.Start, "before"),
				poison(7), poison("wamid.no-time"),
				message(who, string(long), hubtest.Start+1000, "text", object{"body": "long id"}),
				status(who, string(long)+"?", "", "delivered", hubtest.Start, 0),
				message(who, "wamid.nul\x00."+who.phone, hubtest.Start+2000, "text", object{"body": "a\x00b"}),
				message(who, "wamid.reaction", hubtest.Start+2000, "reaction", object{"emoji": "👍"}),
				text(who, "wamid.z."+who.phone, hubtest.Start+3000, "after"),
			}
			d.accept(t, whatsApp, webhook(parts...))
			d.accept(t, whatsApp, webhook(parts...)) // Meta sends it again
			var texts []string
			for _, m := range d.Thread(t, d.only(t, who).ID) {
				texts = append(texts, contentOf(t, m).Text)
			}
			if got := strings.Join(texts, "|"); got != "before|long id|a\ufffdb|after" {
				t.Errorf("stored %q", got)
			}
			if n := len(d.deadLetters(t)) - before; n != 6 {
				t.Errorf("%d dead letters, want 3 for each delivery", n)
			}
			if d.counted(t, "parley_ingest_dead_letters_total") < float64(len(d.deadLetters(t))) {
				t.Error("dead letters are not counted")
			}
		})
	})
}

func TestContent(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		t.Run("an_unknown_type_is_visible_as_unsupported", func(t *testing.T) {
			who := somebody()
			d.accept(t, whatsApp, webhook(message(who, "wamid.h."+who.phone, hubtest.Start, "hologram", object{"depth": 3})))
			c := d.only(t, who)
			m := d.Thread(t, c.ID)[0]
			if m.Kind != "unsupported" || contentOf(t, m).RawKind != "hologram" || c.Unread != 1 || c.Status != "queued" || c.LastKind != "unsupported" {
				t.Errorf("stored as %+v in %+v", m, c)
			}
		})
		t.Run("a_name_of_10,000_characters_is_stored_whole", func(t *testing.T) {
			who := somebody()
			who.name = strings.Repeat("Zoë\u202e\u200f", 2000)
			d.accept(t, whatsApp, webhook(text(who, "wamid.n."+who.phone, hubtest.Start, who.name+who.name)))
			c := d.only(t, who)
			contact, err := d.Store.Read().Contact(t.Context(), db.ContactParams{WorkspaceID: d.ID, ID: c.ContactID})
			if err != nil || contact.Name != who.name {
				t.Errorf("the name has %d bytes, %v", len(contact.Name), err)
			}
			if contentOf(t, d.Thread(t, c.ID)[0]).Text != who.name+who.name {
				t.Error("the text is not whole")
			}
			if len([]rune(c.Preview)) > conversation.PreviewRunes+1 || strings.ContainsAny(c.Preview, "\u202e\u200f") {
				t.Errorf("the list shows %q", c.Preview)
			}
		})
		t.Run("control_characters_and_NUL", func(t *testing.T) {
			who := somebody()
			who.name = "A\x00\x07na\u2067"
			d.accept(t, whatsApp, webhook(text(who, "wamid.c."+who.phone, hubtest.Start, "a\x00b\x07c\u202ed\r\n🙏")))
			c := d.only(t, who)
			contact, err := d.Store.Read().Contact(t.Context(), db.ContactParams{WorkspaceID: d.ID, ID: c.ContactID})
			if err != nil || contact.Name != "A\ufffd\x07na\u2067" {
				t.Errorf("the name is %q, %v", contact.Name, err)
			}
			if got := contentOf(t, d.Thread(t, c.ID)[0]).Text; got != "a\ufffdb\x07c\u202ed\r\n🙏" {
				t.Errorf("the text is %q", got)
			}
			if c.Preview != "abcd 🙏" {
				t.Errorf("the list shows %q", c.Preview)
			}
		})
		t.Run("media_wakes_its_lane", func(t *testing.T) {
			who := somebody()
			d.accept(t, whatsApp, webhook(message(who, "wamid.m."+who.phone, hubtest.Start, "image", object{"id": "m1", "mime_type": "image/jpeg", "caption": "look"})))
			m := d.Thread(t, d.only(t, who).ID)[0]
			row, err := d.Store.Read().Media(t.Context(), db.MediaParams{WorkspaceID: d.ID, ID: m.MediaID})
			if err != nil || row.State != "pending" || row.ProviderID != "m1" || row.MessageID != m.ID {
				t.Fatalf("%+v, %v", row, err)
			}
			lane, err := d.Store.ClaimLane(t.Context(), ingest.LaneMedia, "w", d.NowMs(), d.NowMs()+1000)
			if err != nil || lane.Key != m.MediaID {
				t.Errorf("%+v, %v", lane, err)
			}
		})
	})
}

func TestPeople(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		contact := func(userID string) string { return d.contactOf(t, "whatsapp", "user", "", userID) }
		for name, together := range map[string]bool{"one_after_the_other": false, "in_one_webhook": true} {
			t.Run("a_number_that_changed_hands_does_not_merge_people/"+name, func(t *testing.T) {
				before, after := somebody(), somebody()
				after.phone, after.name = before.phone, "Rui"
				first := text(before, "wamid.1."+before.userID, hubtest.Start, "from the old owner")
				second := text(after, "wamid.2."+after.userID, hubtest.Start+1000, "from the new owner")
				if together {
					d.accept(t, whatsApp, webhook(first, second))
				} else {
					d.accept(t, whatsApp, webhook(first))
					d.accept(t, whatsApp, webhook(second))
				}
				if contact(before.userID) == "" || contact(before.userID) == contact(after.userID) {
					t.Fatalf("the old owner is %q, the new one %q", contact(before.userID), contact(after.userID))
				}
				if d.only(t, before).Preview != "from the old owner" || d.only(t, after).Preview != "from the new owner" {
					t.Error("they share a conversation")
				}
			})
		}
		t.Run("a_person_without_a_number", func(t *testing.T) {
			who := somebody()
			who.phone = ""
			d.accept(t, whatsApp, webhook(text(who, "wamid."+who.userID, hubtest.Start, "hi")))
			c := d.only(t, who)
			row, err := d.Store.Read().Contact(t.Context(), db.ContactParams{WorkspaceID: d.ID, ID: c.ContactID})
			if err != nil || row.Number != "" || row.Name != who.name {
				t.Errorf("%+v, %v", row, err)
			}
		})
		t.Run("a_number_learns_its_user_id", func(t *testing.T) {
			who := somebody()
			old := who
			old.userID = ""
			d.accept(t, whatsApp, webhook(text(old, "wamid.1."+who.phone, hubtest.Start, "old")))
			d.accept(t, whatsApp, webhook(text(who, "wamid.2."+who.phone, hubtest.Start+1000, "new")))
			if c := d.only(t, who); c.Unread != 2 || d.only(t, old).ID != c.ID {
				t.Errorf("%+v", c)
			}
		})
		t.Run("a_person_without_a_name_is_asked_for_and_again_a_week_later", func(t *testing.T) {
			who := somebody()
			who.name = ""
			for n, step := range []struct {
				later time.Duration
				asked bool
			}{{0, true}, {time.Minute, false}, {profile.Every - 2*time.Minute, false}, {2 * time.Minute, true}, {time.Hour, false}} {
				d.Advance(step.later)
				d.accept(t, whatsApp, webhook(text(who, fmt.Sprintf("wamid.%d.%s", n, who.phone), d.NowMs(), "hi")))
				l, err := d.Store.ClaimLane(t.Context(), ingest.LaneProfile, "w", d.NowMs(), d.NowMs()+1000)
				if !step.asked {
					if !store.NotFound(err) {
						t.Errorf("step %d: %+v, %v", n, l, err)
					}
					continue
				}
				if err != nil || l.Key != contact(who.userID) {
					t.Fatalf("step %d: %+v, %v", n, l, err)
				}
				_, err = d.Store.InTx(t.Context(), d.ID, func(tx *store.Tx) error {
					_, err := tx.RemoveLane(t.Context(), db.RemoveLaneParams{WorkspaceID: d.ID, Kind: l.Kind, Key: l.Key, Worker: "w", Gen: l.Gen})
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	})
}

func TestConversation(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		t.Run("a_reply_after_the_close_makes_a_new_one", func(t *testing.T) {
			who := somebody()
			d.accept(t, whatsApp, webhook(text(who, "wamid.1."+who.phone, hubtest.Start-time.Hour.Milliseconds(), "one")))
			old := d.only(t, who)
			endChat(t, d, old.ID, true)
			d.accept(t, whatsApp, webhook(text(who, "wamid.2."+who.phone, hubtest.Start, "two"), text(who, "wamid.3."+who.phone, hubtest.Start+1000, "three")))
			rows := d.conversations(t, who)
			if len(rows) != 2 || rows[0].ID != old.ID || rows[0].Status != "closed" || rows[0].Preview != "one" {
				t.Fatalf("%+v", rows)
			}
			c := rows[1]
			if c.Status != "queued" || c.Unread != 2 || c.WaitingSinceMs != hubtest.Start || c.OpenedMs != hubtest.Start || c.QueueID != d.WhatsApp.QueueID || c.LastNo != 2 {
				t.Errorf("%+v", c)
			}
		})
		t.Run("a_message_during_wrap_up_takes_it_back", func(t *testing.T) {
			who := somebody()
			d.accept(t, whatsApp, webhook(text(who, "wamid.1."+who.phone, hubtest.Start, "one")))
			id := d.only(t, who).ID
			endChat(t, d, id, false)
			if c := d.Reread(t, id); c.Status != "wrap_up" || c.Unread != 0 {
				t.Fatalf("%+v", c)
			}
			d.accept(t, whatsApp, webhook(message(who, "wamid.r."+who.phone, hubtest.Start+500, "reaction", object{"message_id": "wamid.1", "emoji": "🙏"})))
			if c := d.Reread(t, id); c.Status != "wrap_up" || c.Unread != 0 {
				t.Fatalf("a reaction changed it to %+v", c)
			}
			d.accept(t, whatsApp, webhook(text(who, "wamid.2."+who.phone, hubtest.Start+1000, "two")))
			c := d.only(t, who)
			if c.Status != "assigned" || c.AssigneeID != d.Agents[0].AgentID || c.EndedMs != 0 || c.Unread != 1 || c.WaitingSinceMs != hubtest.Start+1000 {
				t.Errorf("%+v", c)
			}
			var kinds []string
			for i, m := range d.Thread(t, id) {
				kinds = append(kinds, m.Kind)
				if m.No != int64(i+1) {
					t.Errorf("line %d has the number %d", i+1, m.No)
				}
			}
			if got := strings.Join(kinds, " "); got != "text assigned ended reaction reopened text" {
				t.Errorf("the thread is %s", got)
			}
		})
		t.Run("a_reaction_opens_none_and_ends_no_wait", func(t *testing.T) {
			who := somebody()
			react := func(id, to string, atMs int64) part {
				return message(who, id+"."+who.phone, atMs, "reaction", object{"message_id": to, "emoji": "👍"})
			}
			d.accept(t, whatsApp, webhook(react("wamid.r0", "wamid.0", hubtest.Start-2000)))
			if c := d.only(t, who); c.Status != "closed" || c.Unread != 0 || c.WaitingSinceMs != 0 || c.WindowUntilMs != 0 {
				t.Fatalf("a reaction alone made %+v", c)
			}
			d.accept(t, whatsApp, webhook(text(who, "wamid.1."+who.phone, hubtest.Start, "one")))
			open := d.only(t, who)
			byUs := echo(who, "wamid.er."+who.phone, hubtest.Start+2000, "")
			delete(byUs.element, "text")
			byUs.element["type"], byUs.element["reaction"] = "reaction", object{"message_id": "wamid.1", "emoji": "👍"}
			d.accept(t, whatsApp, webhook(react("wamid.r1", "wamid.1", hubtest.Start+1000), byUs))
			c := d.Reread(t, open.ID)
			if c.Unread != 1 || c.WaitingSinceMs != hubtest.Start || c.Preview != "one" || c.LastMessageMs != hubtest.Start || c.WindowUntilMs != open.WindowUntilMs {
				t.Errorf("reactions changed it to %+v", c)
			}
			if n := len(d.Thread(t, c.ID)); n != 4 {
				t.Errorf("the thread has %d lines, want all 4", n)
			}
		})
		t.Run("what_came_late_is_not_hidden_by_an_answer", func(t *testing.T) {
			who := somebody()
			d.accept(t, whatsApp, webhook(text(who, "wamid.1."+who.phone, hubtest.Start-10_000, "one")))
			id := d.only(t, who).ID
			do(t, d, &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}})
			do(t, d, &hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: id, Text: "answer"}}})
			d.accept(t, whatsApp, webhook(text(who, "wamid.0."+who.phone, hubtest.Start-5_000, "sent before the answer, arrived after it")))
			if c := d.only(t, who); c.Unread != 1 || c.WaitingSinceMs != hubtest.Start-5_000 || c.Preview != "answer" {
				t.Errorf("%+v", c)
			}
			d.accept(t, whatsApp, webhook(echo(who, "wamid.e."+who.phone, hubtest.Start-7_000, "from the phone app, before that")))
			if c := d.only(t, who); c.Unread != 1 || c.WaitingSinceMs != hubtest.Start-5_000 {
				t.Errorf("%+v", c)
			}
			d.accept(t, whatsApp, webhook(echo(who, "wamid.f."+who.phone, hubtest.Start-1_000, "from the phone app, after that")))
			if c := d.only(t, who); c.Unread != 0 || c.WaitingSinceMs != 0 {
				t.Errorf("%+v", c)
			}
		})
		t.Run("two_touchpoints_are_two_conversations", func(t *testing.T) {
			psid := fmt.Sprintf("7310%d", people.Add(1))
			d.accept(t, messenger, pageWebhook(fromPSID(psid, hubtest.Start, object{"message": object{"mid": "m_" + psid, "text": "hi"}})))
			id := d.contactOf(t, "messenger", "user", hubtest.Page, psid)
			rows, err := d.Store.Read().ConversationsOfContact(t.Context(), db.ConversationsOfContactParams{WorkspaceID: d.ID, ContactID: id})
			if err != nil || len(rows) != 1 || rows[0].WindowUntilMs != hubtest.Start+7*24*time.Hour.Milliseconds() {
				t.Errorf("%+v, %v", rows, err)
			}
		})
	})
}

// outgoing is a message of ours whose request has left and whose answer has not come.
func outgoing(t *testing.T, d *door, c db.Conversation) db.Message {
	t.Helper()
	m := db.Message{
		WorkspaceID: d.ID, ID: conversation.NewID(), ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: c.ContactID, No: c.LastNo + 1,
		Direction: "out", Kind: "text", SentMs: d.NowMs(), CreatedMs: d.NowMs(), AgentID: d.Agents[0].AgentID, Content: `{"kind":"text","text":"ours"}`,
		State: string(conversation.DeliverySending), Version: 1,
	}
	c.LastNo++
	_, err := d.Store.InTx(t.Context(), d.ID, func(tx *store.Tx) error {
		return tx.Write(t.Context(), store.Rows{PutConversations: []db.Conversation{c}, Messages: []db.Message{m}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestStatus(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		page := func(t *testing.T) (psid string, m db.Message) {
			psid = fmt.Sprintf("7310%d", people.Add(1))
			d.accept(t, messenger, pageWebhook(fromPSID(psid, hubtest.Start, object{"message": object{"mid": "m_in_" + psid, "text": "hi"}})))
			id := d.contactOf(t, "messenger", "user", hubtest.Page, psid)
			rows, err := d.Store.Read().ConversationsOfContact(t.Context(), db.ConversationsOfContactParams{WorkspaceID: d.ID, ContactID: id})
			if err != nil || len(rows) != 1 {
				t.Fatal(rows, err)
			}
			return psid, outgoing(t, d, rows[0])
		}
		echoOf := func(psid string, m db.Message, atMs int64) object {
			return object{"sender": object{"id": hubtest.Page}, "recipient": object{"id": psid}, "timestamp": atMs,
				"message": object{"mid": "m_" + m.ID, "is_echo": true, "app_id": 1, "metadata": m.ID, "text": "ours"}}
		}
		delivered := func(psid string, m db.Message, atMs int64) object {
			return fromPSID(psid, atMs, object{"delivery": object{"mids": []string{"m_" + m.ID}, "watermark": atMs}})
		}
		t.Run("before_the_id_is_known_it_waits_for_it", func(t *testing.T) {
			psid, m := page(t)
			d.accept(t, messenger, pageWebhook(delivered(psid, m, hubtest.Start+500)))
			if got := d.Message(t, m.ID); got.State != "sending" {
				t.Fatalf("%+v", got)
			}
			d.accept(t, messenger, pageWebhook(echoOf(psid, m, hubtest.Start+200)))
			got := d.Message(t, m.ID)
			if got.State != "delivered" || got.DeliveredMs != hubtest.Start+500 || got.AcceptedMs != hubtest.Start+200 || got.ProviderID != "m_"+m.ID {
				t.Errorf("%+v", got)
			}
			left, err := d.Store.Read().ParkedStatuses(t.Context(), db.ParkedStatusesParams{WorkspaceID: d.ID, TouchpointID: m.TouchpointID, ProviderID: "m_" + m.ID})
			if err != nil || len(left) != 0 {
				t.Errorf("still parked: %v, %v", left, err)
			}
		})
		t.Run("in_one_webhook_with_its_echo", func(t *testing.T) {
			psid, m := page(t)
			d.accept(t, messenger, pageWebhook(delivered(psid, m, hubtest.Start+500), echoOf(psid, m, hubtest.Start+200)))
			if got := d.Message(t, m.ID); got.State != "delivered" || got.AcceptedMs != hubtest.Start+200 {
				t.Errorf("%+v", got)
			}
		})
		t.Run("an_echo_brings_metas_time_also_after_the_answer", func(t *testing.T) {
			psid, m := page(t)
			m.State, m.ProviderID, m.AcceptedMs = "accepted", "m_"+m.ID, hubtest.Start+900 // by the hub's clock
			if _, err := d.Store.InTx(t.Context(), d.ID, func(tx *store.Tx) error {
				return tx.Write(t.Context(), store.Rows{PutMessages: []db.Message{m}})
			}); err != nil {
				t.Fatal(err)
			}
			d.accept(t, messenger, pageWebhook(echoOf(psid, m, hubtest.Start+200)))
			d.accept(t, messenger, pageWebhook(fromPSID(psid, hubtest.Start+600, object{"read": object{"watermark": hubtest.Start + 600}})))
			if got := d.Message(t, m.ID); got.State != "read" || got.AcceptedMs != hubtest.Start+200 {
				t.Errorf("%+v", got)
			}
			if n := len(d.Thread(t, m.ConversationID)); n != 2 {
				t.Errorf("the thread has %d lines: an echo of ours is no message of its own", n)
			}
		})
		t.Run("a_watermark_that_comes_before_the_echo_counts", func(t *testing.T) {
			psid, m := page(t)
			d.accept(t, messenger, pageWebhook(fromPSID(psid, hubtest.Start+600, object{"read": object{"watermark": hubtest.Start + 600}})))
			d.accept(t, messenger, pageWebhook(echoOf(psid, m, hubtest.Start+200)))
			if got := d.Message(t, m.ID); got.State != "read" || got.ReadMs == 0 {
				t.Errorf("%+v", got)
			}
		})
		t.Run("a_watermark_covers_what_Meta_had_and_no_more", func(t *testing.T) {
			psid, m := page(t)
			d.accept(t, messenger, pageWebhook(echoOf(psid, m, hubtest.Start+1000)))
			d.accept(t, messenger, pageWebhook(fromPSID(psid, hubtest.Start+2000, object{"read": object{"watermark": hubtest.Start + 999}})))
			if got := d.Message(t, m.ID); got.State != "accepted" {
				t.Fatalf("%+v", got)
			}
			d.accept(t, messenger, pageWebhook(fromPSID(psid, hubtest.Start+2000, object{"read": object{"watermark": hubtest.Start + 1000}})))
			if got := d.Message(t, m.ID); got.State != "read" {
				t.Errorf("%+v", got)
			}
		})
		t.Run("settles_what_was_unconfirmed", func(t *testing.T) {
			who := somebody()
			d.accept(t, whatsApp, webhook(text(who, "wamid.1."+who.phone, hubtest.Start, "hi")))
			m := outgoing(t, d, d.only(t, who))
			m.State, m.Failure = "unconfirmed", `{"class":"unconfirmed"}`
			c := d.only(t, who)
			c.Troubled = 1
			if _, err := d.Store.InTx(t.Context(), d.ID, func(tx *store.Tx) error {
				return tx.Write(t.Context(), store.Rows{PutConversations: []db.Conversation{c}, PutMessages: []db.Message{m}})
			}); err != nil {
				t.Fatal(err)
			}
			d.accept(t, whatsApp, webhook(status(who, "wamid.ours."+who.phone, m.ID, "sent", hubtest.Start+1000, 0)))
			if got, c := d.Message(t, m.ID), d.only(t, who); got.State != "accepted" || got.Failure != "" || c.Troubled != 0 {
				t.Errorf("%+v in %+v", got, c)
			}
		})
		t.Run("of_another_touchpoints_message_changes_nothing", func(t *testing.T) {
			psid, m := page(t)
			_ = psid
			who := somebody()
			d.accept(t, whatsApp, webhook(status(who, "wamid.stranger", m.ID, "read", hubtest.Start, 0)))
			if got := d.Message(t, m.ID); got.State != "sending" || got.ProviderID != "" {
				t.Errorf("%+v", got)
			}
		})
	})
}

// The application of one workspace may not speak for the accounts of another.
func TestForeignSecret(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t, "sqlite"))
	_, err := d.Store.InTx(t.Context(), d.ID, func(tx *store.Tx) error {
		row := d.WhatsApp
		row.ID, row.AccountID, row.AppSecretSealed = conversation.NewID(), "777", ""
		sealed, err := d.Sealer.Seal("other-app", "touchpoint/"+row.ID+"/app_secret")
		if err != nil {
			return err
		}
		row.AppSecretSealed, row.TokenSealed, row.VerifySealed = sealed, "", ""
		return tx.InsertTouchpoint(t.Context(), db.InsertTouchpointParams(row))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Directory.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	who := somebody()
	raw := encode(webhook(text(who, "wamid.1", hubtest.Start, "hi"))) // for the number of the first app
	if err := d.in.Accept(t.Context(), whatsApp, raw, graph.Sign(raw, channel.Secret("other-app"))); err != nil {
		t.Fatal(err)
	}
	d.settle(t)
	if d.conversations(t, who) != nil || len(d.deadLetters(t)) != 1 {
		t.Error("an app wrote into an account that it does not own")
	}
}
