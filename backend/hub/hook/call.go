package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"parley/backend/hub/store/db"
	"parley/backend/hub/trace"
)

const (
	// AnswerWithin is how long a receiver may take. It is well inside a lease.
	AnswerWithin = 10 * time.Second
	// restMost is how long a receiver can put us off with Retry-After.
	restMost = time.Hour
)

// answer is how a receiver took an event.
type answer struct {
	status int           // 0: there was none
	detail string        // why it did not take it, in words; "" when it did
	rest   time.Duration // how long it wants to be left alone
	took   time.Duration
}

func (a answer) taken() bool { return a.detail == "" }

// call tells a hook an event, signed with its secrets.
func (t *Teller) call(ctx context.Context, h db.Hook, e *event) (a answer, err error) {
	ctx, span := t.Tracer.Start(ctx, trace.Client, "outgoing webhook")
	defer func() {
		span.Count("status", int64(a.status))
		if !a.taken() {
			span.Fail("not taken")
		}
		span.End(err)
	}()
	span.ID("hook", h.ID)
	span.ID("event", e.ID)
	secrets, err := t.secrets(h)
	if err != nil {
		return answer{}, err
	}
	body, err := json.Marshal(e)
	if err != nil {
		return answer{}, fmt.Errorf("write event: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, t.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.Address, bytes.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("make request: %w", err)
	}
	at := strconv.FormatInt(time.Now().Unix(), 10) // the real time, also where the hub practises with another
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Parley-Hub")
	request.Header.Set("Webhook-Id", e.ID)
	request.Header.Set("Webhook-Timestamp", at)
	request.Header.Set("Webhook-Signature", sign(secrets, e.ID, at, body))
	client := t.Public
	if h.Private {
		client = t.Private
	}
	began := time.Now()
	response, err := client.Do(request)
	a.took = time.Since(began)
	if err != nil {
		a.detail = "no answer: " + t.withoutAddress(err)
		return a, nil
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection can be used again
	a.status = response.StatusCode
	switch a.status / 100 {
	case 2:
		return a, nil
	case 3:
		a.detail = "it sends elsewhere, which is not followed; give the webhook the address at the end"
	default:
		a.detail = "it answered " + response.Status
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		a.rest = min(time.Duration(min(seconds, int(restMost/time.Second)))*time.Second, restMost)
	}
	return a, nil
}

// secrets are those with which a hook signs now: one, or two while receivers change over.
func (t *Teller) secrets(h db.Hook) ([]string, error) {
	sealed := []string{h.SecretSealed}
	if h.FormerSealed != "" && t.Book.Now().UnixMilli() < h.FormerUntilMs {
		sealed = append(sealed, h.FormerSealed)
	}
	var open []string
	for _, one := range sealed {
		secret, err := t.Book.Sealer.Open(one, purpose(h.ID))
		if err != nil {
			return nil, fmt.Errorf("open webhook's secret: %w", err)
		}
		open = append(open, secret)
	}
	return open, nil
}

// sign is the header Webhook-Signature: for each secret a version and HMAC-SHA256 over id, time and body.
func sign(secrets []string, id, at string, body []byte) string {
	var all []string
	for _, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
		if err != nil {
			continue
		}
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%s.", id, at)
		mac.Write(body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(all, " ")
}

// withoutAddress is what went wrong, without the address, which may hold a key.
func (t *Teller) withoutAddress(err error) string {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("not within %d seconds", int(t.Patience.Seconds()))
	}
	return err.Error()
}
