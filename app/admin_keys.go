package app

import (
	"parley/app/dto"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Keys lists the API keys that are good.
func (c *Admin) Keys() ([]dto.APIKey, error) {
	return administer(c.app, "list keys", hubAdmin.ListKeys, &hubv1.ListKeysRequest{}, func(r *hubv1.ListKeysResponse) []dto.APIKey {
		return each(r.GetKeys(), func(k *hubv1.Key) dto.APIKey {
			return dto.APIKey{
				ID: k.Id, Name: k.Name, AgentID: k.AgentId, Beginning: k.Beginning, Scopes: texts(k.Scopes), CreatedMs: k.CreatedMs,
				ExpiresMs: k.ExpiresMs, UsedMs: k.UsedMs, Address: k.Address,
			}
		})
	})
}

// AddKey makes an API key and returns it, this once.
func (c *Admin) AddKey(k dto.NewKey) (string, error) {
	request := &hubv1.AddKeyRequest{Name: k.Name, AgentId: k.AgentID, Scopes: k.Scopes, Days: k.Days}
	return administer(c.app, "add key", hubAdmin.AddKey, request, (*hubv1.AddKeyResponse).GetKey)
}

// RevokeKey ends an API key for good.
func (c *Admin) RevokeKey(id string) error {
	_, err := administer(c.app, "revoke key", hubAdmin.RevokeKey, &hubv1.RevokeKeyRequest{KeyId: id}, nothing)
	return err
}

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
