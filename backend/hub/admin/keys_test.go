package admin_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"
)

// An admin makes an API key, which opens the hub as far as its scopes reach, and ends it; it is shown once and kept nowhere.
func TestKeys(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 1), t.Context()
		ana := m.Agents[0].AgentID
		wanted := admin.NewKey{Name: " CRM ", AgentID: ana, Scopes: []string{"send", "read", "send"}, Days: 30}
		key, err := m.people.AddKey(ctx, m.eva, wanted)
		must(t, err)
		actor, err := m.access.Recognise(ctx, key)
		if err != nil || actor.AgentID != ana || !actor.Reaches(access.ActionRead) || actor.Reaches("save_note") || actor.Reaches("add_key") {
			t.Errorf("%+v, %v", actor, err)
		}
		rows, err := m.people.Keys(ctx, m.ID)
		must(t, err)
		if len(rows) != 1 || rows[0].Name != "CRM" || rows[0].Scopes != "read,send" || !strings.HasPrefix(key, rows[0].Beginning) || strings.Contains(rows[0].KeyHash, key) {
			t.Fatalf("lists %+v", rows)
		}
		for want, change := range map[*admin.Problem]func(*admin.NewKey){
			admin.ErrKeyTaken: func(*admin.NewKey) {},
			admin.ErrName:     func(k *admin.NewKey) { k.Name = " " },
			admin.ErrScopes:   func(k *admin.NewKey) { k.Scopes = []string{"everything"} },
			admin.ErrDays:     func(k *admin.NewKey) { k.Days = -1 },
			admin.ErrNoPerson: func(k *admin.NewKey) { k.AgentID = "nobody" },
		} {
			bad := wanted
			change(&bad)
			_, err := m.people.AddKey(ctx, m.eva, bad)
			m.refuses(want, err)
		}
		must(t, m.people.RevokeKey(ctx, m.eva, rows[0].ID))
		if _, err := m.access.Recognise(ctx, key); !errors.Is(err, access.ErrRevoked) {
			t.Errorf("the key that was ended still opens: %v", err)
		}
		m.refuses(admin.ErrNoKey, m.people.RevokeKey(ctx, m.eva, rows[0].ID))
		if done, want := m.done(ana), []string{"api_key_added CRM: read,send", "api_key_revoked CRM"}; !slices.Equal(done, want) {
			t.Errorf("the audit says %q", done)
		}
	})
}
