package server

import (
	"context"

	"parley/backend/hub/audit"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func (s *adminService) ListDeadLetters(ctx context.Context, r *hubv1.ListDeadLettersRequest) (*hubv1.ListDeadLettersResponse, error) {
	letters, more, err := s.Letters.List(ctx, actorOf(ctx).WorkspaceID, r.GetBeforeLetterId())
	answer := &hubv1.ListDeadLettersResponse{More: more}
	for _, row := range letters {
		answer.Letters = append(answer.Letters, &hubv1.DeadLetter{
			Id: row.ID, Channel: row.Channel, AccountId: row.AccountID, Reason: row.Reason, ReceivedMs: row.ReceivedMs, Whole: row.WebhookID != "",
		})
	}
	return answer, s.fail("ListDeadLetters", err)
}

func (s *adminService) ShowDeadLetter(ctx context.Context, r *hubv1.ShowDeadLetterRequest) (*hubv1.ShowDeadLetterResponse, error) {
	row, err := s.Letters.Show(ctx, actorOf(ctx).WorkspaceID, r.GetLetterId())
	return &hubv1.ShowDeadLetterResponse{Shape: row.Body}, s.fail("ShowDeadLetter", err)
}

func (s *adminService) ReplayDeadLetter(ctx context.Context, r *hubv1.ReplayDeadLetterRequest) (*hubv1.ReplayDeadLetterResponse, error) {
	still, err := s.Letters.Replay(ctx, actorOf(ctx), r.GetLetterId())
	return &hubv1.ReplayDeadLetterResponse{Still: still}, s.fail("ReplayDeadLetter", err)
}

func (s *adminService) DiscardDeadLetter(ctx context.Context, r *hubv1.DiscardDeadLetterRequest) (*hubv1.DiscardDeadLetterResponse, error) {
	return &hubv1.DiscardDeadLetterResponse{}, s.fail("DiscardDeadLetter", s.Letters.Discard(ctx, actorOf(ctx), r.GetLetterId()))
}

func (s *adminService) ListAudit(ctx context.Context, r *hubv1.ListAuditRequest) (*hubv1.ListAuditResponse, error) {
	rows, more, err := audit.Page(ctx, s.Store, actorOf(ctx).WorkspaceID, r.GetBeforeEntryId(), audit.Filter{
		ActorID: r.GetActorId(), Action: audit.Action(r.GetAction()), SinceMs: r.GetSinceMs(), UntilMs: r.GetUntilMs(),
	})
	answer := &hubv1.ListAuditResponse{More: more}
	for _, row := range rows {
		answer.Entries = append(answer.Entries, &hubv1.AuditEntry{
			Id: row.ID, AtMs: row.AtMs, ActorId: row.ActorID, Action: row.Action, SubjectId: row.SubjectID, Detail: row.Detail, Address: row.Address,
		})
	}
	return answer, s.fail("ListAudit", err)
}
