package access_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/audit"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const password = "correct horse battery"

func TestPassword(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	hash, err := access.HashPassword(ctx, password)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatal(hash, err)
	}
	if again, _ := access.HashPassword(ctx, password); again == hash {
		t.Error("two hashes have the same salt")
	}
	for try, want := range map[string]bool{password: true, "": false, password + " ": false, strings.ToUpper(password): false} {
		if fits, err := access.CheckPassword(ctx, hash, try); err != nil || fits != want {
			t.Errorf("%q: %v, %v", try, fits, err)
		}
	}
	if fits, err := access.CheckPassword(ctx, "", ""); fits || err != nil {
		t.Errorf("an account without a password: %v, %v", fits, err)
	}
	if _, err := access.HashPassword(ctx, strings.Repeat("ä", access.MinPassword-1)); !errors.Is(err, access.ErrPasswordShort) {
		t.Errorf("a short one: %v", err)
	}
	parts := strings.Split(hash, "$")
	for name, damaged := range map[string]string{
		"no parts": "x", "another kind": strings.Replace(hash, "argon2id", "argon2i", 1), "another version": strings.Replace(hash, "v=19", "v=16", 1),
		"no passes": strings.Replace(hash, "t=2", "t=0", 1), "no lanes": strings.Replace(hash, "p=1", "p=0", 1),
		"no key": strings.TrimSuffix(hash, parts[5]), "a cut key": hash[:len(hash)-20], "no base64": hash[:len(hash)-1] + "!",
	} {
		if fits, err := access.CheckPassword(ctx, damaged, password); fits || err == nil {
			t.Errorf("a hash with %s: %v, %v", name, fits, err)
		}
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 0)
		a := access.New(s, w.Now)
		add := func(email string) db.Agent {
			row, err := admin.AddAgent(t.Context(), s, w.ID, admin.Agent{Email: email, Role: "agent", Password: password})
			if err != nil {
				t.Fatal(err)
			}
			return row
		}
		ines := add("ines@ondaverde.example")
		t.Run("makes_a_session_that_ends", func(t *testing.T) {
			token, agent, err := a.SignIn(t.Context(), " INES@ondaverde.example ", password, strings.Repeat("ü", 200))
			if err != nil || agent.ID != ines.ID {
				t.Fatal(agent, err)
			}
			actor, err := a.Recognise(t.Context(), token)
			if err != nil || actor.AgentID != ines.ID || actor.WorkspaceID != w.ID || actor.Role != "agent" {
				t.Fatal(actor, err)
			}
			for _, wrong := range []string{"", "x", token + "x", strings.ToUpper(token)} {
				if _, err := a.Recognise(t.Context(), wrong); !errors.Is(err, access.ErrNoSession) {
					t.Errorf("%q: %v", wrong, err)
				}
			}
			other, _, err := a.SignIn(t.Context(), ines.Email, password, "another device")
			if err != nil {
				t.Fatal(err)
			}
			if err := a.SignOut(t.Context(), actor); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Recognise(t.Context(), token); !errors.Is(err, access.ErrNoSession) {
				t.Errorf("a token that was signed out: %v", err)
			}
			if _, err := a.Recognise(t.Context(), other); err != nil {
				t.Errorf("another device: %v", err)
			}
		})
		t.Run("says_the_same_of_everybody_it_denies", func(t *testing.T) {
			for _, try := range [][2]string{{ines.Email, "wrong password"}, {"nobody@ondaverde.example", password}, {"", ""}, {strings.Repeat("a", 1000), password}, {ines.Email, strings.Repeat("a", 2000)}} {
				if _, _, err := a.SignIn(t.Context(), try[0], try[1], ""); !errors.Is(err, access.ErrDenied) {
					t.Errorf("%v", err)
				}
			}
		})
		t.Run("many_attempts_at_once_are_throttled_like_any", func(t *testing.T) {
			rui, other := add("rui@ondaverde.example"), add("other@ondaverde.example")
			var checked, throttled atomic.Int64
			var group sync.WaitGroup
			for range 24 {
				group.Go(func() {
					_, _, err := a.SignIn(t.Context(), rui.Email, "wrong password", "")
					switch {
					case errors.Is(err, access.ErrDenied):
						checked.Add(1)
					case errors.As(err, new(*access.LockedError)):
						throttled.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			group.Wait()
			if checked.Load() != 8 || throttled.Load() != 16 {
				t.Errorf("%d were checked, %d throttled", checked.Load(), throttled.Load())
			}
			var locked *access.LockedError
			if _, _, err := a.SignIn(t.Context(), rui.Email, password, ""); !errors.As(err, &locked) || locked.Wait <= 0 || locked.Wait > 15*time.Minute {
				t.Errorf("then the right one: %v", err)
			}
			if _, _, err := access.New(s, w.Now).SignIn(t.Context(), rui.Email, password, ""); !errors.As(err, &locked) {
				t.Errorf("at another hub: %v", err)
			}
			if err := a.SetPassword(t.Context(), rui, "another long password", access.Actor{}); err != nil {
				t.Fatal(err)
			}
			if _, _, err := a.SignIn(t.Context(), rui.Email, "another long password", ""); err != nil {
				t.Errorf("after an admin has reset it: %v", err)
			}
			for n := range 9 { // an address that nobody has is locked like any
				_, _, err := a.SignIn(t.Context(), "ghost@ondaverde.example", password, "")
				if errors.As(err, &locked) != (n == 8) {
					t.Errorf("attempt %d at a ghost: %v", n, err)
				}
			}
			for range 10 { // who signs in rightly never waits
				if _, _, err := a.SignIn(t.Context(), other.Email, password, ""); err != nil {
					t.Fatal(err)
				}
			}
		})
		t.Run("a_session_ends_when_it_is_ended_or_not_used", func(t *testing.T) {
			eva, now := add("eva@ondaverde.example"), w.Now()
			a := access.New(s, func() time.Time { return now })
			open := func() (string, access.Actor) {
				token, _, err := a.SignIn(access.WithAddress(t.Context(), "203.0.113.9"), eva.Email, password, "laptop")
				if err != nil {
					t.Fatal(err)
				}
				actor, err := a.Recognise(t.Context(), token)
				if err != nil {
					t.Fatal(err)
				}
				return token, actor
			}
			first, one := open()
			second, two := open()
			third, three := open()
			listed, err := a.Sessions(t.Context(), w.ID, eva.ID)
			if err != nil || len(listed) != 3 || listed[0].DeviceName != "laptop" || listed[0].Address != "203.0.113.9" {
				t.Fatal(listed, err)
			}
			if err := a.EndSession(t.Context(), w.ID, ines.ID, one.SessionID, access.Actor{}); !errors.Is(err, access.ErrNoSuchSession) {
				t.Errorf("as somebody else's: %v", err)
			}
			if err := a.EndSession(t.Context(), w.ID, eva.ID, one.SessionID, two); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Recognise(t.Context(), first); !errors.Is(err, access.ErrRevoked) {
				t.Errorf("ended: %v", err)
			}
			if err := a.EndSession(t.Context(), w.ID, eva.ID, one.SessionID, two); !errors.Is(err, access.ErrNoSuchSession) {
				t.Errorf("ended twice: %v", err)
			}
			if err := a.ChangePassword(t.Context(), two, "no", "a longer password"); !errors.Is(err, access.ErrWrongPassword) {
				t.Errorf("wrong present password: %v", err)
			}
			if err := a.ChangePassword(t.Context(), two, password, "short"); !errors.Is(err, access.ErrPasswordShort) {
				t.Errorf("short: %v", err)
			}
			if err := a.ChangePassword(t.Context(), two, password, "a longer password"); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Recognise(t.Context(), third); !errors.Is(err, access.ErrRevoked) {
				t.Errorf("another device after the password was changed: %v, %v", three, err)
			}
			now = now.Add(access.IdleLimit - time.Minute)
			if _, err := access.New(s, func() time.Time { return now }).Recognise(t.Context(), second); err != nil {
				t.Errorf("used in time: %v", err)
			}
			now = now.Add(access.IdleLimit - time.Minute) // its use put the end off
			if _, err := a.Recognise(t.Context(), second); err != nil {
				t.Errorf("used in time again: %v", err)
			}
			now = now.Add(access.IdleLimit + time.Hour)
			if _, err := a.Recognise(t.Context(), second); !errors.Is(err, access.ErrExpired) {
				t.Errorf("not used: %v", err)
			}
			if listed, _ := a.Sessions(t.Context(), w.ID, eva.ID); len(listed) != 0 {
				t.Errorf("still listed: %v", listed)
			}
			lastly, _, err := a.SignIn(t.Context(), eva.Email, "a longer password", "")
			if err != nil {
				t.Fatal(err)
			}
			people := &admin.People{Store: s, Access: a, Now: w.Now}
			if err := people.Switch(t.Context(), access.Actor{WorkspaceID: w.ID}, eva.ID, true); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Recognise(t.Context(), lastly); !errors.Is(err, access.ErrRevoked) {
				t.Errorf("switched off: %v", err)
			}
			if _, _, err := a.SignIn(t.Context(), eva.Email, "a longer password", ""); !errors.Is(err, access.ErrDenied) {
				t.Errorf("signs in although switched off: %v", err)
			}
			rows, err := audit.Latest(t.Context(), s, w.ID, 100)
			if err != nil {
				t.Fatal(err)
			}
			var done []string
			for _, row := range rows {
				if row.SubjectID == eva.ID {
					done = append(done, row.Action)
				}
			}
			want := []string{"agent_disabled", "signed_in", "password_changed", "session_ended", "signed_in", "signed_in", "signed_in", "agent_added"}
			if !slices.Equal(done, want) {
				t.Errorf("the audit says %v", done)
			}
		})
	})
}
