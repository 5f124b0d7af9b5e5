package admin_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/backend/conversation"
	"parley/backend/hub/admin"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	"parley/backend/hub/touchpoint"
)

// An admin connects a number and replaces its token; the secrets stand sealed in the row and nowhere else.
func TestConnect(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 0), t.Context()
		channels := &admin.Channels{Store: s, Directory: m.Directory, Sealer: m.Sealer, Now: m.Now}
		wanted := admin.Touchpoint{
			Channel: conversation.ChannelWhatsApp, Name: " Tours ", Identification: "+351 912 345 678", AccountID: " 106540352242922 ", BusinessID: "102290129340398",
			Secrets: touchpoint.Secrets{Token: "EAAtoken-one\n", AppSecret: "secret-one", VerifyToken: "verify-one"}, QueueID: m.WhatsApp.QueueID,
		}
		id, err := channels.Connect(ctx, m.eva, wanted)
		must(t, err)
		opened, known := m.Directory.ByID(m.ID, id)
		if !known || opened.Name != "Tours" || opened.Identification != "+351912345678" || opened.AccountID != "106540352242922" || opened.GraphURL != "" ||
			opened.Account.Token.Reveal() != "EAAtoken-one" || opened.VerifyToken.Reveal() != "verify-one" {
			t.Errorf("connected %v: %+v", known, opened)
		}
		must(t, channels.Replace(ctx, m.eva, id, touchpoint.Secrets{Token: " EAAtoken-two "}))
		opened, _ = m.Directory.ByID(m.ID, id)
		if opened.Account.Token.Reveal() != "EAAtoken-two" || opened.Account.AppSecret.Reveal() != "secret-one" {
			t.Errorf("replaced all, or nothing: %v", opened.Account)
		}
		if done := m.done(id); len(done) != 2 || done[0] != "touchpoint_added whatsapp Tours" || done[1] != "secrets_replaced token" {
			t.Errorf("the audit says %q", done)
		}
		row, err := s.Read().Touchpoint(ctx, db.TouchpointParams{WorkspaceID: m.ID, ID: id})
		must(t, err)
		entries, err := audit.Latest(ctx, s, m.ID, 100)
		must(t, err)
		for _, clear := range []string{"EAAtoken", "secret-one", "verify-one"} {
			if strings.Contains(fmt.Sprintf("%+v %+v %v", row, entries, opened.Account), clear) {
				t.Errorf("%q stands in the clear", clear)
			}
		}

		for want, change := range map[*admin.Problem]func(*admin.Touchpoint){
			admin.ErrNoChannel:   func(t *admin.Touchpoint) { t.Channel = "telegram" },
			admin.ErrName:        func(t *admin.Touchpoint) { t.Name = "\t" },
			admin.ErrAccount:     func(t *admin.Touchpoint) { t.AccountID = "../me" },
			admin.ErrBusiness:    func(t *admin.Touchpoint) { t.BusinessID = "" },
			admin.ErrNumber:      func(t *admin.Touchpoint) { t.Identification = "912 345 678" },
			admin.ErrToken:       func(t *admin.Touchpoint) { t.Secrets.Token = "two words" },
			admin.ErrAppSecret:   func(t *admin.Touchpoint) { t.Secrets.AppSecret = "" },
			admin.ErrVerifyToken: func(t *admin.Touchpoint) { t.Secrets.VerifyToken = strings.Repeat("x", 5000) },
			admin.ErrNoQueue:     func(t *admin.Touchpoint) { t.QueueID = "nothing" },
			admin.ErrAccountUsed: func(*admin.Touchpoint) {},
		} {
			bad := wanted
			change(&bad)
			_, err := channels.Connect(ctx, m.eva, bad)
			m.refuses(want, err)
		}
		m.refuses(admin.ErrNoTouchpoint, channels.Replace(ctx, m.eva, "nothing", touchpoint.Secrets{Token: "x"}))
		m.refuses(admin.ErrToken, channels.Replace(ctx, m.eva, id, touchpoint.Secrets{Token: "a b"}))
		for want, ask := range map[*admin.Problem][2]string{
			admin.ErrNoTouchpoint: {"nothing", "+351912345678"}, admin.ErrTestContact: {m.Messenger.ID, "+351912345678"}, admin.ErrNumber: {id, "call me"},
		} {
			_, err := channels.SendTest(ctx, m.eva, ask[0], admin.Test{Number: ask[1]})
			m.refuses(want, err)
		}
	})
}

// A touchpoint whose token has run out is tried again as soon as it has another one.
func TestReplacedTokenIsTriedAtOnce(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 0), t.Context()
		later := m.NowMs() + 600_000
		_, err := s.InTx(ctx, m.ID, func(tx *store.Tx) error {
			_, err := tx.PauseTouchpoint(ctx, db.PauseTouchpointParams{WorkspaceID: m.ID, ID: m.WhatsApp.ID, Reason: "token", UntilMs: later, NowMs: m.NowMs()})
			return err
		})
		must(t, err)
		channels := &admin.Channels{Store: s, Directory: m.Directory, Sealer: m.Sealer, Now: m.Now}
		must(t, channels.Replace(ctx, m.eva, m.WhatsApp.ID, touchpoint.Secrets{Token: "another"}))
		due, err := s.Read().TouchpointsToProbe(ctx, m.NowMs())
		if err != nil || len(due) != 1 || due[0].ID != m.WhatsApp.ID {
			t.Errorf("to be tried: %d, %v", len(due), err)
		}
	})
}

// A Page's test goes to who has written to that Page and may be written to, each offered once, the latest first.
func TestTestContacts(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 0), t.Context()
		channels := &admin.Channels{Store: s, Directory: m.Directory, Sealer: m.Sealer, Now: m.Now}
		at := func(touchpointID string, wrote, until int64) db.Conversation {
			return m.Conversation(t, func(c *db.Conversation) {
				c.TouchpointID, c.LastInboundMs, c.WindowUntilMs = touchpointID, m.NowMs()+wrote, m.NowMs()+until
			})
		}
		earlier, later := at(m.Messenger.ID, -2000, 60_000), at(m.Messenger.ID, -1000, 60_000)
		closed, elsewhere := at(m.Messenger.ID, -500, -1), at(m.WhatsApp.ID, -500, 60_000)
		again := m.Conversation(t, func(c *db.Conversation) { // an earlier one of the same contact
			c.ContactID, c.TouchpointID, c.Status, c.LastInboundMs, c.WindowUntilMs = later.ContactID, m.Messenger.ID, "closed", m.NowMs()-1500, m.NowMs()+60_000
		})
		rows, err := channels.TestContacts(ctx, m.ID, m.Messenger.ID)
		must(t, err)
		var got []string
		for _, row := range rows {
			got = append(got, row.ID)
		}
		if want := []string{later.ID, earlier.ID}; !slices.Equal(got, want) {
			t.Errorf("offers %v, not %v (and not %s)", got, want, again.ID)
		}
		for _, id := range []string{closed.ID, elsewhere.ID, "", "nothing"} {
			_, err := channels.SendTest(ctx, m.eva, m.Messenger.ID, admin.Test{ConversationID: id})
			m.refuses(admin.ErrTestContact, err)
		}
		_, err = channels.TestContacts(ctx, m.ID, "nothing")
		m.refuses(admin.ErrNoTouchpoint, err)
	})
}
