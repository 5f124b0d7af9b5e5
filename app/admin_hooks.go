package app

import (
	"parley/app/dto"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Hooks lists the outgoing webhooks and how they do.
func (c *Admin) Hooks() ([]dto.Hook, error) {
	return administer(c.app, "list webhooks", hubAdmin.ListHooks, &hubv1.ListHooksRequest{}, func(r *hubv1.ListHooksResponse) []dto.Hook {
		return each(r.GetHooks(), func(h *hubv1.Hook) dto.Hook {
			return dto.Hook{
				ID: h.Id, Name: h.Name, Address: h.Address, Tells: texts(h.Tells), QueueIDs: texts(h.QueueIds), OffReason: h.OffReason, OffMs: h.OffMs,
				GaveUp: h.GaveUp, Failures: h.Failures, FailingSinceMs: h.FailingSinceMs, HoldUntilMs: h.HoldUntilMs, TakenMs: h.TakenMs,
				Waiting: h.Waiting, LastFailure: h.LastFailure, LastFailureMs: h.LastFailureMs,
			}
		})
	})
}

// SwitchHook switches an outgoing webhook on or off.
func (c *Admin) SwitchHook(id string, on bool) error {
	_, err := administer(c.app, "switch webhook", hubAdmin.SwitchHook, &hubv1.SwitchHookRequest{HookId: id, On: on}, nothing)
	return err
}

// AddHook has a program told what changes, and returns the secret that signs it, this once.
func (c *Admin) AddHook(s dto.HookSettings) (string, error) {
	return administer(c.app, "add webhook", hubAdmin.AddHook, &hubv1.AddHookRequest{Settings: hookSettings(s)}, (*hubv1.AddHookResponse).GetSecret)
}

// ChangeHook gives an outgoing webhook other settings than those that were seen.
func (c *Admin) ChangeHook(id string, seen, s dto.HookSettings) error {
	request := &hubv1.ChangeHookRequest{HookId: id, Seen: hookSettings(seen), Settings: hookSettings(s)}
	_, err := administer(c.app, "change webhook", hubAdmin.ChangeHook, request, nothing)
	return err
}

// RotateHook gives an outgoing webhook another secret, and returns it, this once.
func (c *Admin) RotateHook(id string) (string, error) {
	return administer(c.app, "rotate webhook", hubAdmin.RotateHook, &hubv1.RotateHookRequest{HookId: id}, (*hubv1.RotateHookResponse).GetSecret)
}

// RemoveHook forgets an outgoing webhook.
func (c *Admin) RemoveHook(id string) error {
	_, err := administer(c.app, "remove webhook", hubAdmin.RemoveHook, &hubv1.RemoveHookRequest{HookId: id}, nothing)
	return err
}

// TestHook tells an outgoing webhook a test event, and returns what went wrong; "" when it took it.
func (c *Admin) TestHook(id string) (string, error) {
	return administer(c.app, "test webhook", hubAdmin.TestHook, &hubv1.TestHookRequest{HookId: id}, (*hubv1.TestHookResponse).GetDetail)
}

// TryHook has an outgoing webhook that rests after a failure told again at once.
func (c *Admin) TryHook(id string) error {
	_, err := administer(c.app, "try webhook", hubAdmin.TryHook, &hubv1.TryHookRequest{HookId: id}, nothing)
	return err
}

func hookSettings(s dto.HookSettings) *hubv1.HookSettings {
	return &hubv1.HookSettings{Name: s.Name, Address: s.Address, Tells: s.Tells, QueueIds: s.QueueIDs}
}
