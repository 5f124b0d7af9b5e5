package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"parley/app/dto"
	"parley/app/notify"
	"parley/app/settings"
	"parley/backend/desk/alerts"
	"parley/backend/desk/desktest"
)

// until waits for what happens in the background.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for limit := time.Now().Add(10 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("did not happen: %s", what)
		}
	}
}

func TestResponses(t *testing.T) {
	a, hub, id := open(t)
	if outcome, err := (&Conversations{app: a}).Assign(id); err != nil || outcome.State != "done" {
		t.Fatalf("assign: %+v %v", outcome, err)
	}
	last := hub.Write(id, "Are you there?")
	drafts := &Drafts{app: a}
	draft := func() string {
		t.Helper()
		kept, err := drafts.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		return kept.Text
	}
	if err := drafts.Save(dto.Draft{ConversationID: id, Text: "Dear Ana,"}); err != nil {
		t.Fatal(err)
	}
	until(t, "the message is here", func() bool {
		all, err := (&Thread{app: a}).Messages([]string{last})
		return err == nil && len(all) == 1
	})
	n := notify.Notification{Key: id, ConversationID: id, MessageID: last}

	t.Run("mark read does that, and opens nothing", func(t *testing.T) {
		a.responded(notify.Response{Notification: n, Action: notify.ActionRead})
		until(t, "read", func() bool { return hub.Conversation(id).Unread == 0 })
		if to, _ := (&Shell{app: a}).TakeNavigation(); to != (dto.Navigation{}) {
			t.Fatalf("leads to %+v", to)
		}
	})
	t.Run("a reply is sent, and what is in the editor stays there", func(t *testing.T) {
		a.responded(notify.Response{Notification: n, Action: notify.ActionReply, Text: "Yes, we are"})
		until(t, "sent", func() bool { return len(sends(hub)) == 1 })
		if got := sends(hub)[0]; got != "Yes, we are" || draft() != "Dear Ana," {
			t.Fatalf("sent %q, the draft is %q", got, draft())
		}
	})
	t.Run("a reply that cannot be sent is a draft, and the agent is shown", func(t *testing.T) {
		long := strings.Repeat("x", 5000)
		a.responded(notify.Response{Notification: n, Action: notify.ActionReply, Text: long})
		until(t, "shown", func() bool {
			to, _ := (&Shell{app: a}).TakeNavigation()
			return to == dto.Navigation{ConversationID: id, MessageID: last}
		})
		if draft() != long+"\nDear Ana," || len(sends(hub)) != 1 {
			t.Fatalf("the draft is %.20q…, %d were sent", draft(), len(sends(hub)))
		}
	})
	t.Run("a click leads to the message", func(t *testing.T) {
		a.responded(notify.Response{Notification: n, Action: notify.ActionOpen})
		if to, _ := (&Shell{app: a}).TakeNavigation(); to != (dto.Navigation{ConversationID: id, MessageID: last}) {
			t.Fatalf("leads to %+v", to)
		}
	})
}

func sends(hub *desktest.Hub) (texts []string) {
	for _, m := range hub.Sends() {
		texts = append(texts, m.Content.Text)
	}
	return texts
}

func TestAlertPrefs(t *testing.T) {
	usual := alertPrefs(settings.Defaults())
	if !usual.Enabled || !slices.Equal(usual.Ladder, alerts.DefaultLadder) || usual.QuietFrom != usual.QuietUntil {
		t.Fatalf("usually: %+v", usual)
	}
	for _, rule := range alerts.Rules {
		if wish := usual.Wish(rule.Kind); wish != (alerts.Wish{On: true, Sound: rule.Sound}) {
			t.Errorf("%s is usually %+v", rule.Kind, wish)
		}
	}
	s := settings.Defaults()
	s.Alerts.Quiet, s.Alerts.QuietFrom, s.Alerts.QuietUntil = true, "22:30", "07:00"
	s.Alerts.LadderMinutes, s.Alerts.InboxRepeatMinutes = [3]int{0, 0, 10}, 5
	got := alertPrefs(s)
	if got.QuietFrom != 22*60+30 || got.QuietUntil != 7*60 || !slices.Equal(got.Ladder, []time.Duration{10 * time.Minute}) || got.InboxRepeat != 5*time.Minute {
		t.Fatalf("wishes: %+v", got)
	}
	t.Run("no step is no alert, and not the usual ones", func(t *testing.T) {
		s.Alerts.LadderMinutes = [3]int{}
		if ladder := alertPrefs(s).Ladder; ladder == nil || len(ladder) != 0 {
			t.Fatalf("steps: %v", ladder)
		}
	})
}
