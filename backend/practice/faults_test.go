package practice_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/messenger"
	"parley/backend/channel/whatsapp"
	"parley/backend/conversation"
	"parley/backend/practice"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	adapter, account := whatsapp.New(w.http), w.account(bookings)
	in := w.write("marta", "Bom dia")
	facebook, pageAccount := messenger.New(w.http), w.account(page)
	onPage := w.write("beatriz", "Olá")

	send := func(body string) (channel.Outgoing, channel.Outcome) {
		out := text(in.From, body)
		return out, adapter.Send(t.Context(), account, out)
	}
	accepted := func(ref string) {
		t.Helper()
		w.hub.wait("status of a lost message", func(e channel.Event) bool { return e.Status != nil && e.Status.ClientRef == ref })
	}

	t.Run("lost_reply_is_unknown_and_settled_by_a_status", func(t *testing.T) {
		w.faults(practice.Faults{LostReply: true})
		out, outcome := send("chega?")
		if outcome.Verdict != channel.VerdictUnknown {
			t.Errorf("outcome is %+v", outcome)
		}
		accepted(out.ClientRef)
	})
	t.Run("lost_reply_on_messenger_is_settled_by_the_echo", func(t *testing.T) {
		out := text(onPage.From, "chega?")
		if outcome := facebook.Send(t.Context(), pageAccount, out); outcome.Verdict != channel.VerdictUnknown {
			t.Errorf("outcome is %+v", outcome)
		}
		w.hub.wait("echo", func(e channel.Event) bool { return e.Message != nil && e.Message.ClientRef == out.ClientRef })
	})
	t.Run("expired_token_holds_the_account", func(t *testing.T) {
		w.faults(practice.Faults{ExpiredToken: true})
		if _, outcome := send("x"); outcome.Verdict != channel.VerdictHold || outcome.Failure.Code != 190 {
			t.Errorf("outcome is %+v", outcome)
		}
	})
	t.Run("an_answer_without_an_id_is_unknown_and_settled_by_a_status", func(t *testing.T) {
		w.faults(practice.Faults{WithoutID: true})
		out, outcome := send("chega?")
		if outcome.Verdict != channel.VerdictUnknown {
			t.Errorf("outcome is %+v", outcome)
		}
		accepted(out.ClientRef)
	})
	t.Run("any_code_can_come_in_the_answer", func(t *testing.T) {
		w.faults(practice.Faults{FailNext: &practice.FailNext{Code: 131049, Details: "not today"}})
		if _, outcome := send("x"); outcome.Failure.Reason != channel.ReasonEcosystem || outcome.Failure.Detail != "not today" {
			t.Errorf("outcome is %+v", outcome)
		}
	})
	t.Run("any_code_can_come_by_a_failed_status", func(t *testing.T) {
		w.faults(practice.Faults{FailNext: &practice.FailNext{Code: 131026, Late: true}})
		out, outcome := send("x")
		if outcome.Verdict != channel.VerdictAccepted {
			t.Errorf("outcome is %+v", outcome)
		}
		failed := w.hub.wait("failed status", func(e channel.Event) bool {
			return e.Status != nil && e.Status.ClientRef == out.ClientRef && e.Status.State == conversation.DeliveryFailed
		}).Status
		if failed.Failure.Reason != channel.ReasonUndeliverable {
			t.Errorf("failure is %+v", failed.Failure)
		}
	})
	t.Run("media_that_are_gone_are_gone_for_good", func(t *testing.T) {
		id := w.phone("POST", "contacts/marta/messages", map[string]any{"sample": "photo"})["id"]
		photo := w.hub.wait("photo", func(e channel.Event) bool { return e.Message != nil && e.Message.ProviderID == id }).Message
		w.faults(practice.Faults{MediaGone: true})
		if _, err := adapter.FetchMedia(t.Context(), account, *photo.Content.Media); !errors.Is(err, channel.ErrMediaGone) {
			t.Errorf("error is %v", err)
		}
	})
	t.Run("webhooks_can_be_late", func(t *testing.T) {
		w.faults(practice.Faults{WebhookDelayMs: 400})
		began := time.Now()
		w.write("diego", "tarde")
		if waited := time.Since(began); waited < 400*time.Millisecond {
			t.Errorf("came after %v", waited)
		}
	})
	t.Run("too_many_to_one_contact_are_refused_by_the_clock", func(t *testing.T) {
		w.faults(practice.Faults{})
		khalid := w.write("khalid", "x")
		burst := 0
		for range 60 {
			if outcome := adapter.Send(t.Context(), account, text(khalid.From, "x")); outcome.Verdict != channel.VerdictAccepted {
				if outcome.Failure.Reason != channel.ReasonPairRate || outcome.Scope != channel.ScopeContact {
					t.Errorf("outcome is %+v", outcome)
				}
				break
			}
			burst++
		}
		if burst < 45 || burst > 46 {
			t.Errorf("%d went through", burst)
		}
		w.clock(6 * time.Second)
		if outcome := adapter.Send(t.Context(), account, text(khalid.From, "x")); outcome.Verdict != channel.VerdictAccepted {
			t.Errorf("after 6 s: %+v", outcome)
		}
		w.faults(practice.Faults{NoPairRate: true})
		for range 3 {
			if outcome := adapter.Send(t.Context(), account, text(khalid.From, "x")); outcome.Verdict != channel.VerdictAccepted {
				t.Errorf("switched off: %+v", outcome)
			}
		}
	})
	t.Run("rate_limit_is_retried", func(t *testing.T) {
		w.faults(practice.Faults{RateLimit: true})
		if _, outcome := send("x"); outcome.Verdict != channel.VerdictRetry || outcome.Failure.Code != 130429 || outcome.Scope != channel.ScopeAccount {
			t.Errorf("outcome is %+v", outcome)
		}
		if outcome := facebook.Send(t.Context(), pageAccount, text(onPage.From, "x")); outcome.Failure.Code != 613 {
			t.Errorf("outcome is %+v", outcome)
		}
	})
	t.Run("next_send_fails_once", func(t *testing.T) {
		w.faults(practice.Faults{FailNext: &practice.FailNext{Code: 131049}})
		if _, outcome := send("x"); outcome.Failure.Code != 131049 || outcome.Failure.Class != channel.ClassSpam {
			t.Errorf("outcome is %+v", outcome)
		}
		if _, outcome := send("x"); outcome.Verdict != channel.VerdictAccepted {
			t.Errorf("outcome is %+v", outcome)
		}
	})
	t.Run("slow_takes_longer", func(t *testing.T) {
		w.faults(practice.Faults{SlowMs: 150})
		began := time.Now()
		if _, outcome := send("x"); outcome.Verdict != channel.VerdictAccepted || time.Since(began) < 150*time.Millisecond {
			t.Errorf("outcome is %+v after %v", outcome, time.Since(began))
		}
	})
	t.Run("duplicates_have_the_same_id", func(t *testing.T) {
		w.faults(practice.Faults{Duplicate: true})
		first := w.write("marta", "duas vezes")
		w.write("marta", "e outra")
		count := 0
		for _, event := range w.hub.all() {
			if event.Message != nil && event.Message.ProviderID == first.ProviderID {
				count++
			}
		}
		if count != 2 {
			t.Errorf("came %d times", count)
		}
	})
	t.Run("shuffled_webhooks_all_come", func(t *testing.T) {
		w.faults(practice.Faults{Shuffle: true})
		ids := map[any]bool{}
		for range 3 {
			ids[w.phone("POST", "contacts/diego/messages", map[string]any{"text": "x"})["id"]] = true
		}
		for id := range ids {
			w.hub.wait("shuffled", func(e channel.Event) bool { return e.Message != nil && e.Message.ProviderID == id })
		}
	})
	t.Run("refuse_late_comes_as_a_failed_status", func(t *testing.T) {
		w.faults(practice.Faults{RefuseLate: true})
		w.clock(25 * time.Hour)
		out, outcome := send("tarde")
		if outcome.Verdict != channel.VerdictAccepted {
			t.Fatalf("outcome is %+v", outcome)
		}
		failed := w.hub.wait("failed", func(e channel.Event) bool { return e.Status != nil && e.Status.ClientRef == out.ClientRef }).Status
		if failed.State != conversation.DeliveryFailed || failed.Failure.Class != channel.ClassWindow {
			t.Errorf("status is %+v", failed)
		}
	})
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	adapter, account := whatsapp.New(w.http), w.account(bookings)

	t.Run("person_without_a_number_is_reached_by_user_id", func(t *testing.T) {
		in := w.write("camille", "Bonjour")
		if in.From.Phone != "" || in.From.UserID == "" || in.Profile.Username != "camille.roux" {
			t.Fatalf("sender is %+v %+v", in.From, in.Profile)
		}
		outcome := adapter.Send(t.Context(), account, text(in.From, "Bonjour !"))
		if outcome.Verdict != channel.VerdictAccepted || outcome.Canonical != in.From {
			t.Errorf("outcome is %+v", outcome)
		}
	})
	t.Run("number_without_a_name", func(t *testing.T) {
		if in := w.write("unknown-318", "hi"); in.Profile.Name != "" || in.From.Phone != "447700900318" {
			t.Errorf("sender is %+v %+v", in.From, in.Profile)
		}
	})
	t.Run("unknown_number_is_accepted_and_fails_later", func(t *testing.T) {
		out := text(channel.Address{Phone: "447700900999"}, "?")
		if outcome := adapter.Send(t.Context(), account, out); outcome.Verdict != channel.VerdictAccepted {
			t.Fatalf("outcome is %+v", outcome)
		}
		failed := w.hub.wait("failed", func(e channel.Event) bool { return e.Status != nil && e.Status.ClientRef == out.ClientRef }).Status
		if failed.Failure == nil || failed.Failure.Code != 131026 {
			t.Errorf("status is %+v", failed)
		}
	})
	t.Run("blocked_stays_at_sent_on_whatsapp_and_is_refused_on_messenger", func(t *testing.T) {
		in, onPage := w.write("marta", "x"), w.write("zoe", "x")
		w.phone("POST", "contacts/marta/block", map[string]any{"blocked": true})
		w.phone("POST", "contacts/zoe/block", map[string]any{"blocked": true})
		outcome := adapter.Send(t.Context(), account, text(in.From, "?"))
		w.hub.wait("sent", func(e channel.Event) bool { return e.Status != nil && e.Status.ProviderID == outcome.ProviderID })
		w.phone("POST", "contacts/marta/read", struct{}{})
		if states := w.hub.states(outcome.ProviderID); len(states) != 1 {
			t.Errorf("states are %v", states)
		}
		refused := messenger.New(w.http).Send(t.Context(), w.account(page), text(onPage.From, "?"))
		if refused.Verdict != channel.VerdictRefused || refused.Failure.Class != channel.ClassRecipient {
			t.Errorf("outcome is %+v", refused)
		}
	})
	t.Run("pair_rate_is_kept_after_a_burst", func(t *testing.T) {
		in := w.write("diego", "x")
		for i := range 45 {
			if outcome := adapter.Send(t.Context(), account, text(in.From, "x")); outcome.Verdict != channel.VerdictAccepted {
				t.Fatalf("message %d: %+v", i, outcome)
			}
		}
		outcome := adapter.Send(t.Context(), account, text(in.From, "x"))
		if outcome.Verdict != channel.VerdictRetry || outcome.Failure.Class != channel.ClassPair || outcome.Scope != channel.ScopeContact {
			t.Errorf("outcome is %+v", outcome)
		}
		w.clock(7 * time.Second)
		if outcome := adapter.Send(t.Context(), account, text(in.From, "x")); outcome.Verdict != channel.VerdictAccepted {
			t.Errorf("after 7 s: %+v", outcome)
		}
	})
}

func TestWebhooks_wait_until_the_hub_takes_them_and_keep_their_order(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	w.hub.answer(http.StatusServiceUnavailable)
	var ids []any
	for range 5 {
		ids = append(ids, w.phone("POST", "contacts/marta/messages", map[string]any{"text": "x"})["id"])
	}
	w.hub.answer(0)
	w.hub.wait("last", func(e channel.Event) bool { return e.Message != nil && e.Message.ProviderID == ids[4] })
	for i, event := range w.hub.all() {
		if event.Message.ProviderID != ids[i] {
			t.Errorf("event %d is out of order", i)
		}
	}
}
