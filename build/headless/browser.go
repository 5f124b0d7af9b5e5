package main

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"sync"
	"time"

	"parley/app"
	"parley/app/dto"
	"parley/app/notify"
)

//go:embed bridge.js
var bridge []byte

const bridgePath = "/headless/bridge.js"

// browser is a window that any number of browser pages on this computer show, if they have the token.
type browser struct {
	parley   *app.App
	way      *wire
	services map[string]reflect.Value
	token    string
	listener net.Listener
	web      *http.Server

	mu        sync.Mutex
	pages     map[chan []dto.Event]struct{}
	choice    []string // what the system's next file dialogue is answered
	done      done
	responded func(notify.Response)
}

// done is what the page asked of the system, for tests to look at.
type done struct {
	Opened   []string              `json:"opened"`
	Copied   []string              `json:"copied"`
	Notified []notify.Notification `json:"notified"`
	Unread   int                   `json:"unread"`
	Raised   int                   `json:"raised"`
}

func newBrowser(parley *app.App, way *wire) (*browser, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for browsers: %w", err)
	}
	b := &browser{parley: parley, way: way, services: map[string]reflect.Value{}, token: rand.Text(), listener: listener, pages: map[chan []dto.Event]struct{}{}}
	for _, service := range parley.Services() {
		value := reflect.ValueOf(service)
		b.services[value.Elem().Type().Name()] = value
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /headless/call/{service}/{method}", b.call)
	mux.HandleFunc("GET /headless/events", b.events)
	mux.HandleFunc("GET /headless/done", b.showDone)
	mux.HandleFunc("POST /headless/choose", b.choose)
	mux.HandleFunc("POST /headless/wire/{state}", func(_ http.ResponseWriter, r *http.Request) { b.way.setCut(r.PathValue("state") == "cut") })
	mux.HandleFunc("POST /headless/notification/{key}/{action}", b.respond)
	mux.HandleFunc("GET "+bridgePath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(bridge)
	})
	mux.Handle("/", withBridge(parley.Handler()))
	b.web = &http.Server{Handler: b.onlyWithToken(mux), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = b.web.Serve(listener) }() // ends with close
	return b, nil
}

func (b *browser) address() string {
	return "http://" + b.listener.Addr().String() + "/?token=" + b.token
}

func (b *browser) close() { _ = b.web.Close() }

const cookie = "parley-headless"

// onlyWithToken lets a browser in that was given the address: the first page sets a cookie that all else needs.
func (b *browser) onlyWithToken(next http.Handler) http.Handler {
	right := func(token string) bool { return subtle.ConstantTimeCompare([]byte(token), []byte(b.token)) == 1 }
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if right(r.URL.Query().Get("token")) {
			http.SetCookie(w, &http.Cookie{Name: cookie, Value: b.token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		} else if kept, err := r.Cookie(cookie); err != nil || !right(kept.Value) {
			http.Error(w, "the token is missing", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// withBridge puts the bridge before the page's own script.
func withBridge(page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			page.ServeHTTP(w, r)
			return
		}
		r.Header.Del("If-Modified-Since") // what the page starts with changes, its file does not
		w.Header().Set("Cache-Control", "no-store")
		kept := &keeper{header: w.Header(), status: http.StatusOK}
		page.ServeHTTP(kept, r)
		document := bytes.Replace(kept.body.Bytes(), []byte("<script"), []byte(`<script src="`+bridgePath+`"></script><script`), 1)
		w.Header().Del("Content-Length")
		w.WriteHeader(kept.status)
		_, _ = w.Write(document)
	})
}

// call runs a method of a bound service as Wails does: arguments are a JSON array, the answer is JSON, a failure has
// status 400.
func (b *browser) call(w http.ResponseWriter, r *http.Request) {
	service, known := b.services[r.PathValue("service")]
	if !known {
		http.Error(w, `{"code":"unavailable"}`, http.StatusNotFound)
		return
	}
	method := service.MethodByName(r.PathValue("method"))
	if !method.IsValid() {
		http.Error(w, `{"code":"unavailable"}`, http.StatusNotFound)
		return
	}
	var raw []json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&raw); err != nil || len(raw) != method.Type().NumIn() {
		http.Error(w, `{"code":"invalid","message":"wrong arguments"}`, http.StatusBadRequest)
		return
	}
	arguments := make([]reflect.Value, len(raw))
	for i, text := range raw {
		argument := reflect.New(method.Type().In(i))
		if err := json.Unmarshal(text, argument.Interface()); err != nil {
			http.Error(w, `{"code":"invalid","message":"wrong argument"}`, http.StatusBadRequest)
			return
		}
		arguments[i] = argument.Elem()
	}
	answers := method.Call(arguments)
	w.Header().Set("Content-Type", "application/json")
	if failure, _ := answers[len(answers)-1].Interface().(error); failure != nil {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(failure)
		return
	}
	if len(answers) == 1 {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	_ = json.NewEncoder(w).Encode(answers[0].Interface())
}

// events streams what the application emits, until the page goes.
func (b *browser) events(w http.ResponseWriter, r *http.Request) {
	page := make(chan []dto.Event, 4096)
	b.mu.Lock()
	b.pages[page] = struct{}{}
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		delete(b.pages, page)
		b.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	flusher := http.NewResponseController(w)
	_ = flusher.Flush()
	for {
		select {
		case <-r.Context().Done():
			return
		case event := <-page:
			text, err := json.Marshal(event)
			if err != nil {
				return
			}
			if _, err := fmt.Fprintf(w, "data: %s\n\n", text); err != nil || flusher.Flush() != nil {
				return
			}
		}
	}
}

// showDone tells what the page asked of the system.
func (b *browser) showDone(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(b.done)
}

// choose says what the next file dialogue is answered: a JSON array of paths.
func (b *browser) choose(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := json.NewDecoder(r.Body).Decode(&b.choice); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// respond answers a notification that is shown: "open", "reply" (with the body as text) or "read".
func (b *browser) respond(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	var shown *notify.Notification
	for i := range b.done.Notified {
		if b.done.Notified[i].Key == r.PathValue("key") {
			shown = &b.done.Notified[i]
		}
	}
	responded := b.responded
	b.mu.Unlock()
	if shown == nil || responded == nil {
		http.Error(w, "no such notification", http.StatusNotFound)
		return
	}
	var text string
	_ = json.NewDecoder(r.Body).Decode(&text) // only a reply has one
	responded(notify.Response{Notification: *shown, Action: notify.Action(r.PathValue("action")), Text: text})
}
