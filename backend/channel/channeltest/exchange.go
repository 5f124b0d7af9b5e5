package channeltest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/backend/channel"
)

// Request is what a server of Meta's saw, or has to see.
type Request struct {
	Method string // "" is POST
	Path   string // without the version
	Query  map[string]string
	JSON   string   // the body; "" is none, or a form
	Form   []string // parts of a form, quotation marks left out
}

// Exchange is one row of an outgoing table: a command, the exact requests that it makes, and what becomes of it.
type Exchange struct {
	Name     string
	Do       func(context.Context, channel.Adapter, channel.Account) (channel.Outcome, error)
	Requests []Request
	Answers  map[string]string // by path; what is not here is answered as accepted
	Want     channel.Outcome
	WantErr  string // part of the error, "" for none
}

// Send is the Do of a row that sends a message.
func Send(message channel.Outgoing) func(context.Context, channel.Adapter, channel.Account) (channel.Outcome, error) {
	return func(ctx context.Context, a channel.Adapter, account channel.Account) (channel.Outcome, error) {
		return a.Send(ctx, account, message), nil
	}
}

// Exchanges runs an outgoing table. Every call has to be signed: with the token and with the app secret's proof.
func Exchanges(t *testing.T, s Sending, rows []Exchange) {
	for _, row := range rows {
		t.Run(row.Name, func(t *testing.T) {
			var mu sync.Mutex
			var seen []Request
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				request := read(t, r)
				mu.Lock()
				seen = append(seen, request)
				mu.Unlock()
				reply, known := row.Answers[request.Path]
				switch {
				case known:
				case strings.HasSuffix(request.Path, "/messages"):
					reply = s.Accepted
				default:
					reply = `{"id":"media-id","attachment_id":"media-id"}`
				}
				answer(200, reply)(w, r)
			}))
			defer server.Close()
			got, err := row.Do(t.Context(), s.New(&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}), Account(server.URL))
			noSecrets(t, got)
			if (err == nil) != (row.WantErr == "") || (err != nil && !strings.Contains(err.Error(), row.WantErr)) {
				t.Errorf("error is %v", err)
			}
			if diff := cmp.Diff(row.Want, got, cmpopts.IgnoreFields(channel.Failure{}, "Detail")); diff != "" {
				t.Errorf("outcome differs (-want +got):\n%s", diff)
			}
			compare(t, row.Requests, seen)
		})
	}
}

// read takes a request apart and checks that it is signed.
func read(t *testing.T, r *http.Request) Request {
	query := map[string]string{}
	for name, values := range r.URL.Query() {
		query[name] = strings.Join(values, " ")
	}
	if r.Header.Get("Authorization") != "Bearer the-token" || query["appsecret_proof"] != proof || query["access_token"] != "" {
		t.Errorf("call is not signed as it should be: %v %v", r.URL, r.Header)
	}
	delete(query, "appsecret_proof")
	version, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if version != "v26.0" {
		t.Errorf("version is %q", version)
	}
	body, _ := io.ReadAll(r.Body)
	request := Request{Method: r.Method, Path: path, Query: query}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		request.Form = []string{string(body)}
	} else {
		request.JSON = string(body)
	}
	return request
}

// proof is the HMAC-SHA256 of "the-token" under "the-app-secret".
const proof = "3ccc119e83274650ecbe32e9626d84715ac61eff0c5fc1c5d7eec9ee9324cb83"

func compare(t *testing.T, want, got []Request) {
	if len(want) != len(got) {
		t.Fatalf("%d requests, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if want[i].Method == "" {
			want[i].Method = http.MethodPost
		}
		if want[i].Query == nil {
			want[i].Query = map[string]string{}
		}
		if want[i].Method != got[i].Method || want[i].Path != got[i].Path {
			t.Errorf("request %d is %s %s, want %s %s", i, got[i].Method, got[i].Path, want[i].Method, want[i].Path)
		}
		if diff := cmp.Diff(want[i].Query, got[i].Query); diff != "" {
			t.Errorf("query of request %d differs (-want +got):\n%s", i, diff)
		}
		if diff := cmp.Diff(decoded(t, want[i].JSON), decoded(t, got[i].JSON)); diff != "" {
			t.Errorf("body of request %d differs (-want +got):\n%s", i, diff)
		}
		for _, part := range want[i].Form {
			if len(got[i].Form) == 0 || !strings.Contains(strings.ReplaceAll(got[i].Form[0], `"`, ""), strings.ReplaceAll(part, `"`, "")) {
				t.Errorf("form of request %d lacks %q: %q", i, part, got[i].Form)
			}
		}
	}
}

func decoded(t *testing.T, text string) any {
	if text == "" {
		return nil
	}
	var tree any
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		t.Errorf("body is no JSON: %v: %s", err, text)
	}
	return tree
}
