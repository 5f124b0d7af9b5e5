package server

import (
	"context"
	"errors"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"connectrpc.com/connect"
)

// problemHeader says to a desk why an admin's change is not made, as the contract has it.
const problemHeader = "Parley-Problem"

// problem is what the wire says of an admin.Problem; nil when err is none.
func problem(err error) error {
	var p *admin.Problem
	if !errors.As(err, &p) {
		return nil
	}
	out := connect.NewError(connect.CodeFailedPrecondition, p)
	out.Meta().Set(problemHeader, p.Code)
	return out
}

type adminService struct{ *Server }

func (s *adminService) ListPeople(ctx context.Context, _ *hubv1.ListPeopleRequest) (*hubv1.ListPeopleResponse, error) {
	people, err := s.People.List(ctx, actorOf(ctx).WorkspaceID)
	if err != nil {
		return nil, s.fail("ListPeople", err)
	}
	answer := &hubv1.ListPeopleResponse{}
	for _, p := range people {
		answer.People = append(answer.People, &hubv1.Person{
			AgentId: p.ID, Email: p.Email, Name: p.Name, Role: p.Role, QueueIds: p.QueueIDs, Disabled: p.Disabled,
			InvitedUntilMs: p.InvitedUntil, LockedUntilMs: p.LockedUntil, Sessions: p.Sessions, UsedMs: p.UsedMs, Open: p.Open,
		})
	}
	return answer, nil
}

func (s *adminService) InvitePerson(ctx context.Context, r *hubv1.InvitePersonRequest) (*hubv1.InvitePersonResponse, error) {
	person, code, err := s.People.Invite(ctx, actorOf(ctx), admin.Agent{Email: r.GetEmail(), Name: r.GetName(), Role: r.GetRole()}, r.GetQueueIds())
	if err != nil {
		return nil, s.fail("InvitePerson", err)
	}
	return &hubv1.InvitePersonResponse{AgentId: person.ID, Invitation: invitation(code)}, nil
}

func (s *adminService) InviteAgain(ctx context.Context, r *hubv1.InviteAgainRequest) (*hubv1.InviteAgainResponse, error) {
	code, err := s.People.InviteAgain(ctx, actorOf(ctx), r.GetAgentId())
	if err != nil {
		return nil, s.fail("InviteAgain", err)
	}
	return &hubv1.InviteAgainResponse{Invitation: invitation(code)}, nil
}

func (s *adminService) ChangePerson(ctx context.Context, r *hubv1.ChangePersonRequest) (*hubv1.ChangePersonResponse, error) {
	err := s.People.Change(ctx, actorOf(ctx), r.GetAgentId(), r.GetName(), r.GetRole(), r.GetQueueIds())
	return &hubv1.ChangePersonResponse{}, s.fail("ChangePerson", err)
}

func (s *adminService) SwitchPerson(ctx context.Context, r *hubv1.SwitchPersonRequest) (*hubv1.SwitchPersonResponse, error) {
	err := s.People.Switch(ctx, actorOf(ctx), r.GetAgentId(), r.GetDisabled())
	return &hubv1.SwitchPersonResponse{}, s.fail("SwitchPerson", err)
}

func (s *adminService) ResetPassword(ctx context.Context, r *hubv1.ResetPasswordRequest) (*hubv1.ResetPasswordResponse, error) {
	code, err := s.People.ResetPassword(ctx, actorOf(ctx), r.GetAgentId())
	if err != nil {
		return nil, s.fail("ResetPassword", err)
	}
	return &hubv1.ResetPasswordResponse{Invitation: invitation(code)}, nil
}

func (s *adminService) EndPersonSessions(ctx context.Context, r *hubv1.EndPersonSessionsRequest) (*hubv1.EndPersonSessionsResponse, error) {
	n, err := s.People.EndSessions(ctx, actorOf(ctx), r.GetAgentId())
	return &hubv1.EndPersonSessionsResponse{Ended: n}, s.fail("EndPersonSessions", err)
}

func invitation(code string) *hubv1.Invitation {
	return &hubv1.Invitation{Code: code, ExpiresMs: time.Now().Add(access.InvitationLimit).UnixMilli()}
}

func (s *adminService) ListTraffic(ctx context.Context, _ *hubv1.ListTrafficRequest) (*hubv1.ListTrafficResponse, error) {
	rows, err := s.Channels.Traffic(ctx, actorOf(ctx).WorkspaceID)
	answer := &hubv1.ListTrafficResponse{}
	for _, t := range rows {
		answer.Traffic = append(answer.Traffic, &hubv1.Traffic{
			TouchpointId: t.TouchpointID, InboundMs: t.InboundMs, SentMs: t.SentMs, Waiting: t.Waiting, OldestMs: t.OldestMs, Failed: t.Failed,
			DeadLetters: t.DeadLetters,
		})
	}
	return answer, s.fail("ListTraffic", err)
}

func (s *adminService) CheckTouchpoint(ctx context.Context, r *hubv1.CheckTouchpointRequest) (*hubv1.CheckTouchpointResponse, error) {
	checks, err := s.Channels.Check(ctx, actorOf(ctx).WorkspaceID, r.GetTouchpointId())
	answer := &hubv1.CheckTouchpointResponse{}
	for _, c := range checks {
		answer.Checks = append(answer.Checks, &hubv1.Check{Step: string(c.Step), Result: string(c.Result), Reason: string(c.Reason), Detail: c.Detail})
	}
	return answer, s.fail("CheckTouchpoint", err)
}

func (s *adminService) SetKeeping(ctx context.Context, r *hubv1.SetKeepingRequest) (*hubv1.SetKeepingResponse, error) {
	row, err := admin.SetKeeping(ctx, s.Store, actorOf(ctx), admin.Keeping{History: r.GetHistoryDays(), Access: r.GetAccessDays(), Letters: r.GetLetterDays()})
	return &hubv1.SetKeepingResponse{HistoryDays: row.HistoryDays, AccessDays: row.AccessDays, LetterDays: row.LetterDays}, s.fail("SetKeeping", err)
}
