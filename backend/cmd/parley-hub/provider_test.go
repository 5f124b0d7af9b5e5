//go:build !windows

package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// provider is a real OpenID provider with a login page, and people who have groups.
type provider struct {
	issuer string
	people map[string]*storage.User // by name and id
	groups map[string][]string
}

const (
	clientID     = "parley"
	clientSecret = "between the hub and its provider"
)

// directory gives the provider its people's groups.
type directory struct {
	*storage.Storage
	of *provider
}

func (d directory) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, tokenID, subject, origin string) error {
	err := d.Storage.SetUserinfoFromToken(ctx, info, tokenID, subject, origin)
	info.AppendClaims("groups", d.of.groups[subject])
	return err
}

func (p *provider) GetUserByID(id string) *storage.User         { return p.people[id] }
func (p *provider) GetUserByUsername(name string) *storage.User { return p.people[name] }
func (*provider) ExampleClientID() string                       { return clientID }

// startProvider serves a provider that sends people back to a hub. One at a time: the library writes a variable of the whole
// program when it makes one, so these tests are not parallel.
func startProvider(t *testing.T, hub string) *provider {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	p := &provider{issuer: "http://" + web.Listener.Addr().String(), people: map[string]*storage.User{}, groups: map[string][]string{}}
	for name, groups := range map[string][]string{
		"rui@example.com": {"leads", "staff"}, "new@example.com": {"staff"}, "guest@example.com": {"guests"}, "eve@elsewhere.example": {"staff"},
		"unproven@example.com": {"staff"}, "gone@example.com": {"staff"},
	} {
		p.people[name] = &storage.User{ID: name, Username: name, Password: password, Email: name, EmailVerified: name != "unproven@example.com"}
		p.groups[name] = groups
	}
	kept := storage.NewStorageWithClients(p, map[string]*storage.Client{
		clientID: storage.WebClient(clientID, clientSecret, hub+"/sign-in/callback"),
	})
	web.Config.Handler = exampleop.SetupServer(p.issuer, directory{kept, p}, slog.New(slog.DiscardHandler), false)
	web.Start()
	t.Cleanup(web.Close)
	return p
}

// browser is a person's browser, without a screen. It stops before it goes to an address that stop names.
type browser struct {
	t      *testing.T
	client *http.Client
	stop   func(*url.URL) bool
}

func newBrowser(t *testing.T) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, client: &http.Client{
		Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// get follows redirects from an address to a page, or to where it stops.
func (b *browser) get(address string) (at *url.URL, status int, page string) {
	b.t.Helper()
	for range 10 {
		u, err := url.Parse(address)
		if err != nil {
			b.t.Fatal(err)
		}
		if b.stop != nil && b.stop(u) {
			return u, 0, ""
		}
		response, err := b.client.Get(address)
		if err != nil {
			b.t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			b.t.Fatal(err)
		}
		to := response.Header.Get("Location")
		if to == "" {
			return u, response.StatusCode, string(body)
		}
		next, err := u.Parse(to)
		if err != nil {
			b.t.Fatal(err)
		}
		address = next.String()
	}
	b.t.Fatal("too many redirects")
	return nil, 0, ""
}

var loginID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// logIn fills in the provider's form at the end of the way from address, and follows on.
func (b *browser) logIn(address, name string) (at *url.URL, status int, page string) {
	b.t.Helper()
	at, status, page = b.get(address)
	found := loginID.FindStringSubmatch(page)
	if found == nil {
		b.t.Fatalf("no login page at %v: %d %s", at, status, page)
	}
	response, err := b.client.PostForm(at.Scheme+"://"+at.Host+at.Path, url.Values{"id": {found[1]}, "username": {name}, "password": {password}})
	if err != nil {
		b.t.Fatal(err)
	}
	response.Body.Close()
	next, err := at.Parse(response.Header.Get("Location"))
	if err != nil || response.StatusCode != http.StatusFound {
		b.t.Fatalf("not logged in: %d", response.StatusCode)
	}
	return b.get(next.String())
}

// chromiumLogIn opens an address in a headless Chromium, fills in the provider's form as a person does, and waits until the
// browser shows what the desk says in the end.
func chromiumLogIn(t *testing.T, address, name, done string) error {
	profile := t.TempDir()
	chromium := exec.Command("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
		"--user-data-dir="+profile, "--remote-debugging-port=0", address)
	if err := chromium.Start(); err != nil {
		return err
	}
	defer func() { _ = chromium.Process.Kill(); _ = chromium.Wait() }()
	deadline := time.Now().Add(60 * time.Second)
	var port string
	for port == "" {
		if said, err := os.ReadFile(filepath.Join(profile, "DevToolsActivePort")); err == nil {
			port, _, _ = strings.Cut(string(said), "\n")
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("chromium did not start")
		}
		time.Sleep(50 * time.Millisecond)
	}
	for sent := false; time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		page, err := evaluate(port, `document.body ? document.body.innerText : ''`)
		if err == nil && strings.Contains(page, done) {
			return nil
		}
		if form, err := evaluate(port, `String(!!document.querySelector('form [name=username]'))`); err == nil && form == "true" && !sent {
			_, err := evaluate(port, fmt.Sprintf(`document.querySelector('[name=username]').value = %q; document.querySelector('[name=password]').value = %q; document.querySelector('form').requestSubmit(); ''`, name, password))
			sent = err == nil
		}
	}
	return fmt.Errorf("the browser never showed %q", done)
}

// evaluate runs a script in the one page of a Chromium.
func evaluate(port, script string) (string, error) {
	response, err := http.Get("http://127.0.0.1:" + port + "/json")
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	var targets []struct {
		Type      string `json:"type"`
		WebSocket string `json:"webSocketDebuggerUrl"`
	}
	if err := json.NewDecoder(response.Body).Decode(&targets); err != nil {
		return "", err
	}
	at := slices.IndexFunc(targets, func(target struct {
		Type      string `json:"type"`
		WebSocket string `json:"webSocketDebuggerUrl"`
	}) bool {
		return target.Type == "page"
	})
	if at < 0 {
		return "", fmt.Errorf("no page")
	}
	socket, _, err := websocket.DefaultDialer.Dial(targets[at].WebSocket, nil)
	if err != nil {
		return "", err
	}
	defer socket.Close()
	_ = socket.SetReadDeadline(time.Now().Add(5 * time.Second))
	if err := socket.WriteJSON(map[string]any{"id": 1, "method": "Runtime.evaluate", "params": map[string]any{"expression": script}}); err != nil {
		return "", err
	}
	var answer struct {
		ID     int
		Result struct{ Result struct{ Value string } }
	}
	for answer.ID != 1 {
		if err := socket.ReadJSON(&answer); err != nil {
			return "", err
		}
	}
	return answer.Result.Result.Value, nil
}
