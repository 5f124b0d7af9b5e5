// Package server is the hub's face: webhooks from Meta, calls from desks, files, health and metrics. Handlers decode,
// authorise, call and encode; what happens is decided elsewhere.
package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/activities"
	"parley/backend/hub/admin"
	"parley/backend/hub/company"
	"parley/backend/hub/delivery"
	"parley/backend/hub/draft"
	"parley/backend/hub/erase"
	"parley/backend/hub/feed"
	"parley/backend/hub/find"
	"parley/backend/hub/here"
	"parley/backend/hub/identity"
	"parley/backend/hub/inbox"
	"parley/backend/hub/ingest"
	"parley/backend/hub/media"
	"parley/backend/hub/scope"
	"parley/backend/hub/store"
	"parley/backend/hub/template"
	"parley/backend/hub/touchpoint"
	"parley/backend/hub/trace"
	"parley/backend/hub/wallboard"
	"parley/backend/proto/parley/hub/v1/hubv1connect"

	"connectrpc.com/connect"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Server answers HTTP. All fields but Tracer are needed.
type Server struct {
	Store      *store.Store
	Directory  *touchpoint.Directory
	Access     *access.Access
	People     *admin.People
	Channels   *admin.Channels
	Company    *company.Door
	Identity   *identity.Keeper
	Ingester   *ingest.Ingester
	Inbox      *inbox.Inbox
	Feed       *feed.Feed
	Here       *here.Rooms
	Activities *activities.Lister
	Drafts     *draft.Drafts
	Typist     *delivery.Sender
	Lister     *template.Lister
	Finder     *find.Finder
	Board      *wallboard.Board
	Library    *media.Library
	Registry   *prometheus.Registry
	Now        func() time.Time
	Log        *slog.Logger
	Stopping   context.Context // ends when the hub is about to stop
	Proxied    bool            // a proxy says in X-Forwarded-For where calls come from
	Letters    *admin.DeadLetters
	Hooks      *admin.Hooks
	Eraser     *erase.Eraser
	Tracer     *trace.Tracer // nil is none

	scopes  *scope.Scopes
	watches atomic.Int64 // open ones; those that were open, when the hub stops
}

// Webhook paths, one a channel.
const (
	WhatsAppPath  = "/webhooks/whatsapp"
	MessengerPath = "/webhooks/messenger"
)

// maxCommand bounds a call of a desk: the longest message fits many times over.
const maxCommand = 1 << 20

// compressFrom is how long an answer must be to be compressed. A frame with a few changes fits into a packet or three as it is, and
// compressing it was two thirds of what telling a desk cost.
const compressFrom = 4 << 10

// Handler returns everything that the hub answers.
func (s *Server) Handler() http.Handler {
	s.scopes = scope.New(s.Store)
	mux := http.NewServeMux()
	mux.Handle(WhatsAppPath, s.webhook(conversation.ChannelWhatsApp))
	mux.Handle(MessengerPath, s.webhook(conversation.ChannelMessenger))
	s.rpc(mux)
	mux.HandleFunc("POST /media", s.putMedia)
	mux.HandleFunc("GET /uploads/{id}", s.askUpload)
	mux.HandleFunc("PUT /uploads/{id}", s.putPart)
	mux.HandleFunc("GET /media/{id}", s.getMedia)
	mux.HandleFunc("GET /media/{id}/thumb", s.getThumb)
	mux.HandleFunc("POST /media/{id}/again", s.fetchAgain)
	mux.HandleFunc("GET /contacts/{id}/picture", s.getPicture)
	mux.HandleFunc("GET /contacts/{id}/export", s.getExport)
	mux.HandleFunc("GET "+company.StartPath, s.Company.Start)
	mux.HandleFunc("GET "+company.CallbackPath, s.Company.Callback)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.Registry, promhttp.HandlerOpts{}))
	return s.recovered(s.located(mux))
}

func (s *Server) rpc(mux *http.ServeMux) {
	interceptors := []connect.Interceptor{&authenticator{access: s.Access}}
	if s.Tracer != nil {
		interceptors = append([]connect.Interceptor{traced(s.Tracer)}, interceptors...) // outside: refusals are seen, too
	}
	options := []connect.HandlerOption{
		connect.WithInterceptors(interceptors...),
		connect.WithReadMaxBytes(maxCommand),
		connect.WithCompressMinBytes(compressFrom),
	}
	path, handler := hubv1connect.NewSessionServiceHandler(&sessionService{s}, options...)
	mux.Handle(path, handler)
	path, handler = hubv1connect.NewSyncServiceHandler(&syncService{s}, options...)
	mux.Handle(path, handler)
	path, handler = hubv1connect.NewDeskServiceHandler(&deskService{s}, options...)
	mux.Handle(path, handler)
	path, handler = hubv1connect.NewWallboardServiceHandler(&wallboardService{s}, options...)
	mux.Handle(path, handler)
	path, handler = hubv1connect.NewAdminServiceHandler(&adminService{s}, options...)
	mux.Handle(path, handler)
}

// recovered keeps one broken request from ending the hub.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch cause := recover(); cause {
			case nil:
			case http.ErrAbortHandler:
				panic(cause) // net/http's own way to cut a connection
			default:
				s.Log.Error("Request panicked", "path", r.URL.Path, "cause", cause, "stack", string(debug.Stack()))
				answer(w, http.StatusInternalServerError, "internal error")
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// located notes where requests come from. What a proxy adds stands last; what is before it anybody can write.
func (s *Server) located(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			address = ""
		}
		if hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ","); s.Proxied && hops[len(hops)-1] != "" {
			address = strings.TrimSpace(hops[len(hops)-1])
		}
		next.ServeHTTP(w, r.WithContext(access.WithAddress(r.Context(), address)))
	})
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.stopping() {
		answer(w, http.StatusServiceUnavailable, "stopping")
		return
	}
	if err := s.Store.Ping(r.Context()); err != nil {
		s.Log.Error("Not ready", "error", err)
		answer(w, http.StatusServiceUnavailable, "database not reachable")
		return
	}
	answer(w, http.StatusOK, "ready")
}

// stopping reports whether the hub is about to stop.
func (s *Server) stopping() bool { return s.Stopping.Err() != nil }

// untilStopping returns a context that also ends when the hub is about to stop, so that streams can say good-bye.
func (s *Server) untilStopping(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	release := context.AfterFunc(s.Stopping, cancel)
	return ctx, func() { release(); cancel() }
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}
