package ingest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/touchpoint"
)

// What was not understood is understood once the hub knows more: the customer's message is there, once, and so is all else that
// came with it.
func TestReplay(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		letters, by, ctx := &admin.DeadLetters{Store: d.Store, Replayer: d.in}, access.Actor{WorkspaceID: d.ID, AgentID: "eva"}, t.Context()
		known, lost := somebody(), somebody()
		body := webhookFor("999", text(lost, "wamid.lost."+lost.phone, hubtest.Start, "Is anybody there?"))
		both := webhook(text(known, "wamid.known."+known.phone, hubtest.Start, "Hello"))
		both["entry"] = append(both["entry"].([]object), body["entry"].([]object)...)
		d.accept(t, whatsApp, both)
		if d.conversations(t, lost) != nil {
			t.Fatal("a stranger's message made a conversation")
		}
		listed, more, err := letters.List(ctx, d.ID, "")
		if err != nil || more || len(listed) != 1 {
			t.Fatalf("%d dead letters, %v", len(listed), err)
		}

		shown, err := letters.Show(ctx, d.ID, listed[0].ID)
		if err != nil || strings.Contains(shown.Body, "anybody") || strings.Contains(shown.Body, lost.phone) || !strings.Contains(shown.Body, `"text"`) {
			t.Errorf("shown is %s, %v", shown.Body, err)
		}
		if still, err := letters.Replay(ctx, by, listed[0].ID); err != nil || still != 1 {
			t.Fatalf("nothing has changed, and %d parts are not understood: %v", still, err)
		}

		_, err = admin.AddTouchpoint(ctx, d.Store, d.Sealer, d.ID, hubtest.Channels()[0].Window(), admin.Touchpoint{
			Channel: conversation.ChannelWhatsApp, Name: "Second", AccountID: "999", BusinessID: hubtest.Business,
			Secrets: touchpoint.Secrets{Token: "t", AppSecret: hubtest.AppSecret.Reveal(), VerifyToken: "v"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Directory.Reload(ctx); err != nil {
			t.Fatal(err)
		}
		listed, _, err = letters.List(ctx, d.ID, "")
		if err != nil || len(listed) != 1 {
			t.Fatalf("%d dead letters, %v", len(listed), err)
		}
		if still, err := letters.Replay(ctx, by, listed[0].ID); err != nil || still != 0 {
			t.Fatalf("%d parts are not understood: %v", still, err)
		}
		for _, who := range []person{known, lost} {
			if thread := d.Thread(t, d.only(t, who).ID); len(thread) != 1 {
				t.Errorf("%s has %d messages", who.phone, len(thread))
			}
		}
		if _, err := letters.Replay(ctx, by, listed[0].ID); err == nil {
			t.Error("it was replayed once more")
		}
		if rows := d.deadLetters(t); len(rows) != 0 {
			t.Errorf("left over: %+v", rows)
		}
	})
}

// A letter that is discarded is gone, and with its last one the webhook, which holds what a contact wrote.
func TestDiscard(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		letters, by, ctx := &admin.DeadLetters{Store: d.Store, Replayer: d.in}, access.Actor{WorkspaceID: d.ID, AgentID: "eva"}, t.Context()
		d.accept(t, whatsApp, webhookFor("999", text(somebody(), "wamid.1", hubtest.Start, "one"), text(somebody(), "wamid.2", hubtest.Start, "two")))
		listed, _, err := letters.List(ctx, d.ID, "")
		if err != nil || len(listed) != 2 {
			t.Fatalf("%d dead letters, %v", len(listed), err)
		}
		for _, letter := range listed {
			if err := letters.Discard(ctx, by, letter.ID); err != nil {
				t.Fatal(err)
			}
		}
		_, found, err := d.in.Replay(ctx, d.ID, listed[0].WebhookID, nil)
		if err != nil || found || len(d.deadLetters(t)) != 0 {
			t.Errorf("something is left: %v, %v", found, err)
		}
		if err := letters.Discard(ctx, by, listed[0].ID); err == nil {
			t.Error("it was discarded twice")
		}
	})
}

// Whatever a webhook holds, its shape is shown and no word of a person is.
func TestRedact(t *testing.T) {
	for body, want := range map[string]string{
		`{"object":"page","entry":[{"id":"205","messaging":[{"message":{"text":"My card is 4111","mid":"m_1"}}]}]}`: `{"entry":[{"id":"••• (3)","messaging":[{"message":{"mid":"••• (3)","text":"••• (15)"}}]}],"object":"page"}`,
		`{"type":"text","n":7,"none":null,"empty":""}`:                                                              `{"empty":"","n":7,"none":null,"type":"text"}`,
	} {
		got := &strings.Builder{}
		var value any
		if err := json.Unmarshal([]byte(admin.Redact(body)), &value); err != nil {
			t.Errorf("%s became no JSON", body)
		}
		encoder := json.NewEncoder(got)
		_ = encoder.Encode(value)
		if strings.TrimSpace(got.String()) != want {
			t.Errorf("%s became %s", body, got)
		}
	}
	if got := admin.Redact(`{"text":"Olá, 12`); got != `{"••••":"•••, ••` {
		t.Errorf("what is no JSON became %s", got)
	}
	if got := admin.Redact(strings.Repeat("x", 5000)); len([]rune(got)) != 401 {
		t.Errorf("%d characters of what is no JSON", len([]rune(got)))
	}
}
