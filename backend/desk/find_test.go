package desk_test

import (
	"context"
	"errors"
	"testing"

	"parley/backend/desk"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func TestFind(t *testing.T) {
	b := begin(t)
	id := b.mine("Ana Conceição")
	b.hub.Say(id, "in", &hubv1.Content{Kind: "document", Text: "Segue a reserva", Media: &hubv1.Media{Id: b.hub.PutMedia([]byte("x")), State: "ready", FileName: "Reserva_junho.pdf"}})
	must(b.SaveNote(t.Context(), id, "", "Prefere a reserva em nome da mãe"))
	find := func(s desk.Search) desk.Found { return must(b.Find(t.Context(), s)) }
	b.until("found", func() bool {
		found := find(desk.Search{Text: "reserv"})
		return len(found.Messages) == 1 && len(found.Files) == 1 && len(found.Notes) == 1
	})
	t.Run("what_is_found_says_whose_it_is_and_where", func(t *testing.T) {
		found := find(desk.Search{Text: "RESERVA"})
		line := found.Messages[0]
		if line.ConversationID != id || line.MessageID == "" || line.Contact.GetName() != "Ana Conceição" || line.Status != "assigned" || line.Text != "Segue a reserva" {
			t.Errorf("%+v", line)
		}
		if found.Files[0].Text != "Reserva_junho.pdf" || found.Notes[0].Author != "Inês" || found.Building {
			t.Errorf("%+v", found)
		}
	})
	t.Run("people_are_found_by_name_without_accents", func(t *testing.T) {
		people := find(desk.Search{Text: "ana conceic"}).People
		if len(people) != 1 || people[0].Conversation.GetId() != id {
			t.Errorf("%+v", people)
		}
	})
	t.Run("filters_leave_out_what_is_not_meant", func(t *testing.T) {
		for name, s := range map[string]desk.Search{
			"mine":                {Text: "reserva", From: desk.FromMe},
			"of colleagues":       {Text: "reserva", From: desk.FromColleague},
			"of another channel":  {Text: "reserva", Channel: "messenger"},
			"of nobody's number":  {Text: "reserva", TouchpointID: "none"},
			"before anybody came": {Text: "reserva", TillMs: 1},
		} {
			if found := find(s); len(found.Messages)+len(found.Files) != 0 {
				t.Errorf("%s: %+v", name, found.Messages)
			}
		}
		if found := find(desk.Search{Text: "reserva", From: desk.FromContact, Channel: "whatsapp"}); len(found.Messages) != 1 {
			t.Errorf("of the contact: %+v", found)
		}
	})
	t.Run("an_edit_is_shown_at_the_message_that_it_changed", func(t *testing.T) {
		first := b.hub.Say(id, "in", &hubv1.Content{Kind: "text", Text: "às oito"})
		var provider string
		b.until("the first", func() bool {
			found := find(desk.Search{Text: "oito"})
			if len(found.Messages) == 1 {
				messages := must(b.Messages(t.Context(), []string{first}))
				provider = messages[0].ProviderId
			}
			return provider != ""
		})
		b.hub.Say(id, "in", &hubv1.Content{Kind: "edit", Text: "às dezanove", TargetProviderId: provider})
		b.until("the edit", func() bool {
			found := find(desk.Search{Text: "dezanove"})
			return len(found.Messages) == 1 && found.Messages[0].MessageID == first
		})
	})
	t.Run("a_search_ends_when_nobody_wants_its_answer", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := b.Find(ctx, desk.Search{Text: "reserva"}); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

func TestFindAtHub(t *testing.T) {
	b := begin(t)
	here := b.mine("Ana")
	b.hub.Write(here, "o recibo de maio")
	b.until("found here", func() bool { return len(must(b.Find(t.Context(), desk.Search{Text: "recibo"})).Messages) == 1 })
	// A conversation that was closed before this desk came: the hub has it, and no feed brings it.
	old, messages := b.hub.Archive("Rui Elsewhere", "O recibo antigo")
	said := messages[0]
	search := desk.Search{Text: "recibo"}
	t.Run("what_is_here_is_not_found_twice", func(t *testing.T) {
		found := must(b.FindAtHub(t.Context(), search, ""))
		if len(found.Messages) != 1 || found.Messages[0].ID != said || found.Messages[0].Contact.GetName() != "Rui Elsewhere" || found.Offline {
			t.Errorf("%+v", found)
		}
		people := must(b.FindAtHub(t.Context(), desk.Search{Text: "elsewhere"}, "")).People
		if len(people) != 1 || people[0].Conversation.GetId() != old {
			t.Errorf("%+v", people)
		}
	})
	t.Run("it_can_be_opened_once_it_was_brought_here", func(t *testing.T) {
		must(b.FindAtHub(t.Context(), search, ""))
		if err := b.Adopt(t.Context(), old); err != nil {
			t.Fatal(err)
		}
		if rows := must(b.Conversations(t.Context(), []string{old})); len(rows) != 1 || rows[0].Contact.Name != "Rui Elsewhere" {
			t.Errorf("%+v", rows)
		}
		page := must(b.ThreadAround(t.Context(), old, said, 20))
		if len(page.Messages) != 1 || page.Messages[0].Id != said {
			t.Errorf("%+v", page)
		}
		if found := must(b.FindAtHub(t.Context(), search, "")); len(found.Messages) != 0 {
			t.Errorf("found again: %+v", found.Messages)
		}
	})
	t.Run("without_a_hub_it_says_that_only_this_computer_was_searched", func(t *testing.T) {
		b.hub.SetDown(true)
		if found := must(b.FindAtHub(t.Context(), search, "")); !found.Offline {
			t.Errorf("%+v", found)
		}
	})
}
