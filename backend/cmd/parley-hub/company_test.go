//go:build !windows

package main_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/backend/desk/hubclient"
	"parley/backend/desk/signin"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"

	"connectrpc.com/connect"
	"golang.org/x/oauth2"
)

// employer is an installation whose people sign in with their company's account.
type employer struct {
	*installation
	provider *provider
	hub      signin.Hub
}

func employ(t *testing.T, engine string, more ...string) *employer {
	t.Helper()
	e := &employer{installation: install(t, engine)}
	for _, email := range []string{"rui@example.com", "gone@example.com", "unproven@example.com"} {
		e.must("agent", "add", "--email", email, "--name", "Somebody")
	}
	e.must("agent", "disable", "--email", "gone@example.com")
	e.serve()
	e.provider = startProvider(t, e.base)
	secret := filepath.Join(e.folder, "client-secret")
	if err := os.WriteFile(secret, []byte(clientSecret), 0o600); err != nil {
		t.Fatal(err)
	}
	e.must(append([]string{"company", "set", "--name", "Ondaverde", "--issuer", e.provider.issuer, "--client-id", clientID, "--client-secret-file", secret,
		"--public-url", e.base, "--domains", "example.com", "--groups-claim", "groups", "--admins", "it", "--supervisors", "leads", "--agents", "staff"}, more...)...)
	var err error
	if e.hub, err = signin.Find(t.Context(), signin.Client(), e.base); err != nil || e.hub.Company != "Ondaverde" {
		t.Fatal(e.hub, err)
	}
	return e
}

func (e *employer) me(t *testing.T, s signin.Session) *hubv1.Agent {
	t.Helper()
	me, err := hubclient.New(signin.Client(), e.base, func(context.Context) (string, error) { return s.Token, nil }).Me(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return me.GetAgent()
}

// signIn signs in by a browser without a screen.
func (e *employer) signIn(t *testing.T, name string) (signin.Session, error) {
	t.Helper()
	addresses := make(chan string, 1)
	done := make(chan struct{})
	var s signin.Session
	var err error
	go func() {
		defer close(done)
		s, err = signin.Browser(t.Context(), signin.Client(), e.hub, func(address string) { addresses <- address }, "Signed in.")
	}()
	select {
	case address := <-addresses:
		newBrowser(t).logIn(address, name)
		<-done
	case <-done:
	}
	return s, err
}

// Somebody signs in with the company's account in a real browser, at a real provider, and has the role that their groups give.
func TestCompanySignInInABrowser(t *testing.T) {
	e := employ(t, "sqlite")
	browsed := make(chan error, 1)
	s, err := signin.Browser(t.Context(), signin.Client(), e.hub, func(address string) {
		go func() { browsed <- chromiumLogIn(t, address, "rui@example.com", "Signed in. You can close this page.") }()
	}, "Signed in. You can close this page.")
	if err != nil {
		t.Fatal(err)
	}
	if err := <-browsed; err != nil {
		t.Fatal(err)
	}
	if me := e.me(t, s); me.GetEmail() != "rui@example.com" || me.GetRole() != "supervisor" {
		t.Fatalf("signed in as %v", me)
	}
}

// Who is let in, and as what, is what the provider says and the settings make of it.
func TestWhoIsLetIn(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			e := employ(t, engine)
			for _, name := range []string{"new@example.com", "guest@example.com", "eve@elsewhere.example", "unproven@example.com", "gone@example.com"} {
				var problem *signin.Problem
				if s, err := e.signIn(t, name); !errors.As(err, &problem) || problem.Code != signin.NotHere {
					t.Errorf("%s: %v, %v", name, s.Email, err)
				}
			}
			if s, err := e.signIn(t, "rui@example.com"); err != nil || e.me(t, s).GetRole() != "supervisor" {
				t.Errorf("rui: %v", err)
			}
			e.provider.groups["rui@example.com"] = []string{"it"}
			if s, err := e.signIn(t, "rui@example.com"); err != nil || e.me(t, s).GetRole() != "admin" {
				t.Errorf("rui in another group: %v", err)
			}
			e.provider.groups["rui@example.com"] = nil
			if _, err := e.signIn(t, "rui@example.com"); err == nil {
				t.Error("rui of no group was let in")
			}
			e.must("company", "set", "--name", "Ondaverde", "--issuer", e.provider.issuer, "--client-id", clientID, "--client-secret-file",
				filepath.Join(e.folder, "client-secret"), "--public-url", e.base, "--domains", "example.com", "--groups-claim", "groups", "--agents", "staff", "--provision", "agent")
			if s, err := e.signIn(t, "new@example.com"); err != nil || e.me(t, s).GetRole() != "agent" {
				t.Errorf("somebody new: %v", err)
			}
			if _, err := e.signIn(t, "guest@example.com"); err == nil {
				t.Error("a guest was let in")
			}
			e.must("company", "off")
			if hub, err := signin.Find(t.Context(), signin.Client(), e.base); err != nil || hub.Company != "" {
				t.Errorf("off: %v %v", hub, err)
			}
		})
	}
}

// What is tampered with on the way leads nowhere: state, nonce, challenge, browser, redirect and code.
func TestCompanySignInTamperedWith(t *testing.T) {
	e := employ(t, "sqlite")
	const verifier = "a verifier that only the desk knows, of 43 or more"
	start := func(change map[string]string) string {
		query := url.Values{"redirect": {"http://127.0.0.1:9/done"}, "state": {"mine"}, "device": {"d"}, "challenge": {oauth2.S256ChallengeFromVerifier(verifier)}}
		for key, value := range change {
			query.Set(key, value)
		}
		return e.base + "/sign-in/start?" + query.Encode()
	}
	atDesk := func(u *url.URL) bool { return u.Host == "127.0.0.1:9" }
	atCallback := func(u *url.URL) bool { return u.Path == "/sign-in/callback" }
	atProvider := func(u *url.URL) bool { return u.Query().Get("code_challenge") != "" } // where the hub sends browsers
	sessions := hubv1connect.NewSessionServiceClient(&http.Client{}, e.base)
	exchange := func(code, verifier string) error {
		_, err := sessions.ExchangeCode(t.Context(), &hubv1.ExchangeCodeRequest{Code: code, Verifier: verifier})
		return err
	}
	with := func(u *url.URL, key, value string) string {
		changed, query := *u, u.Query()
		query.Set(key, value)
		changed.RawQuery = query.Encode()
		return changed.String()
	}

	t.Run("redirect", func(t *testing.T) {
		for _, redirect := range []string{
			"https://evil.example/done", "http://evil.example:80/done", "http://127.0.0.1.evil.example:80/done", "http://localhost:9/done", "http://127.0.0.1:9/other",
			"http://127.0.0.1:9@evil.example:80/done", "http://127.0.0.1/done", "//127.0.0.1:9/done", "http://127.0.0.1:9/done?x=1", "http://10.0.0.1:9/done", "javascript:alert(1)", "",
		} {
			if _, status, _ := newBrowser(t).get(start(map[string]string{"redirect": redirect})); status != http.StatusBadRequest {
				t.Errorf("%q: %d", redirect, status)
			}
		}
		for _, challenge := range []string{"", "short", strings.Repeat("x", 44), strings.Repeat("*", 43)} {
			if _, status, _ := newBrowser(t).get(start(map[string]string{"challenge": challenge})); status != http.StatusBadRequest {
				t.Errorf("challenge %q: %d", challenge, status)
			}
		}
		b := newBrowser(t)
		b.stop = atProvider
		at, _, _ := b.get(start(nil))
		b.stop = nil
		if at, status, _ := b.get(with(at, "redirect_uri", "https://evil.example/sign-in/callback")); status == http.StatusOK || !strings.HasPrefix(at.String(), e.provider.issuer) {
			t.Errorf("the provider takes another redirect: %v %d", at, status)
		}
	})

	t.Run("state and browser", func(t *testing.T) {
		b := newBrowser(t)
		b.stop = atCallback
		at, _, _ := b.logIn(start(nil), "rui@example.com")
		b.stop = atDesk
		if _, status, _ := b.get(with(at, "state", "another")); status != http.StatusBadRequest {
			t.Errorf("another state: %d", status)
		}
		other := newBrowser(t)
		other.stop = atDesk
		if _, status, _ := other.get(at.String()); status != http.StatusBadRequest {
			t.Errorf("another browser: %d", status)
		}
		began := newBrowser(t)
		began.stop = atProvider
		began.get(start(nil)) // it has a cookie, of its own sign-in
		began.stop = atDesk
		if _, status, _ := began.get(at.String()); status != http.StatusBadRequest {
			t.Errorf("another browser that has begun, too: %d", status)
		}
		done, _, _ := b.get(at.String())
		if done.Host != "127.0.0.1:9" || done.Query().Get("state") != "mine" || done.Query().Get("code") == "" {
			t.Fatalf("the right one: %v", done)
		}
		if _, status, _ := b.get(at.String()); status != http.StatusBadRequest {
			t.Errorf("the provider's answer once more: %d", status)
		}
	})

	t.Run("nonce, challenge and code of the provider", func(t *testing.T) {
		for key, value := range map[string]string{"nonce": "another", "code_challenge": oauth2.S256ChallengeFromVerifier("another")} {
			b := newBrowser(t)
			b.stop = atProvider
			at, _, _ := b.get(start(nil))
			b.stop = atDesk
			if done, _, _ := b.logIn(with(at, key, value), "rui@example.com"); done.Query().Get("error") != "refused" || done.Query().Get("code") != "" {
				t.Errorf("another %s: %v", key, done)
			}
		}
		b := newBrowser(t)
		b.stop = atCallback
		theirs, _, _ := newBrowserAt(t, atCallback).logIn(start(nil), "rui@example.com")
		mine, _, _ := b.logIn(start(nil), "rui@example.com")
		b.stop = atDesk
		if done, _, _ := b.get(with(mine, "code", theirs.Query().Get("code"))); done.Query().Get("error") != "refused" {
			t.Errorf("the code of another sign-in: %v", done)
		}
	})

	t.Run("code", func(t *testing.T) {
		code := func() string {
			b := newBrowser(t)
			b.stop = atDesk
			done, _, _ := b.logIn(start(nil), "rui@example.com")
			return done.Query().Get("code")
		}
		first := code()
		if err := exchange(first, verifier); err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{"once more": exchange(first, verifier), "none": exchange("", verifier), "made up": exchange("x", verifier)} {
			if connect.CodeOf(err) != connect.CodeUnauthenticated {
				t.Errorf("%s: %v", what, err)
			}
		}
		second := code()
		if err := exchange(second, "another verifier"); connect.CodeOf(err) != connect.CodeUnauthenticated {
			t.Errorf("another desk: %v", err)
		}
		if err := exchange(second, verifier); connect.CodeOf(err) != connect.CodeUnauthenticated {
			t.Errorf("after another desk has tried: %v", err)
		}
	})

	t.Run("the desk heeds only its own state", func(t *testing.T) {
		s, err := signin.Browser(t.Context(), signin.Client(), e.hub, func(address string) {
			u, _ := url.Parse(address)
			redirect := u.Query().Get("redirect")
			go func() {
				if _, status, _ := newBrowser(t).get(redirect + "?state=another&code=x"); status != http.StatusNotFound {
					t.Errorf("a stranger's answer: %d", status)
				}
				newBrowser(t).logIn(address, "rui@example.com")
			}()
		}, "Signed in.")
		if err != nil || s.Email != "rui@example.com" {
			t.Fatal(s, err)
		}
	})
}

func newBrowserAt(t *testing.T, stop func(*url.URL) bool) *browser {
	b := newBrowser(t)
	b.stop = stop
	return b
}
