package main

import (
	"context"
	"log/slog"
	"runtime/debug"
	"time"

	"parley/backend/hub/trace"
	"parley/backend/hub/trace/otlp"

	"go.opentelemetry.io/otel"
)

// flushTimeout bounds how long a hub that stops waits for its collector.
const flushTimeout = 3 * time.Second

// trace opens the tracer that the environment asks for; nil is none. flush sends the last spans. A hub works without its
// traces, so what is wrong with them is said and does not stop it.
func (c *call) trace(ctx context.Context) (tracer *trace.Tracer, flush func()) {
	log := slog.New(slog.NewJSONHandler(c.stderr, nil)).With("part", "traces")
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {})) // package otlp says what matters, once
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	tracer, shutdown, err := otlp.Open(ctx, version, log)
	if err != nil {
		log.Error("No traces are sent", "error", err)
	}
	return tracer, func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
		defer cancel()
		if err := shutdown(end); err != nil {
			log.Warn("The last traces were not sent", "error", err)
		}
	}
}
