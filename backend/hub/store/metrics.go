package store

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Collectors tell how the database does: connections and what is waited for them, and lanes that should have been worked on.
func (s *Store) Collectors() []prometheus.Collector {
	all := []prometheus.Collector{collectors.NewDBStatsCollector(s.write, "hub"), &laneCollector{s}}
	if s.read != s.write {
		all = append(all, collectors.NewDBStatsCollector(s.read, "hub_read"))
	}
	return all
}

var (
	lanesDue    = prometheus.NewDesc("parley_lanes_due", "Lanes that are due and that nobody works on.", []string{"kind"}, nil)
	lanesOldest = prometheus.NewDesc("parley_lanes_oldest_seconds", "For how long the oldest of them has been due.", []string{"kind"}, nil)
)

// collectLimit bounds what a scrape asks of the database.
const collectLimit = 2 * time.Second

// laneCollector looks at the lanes when it is asked. A database that does not answer gives no figures.
type laneCollector struct{ store *Store }

func (*laneCollector) Describe(out chan<- *prometheus.Desc) {
	out <- lanesDue
	out <- lanesOldest
}

func (c *laneCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), collectLimit)
	defer cancel()
	nowMs := time.Now().UnixMilli()
	rows, err := c.store.Read().LanesDue(ctx, nowMs)
	if err != nil {
		return
	}
	for _, row := range rows {
		out <- prometheus.MustNewConstMetric(lanesDue, prometheus.GaugeValue, float64(row.Lanes), row.Kind)
		out <- prometheus.MustNewConstMetric(lanesOldest, prometheus.GaugeValue, float64(nowMs-row.OldestMs)/1000, row.Kind)
	}
}
