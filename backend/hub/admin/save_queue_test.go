package admin_test

import (
	"slices"
	"strings"
	"testing"

	"parley/backend/hub/admin"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

func (m *team) queue(id string) db.Queue {
	m.t.Helper()
	row, err := m.Store.Read().Queue(m.t.Context(), db.QueueParams{WorkspaceID: m.ID, ID: id})
	must(m.t, err)
	return row
}

// An admin adds a queue, says what it is called, who works in it and what its wrap-ups offer; those who lose it see it no longer.
func TestSaveQueue(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 2), t.Context()
		ana, rui := m.Agents[0].AgentID, m.Agents[1].AgentID
		shared := m.label("Booking").SetID
		must(t, admin.RetireDisposition(ctx, s, m.eva, m.label("Changed").ID, true))
		id, err := admin.SaveQueue(ctx, s, m.eva, admin.QueueChange{Name: " Complaints ", AgentIDs: []string{ana, ana}, SetID: shared})
		must(t, err)
		row := m.queue(id)
		if row.Name != "Complaints" || row.DispositionSetID != shared || !slices.Equal(m.person(ana).QueueIDs, []string{id}) {
			t.Errorf("became %+v with %v", row, m.person(ana).QueueIDs)
		}
		_, err = admin.SaveQueue(ctx, s, m.eva, admin.QueueChange{ID: id, Version: row.Version, Name: "Trouble", AgentIDs: []string{rui}})
		must(t, err)
		changed := m.queue(id)
		if changed.DispositionSetID == shared || len(m.person(ana).QueueIDs) != 0 || !slices.Equal(m.person(rui).QueueIDs, []string{id}) {
			t.Errorf("became %+v", changed)
		}
		own, err := s.Read().DispositionsOfSet(ctx, db.DispositionsOfSetParams{WorkspaceID: m.ID, SetID: changed.DispositionSetID})
		must(t, err)
		var names []string
		for _, d := range own {
			names = append(names, d.Name)
		}
		if slices.Sort(names); strings.Join(names, ", ") != "Booking, Cancelled, Question" {
			t.Errorf("its own dispositions are %q", names)
		}
		_, err = admin.SaveQueue(ctx, s, m.eva, admin.QueueChange{ID: id, Version: row.Version, Name: "Lost update", SetID: shared})
		m.refuses(admin.ErrChanged, err)
		_, err = admin.SaveQueue(ctx, s, m.eva, admin.QueueChange{ID: id, Version: changed.Version, Name: "Trouble", SetID: shared})
		must(t, err)
		done := m.done(id)
		if len(done) != 3 || !strings.HasPrefix(done[0], "queue_added Complaints: ") || !strings.HasPrefix(done[1], "queue_changed Complaints → Trouble: ") || done[2] != "queue_changed Trouble: everybody" {
			t.Errorf("the audit says %q", done)
		}
		for want, c := range map[*admin.Problem]admin.QueueChange{
			admin.ErrName:       {Name: " ", SetID: shared},
			admin.ErrQueueTaken: {Name: "TROUBLE", SetID: shared},
			admin.ErrNoQueue:    {ID: "nothing", Name: "x", SetID: shared},
			admin.ErrNoSet:      {Name: "x", SetID: "nothing"},
			admin.ErrNoPerson:   {Name: "x", SetID: shared, AgentIDs: []string{"nobody"}},
		} {
			_, err := admin.SaveQueue(ctx, s, m.eva, c)
			m.refuses(want, err)
		}
		if rows, err := s.Read().Queues(ctx, m.ID); err != nil || len(rows) != 2 {
			t.Errorf("%d queues, %v", len(rows), err)
		}
		// What was set up for a queue that has gone back to another set can be edited, and chosen again.
		unused := changed.DispositionSetID
		_, err = admin.AddDisposition(ctx, s, m.eva, unused, "", "Refunded")
		must(t, err)
		_, err = admin.SaveQueue(ctx, s, m.eva, admin.QueueChange{Name: "Returns", SetID: unused})
		must(t, err)
		queues, err := s.Read().Queues(ctx, m.ID)
		if err != nil || !slices.ContainsFunc(queues, func(q db.Queue) bool { return q.Name == "Returns" && q.DispositionSetID == unused }) {
			t.Errorf("the set is not used again: %+v, %v", queues, err)
		}
	})
}
