// Package outbound makes the HTTP client that the hub talks to Meta with. Addresses in webhooks are other people's
// data: the client connects to public addresses only, whatever a name resolves to, except for the hosts that an
// operator has configured.
package outbound

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"code.dny.dev/ssrf"
)

// Hosts are the host names that an operator has configured. Its methods may be called at the same time.
type Hosts struct {
	mu    sync.RWMutex
	names map[string]bool
}

// Set replaces the hosts.
func (h *Hosts) Set(names []string) {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.names = set
}

func (h *Hosts) has(name string) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.names[name]
}

// timeout bounds one request with everything that belongs to it.
const timeout = 2 * time.Minute

// Client returns a client that reaches public addresses, and the trusted hosts wherever they are.
func Client(trusted *Hosts) *http.Client {
	plain := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	guarded := &net.Dialer{
		Timeout: plain.Timeout, KeepAlive: plain.KeepAlive,
		Control: ssrf.New(ssrf.WithPorts(443)).Safe, // looks at the resolved address: renaming does not help
	}
	return &http.Client{Timeout: timeout, Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 16, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if host, _, err := net.SplitHostPort(address); err == nil && trusted.has(host) {
				return plain.DialContext(ctx, network, address)
			}
			return guarded.DialContext(ctx, network, address)
		},
	}}
}

// Receivers returns a client for the outgoing webhooks that an operator has added. It follows no redirects and uses no proxy,
// so that what it connects to is what was looked at: a public address on any port, or with private any address.
func Receivers(private bool) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	if !private {
		dialer.Control = ssrf.New(ssrf.WithAnyPort()).Safe
	}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4, IdleConnTimeout: 90 * time.Second,
			TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true,
		},
	}
}
