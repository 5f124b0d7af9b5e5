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
