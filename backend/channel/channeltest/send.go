package channeltest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
)

// Sending is what the send tables need to know of a channel.
type Sending struct {
	New      func(*http.Client) channel.Adapter
	To       channel.Address
	Accepted string // an answer of success, with the id "accepted-id"
	Message  channel.Outgoing
}

// Account is the account of the tests; its secrets must not show up anywhere.
func Account(baseURL string) channel.Account {
	return channel.Account{
		ID: "42", BusinessID: "4242", Token: "the-token", AppSecret: "the-app-secret", BaseURL: baseURL, Version: "v26.0",
	}
}

// Code is one row of an error table as it has to come out.
type Code struct {
	Code, Subcode int
	Verdict       channel.Verdict
	Class         channel.Class
	Reason        channel.Reason
	Scope         channel.Scope
}

// Codes answers a send with each code in every shape in which Meta sends it: HTTP 400 and 500, with and without
// is_transient, numbers as text, error_data as object and as text. None may make a difference.
func Codes(t *testing.T, s Sending, codes []Code) {
	shapes := []struct {
		name   string
		status int
		body   string
	}{
		{"HTTP_400", 400, `{"error":{"message":"m","code":%d,"error_subcode":%d,"error_data":{"messaging_product":"x","details":"what happened"}}}`},
		{"HTTP_500_transient", 500, `{"error":{"message":"m","code":%d,"error_subcode":%d,"error_data":{"details":"what happened"},"is_transient":true}}`},
		{"numbers_and_data_as_text", 400, `{"error":{"message":"m","code":"%d","error_subcode":"%d","error_data":"what happened","fbtrace_id":"A1"}}`},
	}
	for _, want := range codes {
		t.Run(fmt.Sprintf("%d_%d", want.Code, want.Subcode), func(t *testing.T) {
			for _, shape := range shapes {
				got := s.sendTo(t, answer(shape.status, fmt.Sprintf(shape.body, want.Code, want.Subcode)))
				if got.Verdict != want.Verdict || got.Failure.Class != want.Class || got.Failure.Reason != want.Reason || got.Scope != want.Scope {
					t.Errorf("%s: outcome is %+v, want %+v", shape.name, got, want)
				}
				if got.Failure.Code != want.Code || got.Failure.Subcode != want.Subcode || got.Failure.Detail != "what happened" {
					t.Errorf("%s: failure is %+v", shape.name, got.Failure)
				}
				words := channel.Explain(got.Failure, "WhatsApp")
				if words.Words == "" || words.Class != want.Class || strings.Contains(words.Words, "{") || (words.Next == channel.NextNone && want.Reason != channel.ReasonNoProfile) {
					t.Errorf("%s: a person reads %+v", shape.name, words)
				}
				if got.Verdict == channel.VerdictHold && words.Next != channel.NextAdmin {
					t.Errorf("%s: the touchpoint is held and nobody is told to repair it: %+v", shape.name, words)
				}
			}
		})
	}
}

// Transport runs the cases in which no error of Meta's table comes back. A send that may have reached Meta is
// never to be repeated; a send that cannot have is.
func Transport(t *testing.T, s Sending) {
	type want struct {
		verdict channel.Verdict
		class   channel.Class
	}
	unknown := want{channel.VerdictUnknown, channel.ClassUnconfirmed}
	cases := []struct {
		name   string
		handle http.HandlerFunc
		want   want
	}{
		{"accepted", answer(200, s.Accepted), want{channel.VerdictAccepted, ""}},
		{"200_without_an_id", answer(200, `{}`), unknown},
		{"200_with_empty_lists", answer(200, `{"messages":[],"message_id":""}`), unknown},
		{"200_that_is_no_json", answer(200, `<html>`), unknown},
		{"200_cut_short", cutShort, unknown},
		{"reset_after_the_request", reset, unknown},
		{"502_of_a_proxy", answer(502, `<html>bad gateway</html>`), unknown},
		{"500_with_an_unknown_code", answer(500, `{"error":{"code":987654}}`), want{channel.VerdictUnknown, channel.ClassUnconfirmed}},
		{"400_with_an_unknown_code", answer(400, `{"error":{"code":987654}}`), want{channel.VerdictRefused, channel.ClassUnknown}},
		{"400_transient_with_an_unknown_code", answer(400, `{"error":{"code":987654,"is_transient":true}}`), unknown},
		{"details_as_plain_text", answer(400, `{"error":{"code":"100","error_data":"plain"}}`), want{channel.VerdictRefused, channel.ClassContent}},
		{"404_without_an_error_object", answer(404, ``), unknown},
		{"redirect_is_not_followed", redirect, unknown},
		{"answer_without_end", endless, unknown},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := s.sendTo(t, c.handle)
			if got.Verdict != c.want.verdict || got.Failure.Class != c.want.class {
				t.Errorf("outcome is %+v, want %+v", got, c.want)
			}
			if c.want.verdict == channel.VerdictAccepted && got.ProviderID != "accepted-id" {
				t.Errorf("id is %q", got.ProviderID)
			}
		})
	}
	t.Run("nobody_listens", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listener.Close()
		s.retries(t, t.Context(), "http://"+listener.Addr().String(), nil)
	})
	t.Run("name_is_not_known", func(t *testing.T) {
		transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "graph.invalid", IsNotFound: true}
		}}
		s.retries(t, t.Context(), "http://graph.invalid", &http.Client{Transport: transport})
	})
	t.Run("certificate_is_not_trusted", func(t *testing.T) {
		server := httptest.NewUnstartedServer(answer(200, s.Accepted))
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		defer server.Close()
		s.retries(t, t.Context(), server.URL, nil)
	})
	t.Run("time_ran_out_before_the_connection", func(t *testing.T) {
		transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		s.retries(t, ctx, "http://graph.invalid", &http.Client{Transport: transport})
	})
	t.Run("time_ran_out_after_the_request", func(t *testing.T) {
		arrived, release := make(chan struct{}), make(chan struct{})
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			close(arrived)
			<-release
		}))
		defer server.Close()
		defer close(release)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-arrived; cancel() }()
		got := s.New(&http.Client{}).Send(ctx, Account(server.URL), s.Message)
		if got.Verdict != channel.VerdictUnknown || got.Failure.Class != channel.ClassUnconfirmed {
			t.Errorf("outcome is %+v", got)
		}
	})
}

// Upload runs a send with a file whose upload goes wrong: it reached nobody and may be repeated. The message
// itself must not be sent.
func Upload(t *testing.T, s Sending, message channel.Outgoing) {
	for name, handle := range map[string]http.HandlerFunc{
		"reset": reset, "502": answer(502, ""), "without_an_id": answer(200, "{}"), "throttled": answer(400, `{"error":{"code":4}}`),
	} {
		t.Run("upload_"+name, func(t *testing.T) {
			s.Message = message
			got := s.sendTo(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/messages") {
					t.Error("message was sent without its file")
				}
				handle(w, r)
			})
			if got.Verdict != channel.VerdictRetry {
				t.Errorf("outcome is %+v", got)
			}
		})
	}
	t.Run("file_is_shorter_than_announced", func(t *testing.T) {
		short := *message.Media
		short.SizeBytes += 10
		s.Message = message
		s.Message.Media = &short
		if got := s.sendTo(t, answer(200, `{"id":"1","attachment_id":"1"}`)); got.Verdict != channel.VerdictRefused || got.Failure.Class != channel.ClassMedia {
			t.Errorf("outcome is %+v", got)
		}
	})
}

// Refusals runs messages that a channel cannot take. They are refused without asking Meta, with the reason.
func Refusals(t *testing.T, s Sending, cases map[string]Refused) {
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			message := s.Message
			c.Change(&message)
			got := s.New(nil).Send(t.Context(), Account("http://127.0.0.1:1"), message)
			if got.Verdict != channel.VerdictRefused || got.Failure.Reason != c.Reason || got.Failure.Class != c.Reason.Class() {
				t.Errorf("outcome is %+v", got)
			}
			if got.Failure.Limit != c.Limit || got.Failure.As != c.As || got.Failure.Detail == "" {
				t.Errorf("refusal names the limit %d and %q as what would pass: %+v", got.Failure.Limit, got.Failure.As, got.Failure)
			}
		})
	}
}

// Refused is one row of Refusals.
type Refused struct {
	Change func(*channel.Outgoing)
	Reason channel.Reason
	Limit  int64
	As     conversation.Kind
}

// Bytes of small files, each with the signature by which its type is known.
var (
	PNG  = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00")
	JPEG = []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01")
	WebP = []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00")
	GIF  = []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;")
	PDF  = []byte("%PDF-1.4\n%%EOF\n")
	MP4  = []byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42\x00\x00\x00\x08moov")
	Ogg  = []byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x13OpusHead\x01\x01")
	Zip  = []byte("PK\x03\x04\x14\x00\x00\x00\x00\x00")
)

// Serve starts a server that answers with handle, and returns its address.
func Serve(t *testing.T, handle http.HandlerFunc) string {
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return server.URL
}

// Media is a file for tests.
func Media(mime, name string, data []byte) *channel.OutgoingMedia {
	return &channel.OutgoingMedia{
		MIME: mime, FileName: name, SizeBytes: int64(len(data)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}
}

// sendTo sends the message to a server that answers with handle.
func (s Sending) sendTo(t *testing.T, handle http.HandlerFunc) channel.Outcome {
	server := httptest.NewServer(handle)
	defer server.Close()
	got := s.New(&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Send(t.Context(), Account(server.URL), s.Message)
	noSecrets(t, got)
	return got
}

func (s Sending) retries(t *testing.T, ctx context.Context, url string, client *http.Client) {
	got := s.New(client).Send(ctx, Account(url), s.Message)
	if got.Verdict != channel.VerdictRetry || got.Failure.Class != channel.ClassNetwork || got.Scope != channel.ScopeAccount {
		t.Errorf("outcome is %+v", got)
	}
	noSecrets(t, got)
}

func noSecrets(t *testing.T, outcome channel.Outcome) {
	shown := fmt.Sprintf("%+v", outcome)
	for _, secret := range []string{"the-token", "the-app-secret", "appsecret_proof"} {
		if strings.Contains(shown, secret) {
			t.Errorf("outcome shows a secret: %s", shown)
		}
	}
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func cutShort(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"messages":[{"id":"acc`)
}

func reset(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	conn.Close()
}

func redirect(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/elsewhere" {
		panic("the redirect was followed")
	}
	http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
}

func endless(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	block := bytes.Repeat([]byte(" "), 1<<20)
	for range 20 {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}
