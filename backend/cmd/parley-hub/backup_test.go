//go:build !windows

package main_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/hubclient"
	"parley/backend/desk/signin"
	desksync "parley/backend/desk/sync"
	"parley/backend/desk/trust"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// signIn signs the first admin in, and returns a client of theirs.
func (i *installation) signIn() *hubclient.Client {
	i.t.Helper()
	client := signin.Client()
	hub, err := signin.Find(i.t.Context(), client, strings.TrimPrefix(i.base, "http://"))
	if err != nil {
		i.t.Fatal(err)
	}
	signed, err := signin.SignIn(i.t.Context(), client, hub, "ana@example.com", password)
	if err != nil {
		i.t.Fatal(err)
	}
	return hubclient.New(client, i.base, func(context.Context) (string, error) { return signed.Token, nil })
}

// office is a desk of the first admin that goes on whatever happens to its hub.
type office struct {
	*desk.Desk
	t *testing.T
}

func (i *installation) openDesk() *office {
	i.t.Helper()
	client := signin.Client()
	hub, err := signin.Find(i.t.Context(), client, strings.TrimPrefix(i.base, "http://"))
	if err != nil {
		i.t.Fatal(err)
	}
	signed, err := signin.SignIn(i.t.Context(), client, hub, "ana@example.com", password)
	if err != nil {
		i.t.Fatal(err)
	}
	if hub.Pin.Identity == "" || hub.Pin.Identity != strings.TrimSpace(i.must("identity")) {
		i.t.Errorf("the hub proves to be %q", hub.Pin.Identity)
	}
	guard := trust.NewGuard(i.base, &http.Transport{}, hub.Pin, time.Now, func(stranger *trust.Stranger, _ trust.Pin) {
		i.t.Errorf("a desk takes its hub for another: %v", stranger)
	})
	ctx, stop := context.WithCancel(context.Background())
	d, err := desk.Open(ctx, desk.Options{
		Folder: i.t.TempDir(), HTTPClient: &http.Client{Transport: guard}, BaseURL: i.base, Log: slog.New(slog.DiscardHandler),
		SignIn: func(context.Context) (string, error) { return signed.Token, nil },
	})
	if err != nil {
		i.t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() { _ = d.Serve(ctx) })
	i.t.Cleanup(func() {
		stop()
		running.Wait()
		if err := d.Close(); err != nil {
			i.t.Error(err)
		}
	})
	return &office{d, i.t}
}

func (o *office) until(what string, done func() bool) {
	o.t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			o.t.Fatalf("not within a minute: %s", what)
		}
	}
}

func (o *office) state() desk.Connection {
	o.t.Helper()
	c, err := o.Connection(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

// previews are the last lines of what waits and of what the agent has, by conversation.
func (o *office) previews() map[string]string {
	o.t.Helper()
	lists, err := o.Lists(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	all := map[string]string{}
	for _, c := range slices.Concat(lists.Inbox, lists.Mine) {
		all[c.Id] = c.Preview
	}
	return all
}

// After a restore, what came after the backup is not the hub's any more: desks learn that, and keep what was typed on them.
func TestBackupAndRestore(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			i := install(t, engine)
			i.serve()
			writes := func(n int) {
				t.Helper()
				if status := i.signed("/webhooks/messenger", fromPage(fmt.Sprint("m_", n), fmt.Sprint("contact", n), fmt.Sprint("hello ", n), time.Now())); status != http.StatusOK {
					t.Fatalf("answered %d", status)
				}
			}
			o := i.openDesk()
			shows := func(texts ...string) bool {
				var got []string
				for _, preview := range o.previews() {
					got = append(got, preview)
				}
				slices.Sort(got)
				return slices.Equal(got, texts)
			}
			writes(1)
			// Live: what a desk sends that is behind, and has seen nothing, is given back as a draft.
			o.until("the first contact is here", func() bool { return shows("hello 1") && o.state().State == desksync.Live })
			var first string
			for id := range o.previews() {
				first = id
			}
			if outcome, err := o.Assign(t.Context(), first); err != nil || outcome.Refusal != nil {
				t.Fatal(outcome, err)
			}
			if _, err := o.Send(t.Context(), cache.Draft{ConversationID: first, Text: "not sent yet"}, ""); err != nil {
				t.Fatal(err)
			}
			o.until("the message is in the hub", func() bool { return o.state().Waiting == 0 && len(i.export()["message"]) >= 3 })

			file := filepath.Join(i.folder, "backup.db")
			i.must("backup", "--to", file)
			if _, stderr, code := i.run("backup", "--to", file); code != 1 || !strings.Contains(stderr, "exists already") {
				t.Errorf("a backup over a backup: %d %s", code, stderr)
			}
			writes(2)
			o.until("the second contact is here", func() bool { return len(o.previews()) == 2 })

			i.kill()
			o.until("the desk is offline", func() bool { return o.state().State == desksync.Offline })
			thread, err := o.OpenThread(t.Context(), first, 10)
			if err != nil {
				t.Fatal(err)
			}
			seen := "" // the hub's last line, which the backup has
			for _, m := range thread.Messages {
				if m.GetContent().GetText() == "not sent yet" {
					seen = m.Id
				}
			}
			if _, err := o.Send(t.Context(), cache.Draft{ConversationID: first, Text: "written offline"}, seen); err != nil {
				t.Fatal(err)
			}
			if err := o.SaveDraft(t.Context(), cache.Draft{ConversationID: first, Text: "half a sen"}); err != nil {
				t.Fatal(err)
			}
			var said string
			if engine == "sqlite" {
				if _, stderr, code := i.run("restore", "--from", file); code != 1 || !strings.Contains(stderr, "--replace") {
					t.Errorf("a restore over a hub: %d %s", code, stderr)
				}
				said = i.must("restore", "--from", file, "--replace")
			} else {
				if _, stderr, code := i.run("restore", "--from", file); code != 1 || !strings.Contains(stderr, "has a workspace already") {
					t.Errorf("a restore over a hub: %d %s", code, stderr)
				}
				i.place[1] = storetest.PostgresURL(t)
				said = i.must("restore", "--from", file)
			}
			if !strings.Contains(said, "1 messages had not been sent") {
				t.Errorf("it says %q", said)
			}
			i.listen = strings.TrimPrefix(i.base, "http://")
			i.serve()

			o.until("the desk has what the restored hub has", func() bool { return o.state().State == desksync.Live && len(o.previews()) == 1 })
			o.until("what was written offline is in the hub", func() bool { return o.state().Waiting == 0 })
			if draft, err := o.Draft(t.Context(), first); err != nil || draft.Text != "half a sen" {
				t.Errorf("the draft is %q, %v", draft.Text, err)
			}
			o.until("what may have been sent is not confirmed, and not sent again", func() bool {
				states := map[string]any{}
				for _, m := range i.export()["message"] {
					if content, ok := m["content"].(map[string]any); ok && m["direction"] == "out" {
						states[fmt.Sprint(content["text"])] = m["state"]
					}
				}
				return states["not sent yet"] == "unconfirmed" && states["written offline"] == "in_hub"
			})
			writes(3)
			o.until("what comes now arrives", func() bool { return len(o.previews()) == 2 })
		})
	}
}

// A team that outgrows one machine moves to PostgreSQL, and its desks notice nothing.
func TestCopy(t *testing.T) {
	i := install(t, "sqlite")
	i.serve()
	writes := func(n int) {
		t.Helper()
		if status := i.signed("/webhooks/messenger", fromPage(fmt.Sprint("m_", n), "contact", fmt.Sprint("hello ", n), time.Now())); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
	}
	for n := range 40 {
		writes(n)
	}
	client := i.signIn()
	cursor := headOf(t, client, 40)
	address := storetest.PostgresURL(t)
	if _, stderr, code := run(t, "copy", "--from", i.place[1], "--to", address); code != 1 || !strings.Contains(stderr, "another hub is running") {
		t.Errorf("a copy of a hub that serves: %d %s", code, stderr)
	}
	i.kill()
	stdout, stderr, code := run(t, "copy", "--from", i.place[1], "--to", address)
	if code != 0 || !strings.Contains(stdout, "Desks continue") {
		t.Fatalf("%d: %s%s", code, stdout, stderr)
	}
	if _, stderr, code := run(t, "copy", "--from", i.place[1], "--to", address); code != 1 || !strings.Contains(stderr, "has a workspace already") {
		t.Errorf("a second copy: %d %s", code, stderr)
	}
	before := i.export()
	i.place = []string{"--database", address, "--key-file", filepath.Join(i.place[1], "hub.key"), "--media", filepath.Join(i.place[1], "media")}
	for kind, rows := range i.export() {
		if len(rows) != len(before[kind]) {
			t.Errorf("%d rows of %s, before %d", len(rows), kind, len(before[kind]))
		}
	}
	i.listen = strings.TrimPrefix(i.base, "http://")
	i.serve()
	writes(40)
	var page *hubv1.ChangePage
	for deadline := time.Now().Add(20 * time.Second); len(page.GetChanges()) == 0 && time.Now().Before(deadline); {
		var err error
		if page, err = client.Pull(t.Context(), cursor, 100); err != nil {
			t.Fatalf("a desk cannot continue: %v", err)
		}
	}
	if n := len(page.GetChanges()); n != 2 || page.GetCursor().GetSeq() != cursor.GetSeq()+2 {
		t.Errorf("%d changes up to %d, the desk was at %d", n, page.GetCursor().GetSeq(), cursor.GetSeq())
	}
}

// headOf is the position at which so many messages are in the feed.
func headOf(t *testing.T, client *hubclient.Client, messages int64) *hubv1.Cursor {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		page, err := client.Snapshot(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.GetEntities() {
			if e.GetConversation().GetLastNo() == messages {
				return page.GetCursor()
			}
		}
	}
	t.Fatal("the messages did not arrive")
	return nil
}
