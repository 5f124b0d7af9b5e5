package signin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"connectrpc.com/connect"

	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"
)

// Invitation is what a link parley://join/?hub=…&code=… says.
type Invitation struct{ Address, Code string }

// ParseInvitation reads such a link. Anybody can make one: it names a hub, which a person sees before they type anything.
func ParseInvitation(link string) (Invitation, bool) {
	u, err := url.Parse(link)
	if err != nil || !strings.EqualFold(u.Scheme, "parley") || u.Host != "join" {
		return Invitation{}, false
	}
	address, err := Address(u.Query().Get("hub"))
	code := u.Query().Get("code")
	return Invitation{Address: address, Code: code}, err == nil && code != ""
}

// Link is what ParseInvitation reads.
func (i Invitation) Link() string {
	return "parley://join/?" + url.Values{"hub": {i.Address}, "code": {i.Code}}.Encode()
}

// Invited is whom an invitation is for.
type Invited struct{ WorkspaceName, Email, Name string }

// Look asks a hub whom an invitation is for. Errors are *Problem, or of the context.
func (i Invitation) Look(ctx context.Context, client *http.Client) (Invited, error) {
	if _, err := Find(ctx, client, i.Address); err != nil {
		return Invited{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	answer, err := hubv1connect.NewSessionServiceClient(client, i.Address).FindInvitation(ctx, &hubv1.FindInvitationRequest{Code: i.Code})
	if err != nil {
		return Invited{}, invitationProblem(err)
	}
	return Invited{WorkspaceName: answer.GetWorkspaceName(), Email: answer.GetEmail(), Name: answer.GetName()}, nil
}

// Accept sets the password of who was invited and signs this computer in. Errors are *Problem, or of the context.
func (i Invitation) Accept(ctx context.Context, client *http.Client, password string) (Session, error) {
	ctx, cancel := context.WithTimeout(ctx, lookLimit)
	defer cancel()
	answer, err := hubv1connect.NewSessionServiceClient(client, i.Address).AcceptInvitation(ctx, &hubv1.AcceptInvitationRequest{
		Code: i.Code, Password: password, DeviceName: DeviceName(),
	})
	if err != nil {
		return Session{}, invitationProblem(err)
	}
	return Session{
		Token: answer.GetToken(), AgentID: answer.GetAgent().GetId(), Email: answer.GetAgent().GetEmail(), WorkspaceName: answer.GetWorkspace().GetName(),
	}, nil
}

func invitationProblem(err error) error {
	var coded *connect.Error
	if errors.As(err, &coded) {
		switch coded.Code() {
		case connect.CodeNotFound:
			return &Problem{Code: NoInvitation, Err: err}
		case connect.CodeInvalidArgument:
			return &Problem{Code: ShortPassword, Err: err}
		}
	}
	return problemOf(err)
}
