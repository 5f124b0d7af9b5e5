//go:build !windows

package main_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"parley/backend/desk/hubclient"
	"parley/backend/desk/signin"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// revokedWithin is how soon a desk that is online knows that its access has ended.
const revokedWithin = 3 * time.Second

// A computer signs in to a hub, watches it, and is told within seconds when an operator ends its session, whichever process
// the operator uses.
func TestSignInAndRevocation(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			i := install(t, engine)
			i.must("agent", "add", "--email", "rui@example.com", "--name", "Rui")
			i.serve()
			client := signin.Client()
			hub, err := signin.Find(t.Context(), client, strings.TrimPrefix(i.base, "http://"))
			if err != nil || hub.WorkspaceName != "Ondaverde" || !hub.Password || hub.Address != i.base {
				t.Fatalf("%+v %v", hub, err)
			}
			var problem *signin.Problem
			if _, err := signin.SignIn(t.Context(), client, hub, "rui@example.com", "wrong password"); !errors.As(err, &problem) || problem.Code != signin.Denied {
				t.Fatalf("wrong password: %v", err)
			}
			for _, end := range [][]string{
				{"session", "end", "--email", "rui@example.com"},
				{"agent", "password", "--email", "rui@example.com"},
				{"agent", "disable", "--email", "rui@example.com"},
			} {
				signed, err := signin.SignIn(t.Context(), client, hub, " Rui@example.com", password)
				if err != nil || signed.WorkspaceName != "Ondaverde" {
					t.Fatalf("%+v %v", signed, err)
				}
				if listed := i.must("session", "list", "--email", "rui@example.com"); strings.Count(listed, "\n") != 1 || !strings.Contains(listed, "127.0.0.1") {
					t.Fatalf("listed: %q", listed)
				}
				watchUntilRevoked(t, hubclient.New(client, hub.Address, func(context.Context) (string, error) { return signed.Token, nil }),
					func() { i.must(end...) })
			}
			if _, err := signin.SignIn(t.Context(), client, hub, "rui@example.com", password); !errors.As(err, &problem) || problem.Code != signin.Denied {
				t.Fatalf("switched off: %v", err)
			}
			i.must("agent", "enable", "--email", "rui@example.com")
			for range 8 {
				_, _ = signin.SignIn(t.Context(), client, hub, "rui@example.com", "wrong password")
			}
			if _, err := signin.SignIn(t.Context(), client, hub, "rui@example.com", password); !errors.As(err, &problem) || problem.Code != signin.Locked || problem.Wait < 14*time.Minute {
				t.Fatalf("locked: %v", err)
			}
			i.must("agent", "password", "--email", "rui@example.com")
			if _, err := signin.SignIn(t.Context(), client, hub, "rui@example.com", password); err != nil {
				t.Fatalf("after a reset: %v", err)
			}
			said := i.must("audit")
			for _, action := range []string{"agent_added", "signed_in", "session_ended", "password_reset", "agent_disabled", "agent_enabled", "sign_in_locked"} {
				if !strings.Contains(said, action) {
					t.Errorf("the audit does not tell of %s:\n%s", action, said)
				}
			}
		})
	}
}

// watchUntilRevoked has a desk watch, ends its session, and checks how soon it knows.
func watchUntilRevoked(t *testing.T, desk *hubclient.Client, end func()) {
	t.Helper()
	page, err := desk.Snapshot(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	watching, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		first := true
		ended <- desk.Watch(t.Context(), page.Cursor, func(*hubv1.Frame) error {
			if first {
				close(watching)
			}
			first = false
			return nil
		})
	}()
	select {
	case <-watching:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing to watch")
	}
	end()
	began := time.Now()
	select {
	case err := <-ended:
		if took := time.Since(began); !errors.Is(err, hubclient.ErrRevoked) || took > revokedWithin {
			t.Fatalf("after %v: %v", took, err)
		}
		t.Logf("told within %v", time.Since(began))
	case <-time.After(20 * time.Second):
		t.Fatal("the desk was not told")
	}
	if _, err := desk.Me(t.Context()); !errors.Is(err, hubclient.ErrRevoked) {
		t.Fatalf("calls: %v", err)
	}
}

// Somebody who was invited chooses their password by a link that works once, and is replaced by the next one.
func TestInvitation(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			i := install(t, engine)
			i.serve()
			invite := func() signin.Invitation {
				link := strings.TrimSpace(i.must("agent", "invite", "--email", "eva@example.com", "--name", "Eva", "--public-url", i.base))
				invitation, ok := signin.ParseInvitation(link)
				if !ok || invitation.Address != i.base {
					t.Fatalf("the link %q: %+v", link, invitation)
				}
				return invitation
			}
			client, old, now := signin.Client(), invite(), invite()
			problem := func(err error) signin.Code {
				var problem *signin.Problem
				if errors.As(err, &problem) {
					return problem.Code
				}
				return ""
			}
			if _, err := old.Look(t.Context(), client); problem(err) != signin.NoInvitation {
				t.Errorf("the one that was replaced: %v", err)
			}
			if of, err := now.Look(t.Context(), client); err != nil || of != (signin.Invited{WorkspaceName: "Ondaverde", Email: "eva@example.com", Name: "Eva"}) {
				t.Fatal(of, err)
			}
			if _, err := now.Accept(t.Context(), client, "short"); problem(err) != signin.ShortPassword {
				t.Errorf("a short password: %v", err)
			}
			s, err := now.Accept(t.Context(), client, password)
			if err != nil || s.Email != "eva@example.com" || s.Token == "" {
				t.Fatal(s, err)
			}
			if _, err := now.Accept(t.Context(), client, "another password"); problem(err) != signin.NoInvitation {
				t.Errorf("a second time: %v", err)
			}
			hub, err := signin.Find(t.Context(), client, i.base)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := signin.SignIn(t.Context(), client, hub, "eva@example.com", password); err != nil {
				t.Errorf("with the password that was chosen: %v", err)
			}
			i.must("agent", "disable", "--email", "eva@example.com")
			if _, stderr, code := i.run("agent", "invite", "--email", "eva@example.com", "--public-url", i.base); code != 1 || !strings.Contains(stderr, "switched off") {
				t.Errorf("who is switched off: %d %s", code, stderr)
			}
		})
	}
}
