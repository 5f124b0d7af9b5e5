package hubclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// Embedded is an http.RoundTripper that calls a handler in this process, so that the desk reaches an embedded hub
// by the same code as a distant one. Answers stream: what the handler has written and flushed can be read before it
// is done, and closing the answer's body ends the handler's context. Close it when the handler goes.
type Embedded struct {
	handler http.Handler
	ctx     context.Context
	stop    context.CancelCauseFunc
	serving sync.WaitGroup

	mu     sync.Mutex
	closed bool
}

var errEmbeddedClosed = errors.New("embedded hub is closed")

// NewEmbedded returns a round tripper over handler.
func NewEmbedded(handler http.Handler) *Embedded {
	ctx, stop := context.WithCancelCause(context.Background())
	return &Embedded{handler: handler, ctx: ctx, stop: stop}
}

// Close ends all calls and waits for their handlers.
func (e *Embedded) Close() {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.stop(errEmbeddedClosed)
	e.serving.Wait()
}

// begin counts a call in, unless the hub has gone.
func (e *Embedded) begin() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.serving.Add(1)
	}
	return !e.closed
}

// RoundTrip calls the handler in a goroutine of its own and returns once it has written its headers.
func (e *Embedded) RoundTrip(request *http.Request) (*http.Response, error) {
	if !e.begin() {
		closeBody(request)
		return nil, errEmbeddedClosed
	}
	ctx, cancel := context.WithCancelCause(request.Context())
	unlink := context.AfterFunc(e.ctx, func() { cancel(errEmbeddedClosed) })
	reader, writer := io.Pipe()
	answer := &embeddedAnswer{
		header: http.Header{}, pipe: writer, begun: make(chan struct{}),
		response: &http.Response{Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: request, ContentLength: -1},
	}
	answer.response.Body = &embeddedBody{PipeReader: reader, cancel: cancel}
	// A handler that has stopped reading its context must not hang in a write.
	unpipe := context.AfterFunc(ctx, func() { writer.CloseWithError(context.Cause(ctx)) })

	go func() {
		defer e.serving.Done()
		defer closeBody(request)
		defer func() {
			unlink()
			unpipe()
			cancel(context.Canceled)
		}()
		defer func() {
			if value := recover(); value != nil {
				answer.fail(fmt.Errorf("embedded hub panicked: %v", value))
			}
		}()
		e.handler.ServeHTTP(answer, serverSide(ctx, request))
		answer.finish()
	}()

	select {
	case <-answer.begun:
	case <-ctx.Done():
	}
	if err := context.Cause(request.Context()); err != nil {
		return nil, err // what the handler still says is for nobody
	}
	select {
	case <-answer.begun: // a handler that is done ends the context, too
	default:
		return nil, context.Cause(ctx)
	}
	if answer.failure != nil {
		return nil, answer.failure
	}
	return answer.response, nil
}

func closeBody(request *http.Request) {
	if request.Body != nil {
		_ = request.Body.Close()
	}
}

// serverSide is the request as a server would hand it to a handler.
func serverSide(ctx context.Context, request *http.Request) *http.Request {
	inner := request.Clone(ctx)
	inner.RequestURI = request.URL.RequestURI()
	inner.RemoteAddr = "embedded"
	inner.Proto, inner.ProtoMajor, inner.ProtoMinor = "HTTP/1.1", 1, 1
	// Within a process packing costs time and megabytes, and spares nothing.
	for _, name := range []string{"Accept-Encoding", "Connect-Accept-Encoding"} {
		inner.Header.Del(name)
	}
	if inner.Host == "" {
		inner.Host = request.URL.Host
	}
	if inner.Body == nil {
		inner.Body = http.NoBody
	}
	return inner
}

// embeddedAnswer is the handler's side of an answer.
type embeddedAnswer struct {
	header   http.Header
	response *http.Response
	pipe     *io.PipeWriter
	begun    chan struct{} // closed with the headers
	once     sync.Once
	failure  error        // set before begun closes
	waiting  bytes.Buffer // written and not yet flushed
}

// bufferMost is how much is kept before it is handed on without a flush.
const bufferMost = 32 << 10

func (a *embeddedAnswer) Header() http.Header { return a.header }

func (a *embeddedAnswer) WriteHeader(status int) {
	if status >= 100 && status < 200 {
		return // informational: the reader waits for the real answer
	}
	a.once.Do(func() {
		a.response.StatusCode = status
		a.response.Status = strconv.Itoa(status) + " " + http.StatusText(status)
		a.response.Header = a.header.Clone()
		if length, err := strconv.ParseInt(a.header.Get("Content-Length"), 10, 64); err == nil {
			a.response.ContentLength = length
		}
		close(a.begun)
	})
}

func (a *embeddedAnswer) Write(data []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.waiting.Write(data)
	if a.waiting.Len() >= bufferMost {
		if err := a.FlushError(); err != nil {
			return 0, err
		}
	}
	return len(data), nil
}

// Flush hands on what was written.
func (a *embeddedAnswer) Flush() { _ = a.FlushError() }

// FlushError is Flush that tells when nobody reads any more.
func (a *embeddedAnswer) FlushError() error {
	a.WriteHeader(http.StatusOK)
	if a.waiting.Len() == 0 {
		return nil
	}
	_, err := a.pipe.Write(a.waiting.Bytes())
	a.waiting.Reset()
	return err
}

func (a *embeddedAnswer) finish() {
	if err := a.FlushError(); err != nil {
		a.pipe.CloseWithError(err)
		return
	}
	_ = a.pipe.Close() // never fails
}

func (a *embeddedAnswer) fail(err error) {
	a.once.Do(func() {
		a.failure = err
		close(a.begun)
	})
	a.pipe.CloseWithError(err)
}

// embeddedBody ends the handler's context when the reader is done with it.
type embeddedBody struct {
	*io.PipeReader
	cancel context.CancelCauseFunc
}

func (b *embeddedBody) Close() error {
	b.cancel(context.Canceled)
	return b.PipeReader.Close()
}
