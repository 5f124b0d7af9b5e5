package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
)

// wire is the way to the hub, which a test can cut: what is under way breaks off, and nothing new gets through.
type wire struct {
	next http.RoundTripper

	mu      sync.Mutex
	cut     bool
	serial  int
	running map[int]context.CancelFunc
}

var errCut = errors.New("the wire is cut")

func (w *wire) setCut(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	if cut {
		for _, stop := range w.running {
			stop()
		}
		clear(w.running)
	}
}

func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	w.mu.Lock()
	if w.cut {
		w.mu.Unlock()
		if request.Body != nil {
			_ = request.Body.Close()
		}
		return nil, errCut
	}
	ctx, stop := context.WithCancel(request.Context())
	w.serial++
	id := w.serial
	w.running[id] = stop
	w.mu.Unlock()
	ended := func() {
		stop()
		w.mu.Lock()
		delete(w.running, id)
		w.mu.Unlock()
	}
	response, err := w.next.RoundTrip(request.WithContext(ctx))
	if err != nil {
		ended()
		return nil, err
	}
	response.Body = body{ReadCloser: response.Body, ended: ended}
	return response, nil
}

// body ends its request when it is closed.
type body struct {
	io.ReadCloser
	ended func()
}

func (b body) Close() error {
	defer b.ended()
	return b.ReadCloser.Close()
}
