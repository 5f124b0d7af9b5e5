package conversation

import (
	"fmt"
	"strings"
	"time"
)

// Hours are when a business is there. The zero Hours are always.
type Hours struct {
	zone *time.Location
	days [7][]span // by time.Weekday
}

// span is a part of a day, in minutes; until is the first one outside.
type span struct{ from, until int }

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseHours reads hours such as "mon-fri 09:00-13:00,14:00-18:00; sat 10:00-13:00" by the clocks of an IANA time zone; ""
// is UTC. Empty text is always. A span that ends before it begins goes on into the next day. The error is a sentence for
// whoever wrote them.
func ParseHours(text, zone string) (Hours, error) {
	if strings.TrimSpace(text) == "" {
		return Hours{}, nil
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		return Hours{}, fmt.Errorf("%q is not a time zone: write one such as Europe/Lisbon", zone)
	}
	h := Hours{zone: location}
	for part := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return r == ';' || r == '\n' }) {
		days, times, _ := strings.Cut(strings.TrimSpace(part), " ")
		if days == "" {
			continue
		}
		on, err := parseDays(days)
		if err != nil {
			return Hours{}, err
		}
		for one := range strings.SplitSeq(strings.ReplaceAll(times, " ", ""), ",") {
			s, err := parseSpan(one)
			if err != nil {
				return Hours{}, err
			}
			for _, day := range on {
				h.add(day, s)
			}
		}
	}
	return h, nil
}

// add adds a span to a day, and what goes beyond midnight to the next one.
func (h *Hours) add(day time.Weekday, s span) {
	if s.until > s.from {
		h.days[day] = append(h.days[day], s)
		return
	}
	next := (day + 1) % 7
	h.days[day] = append(h.days[day], span{s.from, minutesOfDay})
	h.days[next] = append(h.days[next], span{0, s.until})
}

const minutesOfDay = 24 * 60

// parseDays reads "mon", "mon-fri" or "mon,wed".
func parseDays(text string) (days []time.Weekday, err error) {
	for part := range strings.SplitSeq(text, ",") {
		first, last, ranged := strings.Cut(part, "-")
		from, until := weekday(first), weekday(last)
		if !ranged {
			until = from
		}
		if from < 0 || until < 0 {
			return nil, fmt.Errorf("%q is not a day: write mon, mon-fri or sat,sun before the times", part)
		}
		for day := from; ; day = (day + 1) % 7 {
			days = append(days, time.Weekday(day))
			if day == until {
				break
			}
		}
	}
	return days, nil
}

func weekday(name string) int {
	for i, one := range weekdays {
		if one == name {
			return i
		}
	}
	return -1
}

// parseSpan reads "09:00-18:00"; "24:00" ends a day.
func parseSpan(text string) (span, error) {
	from, until, ranged := strings.Cut(text, "-")
	s := span{minuteOf(from), minuteOf(until)}
	if !ranged || s.from < 0 || s.until < 0 || s.from == minutesOfDay || s.from == s.until {
		return span{}, fmt.Errorf("%q is not a time of day: write one such as 09:00-18:00 after the days", text)
	}
	return s, nil
}

func minuteOf(text string) int {
	if text == "24:00" {
		return minutesOfDay
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		return -1
	}
	return at.Hour()*60 + at.Minute()
}

// Open reports whether the business is there.
func (h Hours) Open(atMs int64) bool {
	if h.zone == nil {
		return true
	}
	at := time.UnixMilli(atMs).In(h.zone)
	minute := at.Hour()*60 + at.Minute()
	for _, s := range h.days[at.Weekday()] {
		if s.from <= minute && minute < s.until {
			return true
		}
	}
	return false
}
