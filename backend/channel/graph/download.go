package graph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"parley/backend/channel"
)

// MaxMediaBytes is the largest media that is downloaded: what contacts can send.
// Source: Meta docs, "Media: supported types" (larger media arrives as error 131052), 2026-04-17.
const MaxMediaBytes = 100 << 20

const maxRedirects = 3

// ErrTooLarge says that media is larger than MaxMediaBytes.
var ErrTooLarge = errors.New("media is larger than what contacts can send")

// tokenHosts may see a token in a download. Source: Meta docs, "Media: download", 2026-04-17.
var tokenHosts = map[string]bool{"lookaside.fbsbx.com": true, "graph.facebook.com": true}

// TakesToken reports whether a download from address carries the account's token.
func TakesToken(account channel.Account, address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	return sameOrigin(account.BaseURL, u) || (u.Scheme == "https" && u.Port() == "" && tokenHosts[strings.ToLower(u.Hostname())])
}

// Download opens the bytes at an address of Meta's. The token goes only where TakesToken says so, again after
// each redirect. Addresses other than the account's own BaseURL have to be https. The reader fails with
// ErrTooLarge after MaxMediaBytes. The error is channel.ErrMediaGone when Meta has no such bytes (any more).
func (c *Client) Download(ctx context.Context, account channel.Account, address string) (channel.MediaBody, error) {
	for range maxRedirects + 1 {
		resp, err := c.fetch(ctx, account, address)
		if err != nil {
			return channel.MediaBody{}, err
		}
		if resp.StatusCode == http.StatusOK {
			return mediaBody(resp)
		}
		target, err := resp.Location()
		answer, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		_ = resp.Body.Close()
		if resp.StatusCode/100 == 3 && err == nil {
			address = target.String()
			continue
		}
		if refused := parseError(resp.StatusCode, resp.Header, answer); refused != nil && resp.StatusCode != http.StatusNotFound {
			return channel.MediaBody{}, refused
		}
		switch resp.StatusCode {
		case http.StatusNotFound, http.StatusGone, http.StatusForbidden:
			return channel.MediaBody{}, channel.ErrMediaGone
		}
		return channel.MediaBody{}, &TransportError{Sent: true, Status: resp.StatusCode, Err: errors.New("media cannot be read")}
	}
	return channel.MediaBody{}, &TransportError{Err: errors.New("too many redirects")}
}

func (c *Client) fetch(ctx context.Context, account channel.Account, address string) (*http.Response, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "https" && !sameOrigin(account.BaseURL, u)) {
		return nil, fmt.Errorf("media has an address that is not fetched: %w", channel.ErrMediaGone)
	}
	progress := &progress{}
	req, err := http.NewRequestWithContext(progress.trace(ctx), http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("media has an address that is not fetched: %w", channel.ErrMediaGone)
	}
	if TakesToken(account, address) {
		req.Header.Set("Authorization", "Bearer "+account.Token.Reveal())
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &TransportError{Sent: progress.maySend(err), Err: withoutURL(err)}
	}
	return resp, nil
}

func mediaBody(resp *http.Response) (channel.MediaBody, error) {
	if resp.ContentLength > MaxMediaBytes {
		_ = resp.Body.Close()
		return channel.MediaBody{}, ErrTooLarge
	}
	return channel.MediaBody{
		ReadCloser: &boundedBody{ReadCloser: resp.Body, left: MaxMediaBytes},
		MIME:       resp.Header.Get("Content-Type"),
		Size:       resp.ContentLength,
	}, nil
}

// boundedBody fails when there are more bytes than left, instead of pretending that the media ends there.
type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err
}

func sameOrigin(base string, u *url.URL) bool {
	own, err := url.Parse(base)
	return err == nil && base != "" && own.Scheme == u.Scheme && strings.EqualFold(own.Host, u.Host)
}
