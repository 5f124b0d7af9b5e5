package graph_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

func TestTakesToken_only_for_hosts_of_the_list(t *testing.T) {
	account := channel.Account{BaseURL: "http://127.0.0.1:8099"}
	for address, want := range map[string]bool{
		"https://lookaside.fbsbx.com/x":           true,
		"https://graph.facebook.com/v26.0/1":      true,
		"http://127.0.0.1:8099/media/1":           true,
		"http://lookaside.fbsbx.com/x":            false,
		"https://lookaside.fbsbx.com:444/x":       false,
		"https://lookaside.fbsbx.com.evil.test/x": false,
		"https://evil.test/lookaside.fbsbx.com":   false,
		"https://lookaside.fbsbx.com@evil.test/x": false,
		"http://127.0.0.1:8098/media/1":           false,
		"https://127.0.0.1:8099/media/1":          false,
		"file:///etc/passwd":                      false,
		"":                                        false,
		"://":                                     false,
	} {
		if got := graph.TakesToken(account, address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
	if graph.TakesToken(channel.Account{}, "http://x/") {
		t.Error("without a base URL any host takes the token")
	}
}

func TestDownload(t *testing.T) {
	elsewhere := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the token went to another host")
		}
		_, _ = io.WriteString(w, "bytes elsewhere")
	}))
	defer elsewhere.Close()
	home := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer the-token" {
			t.Errorf("%s came without the token", r.URL.Path)
		}
		switch r.URL.Path {
		case "/there":
			w.Header().Set("Content-Type", "image/png")
			_, _ = io.WriteString(w, "bytes")
		case "/away":
			http.Redirect(w, r, elsewhere.URL+"/x", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/down":
			http.Redirect(w, r, "http://plain.test/x", http.StatusFound)
		case "/announced":
			w.Header().Set("Content-Length", "209715200")
		case "/long":
			block := make([]byte, 1<<20)
			for range 101 {
				_, _ = w.Write(block)
			}
		case "/expired":
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":{"code":190}}`)
		case "/broken":
			w.WriteHeader(http.StatusBadGateway)
		default:
			http.NotFound(w, r)
		}
	}))
	defer home.Close()
	client := graph.NewClient(elsewhere.Client()) // trusts the test's certificate
	account := channel.Account{Token: "the-token", BaseURL: home.URL}
	read := func(path string) (string, error) {
		body, err := client.Download(t.Context(), account, home.URL+path)
		if err != nil {
			return "", err
		}
		defer body.Close()
		data, err := io.ReadAll(body)
		return string(data), err
	}

	if data, err := read("/there"); data != "bytes" || err != nil {
		t.Errorf("got %q, %v", data, err)
	}
	if data, err := read("/away"); data != "bytes elsewhere" || err != nil {
		t.Errorf("redirect gives %q, %v", data, err)
	}
	for path, want := range map[string]error{
		"/gone": channel.ErrMediaGone, "/down": channel.ErrMediaGone, "/announced": graph.ErrTooLarge, "/long": graph.ErrTooLarge,
	} {
		if _, err := read(path); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	if _, err := read("/expired"); func() bool { e, ok := errors.AsType[*graph.Error](err); return !ok || e.Code != 190 }() {
		t.Errorf("expired token: %v", err)
	}
	for _, path := range []string{"/broken", "/round"} {
		if _, err := read(path); func() bool { _, ok := errors.AsType[*graph.TransportError](err); return !ok }() {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, address := range []string{"file:///etc/passwd", "http://other.test/x", "", "https://"} {
		if _, err := client.Download(t.Context(), account, address); !errors.Is(err, channel.ErrMediaGone) {
			t.Errorf("%q was fetched: %v", address, err)
		}
	}
}

func TestGet_refuses_path_segments_that_lead_elsewhere(t *testing.T) {
	account := channel.Account{BaseURL: "http://127.0.0.1:1"}
	for _, segment := range []string{"", ".", ".."} {
		err := graph.NewClient(nil).Get(t.Context(), account, graph.Path{segment}, nil, nil)
		if err == nil || !strings.Contains(err.Error(), "segment") {
			t.Errorf("%q: %v", segment, err)
		}
	}
}
