// Package otlp sends a hub's spans to an OpenTelemetry collector over HTTP. Where, how often and how many of them the
// standard variables of the environment say (OTEL_…); without an endpoint in them nothing is sent.
package otlp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync/atomic"

	"parley/backend/hub/trace"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// Open returns a tracer as the environment asks for it, nil when it asks for none, and what sends the last spans, which
// takes until its context ends at most. Work never waits for the collector: when it is away spans are dropped.
func Open(ctx context.Context, version string, log *slog.Logger) (*trace.Tracer, func(context.Context) error, error) {
	none := func(context.Context) error { return nil }
	if !wanted() {
		return nil, none, nil
	}
	protocol := cmp.Or(os.Getenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"), os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL"), "http/protobuf")
	if protocol != "http/protobuf" {
		return nil, none, fmt.Errorf("traces are sent as http/protobuf, not as %s: give the collector's HTTP port, which is often 4318", protocol)
	}
	sender, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, none, fmt.Errorf("send traces: %w", withoutAddress(err))
	}
	who, err := resource.New(ctx, resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", "parley-hub"), attribute.String("service.version", version)),
		resource.WithFromEnv(), // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win
	)
	if err != nil {
		return nil, none, fmt.Errorf("describe this hub to the collector: %w", err)
	}
	provider := sdk.NewTracerProvider(sdk.WithResource(who), sdk.WithBatcher(&exporter{SpanExporter: sender, log: log}))
	return trace.New(NewSink(provider)), provider.Shutdown, nil
}

// wanted reports whether the environment asks for traces.
func wanted() bool {
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") || os.Getenv("OTEL_TRACES_EXPORTER") == "none" {
		return false
	}
	return os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != ""
}

// exporter says once that the collector is away, and once that it is back.
type exporter struct {
	sdk.SpanExporter
	log  *slog.Logger
	away atomic.Bool
}

// ExportSpans sends spans. Those that cannot be sent are lost, which is no error of anybody's.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	switch err := e.SpanExporter.ExportSpans(ctx, spans); {
	case err != nil && e.away.CompareAndSwap(false, true):
		e.log.Warn("Traces do not reach their collector and are dropped; the hub goes on", "error", withoutAddress(err))
	case err == nil && e.away.CompareAndSwap(true, false):
		e.log.Info("Traces reach their collector again")
	}
	return nil
}

// withoutAddress is what went wrong, without the collector's address, which may hold a key.
func withoutAddress(err error) error {
	if wrapped := new(url.Error); errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
