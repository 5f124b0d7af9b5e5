package app

import (
	"parley/app/dto"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// DeadLetters lists a page of what was not understood; before is the id of the last one of the page before, "" at first.
func (c *Admin) DeadLetters(before string) (dto.DeadLetters, error) {
	request := &hubv1.ListDeadLettersRequest{BeforeLetterId: before}
	return administer(c.app, "list dead letters", hubAdmin.ListDeadLetters, request, func(r *hubv1.ListDeadLettersResponse) dto.DeadLetters {
		return dto.DeadLetters{More: r.GetMore(), Letters: each(r.GetLetters(), func(l *hubv1.DeadLetter) dto.DeadLetter {
			return dto.DeadLetter{ID: l.Id, Channel: l.Channel, AccountID: l.AccountId, Reason: l.Reason, ReceivedMs: l.ReceivedMs, Whole: l.Whole}
		})}
	})
}

// ShowDeadLetter is the shape of one, without what people wrote.
func (c *Admin) ShowDeadLetter(id string) (string, error) {
	request := &hubv1.ShowDeadLetterRequest{LetterId: id}
	return administer(c.app, "show dead letter", hubAdmin.ShowDeadLetter, request, (*hubv1.ShowDeadLetterResponse).GetShape)
}

// ReplayDeadLetter works its webhook in again and returns how many parts are still not understood.
func (c *Admin) ReplayDeadLetter(id string) (int64, error) {
	request := &hubv1.ReplayDeadLetterRequest{LetterId: id}
	return administer(c.app, "replay dead letter", hubAdmin.ReplayDeadLetter, request, (*hubv1.ReplayDeadLetterResponse).GetStill)
}

// DiscardDeadLetter forgets one for good.
func (c *Admin) DiscardDeadLetter(id string) error {
	_, err := administer(c.app, "discard dead letter", hubAdmin.DiscardDeadLetter, &hubv1.DiscardDeadLetterRequest{LetterId: id}, nothing)
	return err
}

// Audit lists a page of who did what; before is the id of the last entry of the page before, "" at first.
func (c *Admin) Audit(before string, f dto.AuditFilter) (dto.AuditPage, error) {
	request := &hubv1.ListAuditRequest{BeforeEntryId: before, ActorId: f.ActorID, Action: f.Action, SinceMs: f.SinceMs, UntilMs: f.UntilMs}
	return administer(c.app, "list audit", hubAdmin.ListAudit, request, func(r *hubv1.ListAuditResponse) dto.AuditPage {
		return dto.AuditPage{More: r.GetMore(), Entries: each(r.GetEntries(), func(e *hubv1.AuditEntry) dto.AuditEntry {
			return dto.AuditEntry{
				ID: e.Id, AtMs: e.AtMs, ActorID: e.ActorId, Action: e.Action, SubjectID: e.SubjectId, Detail: e.Detail, Address: e.Address,
			}
		})}
	})
}
