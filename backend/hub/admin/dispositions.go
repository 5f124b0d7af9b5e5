package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Bounds of a set of dispositions.
const (
	maxLabelDepth = 5
	maxLabels     = 500
)

// AddDisposition adds a label at the end of those under parentID, "" for the top, and returns its id.
func AddDisposition(ctx context.Context, s *store.Store, by access.Actor, setID, parentID, name string) (id string, err error) {
	if name, err = labelName(name); err != nil {
		return "", err
	}
	err = inWorkspace(ctx, s, by, "add disposition", func(tx *store.Tx) error {
		queues, err := tx.Queues(ctx, by.WorkspaceID)
		if err != nil {
			return err
		}
		set, err := labelsOf(ctx, tx, setID)
		if err == nil && !isSet(queues, set, setID) {
			err = ErrNoSet
		}
		if err != nil {
			return err
		}
		if len(set) >= maxLabels {
			return ErrLabelFull
		}
		if err := set.check(db.Disposition{Name: name}, parentID); err != nil {
			return err
		}
		row := db.InsertDispositionParams{
			WorkspaceID: by.WorkspaceID, ID: conversation.NewID(), SetID: setID, ParentID: parentID, Name: name,
			Position: int64(len(set.under(parentID))), Version: 1,
		}
		if err := tx.InsertDisposition(ctx, row); err != nil {
			return err
		}
		id = row.ID
		tx.Changed(store.TypeDisposition, id)
		return note(ctx, tx, by, audit.Entry{Action: audit.LabelAdded, SubjectID: id, Detail: set.path(parentID, name)})
	})
	return id, err
}

// RenameDisposition gives a label that is called was another name.
func RenameDisposition(ctx context.Context, s *store.Store, by access.Actor, id, was, name string) error {
	name, err := labelName(name)
	if err != nil {
		return err
	}
	return inWorkspace(ctx, s, by, "rename disposition", func(tx *store.Tx) error {
		row, set, err := labelOf(ctx, tx, id)
		if err != nil || row.Name == name {
			return err
		}
		if row.Name != was {
			return ErrChanged
		}
		if set.taken(row.ParentID, name, id) {
			return ErrLabelTaken
		}
		if _, err := tx.RenameDisposition(ctx, db.RenameDispositionParams{WorkspaceID: by.WorkspaceID, ID: id, Name: name, Was: was}); err != nil {
			return err
		}
		tx.Changed(store.TypeDisposition, id)
		return note(ctx, tx, by, audit.Entry{Action: audit.LabelRenamed, SubjectID: id, Detail: was + " → " + name})
	})
}

// MoveDisposition puts a label that stands under wasParentID under parentID, before a sibling there, "" for the end. What is
// under it moves along.
func MoveDisposition(ctx context.Context, s *store.Store, by access.Actor, id, wasParentID, parentID, beforeID string) error {
	return inWorkspace(ctx, s, by, "move disposition", func(tx *store.Tx) error {
		row, set, err := labelOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if row.ParentID != wasParentID {
			return ErrChanged
		}
		if parentID != row.ParentID {
			if err := set.check(row, parentID); err != nil {
				return err
			}
		}
		siblings := slices.DeleteFunc(set.under(parentID), func(d db.Disposition) bool { return d.ID == id })
		at := len(siblings)
		if beforeID != "" {
			if at = slices.IndexFunc(siblings, func(d db.Disposition) bool { return d.ID == beforeID }); at < 0 {
				return ErrChanged
			}
		}
		moved := int64(0)
		for position, d := range slices.Insert(siblings, at, row) {
			n, err := tx.PlaceDisposition(ctx, db.PlaceDispositionParams{
				WorkspaceID: by.WorkspaceID, ID: d.ID, ParentID: parentID, Position: int64(position),
			})
			if err != nil {
				return err
			}
			if n > 0 {
				tx.Changed(store.TypeDisposition, d.ID)
			}
			moved += n
		}
		if moved == 0 {
			return nil
		}
		return note(ctx, tx, by, audit.Entry{Action: audit.LabelMoved, SubjectID: id, Detail: set.path(parentID, row.Name)})
	})
}

// RetireDisposition offers a label no longer, nor what is under it, or offers it again.
func RetireDisposition(ctx context.Context, s *store.Store, by access.Actor, id string, retired bool) error {
	return inWorkspace(ctx, s, by, "retire disposition", func(tx *store.Tx) error {
		row, set, err := labelOf(ctx, tx, id)
		if err != nil {
			return err
		}
		n, err := tx.HideDisposition(ctx, db.HideDispositionParams{WorkspaceID: by.WorkspaceID, ID: id, Hidden: retired})
		if err != nil || n == 0 {
			return err
		}
		tx.Changed(store.TypeDisposition, id)
		action := audit.LabelOffered
		if retired {
			action = audit.LabelRetired
		}
		return note(ctx, tx, by, audit.Entry{Action: action, SubjectID: id, Detail: set.path(row.ParentID, row.Name)})
	})
}

// labelName is a name as it is kept: one line.
func labelName(name string) (string, error) {
	return strings.Join(strings.Fields(cleanName(name)), " "), checkName(name)
}

// inWorkspace runs what changes the workspace while nobody else administers it.
func inWorkspace(ctx context.Context, s *store.Store, by access.Actor, act string, run func(*store.Tx) error) error {
	_, err := s.InTx(ctx, by.WorkspaceID, func(tx *store.Tx) error {
		if err := tx.LockWorkspace(ctx, by.WorkspaceID); err != nil {
			return err
		}
		return run(tx)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// labels is a set of dispositions, siblings in their order.
type labels []db.Disposition

func labelsOf(ctx context.Context, tx *store.Tx, setID string) (labels, error) {
	return tx.DispositionsOfSet(ctx, db.DispositionsOfSetParams{WorkspaceID: tx.WorkspaceID, SetID: setID})
}

// labelOf finds a label and its set. ErrNoLabel: there is none.
func labelOf(ctx context.Context, tx *store.Tx, id string) (db.Disposition, labels, error) {
	row, err := tx.Disposition(ctx, db.DispositionParams{WorkspaceID: tx.WorkspaceID, ID: id})
	if store.NotFound(err) {
		return row, nil, ErrNoLabel
	}
	if err != nil {
		return row, nil, err
	}
	set, err := labelsOf(ctx, tx, row.SetID)
	return row, set, err
}

func (l labels) find(id string) (db.Disposition, bool) {
	at := slices.IndexFunc(l, func(d db.Disposition) bool { return d.ID == id })
	if at < 0 {
		return db.Disposition{}, false
	}
	return l[at], true
}

func (l labels) under(parentID string) (found []db.Disposition) {
	for _, d := range l {
		if d.ParentID == parentID {
			found = append(found, d)
		}
	}
	return found
}

func (l labels) taken(parentID, name, exceptID string) bool {
	return slices.ContainsFunc(l.under(parentID), func(d db.Disposition) bool { return d.ID != exceptID && strings.EqualFold(d.Name, name) })
}

// above lists a label and those above it, itself first.
func (l labels) above(id string) (path []db.Disposition) {
	for range len(l) {
		d, known := l.find(id)
		if !known {
			break
		}
		path, id = append(path, d), d.ParentID
	}
	return path
}

// height is how many levels a label and what is under it take.
func (l labels) height(id string) int {
	most := 0
	for _, d := range l.under(id) {
		most = max(most, l.height(d.ID))
	}
	return most + 1
}

// check says why a label, new when it has no id, cannot stand under parentID.
func (l labels) check(row db.Disposition, parentID string) error {
	above := l.above(parentID)
	height := 1
	if row.ID != "" {
		height = l.height(row.ID)
	}
	switch {
	case parentID != "" && len(above) == 0:
		return ErrNoLabel
	case row.ID != "" && slices.ContainsFunc(above, func(d db.Disposition) bool { return d.ID == row.ID }):
		return ErrLabelCycle
	case len(above)+height > maxLabelDepth:
		return ErrLabelDepth
	case l.taken(parentID, row.Name, row.ID):
		return ErrLabelTaken
	}
	return nil
}

// path names a label under parentID with those above it.
func (l labels) path(parentID, name string) string {
	names := []string{name}
	for _, d := range l.above(parentID) {
		names = append(names, d.Name)
	}
	slices.Reverse(names)
	return strings.Join(names, " › ")
}

// isSet reports whether there is a set of dispositions: a queue has it, or had it and left labels behind.
func isSet(queues []db.Queue, set []db.Disposition, id string) bool {
	return len(set) > 0 || slices.ContainsFunc(queues, func(q db.Queue) bool { return q.DispositionSetID == id })
}
