// Package signin finds a hub by what a person types, and signs this computer in. What does not work is a Problem, which a
// person can be told in one sentence.
package signin

import (
	"context"
	"errors"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"time"

	"connectrpc.com/connect"

	"parley/backend/desk/trust"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"
)

// leastHub is the least version of the contract that this desk wants of a hub.
const leastHub = 1

// lookLimit is how long a person waits for a hub.
const lookLimit = 20 * time.Second

// Client returns an HTTP client for hubs. It has no Timeout, which would end watches, and follows no redirect: a hub makes
// none, and a password goes nowhere else.
func Client() *http.Client {
	return &http.Client{
		Transport:     http.DefaultTransport.(*http.Transport).Clone(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Hub is a hub that was found.
type Hub struct {
	Address       string // https://hub.example.com
	WorkspaceName string
	Password      bool   // people can sign in with email and password
	Company       string // the company account that they can sign in with; "" for none
	Pin           trust.Pin
}

// Session is a computer that is signed in.
type Session struct {
	Token         string
	AgentID       string
	Email         string
	WorkspaceName string
}

// Find looks for the hub at an address as a person types it. Errors are *Problem, or of the context.
func Find(ctx context.Context, client *http.Client, typed string) (Hub, error) {
	address, err := Address(typed)
	if err != nil {
		return Hub{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	sessions := hubv1connect.NewSessionServiceClient(client, address)
	hello, pin, err := trust.Ask(ctx, client, address)
	switch {
	case connect.CodeOf(err) == connect.CodeUnimplemented && knowsSessions(ctx, sessions):
		return Hub{}, &Problem{Code: OldHub, Err: err}
	case err != nil:
		return Hub{}, problemOf(err)
	case hello.GetProtocol() < leastHub:
		return Hub{}, &Problem{Code: OldHub}
	case hello.GetLeastProtocol() > trust.Protocol:
		return Hub{}, &Problem{Code: OldDesk}
	}
	return Hub{Address: address, WorkspaceName: hello.GetWorkspaceName(), Password: hello.GetPassword(), Company: hello.GetCompany(), Pin: pin}, nil
}

// knowsSessions tells a hub that is too old to say what it is from a server that is no hub.
func knowsSessions(ctx context.Context, sessions hubv1connect.SessionServiceClient) bool {
	_, err := sessions.Me(ctx, &hubv1.MeRequest{})
	return connect.CodeOf(err) == connect.CodeUnauthenticated
}

// SignIn signs this computer in with email and password. Errors are *Problem, or of the context.
func SignIn(ctx context.Context, client *http.Client, hub Hub, email, password string) (Session, error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	answer, err := hubv1connect.NewSessionServiceClient(client, hub.Address).SignIn(ctx, &hubv1.SignInRequest{
		Email: email, Password: password, DeviceName: DeviceName(),
	})
	var coded *connect.Error
	switch {
	case err == nil:
		return Session{
			Token: answer.GetToken(), AgentID: answer.GetAgent().GetId(), Email: email, WorkspaceName: answer.GetWorkspace().GetName(),
		}, nil
	case errors.As(err, &coded) && coded.Code() == connect.CodeUnauthenticated:
		return Session{}, &Problem{Code: Denied, Err: err}
	case errors.As(err, &coded) && coded.Code() == connect.CodeResourceExhausted:
		seconds, _ := strconv.Atoi(coded.Meta().Get("Retry-After"))
		return Session{}, &Problem{Code: Locked, Wait: time.Duration(seconds) * time.Second, Err: err}
	}
	return Session{}, problemOf(err)
}

// systems are the names that people know.
var systems = map[string]string{"darwin": "macOS", "linux": "Linux", "windows": "Windows"}

// DeviceName is what a person recognises this computer by in a list.
func DeviceName() string {
	system := systems[runtime.GOOS]
	if system == "" {
		system = runtime.GOOS
	}
	name, err := os.Hostname()
	if err != nil || name == "" {
		return system
	}
	return name + " (" + system + ")"
}
