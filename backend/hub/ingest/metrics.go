package ingest

import "github.com/prometheus/client_golang/prometheus"

// Metrics count what comes in.
type Metrics struct {
	refused     *prometheus.CounterVec
	deadLetters *prometheus.CounterVec
	duration    prometheus.Histogram
	batch       prometheus.Histogram
	worked      prometheus.Counter
}

// NewMetrics registers the metrics of ingest.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_ingest_refused_total", Help: "Webhooks with a signature that does not fit.",
		}, []string{"channel"}),
		deadLetters: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_ingest_dead_letters_total", Help: "Signed webhook content that was not understood.",
		}, []string{"channel"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parley_ingest_duration_seconds", Help: "From the body to durable.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
		}),
		batch: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parley_ingest_batch_webhooks", Help: "Webhooks kept in one transaction.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 9),
		}),
		worked: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "parley_ingest_worked_total", Help: "Webhooks worked into conversations.",
		}),
	}
	registry.MustRegister(m.refused, m.deadLetters, m.duration, m.batch, m.worked)
	return m
}
