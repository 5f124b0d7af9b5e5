package hubclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// Media is a file that the hub has taken.
type Media struct {
	ID        string `json:"id"`
	MIME      string `json:"mime"`
	SizeBytes int64  `json:"sizeBytes"`
	SHA256    string `json:"sha256"`
	Width     int    `json:"width"`
	Height    int    `json:"height"`
}

// RejectedError says that the hub does not take a file, or does not have it: asking again will not help.
type RejectedError struct {
	Status int // HTTP status
	Detail string
}

func (e *RejectedError) Error() string {
	return fmt.Sprintf("the hub refused the file (%d): %s", e.Status, e.Detail)
}

// answerMost bounds what is read of an answer that is not a file.
const answerMost = 64 << 10

// Upload gives the file at path to the hub under a name and its sniffed type. It may be repeated.
func (c *Client) Upload(ctx context.Context, path, name, mime string) (Media, error) {
	var media Media
	response, err := c.exchange(ctx, "upload file", func(ctx context.Context) (*http.Request, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		info, err := file.Stat()
		if err != nil {
			file.Close()
			return nil, err
		}
		address := c.base + "/media?" + url.Values{"name": {name}}.Encode()
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, file)
		if err != nil {
			file.Close()
			return nil, err
		}
		request.ContentLength = info.Size()
		request.Header.Set("Content-Type", mime)
		return request, nil
	})
	if err != nil {
		return media, err
	}
	defer response.Body.Close()
	if err := json.NewDecoder(io.LimitReader(response.Body, answerMost)).Decode(&media); err != nil {
		return media, fmt.Errorf("upload file: %w: read answer: %w", ErrUnreachable, err)
	}
	if media.ID == "" {
		return media, fmt.Errorf("upload file: %w: answer without an id", ErrUnreachable)
	}
	return media, nil
}

// Incoming is a file of the hub on its way.
type Incoming struct {
	io.ReadCloser
	From int64  // where the bytes begin: what was asked for, or 0 when the hub gives the whole file
	Size int64  // of the whole file; -1 when it is not known
	Sum  string // SHA-256 of the whole file in lower-case hex; "" when the hub does not say
}

// Download opens a file of the hub from a byte on; path is such as /media/ID. The caller closes it.
func (c *Client) Download(ctx context.Context, path string, from int64) (*Incoming, error) {
	response, err := c.exchange(ctx, "download file", func(ctx context.Context) (*http.Request, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
		if err == nil && from > 0 {
			request.Header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-")
		}
		return request, err
	})
	if err != nil {
		return nil, err
	}
	file := &Incoming{ReadCloser: response.Body, Size: response.ContentLength}
	if sum := strings.Trim(response.Header.Get("ETag"), `"`); len(sum) == 64 {
		file.Sum = sum
	}
	if response.StatusCode == http.StatusPartialContent {
		file.From = from
		if file.Size >= 0 {
			file.Size += from
		}
	}
	return file, nil
}

// Again wants a file once more that the hub could not get from Meta. The news come through the feed. A RejectedError with
// 410: Meta does not have it any more.
func (c *Client) Again(ctx context.Context, mediaID string) error {
	response, err := c.exchange(ctx, "want file again", func(ctx context.Context) (*http.Request, error) {
		return http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/media/"+url.PathEscape(mediaID)+"/again", nil)
	})
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// exchange sends a request with the token and returns an answer in the 200s. build is called again when the token
// had to be replaced, because a body can be sent only once.
func (c *Client) exchange(ctx context.Context, act string, build func(context.Context) (*http.Request, error)) (*http.Response, error) {
	for attempt := 0; ; attempt++ {
		token, err := c.ensureToken(ctx)
		if err != nil {
			return nil, classify("sign in", err)
		}
		request, err := build(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", act, err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := c.http.Do(request)
		if err != nil {
			if errors.Is(err, context.Canceled) {
				return nil, fmt.Errorf("%s: %w", act, err)
			}
			return nil, fmt.Errorf("%s: %w: %w", act, ErrUnreachable, err)
		}
		if response.StatusCode/100 == 2 {
			return response, nil
		}
		detail, _ := io.ReadAll(io.LimitReader(response.Body, 512))
		response.Body.Close()
		switch {
		case response.StatusCode == http.StatusUnauthorized && attempt == 0:
			c.forget(token)
		case response.StatusCode == http.StatusUnauthorized:
			return nil, fmt.Errorf("%s: %w", act, ErrSignedOut)
		case response.StatusCode == http.StatusTooManyRequests || response.StatusCode/100 == 5:
			return nil, fmt.Errorf("%s: %w: status %s", act, ErrUnreachable, strconv.Itoa(response.StatusCode))
		default:
			return nil, fmt.Errorf("%s: %w", act, &RejectedError{Status: response.StatusCode, Detail: string(detail)})
		}
	}
}
