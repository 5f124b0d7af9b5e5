package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"

	"parley/app/dto"
	"parley/backend/desk/desktest"
	"parley/backend/desk/hubclient"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open makes an application without a window over a fake hub, and one conversation that it knows.
func open(t *testing.T) (a *App, hub *desktest.Hub, conversationID string) {
	t.Helper()
	hub = desktest.New()
	conversationID = hub.Begin("Ana")
	hub.Write(conversationID, "Hello")
	wire := hubclient.NewEmbedded(hub.Handler())
	home := t.TempDir()
	t.Setenv(HomeVariable, home)
	dirs, err := FindDirs()
	if err != nil {
		t.Fatal(err)
	}
	a, err = New(t.Context(), Options{
		Assets: fstest.MapFS{}, Dirs: dirs, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Hub: Hub{HTTPClient: &http.Client{Transport: wire}, BaseURL: "http://hub", SignIn: hub.SignIn},
	})
	if err != nil {
		t.Fatal(err)
	}
	a.serving.Go(func() { _ = a.desk().Serve(a.work) })
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		wire.Close()
	})
	if _, err := (&Workspace{app: a}).Refresh(); err != nil {
		t.Fatal(err)
	}
	return a, hub, conversationID
}

func TestServices(t *testing.T) {
	a, _, id := open(t)
	start, err := (&Workspace{app: a}).Load()
	if err != nil || start.Me.Name != "Inês" || len(start.Touchpoints) != 1 || start.Dispositions == nil || start.Connection.State != "live" {
		t.Fatalf("start: %+v %v", start, err)
	}
	lists, err := (&Conversations{app: a}).List()
	if err != nil || len(lists.Inbox) != 1 || lists.Mine == nil || lists.Inbox[0].Contact.Name != "Ana" {
		t.Fatalf("lists: %+v %v", lists, err)
	}
	if outcome, err := (&Conversations{app: a}).Assign(id); err != nil || outcome.State != "done" {
		t.Fatalf("assign: %+v %v", outcome, err)
	}
	sent, err := (&Thread{app: a}).Send(id, dto.Draft{Text: "Hi"}, "")
	if err != nil || len(sent) != 1 || sent[0].Content.Contacts == nil {
		t.Fatalf("send: %+v %v", sent, err)
	}
	_, err = (&Thread{app: a}).Send(id, dto.Draft{Text: strings.Repeat("x", 5000)}, "")
	var failure *Failure
	if !errors.As(err, &failure) || failure.Code != "text_too_long" || failure.Details["most"] != 4096 {
		t.Fatalf("too long: %v", err)
	}
	page, err := (&Thread{app: a}).Open(id, 10)
	if err != nil || len(page.Messages) < 2 || !page.Complete {
		t.Fatalf("thread: %+v %v", page, err)
	}
	if info, err := (&Practice{app: a}).Info(); err != nil || info.PhoneURL != "" {
		t.Fatalf("practice: %+v %v", info, err)
	}
}

func TestPageStartsWithItsLists(t *testing.T) {
	a, hub, id := open(t)
	hub.Write(id, "</script><b>&\u2028")
	if _, err := (&Workspace{app: a}).Refresh(); err != nil {
		t.Fatal(err)
	}
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/index.html" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, "<html><body><p></p></body></html>")
	})
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		a.media(page).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	w := get("/")
	before, rest, _ := strings.Cut(w.Body.String(), `<script type="application/json" id="parley-start">`)
	data, after, _ := strings.Cut(rest, "</script>")
	var start dto.Start
	if err := json.Unmarshal([]byte(data), &start); err != nil || w.Code != 200 || before != "<html><body><p></p>" || after != "</body></html>" {
		t.Fatalf("%v: %d %s", err, w.Code, w.Body)
	}
	if len(start.Lists.Inbox) != 1 || start.Lists.Inbox[0].ID != id || start.Boot.Me.Name != "Inês" {
		t.Fatalf("%+v", start)
	}
	if w := get("/index.html"); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "parley-start") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
}

func TestWorkWaitsForThePage(t *testing.T) {
	a, _, _ := open(t)
	a.show() // it may have been: the first start does not wait
	if !a.pageShown() {
		t.Fatal("work did not begin")
	}
	b := &App{shown: make(chan struct{}), work: a.work}
	ended := make(chan bool, 1)
	go func() { ended <- b.pageShown() }()
	a.stop()
	if <-ended {
		t.Fatal("work began in a window that had closed")
	}
}

func TestPanicIsAnError(t *testing.T) {
	a := &App{log: slog.New(slog.DiscardHandler), work: context.Background()}
	_, err := guard(a, "break", func(context.Context) (int, error) { panic("no") })
	if text, _ := formatError(err).(string); !strings.HasPrefix(text, `{"code":"internal"`) {
		t.Fatal(text, err)
	}
}

func TestMedia(t *testing.T) {
	a, hub, id := open(t)
	handler := a.media(http.NotFoundHandler())
	get := func(path, rangeOf string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		if rangeOf != "" {
			r.Header.Set("Range", rangeOf)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}

	t.Run("shows pictures, in ranges, for ever, without a tag", func(t *testing.T) {
		picture := "\x89PNG\r\n\x1a\nrest"
		media := hub.PutMedia([]byte(picture))
		w := get("/media/"+media, "")
		header := w.Header()
		if w.Code != 200 || header.Get("Content-Type") != "image/png" || header.Get("X-Content-Type-Options") != "nosniff" ||
			header.Get("Etag") != "" || header.Get("Last-Modified") != "" || !strings.Contains(header.Get("Cache-Control"), "immutable") {
			t.Fatalf("%d %v", w.Code, header)
		}
		if w := get("/media/"+media, "bytes=1-3"); w.Code != http.StatusPartialContent || w.Body.String() != "PNG" {
			t.Fatalf("%d %q", w.Code, w.Body)
		}
	})

	t.Run("never shows pages", func(t *testing.T) {
		for _, page := range []string{"<html><script>alert(1)</script>", `<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`} {
			w := get("/media/"+hub.PutMedia([]byte(page)), "")
			if w.Header().Get("Content-Type") != "application/octet-stream" || w.Header().Get("Content-Disposition") != "attachment" ||
				!strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") {
				t.Fatalf("%v", w.Header())
			}
		}
	})

	t.Run("knows no paths", func(t *testing.T) {
		for _, path := range []string{"/media/../cache.db", "/media/%2e%2e%2fcache.db", "/media/", "/media/01a20426-a786-7ed2-93e9-f8fc7fa1dc3e"} {
			if w := get(path, ""); w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
	})

	t.Run("warns of what a system would run, and does not open it", func(t *testing.T) {
		for name, content := range map[string]string{
			"ticket.pdf.exe": "MZ", "TICKET.EXE": "MZ", "ticket.exe.": "MZ", "ticket.exe. .": "MZ", "ticket\u202efdp.scr": "MZ",
			"ticket.jnlp": "<jnlp/>", "ticket.pdf": "<html><script>alert(1)</script>",
		} {
			media := hub.PutMedia([]byte(content))
			said := hub.Say(id, "in", &hubv1.Content{Kind: "document", Media: &hubv1.Media{Id: media, State: "ready", FileName: name}})
			for {
				if known, err := (&Thread{app: a}).Messages([]string{said}); err != nil || len(known) == 1 {
					break
				}
				if _, err := (&Workspace{app: a}).Refresh(); err != nil {
					t.Fatal(err)
				}
			}
			var failure *Failure
			if err := (&Attachments{app: a}).Open(media); !errors.As(err, &failure) || failure.Code != "dangerous" {
				t.Errorf("%q: %v", name, err)
			}
		}
	})

	t.Run("takes pasted bytes", func(t *testing.T) {
		r := httptest.NewRequest(http.MethodPost, "/upload?conversation="+id+"&name=paste.png", strings.NewReader("\x89PNG\r\n\x1a\nrest"))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		var attachment dto.Attachment
		if err := json.Unmarshal(w.Body.Bytes(), &attachment); err != nil || attachment.Kind != "image" || attachment.FileName != "paste.png" {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if w := get(attachment.URL, ""); w.Code != 200 {
			t.Fatalf("%d", w.Code)
		}
	})

	t.Run("leaves the rest to the page", func(t *testing.T) {
		w := get("/index.html", "")
		body, _ := io.ReadAll(w.Body)
		if w.Code != http.StatusNotFound || len(body) == 0 {
			t.Fatalf("%d %s", w.Code, body)
		}
	})
}

func TestLockHoldsOffASecondInstance(t *testing.T) {
	dirs := Dirs{Data: t.TempDir()}
	lock, err := TakeLock(dirs)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := TakeLock(dirs); !errors.Is(err, ErrRunning) {
		t.Fatal(err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	if again, err := TakeLock(dirs); err != nil {
		t.Fatal(err)
	} else if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFindDirsBelowHome(t *testing.T) {
	home := t.TempDir()
	t.Setenv(HomeVariable, home)
	dirs, err := FindDirs()
	if err != nil || dirs.Data != filepath.Join(home, "data") || dirs.Config != filepath.Join(home, "config") {
		t.Fatalf("%+v %v", dirs, err)
	}
}

func TestOpenable(t *testing.T) {
	if got := openable("https://en.wikipedia.org/wiki/Go_(game)?a=b%20c"); got != "https://en.wikipedia.org/wiki/Go_%28game%29?a=b%20c" {
		t.Fatal(got)
	}
}
