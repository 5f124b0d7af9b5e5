package server

import (
	"context"

	"parley/backend/hub/admin"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func (s *adminService) AddDisposition(ctx context.Context, r *hubv1.AddDispositionRequest) (*hubv1.AddDispositionResponse, error) {
	id, err := admin.AddDisposition(ctx, s.Store, actorOf(ctx), r.GetSetId(), r.GetParentId(), r.GetName())
	return &hubv1.AddDispositionResponse{DispositionId: id}, s.fail("AddDisposition", err)
}

func (s *adminService) RenameDisposition(ctx context.Context, r *hubv1.RenameDispositionRequest) (*hubv1.RenameDispositionResponse, error) {
	err := admin.RenameDisposition(ctx, s.Store, actorOf(ctx), r.GetDispositionId(), r.GetWasName(), r.GetName())
	return &hubv1.RenameDispositionResponse{}, s.fail("RenameDisposition", err)
}

func (s *adminService) MoveDisposition(ctx context.Context, r *hubv1.MoveDispositionRequest) (*hubv1.MoveDispositionResponse, error) {
	err := admin.MoveDisposition(ctx, s.Store, actorOf(ctx), r.GetDispositionId(), r.GetWasParentId(), r.GetParentId(), r.GetBeforeId())
	return &hubv1.MoveDispositionResponse{}, s.fail("MoveDisposition", err)
}

func (s *adminService) RetireDisposition(ctx context.Context, r *hubv1.RetireDispositionRequest) (*hubv1.RetireDispositionResponse, error) {
	err := admin.RetireDisposition(ctx, s.Store, actorOf(ctx), r.GetDispositionId(), r.GetRetired())
	return &hubv1.RetireDispositionResponse{}, s.fail("RetireDisposition", err)
}
