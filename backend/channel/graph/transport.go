package graph

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// TransportError says that a call got no answer that could be read.
type TransportError struct {
	// Sent reports whether the request may have reached Meta. False is proof that it has not.
	Sent   bool
	Status int // HTTP status, 0 when there was none
	Err    error
}

func (e *TransportError) Error() string {
	what := "Meta was not reached"
	if e.Sent {
		what = "Meta's answer was lost"
	}
	if e.Status != 0 {
		return fmt.Sprintf("%s (HTTP %d): %v", what, e.Status, e.Err)
	}
	return fmt.Sprintf("%s: %v", what, e.Err)
}

func (e *TransportError) Unwrap() error { return e.Err }

// progress watches how far a request gets. Only a connection that was never had proves that nothing was
// sent: once there is one, net/http may be writing while it already returns an error.
type progress struct {
	asked, connected atomic.Bool
}

func (p *progress) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { p.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { p.connected.Store(true) },
	})
}

// maySend reports whether the request may have left this machine when the call ended with err. A transport
// that does not report its progress (a proxy in memory) is only believed when the error itself is proof.
func (p *progress) maySend(err error) bool {
	if p.connected.Load() {
		return true
	}
	return !p.asked.Load() && !beforeConnection(err)
}

// beforeConnection reports whether err can only come from resolving, dialling or the TLS handshake.
func beforeConnection(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	_, resolving := errors.AsType[*net.DNSError](err)
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	return resolving || certificate || record
}
