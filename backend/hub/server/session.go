package server

import (
	"context"
	"fmt"

	"parley/backend/hub/admin"
	"parley/backend/hub/feed"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// The version of the contract that this hub speaks, and the least that it wants of a desk. The first goes up with what a desk
// may need, the second only with what older desks would do wrong.
const (
	protocol      = 1
	leastProtocol = 1
)

type sessionService struct{ *Server }

func (s *sessionService) SignIn(ctx context.Context, r *hubv1.SignInRequest) (*hubv1.SignInResponse, error) {
	token, agent, err := s.Access.SignIn(ctx, r.GetEmail(), r.GetPassword(), r.GetDeviceName())
	if err != nil {
		return nil, s.fail("SignIn", err)
	}
	return s.signedIn(ctx, "SignIn", token, agent)
}

func (s *sessionService) SignOut(ctx context.Context, _ *hubv1.SignOutRequest) (*hubv1.SignOutResponse, error) {
	return &hubv1.SignOutResponse{}, s.fail("SignOut", s.Access.SignOut(ctx, actorOf(ctx)))
}

func (s *sessionService) Me(ctx context.Context, _ *hubv1.MeRequest) (*hubv1.MeResponse, error) {
	actor := actorOf(ctx)
	agent, err := s.Store.Read().Agent(ctx, db.AgentParams{WorkspaceID: actor.WorkspaceID, ID: actor.AgentID})
	if err != nil {
		return nil, s.fail("Me", fmt.Errorf("read agent: %w", err))
	}
	workspace, err := s.Store.Read().Workspace(ctx, actor.WorkspaceID)
	if err != nil {
		return nil, s.fail("Me", fmt.Errorf("read workspace: %w", err))
	}
	return &hubv1.MeResponse{Agent: feed.Agent(agent), Workspace: feed.Workspace(workspace), HubNowMs: s.Now().UnixMilli()}, nil
}

func (s *sessionService) Hello(ctx context.Context, r *hubv1.HelloRequest) (*hubv1.HelloResponse, error) {
	workspace, err := admin.Only(ctx, s.Store)
	if err != nil {
		return nil, s.fail("Hello", err)
	}
	company, err := s.Company.Name(ctx, workspace.ID)
	if err != nil {
		return nil, s.fail("Hello", err)
	}
	answer := &hubv1.HelloResponse{
		WorkspaceName: workspace.Name, Protocol: protocol, LeastProtocol: leastProtocol, Password: true, Company: company,
	}
	if len(r.GetNonce()) > 0 {
		answer.Identity, err = s.Identity.Prove(ctx, workspace.ID, r.GetNonce())
	}
	return answer, s.fail("Hello", err)
}

func (s *sessionService) ExchangeCode(ctx context.Context, r *hubv1.ExchangeCodeRequest) (*hubv1.SignInResponse, error) {
	token, agent, err := s.Company.Exchange(ctx, r.GetCode(), r.GetVerifier())
	if err != nil {
		return nil, s.fail("ExchangeCode", err)
	}
	return s.signedIn(ctx, "ExchangeCode", token, agent)
}

func (s *sessionService) FindInvitation(ctx context.Context, r *hubv1.FindInvitationRequest) (*hubv1.FindInvitationResponse, error) {
	agent, err := s.Access.Invited(ctx, r.GetCode())
	if err != nil {
		return nil, s.fail("FindInvitation", err)
	}
	workspace, err := s.Store.Read().Workspace(ctx, agent.WorkspaceID)
	if err != nil {
		return nil, s.fail("FindInvitation", err)
	}
	return &hubv1.FindInvitationResponse{WorkspaceName: workspace.Name, Email: agent.Email, Name: agent.Name}, nil
}

func (s *sessionService) AcceptInvitation(ctx context.Context, r *hubv1.AcceptInvitationRequest) (*hubv1.SignInResponse, error) {
	token, agent, err := s.Access.AcceptInvitation(ctx, r.GetCode(), r.GetPassword(), r.GetDeviceName())
	if err != nil {
		return nil, s.fail("AcceptInvitation", err)
	}
	return s.signedIn(ctx, "AcceptInvitation", token, agent)
}

func (s *sessionService) signedIn(ctx context.Context, call, token string, agent db.Agent) (*hubv1.SignInResponse, error) {
	workspace, err := s.Store.Read().Workspace(ctx, agent.WorkspaceID)
	if err != nil {
		return nil, s.fail(call, err)
	}
	return &hubv1.SignInResponse{Token: token, Agent: feed.Agent(agent), Workspace: feed.Workspace(workspace)}, nil
}

func (s *sessionService) ListSessions(ctx context.Context, _ *hubv1.ListSessionsRequest) (*hubv1.ListSessionsResponse, error) {
	actor := actorOf(ctx)
	rows, err := s.Access.Sessions(ctx, actor.WorkspaceID, actor.AgentID)
	if err != nil {
		return nil, s.fail("ListSessions", err)
	}
	answer := &hubv1.ListSessionsResponse{}
	for _, row := range rows {
		answer.Sessions = append(answer.Sessions, &hubv1.DeviceSession{
			Id: row.ID, DeviceName: row.DeviceName, CreatedMs: row.CreatedMs, UsedMs: row.UsedMs, Address: row.Address,
			Current: row.ID == actor.SessionID,
		})
	}
	return answer, nil
}

func (s *sessionService) EndSession(ctx context.Context, r *hubv1.EndSessionRequest) (*hubv1.EndSessionResponse, error) {
	actor := actorOf(ctx)
	err := s.Access.EndSession(ctx, actor.WorkspaceID, actor.AgentID, r.GetSessionId(), actor)
	return &hubv1.EndSessionResponse{}, s.fail("EndSession", err)
}

func (s *sessionService) ChangePassword(ctx context.Context, r *hubv1.ChangePasswordRequest) (*hubv1.ChangePasswordResponse, error) {
	err := s.Access.ChangePassword(ctx, actorOf(ctx), r.GetPresent(), r.GetNext())
	return &hubv1.ChangePasswordResponse{}, s.fail("ChangePassword", err)
}
