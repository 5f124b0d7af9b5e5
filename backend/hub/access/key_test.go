package access_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

// A program opens the hub with its key, within its scopes and only as long as its key, its account and its time last.
func TestKeys(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 2, hubtest.Channels()...)
		a := access.New(s, w.Now)
		ctx := access.WithAddress(t.Context(), "192.0.2.7")
		agent := db.Agent{WorkspaceID: w.ID, ID: w.Agents[0].AgentID}
		add := func(name string, life time.Duration) string {
			t.Helper()
			key, err := a.AddKey(ctx, agent, name, []string{access.ScopeRead, access.ScopeNotes}, life, access.Actor{})
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
		key := add("CRM", 0)
		actor, err := a.Recognise(ctx, key)
		if err != nil || actor.AgentID != agent.ID || actor.Role != "agent" || actor.KeyScopes != "read,notes" {
			t.Fatalf("%+v, %v", actor, err)
		}
		if !actor.MayAtAll("save_note") || !actor.MayAtAll("snapshot") || actor.MayAtAll("send_message") || actor.MayAtAll("change_password") || actor.MayAtAll("wallboard") {
			t.Error("the scopes or the role are not kept")
		}
		rows, err := a.Keys(ctx, w.ID)
		if err != nil || len(rows) != 1 || rows[0].UsedMs != w.NowMs() || rows[0].Address != "192.0.2.7" || !strings.HasPrefix(key, rows[0].Beginning) {
			t.Errorf("%+v, %v", rows, err)
		}
		if strings.Contains(rows[0].KeyHash, key) || len(rows[0].Beginning) > 20 {
			t.Error("the key itself is kept")
		}
		for name, scopes := range map[string][]string{"CRM": {access.ScopeRead}, "": {access.ScopeRead}, "a": nil, "b": {"everything"}} {
			if _, err := a.AddKey(ctx, agent, name, scopes, 0, access.Actor{}); err == nil {
				t.Errorf("a key %q for %v", name, scopes)
			}
		}
		short := add("for a day", 24*time.Hour)
		w.Advance(23 * time.Hour)
		if _, err := a.Recognise(ctx, short); err != nil {
			t.Error(err)
		}
		w.Advance(time.Hour)
		if _, err := a.Recognise(ctx, short); !errors.Is(err, access.ErrExpired) {
			t.Errorf("after its time: %v", err)
		}
		for _, wrong := range []string{key + "x", key[:len(key)-1], "parley_key_", strings.ToUpper(key)} {
			if _, err := a.Recognise(ctx, wrong); !errors.Is(err, access.ErrNoSession) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		other := add("other", 0)
		if err := a.RevokeKey(ctx, w.ID, "CRM", access.Actor{}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Recognise(ctx, key); !errors.Is(err, access.ErrRevoked) {
			t.Errorf("after it was revoked: %v", err)
		}
		if err := a.RevokeKey(ctx, w.ID, "CRM", access.Actor{}); !errors.Is(err, access.ErrNoKey) {
			t.Errorf("revoked twice: %v", err)
		}
		add("CRM", 0) // the name is free again
		if _, err := s.InTx(ctx, w.ID, func(tx *store.Tx) error { return a.SetDisabled(ctx, tx, agent.ID, true, access.Actor{}) }); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Recognise(ctx, other); !errors.Is(err, access.ErrRevoked) {
			t.Errorf("of an account that is switched off: %v", err)
		}
		lines, err := audit.Latest(ctx, s, w.ID, 10)
		said := ""
		for _, line := range lines {
			said += line.Action + " " + line.Detail + "; "
		}
		if err != nil || !strings.Contains(said, "api_key_added CRM: read,notes") || !strings.Contains(said, "api_key_revoked CRM") || strings.Contains(said, key) {
			t.Errorf("the audit says %s, %v", said, err)
		}
	})
}

// A program that runs wild is held back, and a person is not.
func TestKeyIsHeldBack(t *testing.T) {
	a := access.New(nil, time.Now)
	program, busy := access.Actor{SessionID: "k", KeyScopes: access.ScopeRead}, 0
	for range 300 {
		var wait *access.BusyError
		if errors.As(a.Admit(program), &wait) && wait.Wait > 0 {
			busy++
		}
		if err := a.Admit(access.Actor{SessionID: "s"}); err != nil {
			t.Fatal(err)
		}
	}
	if busy < 150 || busy > 200 {
		t.Errorf("%d of 300 calls at once were held back", busy)
	}
	if err := a.Admit(access.Actor{SessionID: "another", KeyScopes: access.ScopeRead}); err != nil {
		t.Errorf("another key is held back: %v", err)
	}
}
