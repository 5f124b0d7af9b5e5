package conversation

import (
	"testing"
)

// Only leaves can be chosen, and nothing that was retired, nor what stands under it.
func TestOffered(t *testing.T) {
	t.Parallel()
	set := []Disposition{
		{ID: "resolved"}, {ID: "answered", ParentID: "resolved"}, {ID: "fixed", ParentID: "resolved", Hidden: true},
		{ID: "old", Hidden: true}, {ID: "under old", ParentID: "old"}, {ID: "spam"},
		{ID: "alone"}, {ID: "was under alone", ParentID: "alone", Hidden: true},
		{ID: "circle a", ParentID: "circle b"}, {ID: "circle b", ParentID: "circle a"}, {ID: "lost", ParentID: "nowhere"},
	}
	for id, want := range map[string]bool{
		"answered": true, "spam": true, "alone": true,
		"resolved": false, "fixed": false, "old": false, "under old": false, "was under alone": false, "circle a": false, "lost": false, "none": false,
	} {
		if got := Offered(set, id); got != want {
			t.Errorf("%s is offered: %v, want %v", id, got, want)
		}
	}
}
