package trust

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// Times of a guard. A hub that has proven who it is is not asked again for a while, as long as its connections hold; before a new
// connection it is, unless it has just been: one connection for each time.
const (
	askLimit  = 15 * time.Second
	askedGood = 5 * time.Minute
	justAsked = 5 * time.Second
)

// Guard is an http.RoundTripper that lets nothing through to a stranger. Make one with NewGuard.
type Guard struct {
	address string
	inner   *http.Transport
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	now     func() time.Time
	changed func(stranger *Stranger, pin Pin)

	asking sync.Mutex // one asks, the others wait for it
	mu     sync.Mutex
	pin    Pin
	asked  time.Time // when the hub last proved who it is; zero once a connection was lost
	proof  bool      // no connection was made for that yet
	last   *Stranger
}

// NewGuard returns a guard before the hub at an address. changed is told of a stranger, of nil when the hub is right again, and
// of a pin that has learned something: it has to be kept. It is called from the goroutine of a request and must not block.
func NewGuard(address string, inner *http.Transport, pin Pin, now func() time.Time, changed func(stranger *Stranger, pin Pin)) *Guard {
	g := &Guard{address: address, inner: inner.Clone(), now: now, changed: changed, pin: pin}
	if g.inner.TLSClientConfig == nil {
		g.inner.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	// In the handshake, so that nothing is written on a connection whose certificates are another's.
	g.inner.TLSClientConfig.VerifyConnection = func(state tls.ConnectionState) error {
		pin := g.Pin()
		is := Pin{Identity: pin.Identity, Authority: Authority(&state)}
		return pin.Check(is)
	}
	dial := g.inner.DialContext
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	g.inner.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if !g.takeProof() {
			if err := g.ensure(ctx, 0); err != nil {
				return nil, err
			}
			g.takeProof()
		}
		return dial(ctx, network, address)
	}
	g.dial = dial
	return g
}

// Pin is what the guard holds hubs against.
func (g *Guard) Pin() Pin {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pin
}

// Stranger is what answers instead of the hub; nil while it is the right one, or nobody.
func (g *Guard) Stranger() *Stranger {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.last
}

// Trust pins the stranger that a person has looked at. It reports whether that is still the one who answers.
func (g *Guard) Trust(is Pin) bool {
	g.mu.Lock()
	if g.last == nil || g.last.Is != is {
		g.mu.Unlock()
		return false
	}
	g.pin, g.last, g.asked = is, nil, time.Time{}
	g.mu.Unlock()
	g.inner.CloseIdleConnections()
	g.changed(nil, is)
	return true
}

// CloseIdleConnections closes what nobody uses.
func (g *Guard) CloseIdleConnections() { g.inner.CloseIdleConnections() }

// RoundTrip sends a request to the hub, or returns *Stranger.
func (g *Guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.ensure(r.Context(), askedGood); err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, err
	}
	response, err := g.inner.RoundTrip(r)
	if err != nil && r.Context().Err() == nil || err == nil && response.StatusCode >= http.StatusBadGateway {
		g.doubt() // who answers next may be another
	}
	if stranger := (*Stranger)(nil); errors.As(err, &stranger) {
		g.learn(stranger, g.Pin())
	}
	return response, err
}

func (g *Guard) doubt() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = time.Time{}
}

// takeProof reports whether the hub has just proven who it is, for a connection that is about to be made.
func (g *Guard) takeProof() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	fresh := g.proof && g.now().Sub(g.asked) < justAsked
	g.proof = false
	return fresh
}

func (g *Guard) sure(since time.Duration) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.asked.IsZero() && g.now().Sub(g.asked) < since
}

// ensure asks who answers unless that is known since a short while.
func (g *Guard) ensure(ctx context.Context, since time.Duration) error {
	if g.sure(since) {
		return nil
	}
	g.asking.Lock()
	defer g.asking.Unlock()
	if g.sure(since) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	// Without a check in the handshake: a stranger may say who it is.
	open := g.inner.Clone()
	open.TLSClientConfig.VerifyConnection = nil
	open.DialContext = g.dial
	defer open.CloseIdleConnections()
	_, is, err := Ask(ctx, &http.Client{Transport: open, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, g.address)
	pin := g.Pin()
	var stranger *Stranger
	switch {
	case err == nil:
		errors.As(pin.Check(is), &stranger)
	case errors.Is(err, ErrForged), is.Authority != "" && pin.Authority != "" && is.Authority != pin.Authority:
		stranger = &Stranger{Was: pin, Is: is}
	default:
		return err
	}
	if stranger != nil {
		g.learn(stranger, pin)
		return stranger
	}
	g.learn(nil, is)
	return nil
}

// learn notes who answered, and tells of it when that is news.
func (g *Guard) learn(stranger *Stranger, pin Pin) {
	g.mu.Lock()
	before, known := g.last, g.pin
	g.last = stranger
	if stranger == nil {
		g.pin, g.asked, g.proof = pin, g.now(), true
	} else {
		g.asked = time.Time{}
	}
	g.mu.Unlock()
	news := (before == nil) != (stranger == nil) || before != nil && *before != *stranger
	if news || stranger == nil && pin != known {
		g.changed(stranger, pin)
	}
}
