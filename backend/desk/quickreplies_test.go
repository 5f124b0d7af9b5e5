package desk_test

import (
	"slices"
	"testing"

	"parley/backend/conversation"
	"parley/backend/desk/desktest"
	"parley/backend/desk/outbox"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func TestQuickReplies(t *testing.T) {
	b := begin(t)
	b.hub.Put(
		&hubv1.QuickReply{Id: conversation.NewID(), Shortcut: "hello", Language: "pt", Text: "Olá"},
		&hubv1.QuickReply{Id: conversation.NewID(), Shortcut: "hello", Language: "en", Text: "Hello"},
		&hubv1.QuickReply{Id: conversation.NewID(), OwnerId: desktest.ColleagueID, Shortcut: "secret", Text: "theirs"},
	)
	texts := func() (all []string) {
		for _, q := range must(b.QuickReplies(t.Context())) {
			all = append(all, q.Text)
		}
		return all
	}
	b.until("everybody's are here, a colleague's are not", func() bool { return slices.Equal(texts(), []string{"Hello", "Olá"}) })
	if outcome := must(b.SaveQuickReply(t.Context(), &hubv1.SaveQuickReply{Shortcut: "bye", Text: "Goodbye"})); outcome.State != outbox.Done {
		t.Fatalf("outcome: %+v", outcome)
	}
	b.until("the own one is there", func() bool { return slices.Equal(texts(), []string{"Goodbye", "Hello", "Olá"}) })
	b.offline()
	own := must(b.QuickReplies(t.Context()))[0]
	if outcome := must(b.DeleteQuickReply(t.Context(), own.Id)); outcome.State != outbox.Denied || outcome.Refusal.Code != outbox.CodeOffline {
		t.Fatalf("outcome: %+v", outcome)
	}
	b.online()
	must(b.DeleteQuickReply(t.Context(), own.Id))
	b.until("it is gone", func() bool { return slices.Equal(texts(), []string{"Hello", "Olá"}) })
}
