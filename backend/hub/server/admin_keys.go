package server

import (
	"context"
	"strings"

	"parley/backend/hub/admin"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func (s *adminService) ListKeys(ctx context.Context, _ *hubv1.ListKeysRequest) (*hubv1.ListKeysResponse, error) {
	rows, err := s.People.Keys(ctx, actorOf(ctx).WorkspaceID)
	answer := &hubv1.ListKeysResponse{}
	for _, k := range rows {
		answer.Keys = append(answer.Keys, &hubv1.Key{
			Id: k.ID, Name: k.Name, AgentId: k.AgentID, Beginning: k.Beginning, Scopes: strings.Split(k.Scopes, ","), CreatedMs: k.CreatedMs,
			ExpiresMs: k.ExpiresMs, UsedMs: k.UsedMs, Address: k.Address,
		})
	}
	return answer, s.fail("ListKeys", err)
}

func (s *adminService) AddKey(ctx context.Context, r *hubv1.AddKeyRequest) (*hubv1.AddKeyResponse, error) {
	key, err := s.People.AddKey(ctx, actorOf(ctx), admin.NewKey{Name: r.GetName(), AgentID: r.GetAgentId(), Scopes: r.GetScopes(), Days: r.GetDays()})
	return &hubv1.AddKeyResponse{Key: key}, s.fail("AddKey", err)
}

func (s *adminService) RevokeKey(ctx context.Context, r *hubv1.RevokeKeyRequest) (*hubv1.RevokeKeyResponse, error) {
	return &hubv1.RevokeKeyResponse{}, s.fail("RevokeKey", s.People.RevokeKey(ctx, actorOf(ctx), r.GetKeyId()))
}
