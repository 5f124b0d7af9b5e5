//go:build !windows

package main_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/backend/desk/cache"
	desksync "parley/backend/desk/sync"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// receiver is a collector that keeps what it is sent.
type receiver struct {
	*httptest.Server
	t     *testing.T
	mutex sync.Mutex
	bytes []byte
	spans []*spans.Span
	names []string // of services
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{t: t}
	r.Server = httptest.NewServer(http.HandlerFunc(r.take))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) take(w http.ResponseWriter, request *http.Request) {
	var body io.Reader = request.Body
	if request.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			r.t.Error(err)
			return
		}
		body = unzipped
	}
	all, err := io.ReadAll(body)
	message := &collector.ExportTraceServiceRequest{}
	if err == nil {
		err = proto.Unmarshal(all, message)
	}
	if err != nil || request.URL.Path != "/v1/traces" {
		r.t.Error(request.URL.Path, err)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.bytes = append(r.bytes, all...)
	for _, resource := range message.GetResourceSpans() {
		for _, attribute := range resource.GetResource().GetAttributes() {
			if attribute.GetKey() == "service.name" {
				r.names = append(r.names, attribute.GetValue().GetStringValue())
			}
		}
		for _, scope := range resource.GetScopeSpans() {
			r.spans = append(r.spans, scope.GetSpans()...)
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// find is the first span of a name that fits.
func (r *receiver) find(name string, fits func(*spans.Span) bool) *spans.Span {
	r.t.Helper()
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, s := range r.spans {
		if s.GetName() == name && fits(s) {
			return s
		}
	}
	for _, s := range r.spans {
		r.t.Logf("%s: %d links, %v", s.GetName(), len(s.GetLinks()), s.GetAttributes())
	}
	r.t.Fatalf("there is no such span %q", name)
	return nil
}

func whichever(*spans.Span) bool { return true }

func linkedTo(to *spans.Span) func(*spans.Span) bool {
	return func(s *spans.Span) bool {
		for _, link := range s.GetLinks() {
			if bytes.Equal(link.GetSpanId(), to.GetSpanId()) && bytes.Equal(link.GetTraceId(), to.GetTraceId()) {
				return true
			}
		}
		return false
	}
}

// An operator follows a webhook to the desk and a reply to Meta's answer, and reads nothing of what people said.
func TestTraces(t *testing.T) {
	const (
		name, number, said, reply = "Zoraida Quintela", "447700900273", "my passport is lost", "we found it behind the desk"
		token, providerID         = "EAAverysecret", "wamid.SECRETIDOFMETA"
	)
	answers := make(chan struct{}, 10)
	meta := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), reply) {
			_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","messages":[{"id":"`+providerID+`"}]}`)
			answers <- struct{}{}
			return
		}
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":{"code":100,"message":"`+said+`"}}`)
	}))
	defer meta.Close()
	r := newReceiver(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", r.URL)
	i := install(t, "sqlite")
	if err := os.WriteFile(filepath.Join(i.folder, "token"), []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	const second = "106540352249999"
	i.must("touchpoint", "add", "whatsapp", "--name", "Lost property", "--phone-number-id", second, "--number", "+44 7700 900015", "--waba-id", "200",
		"--token-file", filepath.Join(i.folder, "token"), "--app-secret-file", filepath.Join(i.folder, "app"),
		"--verify-token-file", filepath.Join(i.folder, "verify"), "--graph-url", meta.URL, "--graph-version", "v26.0")
	i.serve()
	o := i.openDesk()
	o.until("the desk follows the feed", func() bool { return o.state().State == desksync.Live })
	if status := i.signed("/webhooks/whatsapp", whatsApp(second, name, text("wamid.IN1", number, said, time.Now()))); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	if status := i.post("/webhooks/whatsapp", whatsApp(second, name), "sha256=wrong"); status != http.StatusForbidden {
		t.Fatalf("answered %d", status)
	}
	var conversation string
	o.until("the contact is here", func() bool {
		for id := range o.previews() {
			conversation = id
		}
		return conversation != ""
	})
	if outcome, err := o.Assign(t.Context(), conversation); err != nil || outcome.Refusal != nil {
		t.Fatal(outcome, err)
	}
	if _, err := o.Send(t.Context(), cache.Draft{ConversationID: conversation, Text: reply}, ""); err != nil {
		t.Fatal(err)
	}
	select {
	case <-answers:
	case <-time.After(30 * time.Second):
		t.Fatal("the reply does not reach Meta")
	}
	if err := i.process.Process.Signal(syscall.SIGTERM); err != nil { // what is left is sent at the end
		t.Fatal(err)
	}
	if err := i.process.Wait(); err != nil {
		t.Fatal(err)
	}

	webhook := r.find("webhook", whichever)
	batch := r.find("ingest batch", linkedTo(webhook))
	r.find("feed page", linkedTo(batch))
	send := r.find("graph send", whichever)
	delivery := r.find("deliver", func(s *spans.Span) bool { return bytes.Equal(s.GetSpanId(), send.GetParentSpanId()) })
	command := r.find("/parley.hub.v1.DeskService/Execute", func(s *spans.Span) bool { return linkedTo(s)(delivery) })
	if send.GetStatus().GetCode() == spans.Status_STATUS_CODE_ERROR || len(command.GetParentSpanId()) != 0 {
		t.Errorf("send %v, command %v", send, command)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	webhooks := 0
	for _, s := range r.spans {
		if s.GetName() == "webhook" {
			webhooks++
		}
	}
	if webhooks != 1 {
		t.Errorf("%d webhooks; one was signed", webhooks)
	}
	for _, service := range r.names {
		if service != "parley-hub" {
			t.Errorf("the service is called %q", service)
		}
	}
	if len(r.names) == 0 {
		t.Error("the service has no name")
	}
	if !bytes.Contains(r.bytes, []byte(conversation)) {
		t.Error("the conversation cannot be found in them by its id")
	}
	for _, secret := range []string{
		name, "Zoraida", number, said, reply, token, providerID, "wamid.", appSecret, password, "verify-me", "ana@example.com", "GB.1349", second,
		strings.TrimPrefix(meta.URL, "http://"),
	} {
		for _, form := range []string{secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret))} {
			if bytes.Contains(bytes.ToLower(r.bytes), bytes.ToLower([]byte(form))) {
				t.Errorf("the spans hold %q", form)
			}
		}
	}
	t.Logf("%d spans in %d bytes", len(r.spans), len(r.bytes))
}
