package delivery

import "github.com/prometheus/client_golang/prometheus"

// Metrics count what goes out.
type Metrics struct{ sends *prometheus.CounterVec }

// NewMetrics registers the metrics of delivery.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{sends: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parley_delivery_sends_total", Help: "Sends by what they ended as.",
	}, []string{"outcome"})}
	registry.MustRegister(m.sends)
	return m
}
