//go:build linux

// Package e2e uses the packaged application in its real window, as a person does: it finds things by role and name,
// presses keys, plays the contact on the practice phone, and clicks notifications on the session's bus.
package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/build/e2e/desktop"
	"parley/build/e2e/phone"
	"parley/build/e2e/webdriver"
)

// waitLimit is how long a person waits for one thing before it counts as broken. Most come within a second; computers
// of a build farm are slow.
const waitLimit = 20 * time.Second

// artifacts is where screenshots go, and logs of what failed.
const artifacts = "../../artifacts/window"

// window is the application in use, on a desktop of its own.
type window struct {
	t       *testing.T
	desktop *desktop.Desktop
	app     *desktop.App
	session *webdriver.Session
	phone   *phone.Phone
	shots   int
}

// open starts the application on a practice workspace with a new home, and returns when it can be used. Contacts keep
// quiet.
func open(t *testing.T) *window {
	t.Helper()
	return openAt(t, "", "", nil)
}

// openSmallest starts it in the smallest window, in which it was closed the last time.
func openSmallest(t *testing.T) *window {
	t.Helper()
	const width, height = 960, 600
	w := openWith(t, desktop.Options{Width: width, Height: height}, nil)
	w.until("the smallest window", func(ctx context.Context) (bool, string, error) {
		var size [2]int
		err := w.session.Run(ctx, `return [innerWidth, innerHeight]`, &size)
		return size == [2]int{width, height}, fmt.Sprint(size), err
	})
	return w
}

// openAt starts the application at a team's hub, whose contacts a phone plays.
func openAt(t *testing.T, hub, token string, contacts *phone.Phone) *window {
	t.Helper()
	return openWith(t, desktop.Options{Hub: hub, Token: token}, contacts)
}

// openWith starts the application on a desktop of its own.
func openWith(t *testing.T, options desktop.Options, contacts *phone.Phone) *window {
	t.Helper()
	if os.Getenv("PARLEY_WINDOW_TEST") == "" {
		t.Skip("needs a display and a built application: run it with make window-test")
	}
	binary, err := filepath.Abs("../bin/parley")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(binary); err != nil {
		t.Fatalf("there is no application to test, make app builds it: %v", err)
	}
	if err := os.MkdirAll(artifacts, 0o755); err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "parley-window-") // not t.TempDir: its path is too long for sockets
	if err != nil {
		t.Fatal(err)
	}
	w := &window{t: t, phone: contacts}
	t.Cleanup(func() {
		if w.desktop == nil {
			return
		}
		if t.Failed() {
			w.keepEvidence()
		}
		if err := w.desktop.Close(); err != nil {
			t.Error(err)
		}
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 2*waitLimit)
	defer cancel()
	options.Folder, options.Binary, options.Shim = folder, binary, "shim/shim.c"
	if w.desktop, err = desktop.Start(ctx, options); err != nil {
		t.Fatal(err)
	}
	w.launch()
	return w
}

// launch starts the application on the desktop and waits until it can be used.
func (w *window) launch() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*waitLimit)
	defer cancel()
	app, err := w.desktop.Launch(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	w.app, w.session = app, app.Session
	w.ready()
	if w.desktop.Practice() {
		w.findPhone(ctx)
	}
	if w.phone != nil {
		w.must(w.phone.Quiet(ctx))
	}
}

// ready waits until the page can be used, after a start and after it was loaded again. From here on its trouble is noted;
// noTrouble reads it.
func (w *window) ready() {
	w.t.Helper()
	w.until("the page to be ready", func(ctx context.Context) (bool, string, error) {
		var ready bool
		err := w.session.Run(ctx, `return document.documentElement.dataset.appReady === 'true' && !window.trouble`, &ready)
		return ready, "no data-app-ready", err
	})
	ctx, cancel := w.context()
	defer cancel()
	w.must(w.session.Run(ctx, `
		window.trouble = [];
		addEventListener('error', (event) => trouble.push(event.message));
		addEventListener('unhandledrejection', (event) => trouble.push('unhandled: ' + (event.reason?.message ?? JSON.stringify(event.reason))));`, nil))
}

// findPhone asks the application for the practice phone; it is at another port after each start.
func (w *window) findPhone(ctx context.Context) {
	w.t.Helper()
	var info struct{ PhoneURL string }
	w.must(w.session.Await(ctx, `return window.go.app.Practice.Info()`, &info))
	w.phone = phone.At(info.PhoneURL)
}

// context is that of one wait.
func (w *window) context() (context.Context, context.CancelFunc) {
	return context.WithTimeout(w.t.Context(), waitLimit)
}

// must ends the test on an error.
func (w *window) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// until waits for a condition; what completes the sentence "waited for".
func (w *window) until(what string, condition func(ctx context.Context) (bool, string, error)) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	w.must(webdriver.Until(ctx, what, condition))
}

// click clicks the one thing of this role and name.
func (w *window) click(by webdriver.By) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	w.must(w.session.Click(ctx, by))
}

// see waits until the one thing of this role and name is there.
func (w *window) see(by webdriver.By) webdriver.Element {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	e, err := w.session.One(ctx, by)
	w.must(err)
	return e
}

// gone waits until nothing of this role and name is there.
func (w *window) gone(by webdriver.By) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	w.must(w.session.Gone(ctx, by))
}

// keys types a text where the focus is; a line break is the Enter key.
func (w *window) keys(text string) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	w.must(w.session.Type(ctx, text))
}

// chord presses keys together.
func (w *window) chord(keys ...string) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	w.must(w.session.Chord(ctx, keys...))
}

// picture keeps what the screen shows, numbered in the order of the test, once the page has painted.
func (w *window) picture(name string) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	w.must(w.session.Await(ctx, `return new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(() => painted())))`, nil))
	png, err := w.desktop.Picture(ctx)
	w.must(err)
	w.shots++
	w.keep(fmt.Sprintf("%02d-%s.png", w.shots, name), png)
}

// keep writes a file of this test into the artifacts.
func (w *window) keep(name string, data []byte) {
	w.t.Helper()
	test := strings.ToLower(strings.NewReplacer("/", "-", "Test", "").Replace(w.t.Name()))
	if err := os.WriteFile(filepath.Join(artifacts, test+"-"+name), data, 0o644); err != nil {
		w.t.Error(err)
	}
}

// keepEvidence keeps what explains a failure: the screen, the page, and what the application said.
func (w *window) keepEvidence() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.t.Context()), waitLimit)
	defer cancel()
	if png, err := w.desktop.Picture(ctx); err == nil {
		w.keep("failed-screen.png", png)
	}
	if log, err := os.ReadFile(w.desktop.Log(desktop.AppLog)); err == nil {
		w.keep("failed-app.log", log)
	}
	if w.session == nil {
		return
	}
	var page string
	if w.session.Run(ctx, `return document.documentElement.outerHTML`, &page) == nil {
		w.keep("failed-page.html", []byte(page))
	}
}

// noTrouble checks what nobody saw: errors in the page, and in what the application said.
func (w *window) noTrouble() {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	var trouble []string
	w.must(w.session.Run(ctx, `return window.trouble`, &trouble))
	for _, one := range trouble {
		w.t.Errorf("the page had trouble: %s", one)
	}
	log, err := os.ReadFile(w.desktop.Log(desktop.AppLog))
	w.must(err)
	for line := range strings.Lines(string(log)) {
		switch {
		case strings.Contains(line, "level=ERROR"), strings.HasPrefix(line, "panic:"), strings.Contains(line, "SIGSEGV"):
			w.t.Errorf("the application says: %s", line)
		case strings.Contains(line, "level=WARN"):
			w.t.Logf("the application says: %s", line)
		}
	}
}
