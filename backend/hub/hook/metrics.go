package hook

import (
	"context"
	"time"

	"parley/backend/hub/store"

	"github.com/prometheus/client_golang/prometheus"
)

var (
	waiting = prometheus.NewDesc("parley_hook_waiting", "What an outgoing webhook has not been told yet.", []string{"webhook"}, nil)
	off     = prometheus.NewDesc("parley_hook_off", "1 when an outgoing webhook is switched off.", []string{"webhook"}, nil)
)

// collectLimit bounds what a scrape asks of the database.
const collectLimit = 2 * time.Second

// Collector looks at the hooks when it is asked. A database that does not answer gives no figures.
type Collector struct{ Store *store.Store }

// Describe names the figures.
func (Collector) Describe(out chan<- *prometheus.Desc) {
	out <- waiting
	out <- off
}

// Collect reads them.
func (c Collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), collectLimit)
	defer cancel()
	rows, err := c.Store.Read().CountHookNews(ctx)
	if err != nil {
		return
	}
	for _, row := range rows {
		out <- prometheus.MustNewConstMetric(waiting, prometheus.GaugeValue, float64(row.Waiting), row.Name)
		switched := 0.0
		if row.OffReason != "" {
			switched = 1
		}
		out <- prometheus.MustNewConstMetric(off, prometheus.GaugeValue, switched, row.Name)
	}
}
