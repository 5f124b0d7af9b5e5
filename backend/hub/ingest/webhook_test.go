package ingest_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/ingest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"

	"github.com/prometheus/client_golang/prometheus"
)

func TestMain(m *testing.M) {
	_ = flag.Set("rapid.checks", "40") // each is a hundred transactions
	storetest.Main(m)
}

// object is JSON.
type object = map[string]any

// door is an ingester at work.
type door struct {
	*hubtest.Workspace
	in       *ingest.Ingester
	registry *prometheus.Registry
}

func open(t *testing.T, s *store.Store) *door {
	t.Helper()
	return another(t, hubtest.New(t, s, 2, hubtest.Channels()...))
}

// another is a second ingester of the same workspace.
func another(t *testing.T, w *hubtest.Workspace) *door {
	t.Helper()
	registry := prometheus.NewRegistry()
	in := ingest.New(w.Store, w.Directory, w.Now, slog.New(slog.DiscardHandler), ingest.NewMetrics(registry))
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = in.Serve(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
	return &door{w, in, registry}
}

// fatal is what testing.T and rapid.T share.
type fatal interface {
	Helper()
	Fatalf(string, ...any)
}

// accept takes in a signed body.
func (d *door) accept(t fatal, ch conversation.Channel, body object) {
	t.Helper()
	d.acceptRaw(t, ch, encode(body))
}

func (d *door) acceptRaw(t fatal, ch conversation.Channel, raw []byte) {
	t.Helper()
	if err := d.in.Accept(context.Background(), ch, raw, graph.Sign(raw, hubtest.AppSecret)); err != nil {
		t.Fatalf("webhook not taken: %v", err)
	}
	d.settle(t)
}

// settle waits until all that was taken in is worked in.
func (d *door) settle(t fatal) {
	t.Helper()
	if err := d.in.Drain(context.Background()); err != nil {
		t.Fatalf("webhooks not worked in: %v", err)
	}
}

func encode(body object) []byte {
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return raw
}

// person is somebody on WhatsApp.
type person struct{ phone, userID, name string }

var people atomic.Int64

// somebody is a person nobody has heard of.
func somebody() person {
	n := people.Add(1)
	return person{phone: fmt.Sprintf("35191%07d", n), userID: fmt.Sprintf("PT.%d", 100_000+n), name: "Zoë"}
}

// part is one element of a WhatsApp webhook, and the list it belongs to.
type part struct {
	list    string // messages, statuses, message_echoes
	who     person
	element object
}

func text(who person, id string, atMs int64, body string) part {
	return message(who, id, atMs, "text", object{"body": body})
}

func message(who person, id string, atMs int64, kind string, content any) part {
	m := object{"id": id, "timestamp": fmt.Sprint(atMs / 1000), "type": kind, kind: content}
	if who.phone != "" {
		m["from"] = who.phone
	}
	if who.userID != "" {
		m["from_user_id"] = who.userID
	}
	return part{"messages", who, m}
}

func echo(who person, id string, atMs int64, body string) part {
	return part{"message_echoes", who, object{
		"from": "447700900014", "to": who.phone, "to_user_id": who.userID, "id": id, "timestamp": fmt.Sprint(atMs / 1000), "type": "text", "text": object{"body": body},
	}}
}

func status(who person, id, ref, state string, atMs int64, code int) part {
	s := object{"id": id, "status": state, "timestamp": fmt.Sprint(atMs / 1000), "recipient_id": who.phone}
	if ref != "" {
		s["biz_opaque_callback_data"] = ref
	}
	if state == "failed" {
		s["errors"] = []object{{"code": code, "title": "no"}}
	}
	return part{"statuses", who, s}
}

// webhook is one body that holds all parts: a change for each.
func webhook(parts ...part) object { return webhookFor(hubtest.Number, parts...) }

func webhookFor(number string, parts ...part) object {
	var changes []object
	for _, p := range parts {
		value := object{"messaging_product": "whatsapp", "metadata": object{"phone_number_id": number}, p.list: []any{p.element}}
		field := "messages"
		switch p.list {
		case "message_echoes":
			field = "smb_message_echoes"
		case "messages":
			who := object{}
			if p.who.phone != "" {
				who["wa_id"] = p.who.phone
			}
			if p.who.userID != "" {
				who["user_id"] = p.who.userID
			}
			if p.who.name != "" {
				who["profile"] = object{"name": p.who.name}
			}
			value["contacts"] = []object{who}
		}
		changes = append(changes, object{"field": field, "value": value})
	}
	return object{"object": "whatsapp_business_account", "entry": []object{{"id": hubtest.Business, "changes": changes}}}
}

func pageWebhook(events ...object) object {
	return object{"object": "page", "entry": []object{{"id": hubtest.Page, "time": hubtest.Start, "messaging": events}}}
}

func fromPSID(psid string, atMs int64, more object) object {
	e := object{"sender": object{"id": psid}, "recipient": object{"id": hubtest.Page}, "timestamp": atMs}
	for k, v := range more {
		e[k] = v
	}
	return e
}

// contactOf is who a channel knows by a value, "" when it knows nobody.
func (d *door) contactOf(t *testing.T, ch, kind, scope, value string) string {
	t.Helper()
	row, err := d.Store.Read().Identity(t.Context(), db.IdentityParams{WorkspaceID: d.ID, Channel: ch, Kind: kind, Scope: scope, Value: value})
	if store.NotFound(err) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return row.ContactID
}

// conversations are all of a person on WhatsApp, in the order of their beginnings.
func (d *door) conversations(t fatal, who person) []db.Conversation {
	t.Helper()
	ctx := context.Background()
	key := db.IdentityParams{WorkspaceID: d.ID, Channel: "whatsapp", Kind: "user", Value: who.userID}
	if who.userID == "" {
		key.Kind, key.Value = "phone", who.phone
	}
	identity, err := d.Store.Read().Identity(ctx, key)
	if store.NotFound(err) {
		return nil
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	rows, err := d.Store.Read().ConversationsOfContact(ctx, db.ConversationsOfContactParams{WorkspaceID: d.ID, ContactID: identity.ContactID})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return rows
}

// only is the one conversation of a person.
func (d *door) only(t fatal, who person) db.Conversation {
	t.Helper()
	rows := d.conversations(t, who)
	if len(rows) != 1 {
		t.Fatalf("%d conversations, want one", len(rows))
	}
	return rows[0]
}

func (d *door) deadLetters(t *testing.T) []db.DeadLetter {
	t.Helper()
	rows, err := d.Store.Read().DeadLetters(t.Context(), db.DeadLettersParams{WorkspaceID: d.ID, N: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func contentOf(t *testing.T, m db.Message) channel.Content {
	t.Helper()
	var c channel.Content
	if err := json.Unmarshal([]byte(m.Content), &c); err != nil {
		t.Fatal(err)
	}
	return c
}
