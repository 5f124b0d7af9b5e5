//go:build linux

package e2e

import (
	"context"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"parley/backend/embedded"
	"parley/build/e2e/phone"
	"parley/build/e2e/webdriver"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// team is a hub on another computer, with a network between that can be cut.
type team struct {
	t     *testing.T
	hub   *embedded.Hub
	proxy *toxiproxy.Proxy
	token string
}

func startTeam(t *testing.T) *team {
	t.Helper()
	if os.Getenv("PARLEY_WINDOW_TEST") == "" {
		t.Skip("needs a display and a built application: run it with make window-test")
	}
	hub, err := embedded.Open(t.Context(), embedded.Options{Folder: t.TempDir(), Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- hub.Serve(ctx) }()
	web := httptest.NewServer(hub.Handler())
	t.Cleanup(func() {
		web.CloseClientConnections()
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		web.Close()
		if err := hub.Close(); err != nil {
			t.Error(err)
		}
	})
	m := &team{t: t, hub: hub}
	if m.token, err = hub.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.proxy = toxiproxy.NewProxy(
		toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "hub", "127.0.0.1:0", strings.TrimPrefix(web.URL, "http://"))
	m.restore()
	t.Cleanup(m.proxy.Stop)
	return m
}

func (m *team) cut() { m.proxy.Stop() }

func (m *team) restore() {
	m.t.Helper()
	if err := m.proxy.Start(); err != nil {
		m.t.Fatal(err)
	}
}

// What is written without a network, and with the application closed and started in between, reaches the contact once and
// in order, and its marks say at every moment what is so.
func TestWrittenOffline(t *testing.T) {
	m := startTeam(t)
	w := openAt(t, "http://"+m.proxy.Listen, m.token, phone.At(m.hub.PhoneURL()))
	c := w.contact("whatsapp")
	w.writes(c, "Is the boat tour on tomorrow?")
	w.tab("Inbox")
	w.assign(w.row(c.Name, "Is the boat tour on tomorrow?"))

	m.cut()
	w.until("the window to say that the hub is away", func(ctx context.Context) (bool, string, error) {
		var page string
		err := w.session.Run(ctx, `return document.body.innerText`, &page)
		return strings.Contains(page, "You’re offline."), page, err
	})
	texts := []string{"Yes, it is.", "It leaves at nine.", "Shall I book two places?"}
	for _, text := range texts {
		w.write(box(c.Name), text)
		w.chord(webdriver.Shift, webdriver.Enter)
		w.written(box(c.Name), "")
		mark := w.message(text, "on_computer")
		w.see(webdriver.Role("image", "On this computer").In(mark.Element))
	}
	w.click(webdriver.Role("button", "Add note"))
	w.write(webdriver.Role("textbox", "Your note"), "Wants the boat tour.")
	w.click(webdriver.Role("button", "Save note"))
	w.shows("Waits on this computer")
	w.picture("written")

	ctx, cancel := w.context()
	defer cancel()
	w.must(w.app.Close(ctx))
	w.launch()
	w.tab("Assigned to you")
	w.choose(c.Name)
	for _, text := range texts {
		w.message(text, "on_computer")
	}
	w.shows("Wants the boat tour.")
	w.shows("Waits on this computer")
	w.picture("started-again")
	w.onPhone(c, "nothing yet", func(thread []phone.Message) bool { return len(thread) == 1 })

	m.restore()
	for _, text := range texts {
		mark := w.message(text, "delivered", "read")
		w.see(webdriver.Role("image", "Delivered").In(mark.Element))
	}
	w.onPhone(c, "all three once and in order", func(thread []phone.Message) bool {
		var got []string
		for _, message := range thread {
			if !message.FromContact {
				got = append(got, message.Text)
			}
		}
		return slices.Equal(got, texts)
	})
	w.until("the note to have arrived", func(ctx context.Context) (bool, string, error) {
		var page string
		err := w.session.Run(ctx, `return document.body.innerText`, &page)
		return strings.Contains(page, "Wants the boat tour.") && !strings.Contains(page, "Waits on this computer"), page, err
	})
	w.picture("delivered")
	w.noTrouble()
}

// shows waits until a text stands somewhere in the window.
func (w *window) shows(text string) {
	w.t.Helper()
	w.until("the text "+text, func(ctx context.Context) (bool, string, error) {
		var page string
		err := w.session.Run(ctx, `return document.body.innerText`, &page)
		return strings.Contains(page, text), page, err
	})
}
