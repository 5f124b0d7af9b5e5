package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"parley/app"
	"parley/backend/desk/hubclient"
	"parley/backend/embedded"
)

// colleagues are those of the practice workspace whom a test can play.
var colleagues = []string{"rui@practice.invalid", "sofia@practice.invalid", "tomas@practice.invalid"}

// office is the practice hub, in memory for the page's own desk and over HTTP for everybody else.
type office struct {
	hub    *embedded.Hub
	memory *hubclient.Embedded
	web    *httptest.Server
	said   addresses
	log    *slog.Logger
	stop   context.CancelFunc
	served chan error
}

func openOffice(ctx context.Context, folder string, log *slog.Logger) (*office, error) {
	hub, err := embedded.Open(ctx, embedded.Options{Folder: folder, Log: log, Quiet: true})
	if err != nil {
		return nil, err
	}
	o := &office{hub: hub, memory: hubclient.NewEmbedded(hub.Handler()), web: httptest.NewServer(hub.Handler()), log: log, served: make(chan error, 1)}
	ctx, o.stop = context.WithCancel(context.WithoutCancel(ctx)) // the desk closes first
	go func() { o.served <- hub.Serve(ctx) }()
	o.said = addresses{Hub: o.web.URL, Phone: hub.PhoneURL(), Colleagues: map[string]string{}}
	for _, email := range colleagues {
		if o.said.Colleagues[email], err = hub.SignInAs(ctx, email); err != nil {
			o.close()
			return nil, err
		}
	}
	return o, nil
}

func (o *office) inMemory() app.Hub {
	return app.Hub{HTTPClient: &http.Client{}, BaseURL: "http://hub.invalid", SignIn: o.hub.SignIn, Practice: o.hub}
}

func (o *office) close() {
	o.memory.Close()
	o.web.CloseClientConnections()
	o.stop()
	err := <-o.served
	o.web.Close()
	if err := errors.Join(err, o.hub.Close()); err != nil {
		o.log.Error("Hub ended badly", "error", err)
	}
}
