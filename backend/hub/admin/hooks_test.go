package admin_test

import (
	"slices"
	"testing"

	"parley/backend/hub/admin"
	"parley/backend/hub/hook"
	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"
)

// An admin sees how webhooks do, and switches one off and on again.
func TestHooks(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 0), t.Context()
		hooks := &admin.Hooks{Teller: &hook.Teller{Book: &hook.Book{Store: s, Sealer: m.Sealer, Now: m.Now}}}
		_, _, err := hooks.Book.Add(ctx, m.eva, hook.Settings{Name: "CRM", Address: "https://crm.example/in", Tells: hook.Everything})
		must(t, err)
		all, err := hooks.List(ctx, m.ID)
		if err != nil || len(all) != 1 || all[0].OffReason != "" {
			t.Fatalf("%+v, %v", all, err)
		}
		id := all[0].ID
		must(t, hooks.Switch(ctx, m.eva, id, false))
		if all, err = hooks.List(ctx, m.ID); err != nil || all[0].OffReason != hook.ByHand || all[0].OffMs == 0 {
			t.Errorf("%+v, %v", all, err)
		}
		must(t, hooks.Switch(ctx, m.eva, id, true))
		if all, err = hooks.List(ctx, m.ID); err != nil || all[0].OffReason != "" {
			t.Errorf("%+v, %v", all, err)
		}
		m.refuses(admin.ErrNoHook, hooks.Switch(ctx, m.eva, "nothing", true))
		if done, want := m.done(id), []string{"webhook_added CRM", "webhook_off " + hook.ByHand, "webhook_on CRM"}; !slices.Equal(done, want) {
			t.Errorf("the audit says %q", done)
		}
	})
}

// What an admin types is looked at before it is kept, and two admins at once do not write over each other.
func TestHookSettings(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 0), t.Context()
		hooks := &admin.Hooks{Teller: &hook.Teller{Book: &hook.Book{Store: s, Sealer: m.Sealer, Now: m.Now}}}
		good := hook.Settings{Name: " CRM ", Address: " https://crm.example/in ", Tells: []string{hook.Messages, hook.Contacts}, Queues: []string{m.WhatsApp.QueueID}}
		id, secret, err := hooks.Add(ctx, m.eva, good)
		if err != nil || len(secret) < 40 {
			t.Fatal(id, secret, err)
		}
		kept := func() hook.Settings {
			t.Helper()
			all, err := hooks.List(ctx, m.ID)
			must(t, err)
			at := slices.IndexFunc(all, func(h admin.Hook) bool { return h.ID == id })
			return hook.SettingsOf(all[at].Hook)
		}
		if k := kept(); k.Name != "CRM" || k.Address != "https://crm.example/in" || k.Private {
			t.Errorf("kept as %+v", k)
		}
		for want, change := range map[*admin.Problem]func(*hook.Settings){
			admin.ErrHookName:  func(s *hook.Settings) { s.Name = " " },
			admin.ErrHookTaken: func(*hook.Settings) {},
			admin.ErrHookTells: func(s *hook.Settings) { s.Name, s.Tells = "a", nil },
			admin.ErrNoQueue:   func(s *hook.Settings) { s.Name, s.Queues = "a", []string{"nothing"} },
		} {
			s := good
			change(&s)
			_, _, err := hooks.Add(ctx, m.eva, s)
			m.refuses(want, err)
		}
		for _, address := range []string{"", "crm", "http://crm.example", "http://10.0.0.8/in", "ftp://localhost/", "https://me:secret@crm.example", "http://localhost.example/"} {
			s := good
			s.Name, s.Address = "a", address
			_, _, err := hooks.Add(ctx, m.eva, s)
			m.refuses(admin.ErrHookAddress, err)
		}
		alone := &admin.Hooks{Teller: hooks.Teller, Alone: true}
		for _, address := range []string{"http://localhost:8080/in", "http://127.0.0.1/", "http://[::1]:99/"} {
			s := good
			s.Name, s.Address = address, address
			_, _, err := hooks.Add(ctx, m.eva, s)
			m.refuses(admin.ErrHookAddress, err)
			if _, _, err := alone.Add(ctx, m.eva, s); err != nil {
				t.Errorf("%s: %v", address, err)
			}
		}
		seen := kept()
		next := seen
		next.Name, next.Queues = "Archive", nil
		must(t, hooks.Change(ctx, m.eva, id, seen, next))
		m.refuses(admin.ErrChanged, hooks.Change(ctx, m.eva, id, seen, good))
		m.refuses(admin.ErrNoHook, hooks.Change(ctx, m.eva, "nothing", seen, good))
		if k := kept(); k.Name != "Archive" || k.Queues != nil {
			t.Errorf("kept as %+v", k)
		}
		another, err := hooks.Rotate(ctx, m.eva, id)
		if err != nil || another == secret {
			t.Error(another, err)
		}
		must(t, hooks.Remove(ctx, m.eva, id))
		m.refuses(admin.ErrNoHook, hooks.Remove(ctx, m.eva, id))
		m.refuses(admin.ErrNoHook, hooks.TryNow(ctx, m.eva, id))
		if done, want := m.done(id), []string{"webhook_added CRM", "webhook_changed Archive", "webhook_changed another secret", "webhook_removed Archive"}; !slices.Equal(done, want) {
			t.Errorf("the audit says %q", done)
		}
	})
}

// A program in the company's own network, which an operator has added, keeps its address when an admin changes what it is told.
func TestPrivateHookStays(t *testing.T) {
	m, ctx := newTeam(t, storetest.Open(t, "sqlite"), 0), t.Context()
	hooks := &admin.Hooks{Teller: &hook.Teller{Book: &hook.Book{Store: m.Store, Sealer: m.Sealer, Now: m.Now}}}
	s := hook.Settings{Name: "CRM", Address: "http://crm.internal/in", Private: true, Tells: hook.Everything}
	id, _, err := hooks.Book.Add(ctx, m.eva, s)
	must(t, err)
	next := s
	next.Private, next.Tells = false, []string{hook.Notes}
	must(t, hooks.Change(ctx, m.eva, id, s, next))
	next.Private = true
	elsewhere := next
	elsewhere.Address = "http://wiki.internal/"
	m.refuses(admin.ErrHookAddress, hooks.Change(ctx, m.eva, id, next, elsewhere))
}
