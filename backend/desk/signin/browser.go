package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"time"

	"connectrpc.com/connect"

	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"
)

// browserLimit is how long a person may take in the browser.
const browserLimit = 10 * time.Minute

// Browser signs this computer in with a company account: open opens the system's browser at the hub, and the hub sends it back
// to an address on this computer, with a code that only this program can exchange (RFC 8252, PKCE). done is what the browser
// shows in the end. Errors are *Problem, or of the context.
func Browser(ctx context.Context, client *http.Client, hub Hub, open func(address string), done string) (Session, error) {
	ctx, cancel := context.WithTimeout(ctx, browserLimit)
	defer cancel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Session{}, fmt.Errorf("listen for the browser: %w", err)
	}
	state, verifier := secret(), secret()
	back := &comingBack{state: state, done: done, answers: make(chan url.Values, 1)}
	web := &http.Server{Handler: back, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan struct{})
	go func() { defer close(served); _ = web.Serve(listener) }()
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second) // the page that says so still goes out
		defer cancel()
		if web.Shutdown(end) != nil {
			_ = web.Close()
		}
		<-served
	}()
	challenge := sha256.Sum256([]byte(verifier))
	open(hub.Address + "/sign-in/start?" + url.Values{
		"redirect": {"http://" + listener.Addr().String() + "/done"}, "state": {state}, "device": {DeviceName()},
		"challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])},
	}.Encode())
	select {
	case <-ctx.Done():
		return Session{}, fmt.Errorf("wait for the browser: %w", ctx.Err())
	case answer := <-back.answers:
		switch answer.Get("error") {
		case "":
			return exchange(ctx, client, hub, answer.Get("code"), verifier)
		case "not_here":
			return Session{}, &Problem{Code: NotHere}
		}
		return Session{}, &Problem{Code: Refused}
	}
}

func exchange(ctx context.Context, client *http.Client, hub Hub, code, verifier string) (Session, error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	answer, err := hubv1connect.NewSessionServiceClient(client, hub.Address).ExchangeCode(ctx, &hubv1.ExchangeCodeRequest{Code: code, Verifier: verifier})
	var coded *connect.Error
	switch {
	case err == nil:
		return Session{
			Token: answer.GetToken(), AgentID: answer.GetAgent().GetId(), Email: answer.GetAgent().GetEmail(), WorkspaceName: answer.GetWorkspace().GetName(),
		}, nil
	case errors.As(err, &coded) && coded.Code() == connect.CodeUnauthenticated:
		return Session{}, &Problem{Code: Refused, Err: err}
	}
	return Session{}, problemOf(err)
}

// comingBack is where the browser comes back to. It heeds only who knows the state, once.
type comingBack struct {
	state, done string
	answers     chan url.Values
}

func (b *comingBack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if r.Method != http.MethodGet || r.URL.Path != "/done" || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(b.state)) != 1 {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.Header().Set("Referrer-Policy", "no-referrer")
	fmt.Fprintf(w, `<!doctype html><meta name="viewport" content="width=device-width"><title>Parley</title>`+
		`<body style="font:16px/1.5 system-ui;margin:15vh auto;max-width:30em;padding:0 1em"><h1 style="font-size:20px">Parley</h1><p>%s</p></body>`, html.EscapeString(b.done))
	select {
	case b.answers <- query:
	default: // it came back before
	}
}

// secret is 256 bits that nobody can guess.
func secret() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails (Go 1.24 crypto/rand)
	return base64.RawURLEncoding.EncodeToString(raw)
}
