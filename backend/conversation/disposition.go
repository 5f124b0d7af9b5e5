package conversation

// Disposition is an outcome label as far as rules are about it. ParentID is "" at the top.
type Disposition struct {
	ID, ParentID string
	Hidden       bool
}

// Offered reports whether a label of a set can be chosen: neither it nor anything above it is hidden, and nothing that is shown
// stands under it.
func Offered(set []Disposition, id string) bool {
	byID := make(map[string]Disposition, len(set))
	for _, d := range set {
		byID[d.ID] = d
		if d.ParentID == id && !d.Hidden {
			return false
		}
	}
	for range len(set) { // as many steps as there are labels, so that a circle ends
		d, known := byID[id]
		if !known || d.Hidden {
			return false
		}
		if d.ParentID == "" {
			return true
		}
		id = d.ParentID
	}
	return false
}
