//go:build linux

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/build/e2e/desktop"
	"parley/build/e2e/webdriver"
)

const rui = "rui@ondaverde.example"

// company is a team's hub as an operator runs it: the real program, used by its command line.
type company struct {
	t       *testing.T
	binary  string
	data    string
	address string
	hub     *os.Process
}

const (
	companyPassword = "correct horse battery"
	pageSecret      = "page secret"
)

func startCompany(t *testing.T) *company {
	t.Helper()
	if os.Getenv("PARLEY_WINDOW_TEST") == "" {
		t.Skip("needs a display and a built application: run it with make window-test")
	}
	c := &company{t: t, binary: filepath.Join(t.TempDir(), "parley-hub"), data: t.TempDir()}
	build := exec.Command("go", "build", "-tags", "webkit2_41 sqlite_fts5 sqlite_omit_load_extension", "-o", c.binary, "../../backend/cmd/parley-hub")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, said)
	}
	c.furnish()
	c.serve("127.0.0.1:0")
	return c
}

// furnish makes a new installation below the company's data folder.
func (c *company) furnish() {
	c.t.Helper()
	c.run("init", "--workspace", "Ondaverde", "--admin", "ana@ondaverde.example")
	c.run("agent", "add", "--email", rui, "--name", "Rui Teixeira")
	secret := filepath.Join(c.data, "secret")
	if err := os.WriteFile(secret, []byte(pageSecret), 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.run("touchpoint", "add", "messenger", "--name", "Travel", "--page-id", "300", "--token-file", secret, "--app-secret-file", secret, "--verify-token-file", secret)
}

// serve starts the hub. It returns what ends it.
func (c *company) serve(listen string) (stop func()) {
	c.t.Helper()
	serve := exec.Command(c.binary, "serve", "--data", c.data, "--listen", listen)
	said, err := serve.StderrPipe()
	if err == nil {
		err = serve.Start()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	c.hub, c.address = serve.Process, ""
	stop = sync.OnceFunc(func() { _ = serve.Process.Kill(); _ = serve.Wait() })
	c.t.Cleanup(stop)
	for lines := bufio.NewScanner(said); c.address == "" && lines.Scan(); {
		_, c.address, _ = strings.Cut(lines.Text(), "listening on http://")
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	return stop
}

// run runs a command of the hub's.
func (c *company) run(args ...string) string {
	c.t.Helper()
	words := 1
	for words < len(args) && !strings.HasPrefix(args[words], "-") {
		words++
	}
	cmd := exec.Command(c.binary, append(append(append([]string{}, args[:words]...), "--data", c.data), args[words:]...)...)
	cmd.Env = append(os.Environ(), "PARLEY_ADMIN_PASSWORD="+companyPassword, "PARLEY_AGENT_PASSWORD="+companyPassword)
	said, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("parley-hub %s: %v\n%s", strings.Join(args, " "), err, said)
	}
	return string(said)
}

// begins has a contact write to a Page of the company's.
func (c *company) begins(text string) {
	c.t.Helper()
	body := fmt.Appendf(nil, `{"object":"page","entry":[{"id":"300","messaging":[{"sender":{"id":"731"},"recipient":{"id":"300"},
		"timestamp":%d,"message":{"mid":"m1","text":%q}}]}]}`, time.Now().UnixMilli(), text)
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, "http://"+c.address+"/webhooks/messenger", bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("X-Hub-Signature-256", graph.Sign(body, channel.Secret(pageSecret)))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		c.t.Fatalf("the contact's message was answered %s", answer.Status)
	}
}

// fill replaces what a field holds.
func (w *window) fill(label, text string) {
	w.t.Helper()
	field := webdriver.Role("textbox", label)
	w.click(field)
	w.chord(webdriver.Control, "a")
	w.keys(text)
	w.written(field, text)
}

// signIn signs in on the welcome page.
func (w *window) signIn(address, email, password string) {
	w.t.Helper()
	w.fill("Hub address", address)
	w.fill("Work email", email)
	ctx, cancel := w.context()
	defer cancel()
	w.must(w.session.Run(ctx, `const field = document.querySelector('[name=password]'); field.focus(); field.select()`, nil))
	w.keys(password)
	w.until("the password to be typed", func(ctx context.Context) (bool, string, error) {
		var typed string
		err := w.session.Run(ctx, `return document.querySelector('[name=password]').value`, &typed)
		return typed == password, typed, err
	})
	w.click(webdriver.Role("button", "Sign in"))
}

// desks lists what desks of hubs keep on this computer.
func (w *window) desks() []string {
	w.t.Helper()
	found, err := filepath.Glob(filepath.Join(w.desktop.Home(), "data", "desks", "*"))
	w.must(err)
	return found
}

// tokens lists the tokens that are kept in files.
func (w *window) tokens() []string {
	w.t.Helper()
	found, err := filepath.Glob(filepath.Join(w.desktop.Home(), "config", "tokens", "*"))
	w.must(err)
	return found
}

// Somebody who has just installed Parley is told in a sentence what is wrong with what they typed, signs in, finds
// themselves signed in after a restart, and when their access is ended from the hub sees a page that says so within seconds,
// with nothing left on the computer.
func TestSignInAndAccessEnds(t *testing.T) {
	c := startCompany(t)
	w := openWith(t, desktop.Options{Welcome: true}, nil)
	w.shows("Every conversation answered in time")
	w.picture("welcome")

	page := httptest.NewServer(http.NotFoundHandler())
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(page.Close)
	t.Cleanup(secure.Close)
	for _, wrong := range []struct{ address, password, says string }{
		{"hub.invalid", "x", "There is no server with this name."},
		{"http://hub.example.com", "x", "Passwords do not go to another computer unencrypted."},
		{strings.TrimPrefix(page.URL, "http://"), "x", "it is not a Parley hub"},
		{secure.URL, "x", "cannot prove that it is the one you named"},
		{"127.0.0.1:1", "x", "Nothing answers at this address."},
		{c.address, "wrong password", "The email address or the password is wrong."},
	} {
		w.signIn(wrong.address, rui, wrong.password)
		w.shows(wrong.says)
	}
	w.picture("wrong-password")
	if kept := append(w.desks(), w.tokens()...); len(kept) != 0 {
		t.Fatalf("kept before anybody signed in: %v", kept)
	}

	w.signIn(c.address, rui, companyPassword)
	w.ready()
	w.until("the hub's workspace", w.state("live"))
	w.picture("signed-in")
	if len(w.desks()) != 1 || len(w.tokens()) != 1 {
		t.Fatalf("%v %v", w.desks(), w.tokens())
	}
	if info, err := os.Stat(w.tokens()[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the token's file: %v %v", info, err)
	}
	w.click(webdriver.Role("button", "Settings"))
	w.click(webdriver.Role("button", "Open").In(w.settingsLine("Account and computers")))
	w.shows("found no keyring on this system") // there is none on this desktop, and that is said
	w.shows("This computer")
	w.picture("account")

	ctx, cancel := w.context()
	defer cancel()
	w.must(w.app.Close(ctx))
	w.launch()
	w.until("the hub's workspace again", w.state("live"))

	c.run("session", "end", "--email", rui)
	began := time.Now()
	w.shows("Your access to Ondaverde on this computer has ended")
	took := time.Since(began)
	t.Logf("the page says so within %v", took)
	if took > 5*time.Second {
		t.Errorf("the page said so only after %v", took)
	}
	w.picture("access-ended")
	if kept := append(w.desks(), w.tokens()...); len(kept) != 0 {
		t.Fatalf("kept although access has ended: %v", kept)
	}
	w.ready()
	w.must(w.app.Close(ctx))
	w.launch()
	w.shows("Your access to Ondaverde on this computer has ended")
	w.click(webdriver.Role("button", "Close"))
	w.shows("Every conversation answered in time")
	w.noTrouble()
}

// Who signs out is asked when something would be lost by it, and leaves nothing behind.
func TestSignOutLeavesNothing(t *testing.T) {
	c := startCompany(t)
	w := openWith(t, desktop.Options{Welcome: true}, nil)
	w.signIn(c.address, rui, companyPassword)
	w.ready()
	w.until("the hub's workspace", w.state("live"))
	if listed := c.run("session", "list", "--email", rui); strings.Count(listed, "\n") != 1 {
		t.Fatalf("signed in: %q", listed)
	}
	w.click(webdriver.RoleBeginning("button", "Rui Teixeira"))
	w.click(webdriver.Role("button", "Sign out"))
	w.shows("What Parley keeps of it on this computer is removed.")
	w.picture("question")
	w.click(webdriver.Role("button", "Sign out").In(w.see(webdriver.Role("dialog", "Sign out of this hub?"))))
	w.shows("Every conversation answered in time")
	w.ready()
	if kept := append(w.desks(), w.tokens()...); len(kept) != 0 {
		t.Fatalf("kept: %v", kept)
	}
	if listed := c.run("session", "list", "--email", rui); listed != "" {
		t.Fatalf("still signed in at the hub: %q", listed)
	}

	// Practice is a click away, and back again.
	w.click(webdriver.Role("button", "Open the practice workspace"))
	w.ready()
	w.until("practice", w.state("live"))
	w.shows("Practice")
	w.picture("practice")
	w.noTrouble()
}

// Who signs out while the hub is away is told what would be lost, may stay and keep it, and signs out here although nobody
// could tell the hub.
func TestSignOutWithUnsentWork(t *testing.T) {
	c := startCompany(t)
	w := openWith(t, desktop.Options{Welcome: true}, nil)
	w.signIn(c.address, rui, companyPassword)
	w.ready()
	w.until("the hub's workspace", w.state("live"))
	c.begins("Is there a boat on Sunday?")
	w.tab("Inbox")
	w.assign(w.row("Is there a boat on Sunday?"))
	w.must(c.hub.Kill())
	w.shows("You’re offline.")
	editor := webdriver.RoleBeginning("textbox", "Message to")
	w.write(editor, "Yes, at nine.")
	w.chord(webdriver.Shift, webdriver.Enter)
	w.message("Yes, at nine.", "on_computer")
	w.write(editor, "And one at")

	ask := func() webdriver.Element {
		w.click(webdriver.RoleBeginning("button", "Rui Teixeira"))
		w.click(webdriver.Role("button", "Sign out"))
		w.shows("with it what is at no other place: 1 message that was not sent and 1 draft.")
		return w.see(webdriver.Role("dialog", "Sign out of this hub?"))
	}
	ask()
	w.picture("what-is-lost")
	w.keys("\n") // the key that comes first to hand loses nothing
	w.message("Yes, at nine.", "on_computer")
	w.written(editor, "And one at")

	w.click(webdriver.Role("button", "Sign out").In(ask()))
	w.shows("Every conversation answered in time")
	w.shows("The hub could not be told")
	w.picture("signed-out")
	if kept := append(w.desks(), w.tokens()...); len(kept) != 0 {
		t.Fatalf("kept: %v", kept)
	}
	w.noTrouble()
}

// Who was invited opens the link of their mail, sees whom it is for and at which hub, chooses a password, and is in.
func TestInvitationLink(t *testing.T) {
	c := startCompany(t)
	w := openWith(t, desktop.Options{Welcome: true}, nil)
	w.shows("Sign in to a hub")
	link := strings.TrimSpace(c.run("agent", "invite", "--email", "eva@ondaverde.example", "--name", "Eva Moura", "--public-url", "http://"+c.address))
	link, _, _ = strings.Cut(link, "\n")
	ctx, cancel := w.context()
	defer cancel()
	if said, _, err := w.desktop.StartAgain(ctx, link); err != nil {
		t.Fatalf("the link was not passed on: %v\n%s", err, said)
	}
	w.shows("You are invited")
	w.shows("eva@ondaverde.example")
	w.picture("invited")
	w.must(w.session.Run(ctx, `document.querySelector('[name=password]').focus()`, nil))
	w.keys("short")
	w.click(webdriver.Role("button", "Accept the invitation"))
	w.shows("A password needs at least 10 characters.")
	w.must(w.session.Run(ctx, `const field = document.querySelector('[name=password]'); field.focus(); field.select()`, nil))
	w.keys(companyPassword)
	w.click(webdriver.Role("button", "Accept the invitation"))
	w.ready()
	w.until("the hub's workspace", w.state("live"))
	w.see(webdriver.RoleBeginning("button", "Eva Moura"))
	w.picture("joined")
	w.noTrouble()
}

// state reports whether the desk stands so to the hub.
func (w *window) state(want string) func(context.Context) (bool, string, error) {
	return func(ctx context.Context) (bool, string, error) {
		var connection struct{ State string }
		err := w.session.Await(ctx, `return window.go.app.Workspace.Connection()`, &connection)
		return connection.State == want, connection.State, err
	}
}

// settingsLine waits for the line of the settings that begins with a text.
func (w *window) settingsLine(text string) webdriver.Element {
	w.t.Helper()
	var line *webdriver.Element
	w.until("the line "+text, func(ctx context.Context) (bool, string, error) {
		err := w.session.Run(ctx, `return [...document.querySelectorAll('.line')].find((line) => line.innerText.startsWith(arguments[0])) ?? null`, &line, text)
		return line != nil, "no such line", err
	})
	return *line
}
