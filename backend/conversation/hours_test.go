package conversation

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func TestHours(t *testing.T) {
	for _, test := range []struct {
		text, zone, at string
		open           bool
	}{
		{"", "", "2026-11-28T03:00:00Z", true},
		{"mon-fri 09:00-18:00", "Europe/Lisbon", "2026-11-27T09:00:00Z", true},
		{"mon-fri 09:00-18:00", "Europe/Lisbon", "2026-11-27T08:59:59Z", false},
		{"mon-fri 09:00-18:00", "Europe/Lisbon", "2026-11-27T18:00:00Z", false},
		{"mon-fri 09:00-18:00", "Europe/Lisbon", "2026-11-28T12:00:00Z", false}, // a Saturday
		{"mon-fri 09:00-18:00; sat 10:00-13:00", "Europe/Lisbon", "2026-11-28T12:00:00Z", true},
		{"mon-fri 09:00-18:00", "Europe/Lisbon", "2026-07-03T08:30:00Z", true}, // summer time
		{"mon-fri 09:00-13:00,14:00-18:00", "UTC", "2026-11-27T13:30:00Z", false},
		{"fri 22:00-02:00", "UTC", "2026-11-28T01:59:00Z", true},
		{"fri 22:00-02:00", "UTC", "2026-11-28T02:00:00Z", false},
		{"sat-mon 00:00-24:00", "UTC", "2026-11-29T23:59:00Z", true},
		{"sun,wed 10:00-11:00", "America/Sao_Paulo", "2026-11-29T13:00:00Z", true},
	} {
		hours, err := ParseHours(test.text, test.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := time.Parse(time.RFC3339, test.at)
		if hours.Open(at.UnixMilli()) != test.open {
			t.Errorf("%q in %s at %s: open is %v", test.text, test.zone, test.at, !test.open)
		}
	}
	for text, zone := range map[string]string{
		"mon": "", "09:00-18:00": "", "mon 9-18": "", "mon 09:00": "", "mun 09:00-18:00": "", "mon 25:00-26:00": "",
		"mon 09:00-18:00": "Lisbon", "mon 09:00-09:00": "", "mon 24:00-02:00": "",
	} {
		if _, err := ParseHours(text, zone); err == nil {
			t.Errorf("%q in %q is taken", text, zone)
		}
	}
}

// Whatever is written, it is hours or a sentence.
func TestParseHoursNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z0-9:;, \-\n]{0,40}`).Draw(t, "text")
		hours, err := ParseHours(text, rapid.SampledFrom([]string{"", "UTC", "Nowhere"}).Draw(t, "zone"))
		if err == nil {
			hours.Open(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "at"))
		} else if err.Error() == "" {
			t.Fatal("no sentence")
		}
	})
}
