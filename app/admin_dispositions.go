package app

import hubv1 "parley/backend/proto/parley/hub/v1"

// AddDisposition adds a label under another one, "" for the top, and returns its id.
func (c *Admin) AddDisposition(setID, parentID, name string) (string, error) {
	request := &hubv1.AddDispositionRequest{SetId: setID, ParentId: parentID, Name: name}
	return administer(c.app, "add disposition", hubAdmin.AddDisposition, request, (*hubv1.AddDispositionResponse).GetDispositionId)
}

// RenameDisposition gives a label that is called was another name.
func (c *Admin) RenameDisposition(id, was, name string) error {
	request := &hubv1.RenameDispositionRequest{DispositionId: id, WasName: was, Name: name}
	_, err := administer(c.app, "rename disposition", hubAdmin.RenameDisposition, request, nothing)
	return err
}

// MoveDisposition puts a label that stands under wasParentID under parentID, before beforeID, "" for the end.
func (c *Admin) MoveDisposition(id, wasParentID, parentID, beforeID string) error {
	request := &hubv1.MoveDispositionRequest{DispositionId: id, WasParentId: wasParentID, ParentId: parentID, BeforeId: beforeID}
	_, err := administer(c.app, "move disposition", hubAdmin.MoveDisposition, request, nothing)
	return err
}

// RetireDisposition offers a label no longer, or again.
func (c *Admin) RetireDisposition(id string, retired bool) error {
	request := &hubv1.RetireDispositionRequest{DispositionId: id, Retired: retired}
	_, err := administer(c.app, "retire disposition", hubAdmin.RetireDisposition, request, nothing)
	return err
}
