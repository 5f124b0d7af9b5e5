package app

import (
	"context"
	"errors"

	"parley/app/dto"
	"parley/backend/desk"
	"parley/backend/desk/hubclient"
	"parley/backend/desk/signin"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"
)

// Admin is where admins set the workspace up. It asks the hub, and keeps nothing.
type Admin struct{ app *App }

// hubAdmin are the calls that there are.
type hubAdmin = hubv1connect.AdminServiceClient

// administer makes a call of the hub's AdminService and puts its answer into the page's words.
func administer[Q, A, T any](a *App, act string, call hubclient.AdminCall[Q, A], request *Q, to func(*A) T) (T, error) {
	return answer(a, act, func(ctx context.Context) (result T, err error) {
		got, err := desk.Administer(ctx, a.desk(), act, call, request)
		if errors.Is(err, hubclient.ErrDenied) {
			return result, &Failure{Code: "forbidden", Message: err.Error()}
		}
		if err != nil {
			return result, err
		}
		return to(got), nil
	})
}

// People lists everybody who works here or did.
func (c *Admin) People() ([]dto.Member, error) {
	return administer(c.app, "list people", hubAdmin.ListPeople, &hubv1.ListPeopleRequest{}, func(r *hubv1.ListPeopleResponse) []dto.Member {
		return each(r.GetPeople(), toMember)
	})
}

// InvitePerson adds a person, who sets their own password.
func (c *Admin) InvitePerson(p dto.Member) (dto.MemberInvitation, error) {
	request := &hubv1.InvitePersonRequest{Email: p.Email, Name: p.Name, Role: p.Role, QueueIds: p.QueueIDs}
	return administer(c.app, "invite person", hubAdmin.InvitePerson, request, func(r *hubv1.InvitePersonResponse) dto.MemberInvitation {
		return c.invitation(r.GetInvitation())
	})
}

// InviteAgain makes another link for a person.
func (c *Admin) InviteAgain(agentID string) (dto.MemberInvitation, error) {
	request := &hubv1.InviteAgainRequest{AgentId: agentID}
	return administer(c.app, "invite again", hubAdmin.InviteAgain, request, func(r *hubv1.InviteAgainResponse) dto.MemberInvitation {
		return c.invitation(r.GetInvitation())
	})
}

// ChangePerson gives a person another name, role and queues.
func (c *Admin) ChangePerson(p dto.Member) error {
	request := &hubv1.ChangePersonRequest{AgentId: p.AgentID, Name: p.Name, Role: p.Role, QueueIds: p.QueueIDs}
	_, err := administer(c.app, "change person", hubAdmin.ChangePerson, request, nothing)
	return err
}

// SwitchPerson switches an account off, or on again.
func (c *Admin) SwitchPerson(agentID string, off bool) error {
	request := &hubv1.SwitchPersonRequest{AgentId: agentID, Disabled: off}
	_, err := administer(c.app, "switch person", hubAdmin.SwitchPerson, request, nothing)
	return err
}

// ResetPassword takes a person's password and makes a link by which they set another one.
func (c *Admin) ResetPassword(agentID string) (dto.MemberInvitation, error) {
	request := &hubv1.ResetPasswordRequest{AgentId: agentID}
	return administer(c.app, "reset password", hubAdmin.ResetPassword, request, func(r *hubv1.ResetPasswordResponse) dto.MemberInvitation {
		return c.invitation(r.GetInvitation())
	})
}

// EndPersonSessions signs a person out everywhere and returns on how many computers they were signed in.
func (c *Admin) EndPersonSessions(agentID string) (int64, error) {
	request := &hubv1.EndPersonSessionsRequest{AgentId: agentID}
	return administer(c.app, "end sessions of person", hubAdmin.EndPersonSessions, request, (*hubv1.EndPersonSessionsResponse).GetEnded)
}

// Traffic lists what goes through each number and Page.
func (c *Admin) Traffic() ([]dto.Traffic, error) {
	return administer(c.app, "list traffic", hubAdmin.ListTraffic, &hubv1.ListTrafficRequest{}, func(r *hubv1.ListTrafficResponse) []dto.Traffic {
		return each(r.GetTraffic(), toTraffic)
	})
}

// CheckTouchpoint has the hub ask Meta how a connection stands.
func (c *Admin) CheckTouchpoint(touchpointID string) ([]dto.Check, error) {
	request := &hubv1.CheckTouchpointRequest{TouchpointId: touchpointID}
	return administer(c.app, "check touchpoint", hubAdmin.CheckTouchpoint, request, func(r *hubv1.CheckTouchpointResponse) []dto.Check {
		return each(r.GetChecks(), func(c *hubv1.Check) dto.Check {
			return dto.Check{Step: c.Step, Result: c.Result, Reason: c.Reason, Detail: c.Detail}
		})
	})
}

// SetKeeping says for how long desks keep and show what was said, and returns how it is now; 0 leaves a setting as it is.
func (c *Admin) SetKeeping(k dto.Keeping) (dto.Keeping, error) {
	request := &hubv1.SetKeepingRequest{HistoryDays: k.HistoryDays, AccessDays: k.AccessDays, LetterDays: k.LetterDays}
	return administer(c.app, "set keeping", hubAdmin.SetKeeping, request, func(r *hubv1.SetKeepingResponse) dto.Keeping {
		return dto.Keeping{HistoryDays: r.GetHistoryDays(), AccessDays: r.GetAccessDays(), LetterDays: r.GetLetterDays()}
	})
}

func nothing[A any](*A) struct{} { return struct{}{} }

func toMember(p *hubv1.Person) dto.Member {
	return dto.Member{
		AgentID: p.AgentId, Email: p.Email, Name: p.Name, Role: p.Role, QueueIDs: append([]string{}, p.QueueIds...), Disabled: p.Disabled,
		InvitedUntilMs: p.InvitedUntilMs, LockedUntilMs: p.LockedUntilMs, Sessions: p.Sessions, UsedMs: p.UsedMs, Open: p.Open,
	}
}

func toTraffic(t *hubv1.Traffic) dto.Traffic {
	return dto.Traffic{
		TouchpointID: t.TouchpointId, InboundMs: t.InboundMs, SentMs: t.SentMs, Waiting: t.Waiting, OldestMs: t.OldestMs, Failed: t.Failed,
		DeadLetters: t.DeadLetters,
	}
}

// invitation makes the link of a code: it names the hub as this computer reaches it.
func (c *Admin) invitation(i *hubv1.Invitation) dto.MemberInvitation {
	out := dto.MemberInvitation{ExpiresMs: i.GetExpiresMs()}
	if s := c.app.current.Load(); s != nil && s.place.Kind != placePractice && s.hub.Practice == nil {
		out.Link = signin.Invitation{Address: s.hub.BaseURL, Code: i.GetCode()}.Link()
	}
	return out
}
