package server

import (
	"context"
	"strings"

	"parley/backend/hub/hook"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func (s *adminService) ListHooks(ctx context.Context, _ *hubv1.ListHooksRequest) (*hubv1.ListHooksResponse, error) {
	rows, err := s.Hooks.List(ctx, actorOf(ctx).WorkspaceID)
	answer := &hubv1.ListHooksResponse{}
	for _, h := range rows {
		one := &hubv1.Hook{
			Id: h.ID, Name: h.Name, Address: h.Address, Tells: strings.Split(h.Tells, ","), OffReason: h.OffReason, OffMs: h.OffMs,
			GaveUp: h.OffReason != "" && h.OffReason != hook.ByHand, Failures: h.Failures, FailingSinceMs: h.FailingSinceMs,
			HoldUntilMs: h.HoldUntilMs, TakenMs: h.TakenMs, Waiting: h.Waiting, LastFailure: h.Failed.Detail, LastFailureMs: h.Failed.AtMs,
		}
		if h.Queues != "" {
			one.QueueIds = strings.Split(h.Queues, ",")
		}
		answer.Hooks = append(answer.Hooks, one)
	}
	return answer, s.fail("ListHooks", err)
}

func (s *adminService) SwitchHook(ctx context.Context, r *hubv1.SwitchHookRequest) (*hubv1.SwitchHookResponse, error) {
	return &hubv1.SwitchHookResponse{}, s.fail("SwitchHook", s.Hooks.Switch(ctx, actorOf(ctx), r.GetHookId(), r.GetOn()))
}

func (s *adminService) AddHook(ctx context.Context, r *hubv1.AddHookRequest) (*hubv1.AddHookResponse, error) {
	id, secret, err := s.Hooks.Add(ctx, actorOf(ctx), hookSettings(r.GetSettings()))
	return &hubv1.AddHookResponse{HookId: id, Secret: secret}, s.fail("AddHook", err)
}

func (s *adminService) ChangeHook(ctx context.Context, r *hubv1.ChangeHookRequest) (*hubv1.ChangeHookResponse, error) {
	err := s.Hooks.Change(ctx, actorOf(ctx), r.GetHookId(), hookSettings(r.GetSeen()), hookSettings(r.GetSettings()))
	return &hubv1.ChangeHookResponse{}, s.fail("ChangeHook", err)
}

func (s *adminService) RotateHook(ctx context.Context, r *hubv1.RotateHookRequest) (*hubv1.RotateHookResponse, error) {
	secret, err := s.Hooks.Rotate(ctx, actorOf(ctx), r.GetHookId())
	return &hubv1.RotateHookResponse{Secret: secret}, s.fail("RotateHook", err)
}

func (s *adminService) RemoveHook(ctx context.Context, r *hubv1.RemoveHookRequest) (*hubv1.RemoveHookResponse, error) {
	return &hubv1.RemoveHookResponse{}, s.fail("RemoveHook", s.Hooks.Remove(ctx, actorOf(ctx), r.GetHookId()))
}

func (s *adminService) TestHook(ctx context.Context, r *hubv1.TestHookRequest) (*hubv1.TestHookResponse, error) {
	detail, err := s.Hooks.Test(ctx, actorOf(ctx), r.GetHookId())
	return &hubv1.TestHookResponse{Detail: detail}, s.fail("TestHook", err)
}

func (s *adminService) TryHook(ctx context.Context, r *hubv1.TryHookRequest) (*hubv1.TryHookResponse, error) {
	return &hubv1.TryHookResponse{}, s.fail("TryHook", s.Hooks.TryNow(ctx, actorOf(ctx), r.GetHookId()))
}

func hookSettings(s *hubv1.HookSettings) hook.Settings {
	return hook.Settings{Name: s.GetName(), Address: s.GetAddress(), Tells: s.GetTells(), Queues: s.GetQueueIds()}
}
