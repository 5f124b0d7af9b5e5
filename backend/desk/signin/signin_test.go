package signin

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"

	"parley/backend/desk/trust"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"
)

func code(err error) Code {
	var problem *Problem
	if errors.As(err, &problem) {
		return problem.Code
	}
	return ""
}

func TestAddress(t *testing.T) {
	for typed, want := range map[string]string{
		"hub.example.com": "https://hub.example.com", " HUB.example.com/ ": "https://hub.example.com",
		"https://hub.example.com:8443/parley/": "https://hub.example.com:8443/parley", "localhost:8480": "http://localhost:8480",
		"127.0.0.1:8480": "http://127.0.0.1:8480", "http://[::1]:1": "http://[::1]:1", "https://localhost": "https://localhost",
	} {
		if got, err := Address(typed); got != want || err != nil {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for typed, want := range map[string]Code{
		"": BadAddress, "   ": BadAddress, "my hub": BadAddress, "ftp://hub.example.com": BadAddress, "https://": BadAddress,
		"https://user:secret@hub.example.com": BadAddress, "http://hub.example.com": Insecure, "http://10.0.0.7:8480": Insecure,
	} {
		if got, err := Address(typed); code(err) != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}

// hello is a hub that only says what it is.
type hello struct {
	hubv1connect.UnimplementedSessionServiceHandler
	answer *hubv1.HelloResponse
}

func (h hello) Hello(context.Context, *hubv1.HelloRequest) (*hubv1.HelloResponse, error) {
	return h.answer, nil
}

// before is a hub of before it could say what it is.
type before struct {
	hubv1connect.UnimplementedSessionServiceHandler
}

func (before) Me(context.Context, *hubv1.MeRequest) (*hubv1.MeResponse, error) {
	return nil, connect.NewError(connect.CodeUnauthenticated, errors.New("sign in again"))
}

// What answers at an address is told apart, so that a person is told what to do.
func TestFindSaysWhatIsWrong(t *testing.T) {
	serve := func(handler http.Handler) string {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		return server.URL
	}
	session := func(h hubv1connect.SessionServiceHandler) string {
		mux := http.NewServeMux()
		mux.Handle(hubv1connect.NewSessionServiceHandler(h))
		return serve(mux)
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	elsewhere := session(hello{answer: &hubv1.HelloResponse{WorkspaceName: "Elsewhere", Protocol: trust.Protocol}})
	plain := serve(http.NotFoundHandler())
	for name, one := range map[string]struct {
		typed string
		want  Code
	}{
		"a web page": {serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html>Welcome</html>")
		})), NotHub},
		"a server without hub": {plain, NotHub},
		"a proxy whose hub is down": {serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
		})), Unreachable},
		"a redirect to another hub": {serve(http.RedirectHandler(elsewhere, http.StatusTemporaryRedirect)), NotHub},
		"nobody":                    {"http://" + closed.Addr().String(), Unreachable},
		"no such name":              {"hub.invalid", NoSuchName},
		"an unknown certificate":    {secure.URL, Certificate},
		"https without TLS":         {strings.Replace(plain, "http://", "https://", 1), NoTLS},
		"a hub of before":           {session(before{}), OldHub},
		"an old hub":                {session(hello{answer: &hubv1.HelloResponse{Protocol: leastHub - 1}}), OldHub},
		"a hub for newer desks":     {session(hello{answer: &hubv1.HelloResponse{Protocol: trust.Protocol + 9, LeastProtocol: trust.Protocol + 1}}), OldDesk},
	} {
		t.Run(name, func(t *testing.T) {
			hub, err := Find(t.Context(), Client(), one.typed)
			if code(err) != one.want {
				t.Fatalf("%+v: %v", hub, err)
			}
		})
	}
	if hub, err := Find(t.Context(), Client(), elsewhere); err != nil || hub.WorkspaceName != "Elsewhere" {
		t.Fatal(hub, err)
	}
}

func TestParseInvitation(t *testing.T) {
	for link, want := range map[string]Invitation{
		"parley://join/?hub=https%3A%2F%2Fhub.example.com&code=abc": {"https://hub.example.com", "abc"},
		"PARLEY://join?code=abc&hub=hub.example.com":                {"https://hub.example.com", "abc"},
	} {
		if got, ok := ParseInvitation(link); !ok || got != want {
			t.Errorf("%s: %+v", link, got)
		}
	}
	for _, link := range []string{
		"", "parley://join/", "parley://join/?hub=hub.example.com", "parley://join/?code=abc", "https://join/?hub=hub.example.com&code=abc",
		"parley://conversation/?hub=hub.example.com&code=abc", "parley://join/?hub=http://hub.example.com&code=abc", "parley://join/?hub=javascript:x&code=abc",
	} {
		if got, ok := ParseInvitation(link); ok {
			t.Errorf("%s: %+v", link, got)
		}
	}
}
