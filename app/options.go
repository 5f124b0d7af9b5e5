// Package app is Parley's window: the only code that knows Wails, the systems' notifications and dialogs. It binds
// one struct per topic for the page (methods.md in dto lists them), tells the page of changes by one numbered
// stream of small events, serves bytes by opaque id, and carries out what desk/alerts decides. All else is in
// backend/desk, which knows no window.
package app

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
)

// Options are what the window is made of.
type Options struct {
	// Assets is the built page: index.html at its root.
	Assets fs.FS
	// Icon is a PNG of the application.
	Icon []byte
	// Dirs are the folders to use; the lock of them is held by the caller (TakeLock).
	Dirs Dirs
	// Hub is the hub to use whatever workspace was open last; none when it has no BaseURL.
	Hub Hub
	// Practice opens the hub of the practice workspace.
	Practice func() (Hub, error)
	// StartPractice opens practice at a first start, without asking.
	StartPractice bool
	// Links are addresses into Parley with which it was started.
	Links []string
	// Minimised starts without a window in the agent's way, as at sign-in.
	Minimised bool
	// Log is slog.Default() when nil.
	Log *slog.Logger
}

// Hub is a prepared connection: a distant hub, or one in this process.
type Hub struct {
	// HTTPClient must have no Timeout.
	HTTPClient *http.Client
	BaseURL    string
	// SignIn gets this device's token. hubclient.ErrSignedOut says that a person has to sign in.
	SignIn func(ctx context.Context) (token string, err error)
	// Practice moves the practice workspace; nil when the hub is a real one.
	Practice PracticeControl
	// Begin is called once, when a hub in this process may begin to work: the page shows its lists, or takes long.
	Begin func()
	// Close ends a hub in this process. It comes after the last call.
	Close func()
}

// PracticeControl is what the window needs of the simulated Meta. Methods may be called from any goroutine.
type PracticeControl interface {
	// PhoneURL is where a browser finds the practice phone.
	PhoneURL() string
	// OffsetMs is how far the practice clock has been moved, in milliseconds.
	OffsetMs() int64
	// Advance moves the practice clock forward.
	Advance(ms int64)
}
