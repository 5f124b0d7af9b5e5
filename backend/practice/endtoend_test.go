package practice_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/messenger"
	"parley/backend/channel/whatsapp"
	"parley/backend/conversation"
	"parley/backend/practice"
)

const (
	bookings = 0
	page     = 2
)

func file(data []byte, mime, name string) *channel.OutgoingMedia {
	return &channel.OutgoingMedia{
		MIME: mime, FileName: name, SizeBytes: int64(len(data)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}
}

func TestWhatsApp(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	adapter, account := whatsapp.New(w.http), w.account(bookings)

	in := w.write("marta", "Olá, são 4 pessoas 🐋 <b>/</b> “obrigada”")
	if in.Content.Text != "Olá, são 4 pessoas 🐋 <b>/</b> “obrigada”" || in.Profile.Name != "Marta Figueiredo" {
		t.Fatalf("message is %+v", in)
	}
	if in.From.Phone != "447700900273" || in.From.UserID == "" {
		t.Fatalf("sender is %+v", in.From)
	}

	t.Run("text_goes_sent_delivered_read_in_order", func(t *testing.T) {
		out := text(in.From, "Sim, há lugar até às 10:30 ✅")
		outcome := adapter.Send(t.Context(), account, out)
		if outcome.Verdict != channel.VerdictAccepted || outcome.Canonical.Phone != in.From.Phone {
			t.Fatalf("outcome is %+v", outcome)
		}
		w.hub.wait("delivered", func(e channel.Event) bool {
			return e.Status != nil && e.Status.ClientRef == out.ClientRef && e.Status.State == conversation.DeliveryDelivered
		})
		w.phone("POST", "contacts/marta/read", struct{}{})
		w.hub.wait("read", func(e channel.Event) bool {
			return e.Status != nil && e.Status.ProviderID == outcome.ProviderID && e.Status.State == conversation.DeliveryRead
		})
		want := []conversation.DeliveryState{conversation.DeliveryAccepted, conversation.DeliveryDelivered, conversation.DeliveryRead}
		if got := w.hub.states(outcome.ProviderID); !slices.Equal(got, want) {
			t.Errorf("states are %v", got)
		}
	})

	t.Run("media_go_both_ways_with_the_same_bytes", func(t *testing.T) {
		picture := []byte("\xff\xd8\xff\xe0 not much of a picture")
		outcome := adapter.Send(t.Context(), account, channel.Outgoing{
			ClientRef: conversation.NewID(), To: in.From, Kind: conversation.KindImage, Text: "O bilhete",
			Media: file(picture, "image/jpeg", "bilhete ção.jpg"),
		})
		if outcome.Verdict != channel.VerdictAccepted {
			t.Fatalf("outcome is %+v", outcome)
		}
		id := w.phone("POST", "contacts/marta/messages", map[string]any{"image": map[string]any{"data": picture, "mime": "image/jpeg"}, "text": "Foto"})["id"]
		got := w.hub.wait("photo", func(e channel.Event) bool { return e.Message != nil && e.Message.ProviderID == id }).Message
		fetched := fetch(t, adapter, account, *got.Content.Media)
		sum := sha256.Sum256(fetched)
		if !bytes.Equal(fetched, picture) || got.Content.Media.SHA256 != hex.EncodeToString(sum[:]) || got.Content.Text != "Foto" {
			t.Errorf("photo is %+v with %q", got.Content, fetched)
		}
		w.clock(6 * time.Minute)
		if again := fetch(t, adapter, account, *got.Content.Media); !bytes.Equal(again, picture) {
			t.Errorf("a fresh address gives %q", again)
		}
		w.clock(7 * 24 * time.Hour)
		if _, err := adapter.FetchMedia(t.Context(), account, *got.Content.Media); !errors.Is(err, channel.ErrMediaGone) {
			t.Errorf("after a week: %v", err)
		}
	})

	t.Run("read_mark_and_typing_reach_the_phone", func(t *testing.T) {
		fresh := w.write("marta", "Estão aí?")
		if err := adapter.MarkRead(t.Context(), account, fresh.From, fresh.ProviderID); err != nil {
			t.Fatal(err)
		}
		if err := adapter.Typing(t.Context(), account, fresh.From, fresh.ProviderID); err != nil {
			t.Fatal(err)
		}
		list := w.phone("GET", "contacts/marta/messages", nil)["messages"].([]any)
		for _, each := range list {
			message := each.(map[string]any)
			if message["fromContact"] == true && message["seen"] != true {
				t.Errorf("not marked read: %v", message)
			}
		}
	})

	t.Run("templates_are_listed_and_sent_after_the_window", func(t *testing.T) {
		templates, err := adapter.Templates(t.Context(), account)
		if err != nil || len(templates) < 5 {
			t.Fatalf("%d templates, %v", len(templates), err)
		}
		w.clock(25 * time.Hour)
		if outcome := adapter.Send(t.Context(), account, text(in.From, "Tarde demais")); outcome.Failure.Class != channel.ClassWindow || outcome.Verdict != channel.VerdictRefused {
			t.Errorf("after the window: %+v", outcome)
		}
		outcome := adapter.Send(t.Context(), account, channel.Outgoing{
			ClientRef: conversation.NewID(), To: in.From, Kind: conversation.KindTemplate,
			Template: &channel.OutgoingTemplate{Name: "booking_confirmation", Language: "pt_PT", Body: []channel.TemplateValue{{Name: "name", Text: "Marta"}, {Name: "booking", Text: "48213"}}},
		})
		if outcome.Verdict != channel.VerdictAccepted {
			t.Errorf("template: %+v", outcome)
		}
	})
}

func fetch(t *testing.T, adapter channel.Adapter, account channel.Account, media channel.Media) []byte {
	t.Helper()
	body, err := adapter.FetchMedia(t.Context(), account, media)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestMessenger(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	adapter, account := messenger.New(w.http), w.account(page)
	in := w.write("beatriz", "Olá, o voo mudou de hora?")

	t.Run("echo_carries_our_id_then_delivery_and_read_come", func(t *testing.T) {
		out := text(in.From, "Não, continua às 9:10 ✈️")
		outcome := adapter.Send(t.Context(), account, out)
		if outcome.Verdict != channel.VerdictAccepted {
			t.Fatalf("outcome is %+v", outcome)
		}
		echo := w.hub.wait("echo", func(e channel.Event) bool { return e.Message != nil && e.Message.ClientRef == out.ClientRef }).Message
		if !echo.Echo || echo.ProviderID != outcome.ProviderID || echo.From != in.From || echo.Content.Text != out.Text {
			t.Errorf("echo is %+v", echo)
		}
		covers := func(state conversation.DeliveryState) func(channel.Event) bool {
			return func(e channel.Event) bool {
				return e.Watermark != nil && e.Watermark.State == state && e.Watermark.UntilMs >= echo.SentMs && e.Watermark.Contact == in.From
			}
		}
		w.hub.wait("delivery", covers(conversation.DeliveryDelivered))
		w.phone("POST", "contacts/beatriz/read", struct{}{})
		w.hub.wait("read", covers(conversation.DeliveryRead))
	})

	t.Run("media_go_both_ways_with_the_same_bytes", func(t *testing.T) {
		data := []byte("%PDF-1.4 not much of a document")
		outcome := adapter.Send(t.Context(), account, channel.Outgoing{
			ClientRef: conversation.NewID(), To: in.From, Kind: conversation.KindDocument, Media: file(data, "application/pdf", "reserva.pdf"),
		})
		if outcome.Verdict != channel.VerdictAccepted {
			t.Fatalf("outcome is %+v", outcome)
		}
		w.phone("POST", "contacts/beatriz/messages", map[string]any{"file": map[string]any{"data": data, "fileName": "voo ção.pdf"}})
		got := w.hub.wait("document", func(e channel.Event) bool {
			return e.Message != nil && !e.Message.Echo && e.Message.Content.Kind == conversation.KindDocument
		}).Message
		if fetched := fetch(t, adapter, account, *got.Content.Media); !bytes.Equal(fetched, data) || got.Content.Media.FileName != "voo ção.pdf" {
			t.Errorf("document is %+v with %q", got.Content.Media, fetched)
		}
	})

	t.Run("profile_has_a_name_or_none", func(t *testing.T) {
		profile, err := adapter.Profile(t.Context(), account, in.From)
		if err != nil || profile.Name != "Beatriz Nunes" {
			t.Errorf("profile is %+v, %v", profile, err)
		}
		nameless := w.write("nobody", "hello??")
		if _, err := adapter.Profile(t.Context(), account, nameless.From); !errors.Is(err, channel.ErrNoProfile) {
			t.Errorf("profile of nobody: %v", err)
		}
	})

	t.Run("human_agent_mark_opens_seven_days", func(t *testing.T) {
		w.clock(25 * time.Hour)
		late := text(in.From, "Ainda aqui")
		if outcome := adapter.Send(t.Context(), account, late); outcome.Failure.Class != channel.ClassWindow || outcome.Failure.Subcode != 2018278 {
			t.Errorf("after 25 h: %+v", outcome)
		}
		late.HumanAgent = true
		if outcome := adapter.Send(t.Context(), account, late); outcome.Verdict != channel.VerdictAccepted {
			t.Errorf("with the mark: %+v", outcome)
		}
		w.clock(6 * 24 * time.Hour)
		if outcome := adapter.Send(t.Context(), account, late); outcome.Failure.Class != channel.ClassWindow {
			t.Errorf("after 7 days: %+v", outcome)
		}
	})

	t.Run("mark_seen_and_typing_are_taken", func(t *testing.T) {
		if err := adapter.MarkRead(t.Context(), account, in.From, in.ProviderID); err != nil {
			t.Error(err)
		}
		if err := adapter.Typing(t.Context(), account, in.From, in.ProviderID); err != nil {
			t.Error(err)
		}
	})
}

// A connection can be looked at in practice as at Meta: all is well until the token runs out or the app secret is another.
func TestCheck(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	for index, adapter := range map[int]channel.Checker{bookings: whatsapp.New(w.http), page: messenger.New(w.http)} {
		first := func(change func(*channel.Account)) channel.Check {
			account := w.account(index)
			change(&account)
			return adapter.Check(t.Context(), account)[0]
		}
		for _, check := range adapter.Check(t.Context(), w.account(index)) {
			if check.Result != channel.Good {
				t.Errorf("%+v", check)
			}
		}
		if check := first(func(a *channel.Account) { a.AppSecret = "another" }); check.Reason != channel.FoundWrongSecret {
			t.Errorf("another app's secret: %+v", check)
		}
		if check := first(func(a *channel.Account) { a.Token = "another" }); check.Reason != channel.FoundInvalid {
			t.Errorf("another token: %+v", check)
		}
		w.meta.SetFaults(practice.Faults{ExpiredToken: true})
		if check := first(func(*channel.Account) {}); check.Reason != channel.FoundExpired {
			t.Errorf("a token that has run out: %+v", check)
		}
		w.meta.SetFaults(practice.Faults{})
	}
}
