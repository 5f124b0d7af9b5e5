package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/media"
	"parley/backend/hub/server"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"

	"github.com/prometheus/client_golang/prometheus"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// house is a hub that serves files, and somebody who is signed in.
type house struct {
	*hubtest.Workspace
	library *media.Library
	url     string
	token   string
}

func newHouse(t *testing.T, s *store.Store) *house {
	t.Helper()
	w := hubtest.New(t, s, 1, hubtest.Channels()...)
	blobs, err := media.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{Workspace: w, library: &media.Library{Store: s, Blobs: blobs, Now: w.Now}}
	sessions := access.New(s, w.Now)
	h.token, err = sessions.Open(t.Context(), db.Agent{WorkspaceID: w.ID, ID: w.Agents[0].AgentID}, "test", "test")
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer((&server.Server{
		Store: s, Directory: w.Directory, Access: sessions, Library: h.library, Registry: prometheus.NewRegistry(), Now: w.Now,
		Log: slog.New(slog.DiscardHandler), Stopping: context.Background(),
	}).Handler())
	t.Cleanup(web.Close)
	h.url = web.URL
	return h
}

// ask makes a request as the agent, or as a stranger without a token.
func (h *house) ask(t *testing.T, method, path, token string, body io.Reader) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, h.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, text
}

func photo(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1000, 500))
	for i := range 500_000 {
		img.Set(i%1000, i/1000, color.RGBA{byte(i), byte(i >> 8), byte(i >> 16), 255})
	}
	var data bytes.Buffer
	if err := png.Encode(&data, img); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

// safe checks that an answer can never be shown as a page of the hub's.
func safe(t *testing.T, what string, resp *http.Response) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'", "Content-Disposition": "attachment",
		"Cache-Control": "private, max-age=31536000, immutable",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q", what, name, got)
		}
	}
}

func TestFiles(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		content := photo(t)
		resp, text := h.ask(t, http.MethodPost, "/media?name=view.png", h.token, bytes.NewReader(content))
		var up server.Uploaded
		if err := json.Unmarshal(text, &up); err != nil || resp.StatusCode != http.StatusOK || up.Width != 1000 {
			t.Fatalf("%s: %s", resp.Status, text)
		}
		t.Run("the_file_comes_back_as_it_was", func(t *testing.T) {
			resp, text := h.ask(t, http.MethodGet, "/media/"+up.ID, h.token, nil)
			if resp.StatusCode != http.StatusOK || !bytes.Equal(text, content) || resp.Header.Get("Content-Type") != "image/png" {
				t.Errorf("%s, %d bytes", resp.Status, len(text))
			}
			safe(t, "file", resp)
		})
		t.Run("its_thumbnail_is_small", func(t *testing.T) {
			resp, text := h.ask(t, http.MethodGet, "/media/"+up.ID+"/thumb", h.token, nil)
			config, format, err := image.DecodeConfig(bytes.NewReader(text))
			if err != nil || resp.StatusCode != http.StatusOK || config.Width != 480 || config.Height != 240 || format != "jpeg" || resp.Header.Get("Content-Type") != "image/jpeg" {
				t.Errorf("%s: %s of %d × %d, %v", resp.Status, format, config.Width, config.Height, err)
			}
			safe(t, "thumbnail", resp)
		})
		t.Run("strangers_get_nothing", func(t *testing.T) {
			for _, path := range []string{"GET /media/" + up.ID, "GET /media/" + up.ID + "/thumb", "POST /media/" + up.ID + "/again", "POST /media"} {
				method, path, _ := bytes.Cut([]byte(path), []byte(" "))
				if resp, text := h.ask(t, string(method), string(path), "", nil); resp.StatusCode != http.StatusUnauthorized {
					t.Errorf("%s: %s, %d bytes", path, resp.Status, len(text))
				}
			}
		})
		t.Run("what_is_no_picture_has_no_thumbnail", func(t *testing.T) {
			_, text := h.ask(t, http.MethodPost, "/media?name=a.html", h.token, bytes.NewReader([]byte("<html><script>alert(1)</script>")))
			var page server.Uploaded
			if err := json.Unmarshal(text, &page); err != nil {
				t.Fatal(err)
			}
			if resp, _ := h.ask(t, http.MethodGet, "/media/"+page.ID+"/thumb", h.token, nil); resp.StatusCode != http.StatusNotFound {
				t.Error(resp.Status)
			}
			resp, _ := h.ask(t, http.MethodGet, "/media/"+page.ID, h.token, nil)
			safe(t, "page", resp)
		})
		t.Run("unknown_ones_are_not_found", func(t *testing.T) {
			for _, path := range []string{"/media/" + conversation.NewID(), "/media/" + conversation.NewID() + "/thumb", "/media/.."} {
				if resp, _ := h.ask(t, http.MethodGet, path, h.token, nil); resp.StatusCode != http.StatusNotFound {
					t.Errorf("%s: %s", path, resp.Status)
				}
			}
		})
	})
}

// noMeta has nothing.
type noMeta struct{ channel.Adapter }

func (noMeta) FetchMedia(context.Context, channel.Account, channel.Media) (channel.MediaBody, error) {
	return channel.MediaBody{}, channel.ErrMediaGone
}

func TestFiles_that_could_not_be_had_can_be_wanted_again(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		row := db.Media{
			WorkspaceID: h.ID, ID: conversation.NewID(), TouchpointID: h.WhatsApp.ID, MessageID: h.Conversation(t, nil).LastMessageID,
			State: "gone", Reason: media.ReasonRefused, ProviderID: "m", FetchUntilMs: media.FetchUntil(h.NowMs()),
		}
		if _, err := s.InTx(t.Context(), h.ID, func(tx *store.Tx) error { return tx.InsertMedia(t.Context(), db.InsertMediaParams(row)) }); err != nil {
			t.Fatal(err)
		}
		if resp, text := h.ask(t, http.MethodGet, "/media/"+row.ID, h.token, nil); resp.StatusCode != http.StatusConflict || string(text) != "gone" {
			t.Errorf("%s: %s", resp.Status, text)
		}
		resp, text := h.ask(t, http.MethodPost, "/media/"+row.ID+"/again", h.token, nil)
		var wanted server.Wanted
		if err := json.Unmarshal(text, &wanted); err != nil || resp.StatusCode != http.StatusOK || wanted != (server.Wanted{State: "pending", FetchUntilMs: row.FetchUntilMs}) {
			t.Errorf("%s: %s", resp.Status, text)
		}
		if resp, text := h.ask(t, http.MethodGet, "/media/"+row.ID+"/thumb", h.token, nil); resp.StatusCode != http.StatusConflict || string(text) != "pending" {
			t.Errorf("%s: %s", resp.Status, text)
		}
		if resp, _ := h.ask(t, http.MethodPost, "/media/"+conversation.NewID()+"/again", h.token, nil); resp.StatusCode != http.StatusNotFound {
			t.Error(resp.Status)
		}
		fetcher := &media.Fetcher{
			Store: s, Directory: hubtest.New(t, storetest.Open(t, "sqlite"), 0, noMeta{hubtest.Channels()[0]}).Directory, Blobs: h.library.Blobs,
			Now: h.Now, Log: slog.New(slog.DiscardHandler),
		}
		h.Advance(8 * 24 * time.Hour)
		if _, err := fetcher.Handle(t.Context(), db.Lane{WorkspaceID: h.ID, Key: row.ID}); err != nil {
			t.Fatal(err)
		}
		if resp, _ := h.ask(t, http.MethodPost, "/media/"+row.ID+"/again", h.token, nil); resp.StatusCode != http.StatusGone {
			t.Error(resp.Status)
		}
	})
}

func TestPictures(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		h := newHouse(t, s)
		contact := h.Conversation(t, nil).ContactID
		path := "/contacts/" + contact + "/picture"
		if resp, _ := h.ask(t, http.MethodGet, path, h.token, nil); resp.StatusCode != http.StatusNotFound {
			t.Errorf("without a picture: %s", resp.Status)
		}
		sum, err := media.KeepBytes(t.Context(), h.library.Blobs, photo(t))
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.InTx(t.Context(), h.ID, func(tx *store.Tx) error {
			_, err := tx.PictureContact(t.Context(), db.PictureContactParams{WorkspaceID: h.ID, ID: contact, PictureSHA256: sum, PictureThumbSHA256: sum})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		resp, text := h.ask(t, http.MethodGet, path, h.token, nil)
		if resp.StatusCode != http.StatusOK || !bytes.Equal(text, photo(t)) || resp.Header.Get("ETag") != `"`+sum+`"` ||
			resp.Header.Get("Cache-Control") != "private, no-cache" || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v, %d bytes", resp.Status, resp.Header, len(text))
		}
		if resp, _ := h.ask(t, http.MethodGet, path, "", nil); resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("a stranger: %s", resp.Status)
		}
	})
}
