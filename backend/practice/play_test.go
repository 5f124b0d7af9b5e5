package practice_test

import (
	"errors"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/channeltest"
	"parley/backend/channel/messenger"
	"parley/backend/channel/whatsapp"
	"parley/backend/conversation"
	"parley/backend/practice"
)

// Whatever a person can do on their phone can be played, and the hub understands it.
func TestPhone_plays_every_kind_of_message(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	w.faults(practice.Faults{NoPairRate: true})
	send := func(contact string, body map[string]any) string {
		t.Helper()
		return w.phone("POST", "contacts/"+contact+"/messages", body)["id"].(string)
	}
	content := func(what string, fits func(*channel.Message) bool) channel.Content {
		t.Helper()
		return w.hub.wait(what, func(e channel.Event) bool { return e.Message != nil && fits(e.Message) }).Message.Content
	}
	byID := func(id string) channel.Content {
		t.Helper()
		return content(id, func(m *channel.Message) bool { return m.ProviderID == id })
	}
	marta := w.write("marta", "Bom dia")
	zoe := w.write("zoe", "Hello")

	for _, contact := range []string{"marta", "zoe"} {
		for sample, kind := range map[string]conversation.Kind{
			"photo": conversation.KindImage, "video": conversation.KindVideo, "voice": conversation.KindAudio,
			"document": conversation.KindDocument, "sticker": conversation.KindSticker,
		} {
			got := byID(send(contact, map[string]any{"sample": sample}))
			if got.Kind != kind || got.Media == nil || (contact == "marta" && sample == "voice" && !got.Media.Voice) {
				t.Errorf("%s of %s: %+v", sample, contact, got)
			}
		}
	}
	if got := byID(send("zoe", map[string]any{"sample": "thumb"})); got.Text != "👍" {
		t.Errorf("thumb: %+v", got)
	}
	if got := byID(send("marta", map[string]any{"text": "Isto?", "replyTo": marta.ProviderID, "forwarded": true})); got.ReplyTo != marta.ProviderID || !got.Forwarded {
		t.Errorf("quoted and forwarded: %+v", got)
	}
	if got := byID(send("marta", map[string]any{"text": "Do anúncio", "fromAd": true})); got.Referral == nil || got.Referral.ClickID == "" {
		t.Errorf("from an ad: %+v", got)
	}
	if got := byID(send("zoe", map[string]any{"text": "From the ad", "fromAd": true})); got.Referral == nil || got.Referral.Source != "ad" {
		t.Errorf("from an ad: %+v", got)
	}
	if got := byID(send("marta", map[string]any{"order": true, "text": "Dois"})); got.Kind != conversation.KindOrder {
		t.Errorf("order: %+v", got)
	}
	if got := byID(send("marta", map[string]any{"unsupported": "poll"})); got.Kind != conversation.KindUnsupported || got.RawKind != "poll" || got.ErrorCode != 131051 {
		t.Errorf("unsupported: %+v", got)
	}
	if got := byID(send("marta", map[string]any{"event": "request_welcome"})); got.RawKind != "request_welcome" {
		t.Errorf("welcome: %+v", got)
	}
	for _, event := range []string{"optin", "pass_thread_control", "account_linking"} {
		send("zoe", map[string]any{"event": event})
		content(event, func(m *channel.Message) bool {
			return m.Content.Kind == conversation.KindSystem && m.Content.RawKind == event
		})
	}
	for contact, first := range map[string]*channel.Message{"marta": marta, "zoe": zoe} {
		send(contact, map[string]any{"edit": first.ProviderID, "text": "corrected"})
		content("edit", func(m *channel.Message) bool {
			return m.Content.Kind == conversation.KindEdit && m.Content.TargetID == first.ProviderID && m.Content.Text == "corrected"
		})
		send(contact, map[string]any{"delete": first.ProviderID})
		content("deletion", func(m *channel.Message) bool {
			return m.Content.Kind == conversation.KindDeletion && m.Content.TargetID == first.ProviderID
		})
		for _, emoji := range []string{"❤️", ""} {
			send(contact, map[string]any{"reaction": map[string]any{"messageId": first.ProviderID, "emoji": emoji}})
			content("reaction "+emoji, func(m *channel.Message) bool {
				return m.Content.Kind == conversation.KindReaction && m.Content.TargetID == first.ProviderID && m.Content.Emoji == emoji
			})
		}
	}
}

func TestPhone_presses_the_buttons_that_the_business_sent(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	w.write("marta", "x")
	zoe := w.write("zoe", "x").From.UserID
	number, token := w.meta.Accounts()[bookings].ID, "?access_token="+practice.SystemToken.Reveal()
	whatsApp := func(body string) string {
		got := w.client("POST", "/"+number+"/messages"+token, "application/json", `{"messaging_product":"whatsapp","to":"+447700900273",`+body+`}`)
		return got.body["messages"].([]any)[0].(map[string]any)["id"].(string)
	}
	facebook := func(body string) string {
		got := w.client("POST", "/me/messages"+token, "application/json", `{"recipient":{"id":"`+zoe+`"},"messaging_type":"RESPONSE","message":`+body+`}`)
		return got.body["message_id"].(string)
	}
	document := w.account(bookings)
	uploaded := whatsapp.New(w.http).Send(t.Context(), document, channel.Outgoing{
		ClientRef: conversation.NewID(), To: channel.Address{Phone: "447700900273"}, Kind: conversation.KindTemplate,
		Template: &channel.OutgoingTemplate{
			Name: "ticket_ready", Language: "en_GB", Body: []channel.TemplateValue{{Text: "Marta"}},
			Media: channeltest.Media("application/pdf", "t.pdf", channeltest.PDF), Buttons: []channel.TemplateButtonValue{{Index: 1, Type: "QUICK_REPLY", Text: "CANCEL"}},
		},
	})
	if uploaded.Verdict != channel.VerdictAccepted {
		t.Fatalf("template: %+v", uploaded)
	}
	for name, c := range map[string]struct {
		contact, messageID string
		index              int
		text, payload      string
	}{
		"template_button": {"marta", uploaded.ProviderID, 1, "No, cancel it", "CANCEL"},
		"reply_button":    {"marta", whatsApp(`"type":"interactive","interactive":{"type":"button","body":{"text":"?"},"action":{"buttons":[{"type":"reply","reply":{"id":"y","title":"Yes"}}]}}`), 0, "Yes", "y"},
		"row_of_a_list": {"marta", whatsApp(`"type":"interactive","interactive":{"type":"list","body":{"text":"?"},"action":{"button":"Days","sections":[{"rows":[{"id":"sat","title":"Saturday","description":"10:30"}]}]}}`),
			0, "Saturday\n10:30", "sat"},
		"form":        {"marta", whatsApp(`"type":"interactive","interactive":{"type":"flow","body":{"text":"?"},"action":{}}`), 0, "Sent\ndate: Saturday\nguests: 2", `{"flow_token":"practice","guests":2,"date":"Saturday"}`},
		"quick_reply": {"zoe", facebook(`{"text":"?","quick_replies":[{"content_type":"text","title":"Yes","payload":"Y"}]}`), 0, "Yes", "Y"},
		"postback":    {"zoe", facebook(`{"attachment":{"type":"template","payload":{"template_type":"button","text":"?","buttons":[{"type":"postback","title":"No","payload":"N"}]}}}`), 0, "No", "N"},
	} {
		t.Run(name, func(t *testing.T) {
			id := w.phone("POST", "contacts/"+c.contact+"/messages", map[string]any{"answer": map[string]any{"messageId": c.messageID, "index": c.index}})["id"]
			got := w.hub.wait(name, func(e channel.Event) bool { return e.Message != nil && e.Message.ProviderID == id }).Message.Content
			if got.Kind != conversation.KindAnswer || got.Text != c.text || got.Payload != c.payload {
				t.Errorf("%+v", got)
			}
		})
	}
}

// A person who changes their number stays the same contact for the hub: it is told both ids.
func TestPhone_changes_numbers_and_user_ids(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	before := w.write("marta", "x").From
	changed := w.phone("POST", "contacts/marta/number", map[string]any{"phone": "+44 7700 900999"})
	line := w.hub.wait("line of the thread", func(e channel.Event) bool {
		return e.Message != nil && e.Message.Content.RawKind == "user_changed_number"
	}).Message
	if line.From != before || line.Content.Payload != "447700900999" {
		t.Errorf("line is %+v", line)
	}
	for _, reason := range []channel.IdentityChange{channel.IdentityNumber, channel.IdentityUserID} {
		got := w.hub.wait(string(reason), func(e channel.Event) bool { return e.Identity != nil && e.Identity.Change == reason }).Identity
		if got.Before.UserID != before.UserID || got.After.UserID != changed["userId"] {
			t.Errorf("%s: %+v", reason, got)
		}
	}
	if after := w.write("marta", "y").From; after.Phone != "447700900999" || after.UserID != changed["userId"] {
		t.Errorf("now they are %+v", after)
	}
	rotated := w.phone("POST", "contacts/marta/user-id", map[string]any{})["userId"]
	w.hub.wait("rotation", func(e channel.Event) bool { return e.Identity != nil && e.Identity.After.UserID == rotated })

	added := w.phone("POST", "contacts", map[string]any{"channel": "whatsapp", "name": "Rui", "username": "rui.r"})
	if rui := w.write(added["id"].(string), "Olá"); rui.From.Phone != "" || rui.From.UserID != added["userId"] || rui.Profile.Username != "rui.r" {
		t.Errorf("a new contact is %+v", rui)
	}
	w.phone("POST", "reset", map[string]any{})
	if again := w.write("marta", "z").From; again != before {
		t.Errorf("after starting over they are %+v", again)
	}
}

func TestPhone_shows_that_the_business_is_writing(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	typing := func(id string) bool {
		for _, each := range w.phone("GET", "contacts", nil)["contacts"].([]any) {
			if contact := each.(map[string]any); contact["id"] == id {
				return contact["typing"].(bool)
			}
		}
		return false
	}
	cloud, facebook := whatsapp.New(w.http), messenger.New(w.http)
	marta, zoe := w.write("marta", "x"), w.write("zoe", "x")
	if err := errors.Join(
		cloud.Typing(t.Context(), w.account(bookings), marta.From, marta.ProviderID),
		facebook.Typing(t.Context(), w.account(page), zoe.From, zoe.ProviderID),
	); err != nil || !typing("marta") || !typing("zoe") {
		t.Errorf("typing is not shown: %v", err)
	}
	if err := facebook.TypingEnded(t.Context(), w.account(page), zoe.From); err != nil || typing("zoe") {
		t.Errorf("typing did not end: %v", err)
	}
	w.clock(26 * time.Second)
	if typing("marta") {
		t.Error("typing is shown for ever")
	}
}

func TestReactions_of_the_business_reach_the_phone(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	marta, zoe := w.write("marta", "x"), w.write("zoe", "x")
	react := func(adapter channel.Adapter, account channel.Account, m *channel.Message, emoji string) {
		t.Helper()
		got := adapter.Send(t.Context(), account, channel.Outgoing{
			ClientRef: conversation.NewID(), To: m.From, Kind: conversation.KindReaction, TargetID: m.ProviderID, Emoji: emoji,
		})
		if got.Verdict != channel.VerdictAccepted {
			t.Errorf("%+v", got)
		}
	}
	for _, emoji := range []string{"👍", ""} {
		react(whatsapp.New(w.http), w.account(bookings), marta, emoji)
		if emoji != "" {
			react(messenger.New(w.http), w.account(page), zoe, emoji)
		}
	}
	for contact, want := range map[string]int{"marta": 3, "zoe": 2} {
		if list := w.phone("GET", "contacts/"+contact+"/messages", nil)["messages"].([]any); len(list) != want || list[1].(map[string]any)["emoji"] != "👍" {
			t.Errorf("%s sees %v", contact, list)
		}
	}
}
