package otlp_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/backend/hub/trace"
	"parley/backend/hub/trace/otlp"
)

// said is a log that several goroutines write.
type said struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text.String()
}

// A collector that is away costs a hub no time, and one line of its log.
func TestCollectorAway(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:collector-key@127.0.0.1:1")
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
	t.Setenv("OTEL_BSP_EXPORT_TIMEOUT", "50")
	log := &said{}
	tracer, flush, err := otlp.Open(t.Context(), "1.0", slog.New(slog.NewTextHandler(log, nil)))
	if err != nil || tracer == nil {
		t.Fatal(tracer, err)
	}
	began := time.Now()
	for range 20_000 { // many times what waits for a collector at most
		_, span := tracer.Start(t.Context(), trace.Inside, "work")
		span.End(nil)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("work took %s", took)
	}
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(log.String(), "do not reach"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nobody says that the collector is away")
		}
	}
	time.Sleep(300 * time.Millisecond) // several more batches
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	began = time.Now()
	_ = flush(ctx)
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("the end took %s", took)
	}
	if text := log.String(); strings.Count(text, "\n") != 1 || strings.Contains(text, "collector-key") {
		t.Errorf("it says %s", text)
	}
}

func TestOffUnlessAskedFor(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	for name, try := range map[string]struct {
		environment map[string]string
		on, wrong   bool
	}{
		"nothing":          {},
		"an endpoint":      {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}, true, false},
		"one of traces":    {map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1/v1/traces"}, true, false},
		"switched off":     {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}, false, false},
		"no exporter":      {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"}, false, false},
		"another protocol": {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			for key, value := range try.environment {
				t.Setenv(key, value)
			}
			tracer, flush, err := otlp.Open(t.Context(), "1.0", log)
			if (tracer != nil) != try.on || (err != nil) != try.wrong {
				t.Errorf("tracer %v, error %v", tracer, err)
			}
			if err := flush(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}
