package hubclient

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// partSize is how much of a file goes up at once: what a broken connection costs at most.
const partSize = 1 << 20

// Outgoing is a file on its way up.
type Outgoing struct {
	Path     string
	ID       string // the same id again is the same file
	Name     string
	MIME     string                  // sniffed
	Progress func(done, total int64) // nil when nobody wants to know
}

// part is the hub's answer to a part of a file.
type part struct {
	Offset int64  `json:"offset"`
	File   *Media `json:"file"`
}

// Upload gives a file to the hub, in parts. It may be repeated: what the hub has of it already does not go up again, also
// after this computer or the hub was started anew.
func (c *Client) Upload(ctx context.Context, o Outgoing) (Media, error) {
	file, err := os.Open(o.Path)
	if err != nil {
		return Media{}, fmt.Errorf("upload file: %w", err)
	}
	defer file.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	if err != nil {
		return Media{}, fmt.Errorf("upload file: %w", err)
	}
	if size == 0 {
		return Media{}, fmt.Errorf("upload file: %w", &RejectedError{Status: http.StatusBadRequest, Detail: "file is empty"})
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	at, err := c.askUpload(ctx, o.ID)
	for err == nil && at.File == nil {
		if at.Offset >= size { // of another file
			return Media{}, fmt.Errorf("upload file: %w: the hub has %d of %d bytes", ErrUnreachable, at.Offset, size)
		}
		if o.Progress != nil {
			o.Progress(at.Offset, size)
		}
		at, err = c.putPart(ctx, o, file, sum, at.Offset, size)
	}
	if err != nil {
		return Media{}, err
	}
	if at.File.SHA256 != "" && at.File.SHA256 != sum {
		return Media{}, fmt.Errorf("upload file: %w", &RejectedError{Status: http.StatusConflict, Detail: "the hub has another file of this id"})
	}
	return *at.File, nil
}

func (c *Client) askUpload(ctx context.Context, id string) (part, error) {
	response, err := c.exchange(ctx, "ask for upload", func(ctx context.Context) (*http.Request, error) {
		return http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/uploads/"+url.PathEscape(id), nil)
	})
	if err != nil {
		return part{}, err
	}
	return readPart(response)
}

// putPart gives the hub the part of a file that begins at offset.
func (c *Client) putPart(ctx context.Context, o Outgoing, file *os.File, sum string, offset, size int64) (part, error) {
	address := c.base + "/uploads/" + url.PathEscape(o.ID) + "?" + url.Values{
		"offset": {strconv.FormatInt(offset, 10)}, "size": {strconv.FormatInt(size, 10)}, "sha256": {sum}, "name": {o.Name},
	}.Encode()
	length := min(partSize, size-offset)
	response, err := c.exchange(ctx, "upload file", func(ctx context.Context) (*http.Request, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodPut, address, io.NopCloser(io.NewSectionReader(file, offset, length)))
		if err == nil {
			request.ContentLength = length
			request.Header.Set("Content-Type", o.MIME)
		}
		return request, err
	})
	var rejected *RejectedError
	if errors.As(err, &rejected) && (rejected.Status == http.StatusConflict || rejected.Status == http.StatusUnprocessableEntity) {
		// Another attempt was faster, or something was lost: the next attempt asks where the hub is.
		return part{}, fmt.Errorf("upload file: %w: %w", ErrUnreachable, errors.New(rejected.Detail))
	}
	if err != nil {
		return part{}, err
	}
	return readPart(response)
}

func readPart(response *http.Response) (p part, err error) {
	defer response.Body.Close()
	if err := json.NewDecoder(io.LimitReader(response.Body, answerMost)).Decode(&p); err != nil {
		return p, fmt.Errorf("upload file: %w: read answer: %w", ErrUnreachable, err)
	}
	return p, nil
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
	response, err := c.exchange(ctx, "download file", func(ctx context.Context) (*http.Request, error) { //nolint:bodyclose // the caller closes it
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
		_ = response.Body.Close()
		switch {
		case response.StatusCode == http.StatusUnauthorized && attempt == 0:
			c.forget(token)
		case response.StatusCode == http.StatusUnauthorized:
			return nil, fmt.Errorf("%s: %w", act, signedOut(response.Header))
		case response.StatusCode == http.StatusTooManyRequests || response.StatusCode/100 == 5:
			return nil, fmt.Errorf("%s: %w: status %s", act, ErrUnreachable, strconv.Itoa(response.StatusCode))
		default:
			return nil, fmt.Errorf("%s: %w", act, &RejectedError{Status: response.StatusCode, Detail: string(detail)})
		}
	}
}
