package desk_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"parley/backend/conversation"
	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/desktest"
	"parley/backend/desk/outbox"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func (b *bench) message(id string) desk.Message {
	b.t.Helper()
	if found := must(b.Messages(b.t.Context(), []string{id})); len(found) == 1 {
		return found[0]
	}
	return desk.Message{}
}

func emojis(m desk.Message) (in, out string) {
	for _, r := range m.Reactions {
		if r.Out {
			out += r.Emoji
		} else {
			in += r.Emoji
		}
	}
	return in, out
}

func refuse(code string) func(*hubv1.Command) *hubv1.Refusal {
	return func(*hubv1.Command) *hubv1.Refusal { return &hubv1.Refusal{Code: code} }
}

func TestReact(t *testing.T) {
	t.Run("is seen at once, replaced and taken away, once each although answers are lost", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		target := b.thread(id)[0].Id
		b.offline()
		if outcome := must(b.React(t.Context(), target, "👍")); outcome.State != outbox.Waiting {
			t.Fatalf("outcome: %+v", outcome)
		}
		if m := b.message(target); len(m.Reactions) != 1 || !m.Reactions[0].Pending || m.Reactions[0].AgentName != "Inês" {
			t.Fatalf("reactions: %+v", m.Reactions)
		}
		b.hub.LoseReplies(2)
		b.online()
		b.until("in the hub", func() bool { return b.connection().Waiting == 0 && len(b.thread(id)) == 2 })
		must(b.React(t.Context(), target, "❤️"))
		if _, out := emojis(b.message(target)); out != "❤️" {
			t.Fatalf("own: %q", out)
		}
		must(b.React(t.Context(), target, ""))
		b.until("taken away", func() bool { return len(b.message(target).Reactions) == 0 && len(b.hub.Sends()) == 3 })
	})

	t.Run("of the contact stays beside ours, and its latest counts", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		target := b.thread(id)[0]
		must(b.React(t.Context(), target.Id, "👍"))
		for _, emoji := range []string{"😮", "😂"} {
			b.hub.Say(id, "in", &hubv1.Content{Kind: "reaction", Emoji: emoji, TargetProviderId: target.ProviderId})
		}
		b.until("both", func() bool { in, out := emojis(b.message(target.Id)); return in == "😂" && out == "👍" })
	})

	t.Run("that comes before its message attaches later", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		line := b.hub.Say(id, "in", &hubv1.Content{Kind: "reaction", Emoji: "🎉", TargetProviderId: "wamid.later"})
		b.until("line", func() bool { m := b.message(line); return m.Message != nil && m.About == nil })
		late := &hubv1.Message{
			Id: conversation.NewID(), ConversationId: id, No: 3, Direction: "in", ProviderId: "wamid.later",
			Content: &hubv1.Content{Kind: "text", Text: "the first"},
		}
		b.hub.Put(late)
		b.until("attached", func() bool {
			in, _ := emojis(b.message(late.Id))
			about := b.message(line).About
			return in == "🎉" && about != nil && about.MessageID == late.Id && about.ConversationID == id
		})
		b.mu.Lock()
		defer b.mu.Unlock()
		if !slices.ContainsFunc(b.events, func(e desk.Event) bool {
			return e.Kind == desk.EventMessages && slices.Contains(e.IDs, late.Id) && slices.Contains(e.IDs, line)
		}) {
			t.Fatal("the line was not said to look different")
		}
	})

	t.Run("that failed is not on the message", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		target := b.thread(id)[0]
		b.hub.Put(&hubv1.Message{
			Id: conversation.NewID(), ConversationId: id, No: 2, Direction: "out", AgentId: desktest.AgentID, State: "failed",
			Content: &hubv1.Content{Kind: "reaction", Emoji: "👍", TargetProviderId: target.ProviderId},
		})
		b.until("line", func() bool { return len(b.thread(id)) == 2 })
		if m := b.message(target.Id); len(m.Reactions) != 0 {
			t.Fatalf("reactions: %+v", m.Reactions)
		}
	})

	t.Run("goes away when it is refused, and its maker is told once", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		target := b.thread(id)[0].Id
		b.hub.Refuse(refuse("window"))
		outcome := must(b.React(t.Context(), target, "👍"))
		if outcome.State != outbox.Denied || outcome.Refusal.Code != "window" || len(b.message(target).Reactions) != 0 || len(b.refusals()) != 0 {
			t.Fatalf("outcome: %+v", outcome)
		}
		b.hub.Refuse(nil)
		b.offline()
		must(b.React(t.Context(), target, "👍"))
		b.hub.Refuse(refuse("not_yours"))
		b.online()
		b.until("told", func() bool { r := b.refusals(); return len(r) == 1 && r[0].Command == "react" })
	})

	t.Run("needs a message that Meta knows", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		sent := b.send(id, "hello")
		if _, err := b.React(t.Context(), sent.Id, "👍"); !errors.Is(err, desk.ErrNotFound) {
			t.Fatalf("error: %v", err)
		}
	})
}

func TestEditsAndDeletions(t *testing.T) {
	b := begin(t)
	id := b.mine("Ana")
	target := b.thread(id)[0]
	for _, text := range []string{"Good afternoon", "Good evening"} {
		b.hub.Say(id, "in", &hubv1.Content{Kind: "edit", Text: text, TargetProviderId: target.ProviderId})
	}
	b.until("edited", func() bool { return len(b.message(target.Id).Edits) == 2 })
	if m := b.message(target.Id); textOf(m) != "Good morning" || m.Edits[1].Text != "Good evening" || m.DeletedMs != 0 {
		t.Fatalf("message: %+v", m)
	}
	b.hub.Say(id, "in", &hubv1.Content{Kind: "deletion", TargetProviderId: target.ProviderId})
	b.until("deleted", func() bool { return b.message(target.Id).DeletedMs > 0 })
}

func TestFindQuoted(t *testing.T) {
	hub := desktest.New()
	id := hub.Begin("Ana")
	first := hub.Write(id, "the very first")
	for range 300 {
		hub.Write(id, "filler")
	}
	answer := hub.Say(id, "in", &hubv1.Content{Kind: "text", Text: "this one", ReplyToProviderId: "wamid." + first})
	b := sit(t, hub, t.TempDir())
	b.live()
	if quote := b.message(answer).Quote; quote == nil || quote.MessageID != "" {
		t.Fatalf("quote: %+v", quote)
	}
	if found := must(b.FindQuoted(t.Context(), answer)); found != first {
		t.Fatalf("found %q", found)
	}
	if quote := b.message(answer).Quote; quote.MessageID != first || quote.Text != "the very first" || quote.ConversationID != id {
		t.Fatalf("quote: %+v", quote)
	}
}

func TestSendKinds(t *testing.T) {
	place := &hubv1.Location{Latitude: 38.7139, Longitude: -9.1334, Name: "Shop", Address: "Rua Augusta 1"}
	cards := []*hubv1.ContactCard{{Name: "Rui Costa", Phones: []string{"+351 912 345 678", " "}, Organisation: "Ondaverde"}}

	t.Run("a place and a card wait offline, arrive once and leave the draft", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		if err := b.SaveDraft(t.Context(), cache.Draft{ConversationID: id, Text: "half a sen"}); err != nil {
			t.Fatal(err)
		}
		b.offline()
		must(b.SendLocation(t.Context(), id, place, ""))
		must(b.SendCards(t.Context(), id, cards, ""))
		shown := b.thread(id)
		if len(shown) != 3 || shown[1].Content.Kind != "location" || shown[1].Content.Location.Name != "Shop" ||
			shown[2].Content.Kind != "contacts" || len(shown[2].Content.Contacts[0].Phones) != 1 || shown[2].State != "on_computer" {
			t.Fatalf("shown: %+v", shown)
		}
		b.hub.LoseReplies(3)
		b.online()
		b.until("arrived", func() bool { return b.connection().Waiting == 0 })
		if n := len(b.hub.Sends()); n != 2 {
			t.Fatalf("%d sends", n)
		}
		if draft := must(b.Draft(t.Context(), id)); draft.Text != "half a sen" {
			t.Fatalf("draft: %q", draft.Text)
		}
	})

	t.Run("a refusal while its maker waits leaves the draft alone", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.hub.Refuse(refuse("window"))
		outcome := must(b.SendLocation(t.Context(), id, place, ""))
		if outcome.State != outbox.Denied || outcome.Refusal.Code != "window" || len(b.refusals()) != 0 {
			t.Fatalf("outcome: %+v", outcome)
		}
		if draft := must(b.Draft(t.Context(), id)); !draft.Empty() {
			t.Fatalf("draft: %+v", draft)
		}
	})

	t.Run("a later refusal gives it back in words", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.offline()
		must(b.SendLocation(t.Context(), id, place, ""))
		must(b.SendCards(t.Context(), id, cards, ""))
		b.hub.Refuse(refuseSends)
		b.online()
		b.until("given back", func() bool { return len(b.refusals()) == 2 })
		want := "Shop\nRua Augusta 1\n38.713900, -9.133400\nRui Costa\nOndaverde\n+351 912 345 678"
		if draft := must(b.Draft(t.Context(), id)); draft.Text != want {
			t.Fatalf("draft: %q", draft.Text)
		}
	})

	t.Run("only what the channel takes", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		for _, wrong := range []*hubv1.Location{{Latitude: 91}, {Longitude: -181}} {
			if _, err := b.SendLocation(t.Context(), id, wrong, ""); !errors.Is(err, desk.ErrInvalid) {
				t.Fatalf("error: %v", err)
			}
		}
		if _, err := b.SendCards(t.Context(), id, []*hubv1.ContactCard{{Name: "Nobody"}}, ""); !errors.Is(err, desk.ErrInvalid) {
			t.Fatalf("error: %v", err)
		}
		b.hub.Put(&hubv1.Touchpoint{Id: desktest.TouchpointID, Channel: "messenger", Limits: &hubv1.ChannelLimits{}})
		b.until("refused", func() bool {
			_, err := b.SendLocation(t.Context(), id, place, "")
			return errors.Is(err, desk.ErrUnsupported)
		})
	})
}

func TestTemplates(t *testing.T) {
	template := func(name, status string) *hubv1.Template {
		return &hubv1.Template{
			Id: conversation.NewID(), AccountId: desktest.AccountID, Name: name, Language: "pt_PT", Status: status,
			Body: "Olá {{1}}, a sua reserva {{ 2 }} espera.", BodyVariables: []string{"1", "2"}, Footer: "Ondaverde",
			Buttons: []*hubv1.TemplateButton{{Type: "URL", Text: "Ver", Url: "https://example.com/{{1}}", Variable: true}},
		}
	}
	filled := &hubv1.FilledTemplate{Name: "reminder", Language: "pt_PT", Body: []string{"Ana", "42"}, Buttons: []string{"42"}}

	t.Run("come by the feed, of the touchpoint's account only", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		other := template("other", "APPROVED")
		other.AccountId = "another"
		b.hub.Put(template("welcome", "PENDING"), template("reminder", "APPROVED"), other)
		b.until("listed", func() bool { return len(must(b.Templates(t.Context(), id))) == 2 })
		all := must(b.Templates(t.Context(), id))
		if all[0].Name != "reminder" || all[1].Name != "welcome" {
			t.Fatalf("listed: %v", all)
		}
		if err := b.RefreshTemplates(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		b.until("approved", func() bool { return must(b.Templates(t.Context(), id))[1].Status == "APPROVED" })
		b.hub.Delete("template", all[0].Id)
		b.until("gone", func() bool { return len(must(b.Templates(t.Context(), id))) == 1 })
	})

	t.Run("are shown as they will be read, arrive once, and leave the draft", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.hub.Put(template("reminder", "APPROVED"))
		b.until("listed", func() bool { return len(must(b.Templates(t.Context(), id))) == 1 })
		if err := b.SaveDraft(t.Context(), cache.Draft{ConversationID: id, Text: "kept"}); err != nil {
			t.Fatal(err)
		}
		b.offline()
		must(b.SendTemplate(t.Context(), id, filled, desk.Heading{}, ""))
		sent := b.thread(id)[1]
		if textOf(sent) != "Olá Ana, a sua reserva 42 espera." || sent.Content.Kind != "template" || sent.Content.Template.Footer != "Ondaverde" {
			t.Fatalf("sent: %+v", sent.Content)
		}
		if row := b.lists().Mine[0]; row.Preview != "Olá Ana, a sua reserva 42 espera." {
			t.Fatalf("row: %q", row.Preview)
		}
		b.hub.LoseReplies(2)
		b.online()
		b.until("arrived", func() bool { return len(b.hub.Sends()) == 1 && b.connection().Waiting == 0 })
		if draft := must(b.Draft(t.Context(), id)); draft.Text != "kept" {
			t.Fatalf("draft: %q", draft.Text)
		}
	})

	t.Run("a later refusal gives the words back", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.hub.Put(template("reminder", "APPROVED"))
		b.until("listed", func() bool { return len(must(b.Templates(t.Context(), id))) == 1 })
		b.offline()
		must(b.SendTemplate(t.Context(), id, filled, desk.Heading{}, ""))
		b.hub.Refuse(refuse("template"))
		b.online()
		b.until("given back", func() bool { return len(b.refusals()) == 1 })
		if draft := must(b.Draft(t.Context(), id)); draft.Text != "Olá Ana, a sua reserva 42 espera." {
			t.Fatalf("draft: %q", draft.Text)
		}
	})

	t.Run("a header's file goes up first", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		with := template("photo", "APPROVED")
		with.HeaderFormat, with.Buttons = "DOCUMENT", nil
		b.hub.Put(with)
		b.until("listed", func() bool { return len(must(b.Templates(t.Context(), id))) == 1 })
		photo := &hubv1.FilledTemplate{Name: "photo", Language: "pt_PT", Body: []string{"Ana", "42"}}
		if _, err := b.SendTemplate(t.Context(), id, photo, desk.Heading{}, ""); !errors.Is(err, desk.ErrUnfilled) {
			t.Fatalf("error: %v", err)
		}
		offer := must(b.AddFile(t.Context(), id, "menu.pdf", bytes.NewReader([]byte("%PDF-1.4\n")), -1))
		if outcome := must(b.SendTemplate(t.Context(), id, photo, desk.Heading{FileID: offer.ID}, "")); outcome.State != outbox.Done {
			t.Fatalf("outcome: %+v", outcome)
		}
		if sent := b.hub.Sends(); len(sent) != 1 || sent[0].Content.Media.GetSizeBytes() == 0 {
			t.Fatalf("sent: %+v", sent)
		}
	})

	t.Run("a header that is a place takes one", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		with := template("pier", "APPROVED")
		with.HeaderFormat, with.Buttons = "LOCATION", nil
		b.hub.Put(with)
		b.until("listed", func() bool { return len(must(b.Templates(t.Context(), id))) == 1 })
		pier := &hubv1.FilledTemplate{Name: "pier", Language: "pt_PT", Body: []string{"Ana", "42"}}
		if _, err := b.SendTemplate(t.Context(), id, pier, desk.Heading{}, ""); !errors.Is(err, desk.ErrUnfilled) {
			t.Fatalf("error: %v", err)
		}
		if _, err := b.SendTemplate(t.Context(), id, pier, desk.Heading{Place: &hubv1.Location{Latitude: 91}}, ""); !errors.Is(err, desk.ErrInvalid) {
			t.Fatalf("error: %v", err)
		}
		place := &hubv1.Location{Latitude: 38.7, Longitude: -9.13, Name: " Pier 3 "}
		if outcome := must(b.SendTemplate(t.Context(), id, pier, desk.Heading{Place: place}, "")); outcome.State != outbox.Done {
			t.Fatalf("outcome: %+v", outcome)
		}
	})

	t.Run("places that are not filled are refused here", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.hub.Put(template("reminder", "APPROVED"))
		b.until("listed", func() bool { return len(must(b.Templates(t.Context(), id))) == 1 })
		for _, values := range [][]string{{"Ana"}, {"Ana", " "}, {"Ana", "42", "more"}} {
			wrong := &hubv1.FilledTemplate{Name: "reminder", Language: "pt_PT", Body: values, Buttons: []string{"42"}}
			if _, err := b.SendTemplate(t.Context(), id, wrong, desk.Heading{}, ""); !errors.Is(err, desk.ErrUnfilled) {
				t.Errorf("%q: %v", values, err)
			}
		}
	})
}

func TestMerge(t *testing.T) {
	two := func(t *testing.T) (b *bench, conversationID, kept, merged string) {
		b = begin(t)
		keptIn, conversationID := b.mine("Ana Lima"), b.mine("Ána")
		kept, merged = b.hub.Conversation(keptIn).ContactId, b.hub.Conversation(conversationID).ContactId
		b.hub.Put(&hubv1.Contact{Id: merged, Name: "Ána", SuggestedContactId: kept, SuggestedReason: "number"})
		b.until("suggested", func() bool { return must(b.Contact(t.Context(), merged)).SuggestedContactId == kept })
		return b, conversationID, kept, merged
	}
	owner := func(b *bench, id string) string {
		return must(b.Conversations(b.t.Context(), []string{id}))[0].Contact.Id
	}

	t.Run("gives everything to the kept one, and can be undone", func(t *testing.T) {
		b, id, kept, merged := two(t)
		b.hub.LoseReplies(1)
		if outcome := must(b.MergeContacts(t.Context(), kept, merged)); outcome.State != outbox.Done {
			t.Fatalf("outcome: %+v", outcome)
		}
		b.until("merged", func() bool { return owner(b, id) == kept && len(must(b.MergedInto(t.Context(), kept))) == 1 })
		if person := must(b.Person(t.Context(), kept)); person.Conversations != 2 || person.Open != 2 || person.LastText != "Good morning" {
			t.Fatalf("person: %+v", person)
		}
		if outcome := must(b.UndoMerge(t.Context(), merged)); outcome.State != outbox.Done {
			t.Fatalf("outcome: %+v", outcome)
		}
		b.until("undone", func() bool { return owner(b, id) == merged && len(must(b.MergedInto(t.Context(), kept))) == 0 })
	})

	t.Run("needs the hub, and is refused in time", func(t *testing.T) {
		b, _, kept, merged := two(t)
		b.hub.Refuse(refuse("conflict"))
		if outcome := must(b.MergeContacts(t.Context(), kept, merged)); outcome.State != outbox.Denied || outcome.Refusal.Code != "conflict" {
			t.Fatalf("outcome: %+v", outcome)
		}
		b.offline()
		if outcome := must(b.MergeContacts(t.Context(), kept, merged)); outcome.State != outbox.Denied || outcome.Refusal.Code != "offline" || b.connection().Waiting != 0 {
			t.Fatalf("outcome: %+v", outcome)
		}
	})

	t.Run("a dismissed suggestion is gone at once, also offline", func(t *testing.T) {
		b, _, _, merged := two(t)
		b.offline()
		must(b.DismissSuggestion(t.Context(), merged))
		if c := must(b.Contact(t.Context(), merged)); c.SuggestedContactId != "" {
			t.Fatalf("contact: %+v", c)
		}
		b.online()
		b.until("in the hub", func() bool { return b.connection().Waiting == 0 })
	})

	t.Run("contacts are found without accents, merged ones are not", func(t *testing.T) {
		b, _, kept, merged := two(t)
		if found := must(b.FindContacts(t.Context(), "ana 4477", 10)); len(found) != 1 || found[0].Id != kept {
			t.Fatalf("found: %v", found)
		}
		if found := must(b.FindContacts(t.Context(), "ANA", 10)); len(found) != 2 {
			t.Fatalf("found: %v", found)
		}
		must(b.MergeContacts(t.Context(), kept, merged))
		b.until("merged", func() bool { return len(must(b.FindContacts(t.Context(), "ana", 10))) == 1 })
	})
}

func TestTyping(t *testing.T) {
	b := begin(t)
	id := b.mine("Ana")
	waits := b.hub.Begin("Rui")
	b.hub.Write(waits, "hello")
	b.until("in the Inbox", func() bool { return len(b.lists().Inbox) == 1 })
	type1 := func(id string) {
		t.Helper()
		if err := b.Typing(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	type1(id)
	if typed := b.hub.Typed(); len(typed) != 0 {
		t.Fatalf("said without focus: %v", typed)
	}
	b.SetFocus(waits)
	type1(waits)
	if typed := b.hub.Typed(); len(typed) != 0 {
		t.Fatalf("said in a preview: %v", typed)
	}
	b.SetFocus(id)
	for range 5 {
		type1(id)
	}
	if typed := b.hub.Typed(); !slices.Equal(typed, []string{id}) {
		t.Fatalf("said: %v", typed)
	}
	b.SetFocus("")
	type1(id)
	if typed := b.hub.Typed(); len(typed) != 1 {
		t.Fatalf("said in another window: %v", typed)
	}
}
