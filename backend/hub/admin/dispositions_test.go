package admin_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/backend/hub/admin"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"

	"pgregory.net/rapid"
)

// labels prints the set of the team's first queue, one label a line, indented, retired ones in brackets.
func (m *team) labels() string {
	m.t.Helper()
	rows, err := m.Store.Read().Dispositions(m.t.Context(), m.ID)
	must(m.t, err)
	var b strings.Builder
	var under func(parentID, indent string)
	under = func(parentID, indent string) {
		for _, row := range rows {
			if row.ParentID != parentID {
				continue
			}
			name := row.Name
			if row.Hidden {
				name = "(" + name + ")"
			}
			b.WriteString(indent + name + "\n")
			under(row.ID, indent+" ")
		}
	}
	under("", "")
	return b.String()
}

func (m *team) label(name string) db.Disposition {
	m.t.Helper()
	rows, err := m.Store.Read().Dispositions(m.t.Context(), m.ID)
	must(m.t, err)
	at := slices.IndexFunc(rows, func(d db.Disposition) bool { return d.Name == name })
	if at < 0 {
		m.t.Fatalf("there is no disposition %q", name)
	}
	return rows[at]
}

// An admin adds, renames, moves, retires and brings back dispositions; each change stands in the feed and in the audit log.
func TestDispositions(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 0), t.Context()
		booking, question := m.label("Booking"), m.label("Question")
		before, err := s.Read().Head(ctx, m.ID)
		must(t, err)
		moved, err := admin.AddDisposition(ctx, s, m.eva, booking.SetID, booking.ID, "  Moved to\tanother day ")
		must(t, err)
		must(t, admin.RenameDisposition(ctx, s, m.eva, moved, "Moved to another day", "Rebooked"))
		must(t, admin.MoveDisposition(ctx, s, m.eva, moved, booking.ID, booking.ID, m.label("Changed").ID))
		must(t, admin.MoveDisposition(ctx, s, m.eva, m.label("Cancelled").ID, booking.ID, "", booking.ID))
		must(t, admin.RetireDisposition(ctx, s, m.eva, question.ID, true))
		must(t, admin.RetireDisposition(ctx, s, m.eva, question.ID, true)) // says the same again
		if got, want := m.labels(), "Cancelled\nBooking\n Rebooked\n Changed\n(Question)\n"; got != want {
			t.Errorf("the set is\n%s, want\n%s", got, want)
		}
		must(t, admin.RetireDisposition(ctx, s, m.eva, question.ID, false))
		if done, want := m.done(question.ID), []string{"disposition_retired Question", "disposition_offered Question"}; !slices.Equal(done, want) {
			t.Errorf("the audit says %q", done)
		}
		want := []string{"disposition_added Booking › Moved to another day", "disposition_renamed Moved to another day → Rebooked", "disposition_moved Booking › Rebooked"}
		if done := m.done(moved); !slices.Equal(done, want) {
			t.Errorf("the audit says %q", done)
		}
		after, err := s.Read().Head(ctx, m.ID)
		must(t, err)
		if after.Seq <= before.Seq || m.label("Question").Version <= question.Version {
			t.Errorf("desks do not hear of it: %d to %d", before.Seq, after.Seq)
		}
	})
}

// What cannot be is answered with its reason, and changes nothing.
func TestDispositionsRefused(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 0), t.Context()
		booking, changed, question := m.label("Booking"), m.label("Changed"), m.label("Question")
		add := func(parentID, name string) error {
			_, err := admin.AddDisposition(ctx, s, m.eva, booking.SetID, parentID, name)
			return err
		}
		before := m.labels()
		m.refuses(admin.ErrName, add("", " \u200b "))
		m.refuses(admin.ErrName, add("", strings.Repeat("ü", 81)))
		m.refuses(admin.ErrLabelTaken, add(booking.ID, "cancelled"))
		m.refuses(admin.ErrNoLabel, add("nowhere", "Lost"))
		_, err := admin.AddDisposition(ctx, s, m.eva, "no set", "", "Lost")
		m.refuses(admin.ErrNoSet, err)
		m.refuses(admin.ErrNoLabel, admin.RenameDisposition(ctx, s, m.eva, "nothing", "a", "b"))
		m.refuses(admin.ErrLabelTaken, admin.RenameDisposition(ctx, s, m.eva, changed.ID, "Changed", "Cancelled"))
		m.refuses(admin.ErrChanged, admin.RenameDisposition(ctx, s, m.eva, changed.ID, "Rebooked", "Moved"))
		m.refuses(admin.ErrLabelCycle, admin.MoveDisposition(ctx, s, m.eva, booking.ID, "", changed.ID, ""))
		m.refuses(admin.ErrLabelCycle, admin.MoveDisposition(ctx, s, m.eva, booking.ID, "", booking.ID, ""))
		m.refuses(admin.ErrChanged, admin.MoveDisposition(ctx, s, m.eva, changed.ID, "", question.ID, ""))
		m.refuses(admin.ErrChanged, admin.MoveDisposition(ctx, s, m.eva, changed.ID, booking.ID, "", changed.ID))
		m.refuses(admin.ErrNoLabel, admin.RetireDisposition(ctx, s, m.eva, "nothing", true))
		if after := m.labels(); after != before {
			t.Errorf("the set became\n%s", after)
		}
		parent := ""
		for level := range 5 {
			id, err := admin.AddDisposition(ctx, s, m.eva, booking.SetID, parent, fmt.Sprint("level ", level))
			must(t, err)
			parent = id
		}
		m.refuses(admin.ErrLabelDepth, add(parent, "too deep"))
		m.refuses(admin.ErrLabelDepth, admin.MoveDisposition(ctx, s, m.eva, booking.ID, "", m.label("level 3").ID, ""))
	})
}

// Admins who edit at once lose nothing of each other's: what they add is all there, and of two names for one label the second
// is refused and not written over the first.
func TestDispositionsAtOnce(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		m, ctx := newTeam(t, s, 0), t.Context()
		booking, question := m.label("Booking"), m.label("Question")
		const admins = 8
		renamed := make([]error, admins)
		var all sync.WaitGroup
		for n := range admins {
			all.Go(func() {
				if _, err := admin.AddDisposition(ctx, s, m.eva, booking.SetID, booking.ID, fmt.Sprint("new ", n)); err != nil {
					t.Error(err)
				}
				renamed[n] = admin.RenameDisposition(ctx, s, m.eva, question.ID, "Question", fmt.Sprint("Question ", n))
			})
		}
		all.Wait()
		took := 0
		for n, err := range renamed {
			if err == nil {
				took++
				if name := fmt.Sprint("Question ", n); m.label(name).ID != question.ID {
					t.Errorf("the label is not called %q, which was taken", name)
				}
			} else if !errors.Is(err, admin.ErrChanged) {
				t.Error(err)
			}
		}
		if took != 1 {
			t.Errorf("%d new names were taken for one label", took)
		}
		positions := map[int64]bool{}
		rows, err := s.Read().Dispositions(ctx, m.ID)
		must(t, err)
		for _, row := range rows {
			if row.ParentID == booking.ID {
				positions[row.Position] = true
			}
		}
		if len(positions) != 2+admins {
			t.Errorf("%d places for %d labels", len(positions), 2+admins)
		}
	})
}

// However a set is rearranged, each label can be reached from the top, no deeper than may be, and none beside one of its name.
func TestDispositionsStayATree(t *testing.T) {
	t.Parallel()
	m := newTeam(t, storetest.Open(t, "sqlite"), 0)
	set := m.label("Booking").SetID
	rapid.Check(t, func(r *rapid.T) {
		rows, err := m.Store.Read().Dispositions(t.Context(), m.ID)
		must(t, err)
		ids := []string{""}
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		pick := func(name string) string { return rapid.SampledFrom(ids).Draw(r, name) }
		for range rapid.IntRange(1, 6).Draw(r, "changes") {
			var err error
			switch id, other := pick("label"), pick("other"); rapid.SampledFrom([]string{"add", "move", "rename", "retire"}).Draw(r, "what") {
			case "add":
				_, err = admin.AddDisposition(t.Context(), m.Store, m.eva, set, id, rapid.StringMatching("[abc]").Draw(r, "name"))
			case "move":
				row, _ := m.Store.Read().Disposition(t.Context(), db.DispositionParams{WorkspaceID: m.ID, ID: id})
				err = admin.MoveDisposition(t.Context(), m.Store, m.eva, id, row.ParentID, other, "")
			case "rename":
				row, _ := m.Store.Read().Disposition(t.Context(), db.DispositionParams{WorkspaceID: m.ID, ID: id})
				err = admin.RenameDisposition(t.Context(), m.Store, m.eva, id, row.Name, rapid.StringMatching("[abc]").Draw(r, "name"))
			default:
				err = admin.RetireDisposition(t.Context(), m.Store, m.eva, id, rapid.Bool().Draw(r, "retired"))
			}
			if problem := (*admin.Problem)(nil); err != nil && !errors.As(err, &problem) {
				r.Fatal(err)
			}
		}
		rows, err = m.Store.Read().Dispositions(t.Context(), m.ID)
		must(t, err)
		reached, lines := 0, strings.Split(strings.TrimSpace(m.labels()), "\n")
		for _, line := range lines {
			reached++
			if depth := len(line) - len(strings.TrimLeft(line, " ")); depth >= 5 {
				r.Fatalf("%q is %d deep", line, depth)
			}
		}
		if reached != len(rows) {
			r.Fatalf("%d of %d labels can be reached", reached, len(rows))
		}
		seen := map[string]bool{}
		for _, row := range rows {
			key := row.ParentID + "/" + strings.ToLower(row.Name)
			if seen[key] {
				r.Fatalf("two labels %q stand beside each other", row.Name)
			}
			seen[key] = true
		}
	})
}
