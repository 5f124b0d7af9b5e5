package alerts

import "time"

func (r *run) snoozeLeft() time.Duration {
	return max(0, time.Duration(r.prefs.SnoozedUntilMs-r.state.Local.UnixMilli())*time.Millisecond)
}

// quietLeft is how long the quiet hours go on; 0 outside of them.
func (r *run) quietLeft() time.Duration {
	from, until := r.prefs.QuietFrom, r.prefs.QuietUntil
	local := r.state.Local
	now := local.Hour()*60 + local.Minute()
	quiet := from < until && from <= now && now < until || from > until && (now >= from || now < until)
	if !quiet {
		return 0
	}
	minutes := (until - now + minutesOfDay) % minutesOfDay
	return time.Duration(minutes)*time.Minute - time.Duration(local.Second())*time.Second - time.Duration(local.Nanosecond())
}

const minutesOfDay = 24 * 60
