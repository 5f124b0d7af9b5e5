package whatsapp_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"parley/backend/channel"
	"parley/backend/channel/channeltest"
	"parley/backend/channel/whatsapp"
)

func TestFetchMedia(t *testing.T) {
	var calls []string
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls = append(calls, r.URL.Path)
		switch r.URL.Path {
		case "/old":
			w.WriteHeader(http.StatusNotFound)
		case "/locked":
			w.WriteHeader(http.StatusUnauthorized)
		case "/fresh", "/direct":
			_, _ = io.WriteString(w, "bytes")
		case "/v26.0/77":
			if r.URL.Query().Get("phone_number_id") != "42" {
				t.Errorf("asked without the number: %v", r.URL.Query())
			}
			fmt.Fprintf(w, `{"url":"%s/fresh","mime_type":"image/png","file_size":"5","id":"77"}`, server.URL)
		case "/v26.0/78":
			fmt.Fprintf(w, `{"url":"%s/old"}`, server.URL)
		case "/v26.0/80":
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":{"code":190}}`)
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":{"code":100,"error_subcode":33}}`)
		}
	}))
	defer server.Close()

	for name, c := range map[string]struct {
		media channel.Media
		calls []string
		want  string // "", "gone" or "hold"
	}{
		"address_of_the_webhook_first":      {channel.Media{ProviderID: "77", URL: server.URL + "/direct"}, []string{"/direct"}, ""},
		"fresh_address_when_not_found":      {channel.Media{ProviderID: "77", URL: server.URL + "/old"}, []string{"/old", "/v26.0/77", "/fresh"}, ""},
		"fresh_address_when_locked":         {channel.Media{ProviderID: "77", URL: server.URL + "/locked"}, []string{"/locked", "/v26.0/77", "/fresh"}, ""},
		"address_of_a_stranger_is_not_used": {channel.Media{ProviderID: "77", URL: "https://evil.test/x"}, []string{"/v26.0/77", "/fresh"}, ""},
		"fresh_address_only_once":           {channel.Media{ProviderID: "78", URL: server.URL + "/old"}, []string{"/old", "/v26.0/78", "/old"}, "gone"},
		"no_such_media":                     {channel.Media{ProviderID: "79"}, []string{"/v26.0/79"}, "gone"},
		"neither_id_nor_address":            {channel.Media{}, nil, "gone"},
		"token_expired":                     {channel.Media{ProviderID: "80"}, []string{"/v26.0/80"}, "hold"},
	} {
		t.Run(name, func(t *testing.T) {
			calls = nil
			body, err := whatsapp.New(nil).FetchMedia(t.Context(), channeltest.Account(server.URL), c.media)
			if err == nil {
				data, _ := io.ReadAll(body)
				body.Close()
				if string(data) != "bytes" {
					t.Errorf("got %q", data)
				}
			}
			failed, _ := errors.AsType[*channel.CallError](err)
			switch {
			case c.want == "" && err != nil, c.want == "gone" && !errors.Is(err, channel.ErrMediaGone),
				c.want == "hold" && (failed == nil || failed.Verdict != channel.VerdictHold):
				t.Errorf("error is %v", err)
			}
			if !slices.Equal(calls, c.calls) {
				t.Errorf("calls are %v", calls)
			}
		})
	}
}
