package signin

import (
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"connectrpc.com/connect"
)

// Code names what does not work. Each has one sentence, and one thing to do.
type Code string

// Codes.
const (
	BadAddress    Code = "bad_address" // what was typed cannot be an address
	Insecure      Code = "insecure"    // http:// to another computer: the password could be read on the way
	NoSuchName    Code = "no_such_name"
	Unreachable   Code = "hub_unreachable"
	Certificate   Code = "certificate" // the server does not prove that it is the one
	NoTLS         Code = "no_tls"      // the server does not speak https
	NotHub        Code = "not_hub"     // something answers, and it is no hub
	OldHub        Code = "old_hub"
	OldDesk       Code = "old_desk"
	Denied        Code = "denied"        // email or password
	Locked        Code = "locked"        // too many attempts, for Wait
	NoCompany     Code = "no_company"    // the hub has no sign-in with a company account
	NotHere       Code = "not_here"      // nobody at the hub has this company account
	NoInvitation  Code = "no_invitation" // it was accepted, is too old, or is none
	ShortPassword Code = "short_password"
	Refused       Code = "refused" // the company's provider, or the hub what came of it
)

// Problem is why a computer could not be signed in.
type Problem struct {
	Code Code
	Wait time.Duration // of Locked
	Err  error         // what happened; nil where Code says all
}

func (p *Problem) Error() string {
	if p.Err == nil {
		return "sign in: " + string(p.Code)
	}
	return "sign in: " + string(p.Code) + ": " + p.Err.Error()
}

func (p *Problem) Unwrap() error { return p.Err }

// problemOf tells from an error of a call what does not work.
func problemOf(err error) error {
	var name *net.DNSError
	var unproven *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var coded *connect.Error
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return &Problem{Code: NoSuchName, Err: err}
	case errors.As(err, &unproven), errors.As(err, &alert):
		return &Problem{Code: Certificate, Err: err}
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"): // net/http has no value for it
		return &Problem{Code: NoTLS, Err: err}
	case !errors.As(err, &coded):
		return &Problem{Code: Unreachable, Err: err}
	}
	switch coded.Code() {
	case connect.CodeUnavailable, connect.CodeDeadlineExceeded:
		return &Problem{Code: Unreachable, Err: err}
	case connect.CodeCanceled:
		return err
	}
	return &Problem{Code: NotHub, Err: err}
}

// Address is the address of a hub as a person types it: with or without https://. Only a hub on this computer may be reached
// without encryption.
func Address(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	bare := !strings.Contains(typed, "://")
	if bare {
		typed = "https://" + typed
	}
	u, err := url.Parse(typed)
	if err != nil || u.Hostname() == "" || u.User != nil || strings.ContainsAny(u.Hostname(), " ") || u.Scheme != "https" && u.Scheme != "http" {
		return "", &Problem{Code: BadAddress, Err: err}
	}
	if bare && here(u.Hostname()) {
		u.Scheme = "http"
	}
	if u.Scheme == "http" && !here(u.Hostname()) {
		return "", &Problem{Code: Insecure}
	}
	return u.Scheme + "://" + strings.ToLower(u.Host) + strings.TrimRight(u.Path, "/"), nil
}

// here reports whether a name is this computer's own.
func here(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
