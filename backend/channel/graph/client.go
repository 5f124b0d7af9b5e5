// Package graph talks to Meta's Graph API over HTTP: where it is, how a call is signed, what an answer means
// and what is known about a call that was not answered. The channel packages build requests with it; nobody
// else builds a URL. It keeps no state and never repeats a call.
package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"parley/backend/channel"
)

// Where Meta is unless an account says otherwise.
// Source: Meta docs, Graph API changelog, 2026-09-28 (v26.0 of 2026-07-29).
const (
	DefaultBaseURL = "https://graph.facebook.com"
	DefaultVersion = "v26.0"
)

// MaxAnswerBytes is the longest answer that is read. Answers to sends are below 1 KiB; a page of templates
// is the largest thing we ask for.
const MaxAnswerBytes = 8 << 20

// Client calls the Graph API. Its methods may run at the same time.
type Client struct {
	http *http.Client
}

// NewClient returns a client that sends through httpClient, whose timeout and transport it keeps; nil is
// a plain client. Redirects are never followed blindly, so that a token reaches no other host.
func NewClient(httpClient *http.Client) *Client {
	own := http.Client{}
	if httpClient != nil {
		own = *httpClient
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{http: &own}
}

// Path is what follows the version in a URL, one element for each segment; it is escaped when it is used.
type Path []string

// Get calls a reading endpoint and decodes its answer into into.
func (c *Client) Get(ctx context.Context, account channel.Account, path Path, query url.Values, into any) error {
	return c.do(ctx, account, request{method: http.MethodGet, path: path, query: query}, into)
}

// PostJSON calls a writing endpoint with body as JSON and decodes its answer into into, which may be nil.
func (c *Client) PostJSON(ctx context.Context, account channel.Account, path Path, body, into any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return &TransportError{Err: fmt.Errorf("encode request: %w", err)}
	}
	return c.do(ctx, account, request{
		method:      http.MethodPost,
		path:        path,
		contentType: "application/json",
		length:      int64(len(encoded)),
		body:        func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(encoded)), nil },
	}, into)
}

type request struct {
	method      string
	path        Path
	query       url.Values
	contentType string
	length      int64
	body        func() (io.ReadCloser, error) // nil: none; may be called more than once
}

// do runs one call. Its error is an *Error when Meta answered with one, and a *TransportError in every
// other case; both say whether something may have happened at Meta.
func (c *Client) do(ctx context.Context, account channel.Account, r request, into any) error {
	if err := ctx.Err(); err != nil {
		return &TransportError{Err: err}
	}
	req, progress, err := build(ctx, account, r)
	if err != nil {
		return &TransportError{Err: fmt.Errorf("build request: %w", err)}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return &TransportError{Sent: progress.maySend(err), Err: withoutURL(err)}
	}
	defer resp.Body.Close()

	answer, err := io.ReadAll(io.LimitReader(resp.Body, MaxAnswerBytes+1))
	switch {
	case err != nil:
		return &TransportError{Sent: true, Status: resp.StatusCode, Err: fmt.Errorf("read answer: %w", err)}
	case len(answer) > MaxAnswerBytes:
		return &TransportError{Sent: true, Status: resp.StatusCode, Err: errors.New("answer is too long")}
	}
	if refused := parseError(resp.StatusCode, resp.Header, answer); refused != nil {
		return refused
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return &TransportError{Sent: true, Status: resp.StatusCode, Err: errors.New("answer is no error object of Meta's")}
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return &TransportError{Sent: true, Status: resp.StatusCode, Err: errors.New("answer cannot be read")}
	}
	return nil
}

func build(ctx context.Context, account channel.Account, r request) (*http.Request, *progress, error) {
	address, err := endpoint(account, r.path, r.query)
	if err != nil {
		return nil, nil, err
	}
	progress := &progress{}
	req, err := http.NewRequestWithContext(progress.trace(ctx), r.method, address, nil)
	if err != nil {
		return nil, nil, err
	}
	if r.body != nil {
		if req.Body, err = r.body(); err != nil {
			return nil, nil, err
		}
		req.ContentLength, req.GetBody = r.length, r.body
		req.Header.Set("Content-Type", r.contentType)
	}
	req.Header.Set("Authorization", "Bearer "+account.Token.Reveal())
	req.Header.Set("Accept", "application/json")
	return req, progress, nil
}

// endpoint is the URL of a call. Every call proves that it knows the app secret; Meta demands that once the
// app's setting "require app secret" is on. Source: Meta docs, "Securing Graph API calls", 2026-09.
func endpoint(account channel.Account, path Path, query url.Values) (string, error) {
	base, version := account.BaseURL, account.Version
	if base == "" {
		base = DefaultBaseURL
	}
	if version == "" {
		version = DefaultVersion
	}
	var address strings.Builder
	address.WriteString(strings.TrimRight(base, "/"))
	for _, segment := range append(Path{version}, path...) {
		if segment == "" || segment == "." || segment == ".." {
			return "", fmt.Errorf("path has the segment %q", segment)
		}
		address.WriteByte('/')
		address.WriteString(url.PathEscape(segment))
	}
	values := url.Values{}
	for key, list := range query {
		values[key] = list
	}
	if account.AppSecret != "" {
		values.Set("appsecret_proof", AppSecretProof(account.Token, account.AppSecret))
	}
	if len(values) > 0 {
		address.WriteByte('?')
		address.WriteString(values.Encode())
	}
	return address.String(), nil
}

// withoutURL drops the address from an error of net/http: its query holds the app secret's proof.
func withoutURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
