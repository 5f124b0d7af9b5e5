package feed

import (
	"strings"
	"sync/atomic"
	"time"

	hubv1 "parley/backend/proto/parley/hub/v1"

	"github.com/prometheus/client_golang/prometheus"
)

// slowAfter is how long a desk may take to accept a frame before it counts as slow.
const slowAfter = time.Second

// metrics say how well desks are told.
type metrics struct {
	frames prometheus.Histogram
	slow   prometheus.Counter
	resets *prometheus.CounterVec
}

func newMetrics() *metrics {
	return &metrics{
		frames: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parley_feed_frame_seconds", Help: "From when a hub was nudged by a commit until a desk was sent what it changed.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}),
		slow: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "parley_feed_slow_frames_total", Help: "Frames that a desk took more than a second to accept.",
		}),
		resets: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_feed_resets_total", Help: "Desks that had to begin anew: their rights changed, the database was restored (epoch), they were ahead of it, or away for so long that deletions were forgotten (horizon).",
		}, []string{"reason"}),
	}
}

// progress is how far a watch has come, for whoever looks from outside.
type progress struct {
	seq     atomic.Int64 // the position that it has reached
	sending atomic.Int64 // since when it sends a frame, in Unix milliseconds; 0 when it does not
}

var (
	lagDesc  = prometheus.NewDesc("parley_feed_lag_changes", "How many changes the desk that is furthest behind has not been sent.", nil, nil)
	slowDesc = prometheus.NewDesc("parley_feed_slow_watches", "Desks that have not accepted a frame for more than a second now.", nil, nil)
)

// Collectors are what the feed has to say about itself.
func (f *Feed) Collectors() []prometheus.Collector {
	return []prometheus.Collector{f.metrics.frames, f.metrics.slow, f.metrics.resets, present{f}}
}

// present looks at the watches when it is asked.
type present struct{ feed *Feed }

func (present) Describe(out chan<- *prometheus.Desc) {
	out <- lagDesc
	out <- slowDesc
}

func (p present) Collect(out chan<- prometheus.Metric) {
	lag, slow := p.feed.behind(time.Now())
	out <- prometheus.MustNewConstMetric(lagDesc, prometheus.GaugeValue, float64(lag))
	out <- prometheus.MustNewConstMetric(slowDesc, prometheus.GaugeValue, float64(slow))
}

// behind is how many changes the last of the watches lacks, and how many do not take what they are sent.
func (f *Feed) behind(now time.Time) (lag int64, slow int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.tails {
		for w := range t.readers {
			lag = max(lag, t.now.head.Seq-w.seq.Load())
			if since := w.sending.Load(); since > 0 && now.UnixMilli()-since > slowAfter.Milliseconds() {
				slow++
			}
		}
	}
	return lag, slow
}

// reset counts a reader that has to begin anew, and says so.
func (f *Feed) reset(v view, after *hubv1.Cursor) error {
	reason := "ahead"
	switch {
	case after.GetEpoch() != v.epoch:
		reason = "epoch"
		if before, _, _ := strings.Cut(after.GetEpoch(), "."); before == v.head.Epoch {
			reason = "rights"
		}
	case after.GetSeq() < v.head.Horizon:
		reason = "horizon"
	}
	f.metrics.resets.WithLabelValues(reason).Inc()
	return ErrReset
}
