package delivery_test

import (
	"log/slog"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/hub/access"
	"parley/backend/hub/erase"
	"parley/backend/hub/lane"
	"parley/backend/hub/media"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// A contact is erased while a message to them is at Meta and others wait: the others are not sent, and Meta's answer, which
// tells how it knows the receiver, brings nothing of them back.
func TestErasedUnderWay(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]channel.Outcome{
		"accepted": {Verdict: channel.VerdictAccepted, ProviderID: "wamid.late", Canonical: channel.Address{Phone: "351955501234"}},
		"refused":  refused(channel.ClassContent),
		"retried":  {Verdict: channel.VerdictRetry, Failure: channel.Failure{Class: channel.ClassBusy}},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, o *office) {
				c := o.open(t)
				o.write(t, c, "first")
				o.write(t, c, "second")
				blobs, err := media.OpenFolder(t.TempDir())
				if err != nil {
					t.Fatal(err)
				}
				log := slog.New(slog.DiscardHandler)
				eraser := &erase.Eraser{
					Store: o.Store, Now: o.Now, Log: log, Rest: time.Minute, Files: &media.Sweeper{Store: o.Store, Blobs: blobs, Now: time.Now, Log: log},
				}
				o.meta.answer = func(int, channel.Outgoing) channel.Outcome { return answer }
				o.meta.during = func(channel.Outgoing) {
					if _, err := eraser.Ask(t.Context(), access.Actor{WorkspaceID: o.ID}, c.ContactID); err != nil {
						t.Error(err)
					}
					l, err := o.Store.ClaimLane(t.Context(), erase.Lane, "eraser", o.NowMs(), o.NowMs()+lane.Lease.Milliseconds())
					if err == nil {
						_, err = eraser.Handle(t.Context(), l)
					}
					if err != nil {
						t.Error(err)
					}
				}
				o.step(t)
				o.step(t)
				equal(t, "requests", o.meta.texts(), []string{"first"})
				if _, err := o.Store.Read().Identity(t.Context(), db.IdentityParams{
					WorkspaceID: o.ID, Channel: "whatsapp", Kind: store.IdentityPhone, Value: "351955501234",
				}); !store.NotFound(err) {
					t.Errorf("they are known again: %v", err)
				}
				if _, err := o.Store.Read().Conversation(t.Context(), db.ConversationParams{WorkspaceID: o.ID, ID: c.ID}); !store.NotFound(err) {
					t.Errorf("their conversation is there: %v", err)
				}
			})
		})
	}
}
