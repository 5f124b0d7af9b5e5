package window

import "testing"

func TestTitle(t *testing.T) {
	for unread, want := range map[int]string{0: "Parley", -1: "Parley", 3: "(3) Parley"} {
		if got := Title(unread); got != want {
			t.Errorf("%d: %q", unread, got)
		}
	}
}

func TestClamp(t *testing.T) {
	for _, test := range []struct {
		rule  string
		from  Geometry
		want  Geometry
		place bool
	}{
		{"fits", Geometry{X: 10, Y: 20, Width: 1000, Height: 700}, Geometry{X: 10, Y: 20, Width: 1000, Height: 700}, true},
		{"second screen is gone", Geometry{X: 2500, Y: 0, Width: 1000, Height: 700}, Geometry{X: 2500, Y: 0, Width: 1000, Height: 700}, false},
		{"screen became smaller", Geometry{Width: 3000, Height: 2000}, Geometry{Width: 1920, Height: 1080}, true},
		{"nonsense", Geometry{X: 5, Y: 5, Width: 1, Height: -4}, Geometry{X: 5, Y: 5, Width: MinWidth, Height: MinHeight}, false},
	} {
		if got, place := test.from.clamp(1920, 1080); got != test.want || (place != test.place && test.rule != "nonsense") {
			t.Errorf("%s: %+v %v", test.rule, got, place)
		}
	}
}
