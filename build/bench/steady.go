package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"parley/backend/channel/graph"
	"parley/backend/hub"
	"parley/backend/hub/admin"
	"parley/backend/hub/server"
	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"
)

const (
	// Meta's largest webhook (Meta: Webhooks, payload size): so many updates in so many bytes.
	largestUpdates = 1000
	largestBytes   = 3 << 20

	usualRate = 80 // what a number may do at first, in messages a second (Meta: Throughput)
	burstRate = 1000
	burstFor  = time.Minute
)

// usualFor is how long the usual rate is kept. BENCH_MINUTES shortens it.
func usualFor() time.Duration {
	if minutes, err := strconv.ParseFloat(os.Getenv("BENCH_MINUTES"), 64); err == nil {
		return time.Duration(minutes * float64(time.Minute))
	}
	return 10 * time.Minute
}

// steadyBench measures one hub under Meta's largest webhook, its usual rate for long, and its highest for a while. Nothing
// may be missing afterwards.
func steadyBench(ctx context.Context, folder string) ([]Figure, error) {
	var figures []Figure
	for _, engine := range engines() {
		where := store.Config{SQLiteFile: filepath.Join(folder, "hub.db")}
		if engine == "postgres" {
			address, stop, err := storetest.Start()
			if err != nil {
				return nil, err
			}
			defer stop()
			where = store.Config{PostgresURL: address}
		}
		more, err := steadyOn(ctx, filepath.Join(folder, engine), engine, where)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", engine, err)
		}
		figures = append(figures, more...)
	}
	return figures, nil
}

func steadyOn(ctx context.Context, folder, engine string, where store.Config) ([]Figure, error) {
	h, err := openHub(ctx, folder, where)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	address, stop, err := serve(ctx, h.Handler(), h.Serve)
	if err != nil {
		return nil, err
	}
	defer stop()
	took, bytes, err := largest(address)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := h.WorkIn(ctx); err != nil {
		return nil, err
	}
	figures := []Figure{atMost(fmt.Sprintf("One webhook of %d updates to durable 200, %s", largestUpdates, engine), millis(took), "ms", 1000,
		fmt.Sprintf("%d bytes; in conversations %.0f ms later", bytes, millis(time.Since(began))))}
	stored := largestUpdates
	for _, load := range []struct {
		rate     int
		lasts    time.Duration
		targetMs float64 // in a burst it is Meta's own: less than 1 % over a second (Meta: Webhooks, latency)
	}{{usualRate, usualFor(), 50}, {burstRate, burstFor, 1000}} {
		figure, n, err := keepUp(ctx, h, address, engine, load.rate, load.lasts, load.targetMs, stored)
		if err != nil {
			return nil, err
		}
		stored += n
		figures = append(figures, figure)
	}
	return figures, nil
}

// keepUp keeps a rate and counts afterwards.
func keepUp(ctx context.Context, h *hub.Hub, address, engine string, rate int, lasts time.Duration, targetMs float64, before int) (Figure, int, error) {
	n := int(lasts.Seconds() * float64(rate))
	a := newArrivals(n, rate)
	a.first = before
	if err := a.send(ctx, address, 0, n); err != nil {
		return Figure{}, 0, err
	}
	began := time.Now()
	if err := h.WorkIn(ctx); err != nil {
		return Figure{}, 0, err
	}
	behind := time.Since(began)
	rows, err := admin.Count(ctx, h.Store)
	if err != nil {
		return Figure{}, 0, err
	}
	if rows != int64(before+n) {
		return Figure{}, 0, fmt.Errorf("%d messages are stored, %d were answered 200", rows, before+n)
	}
	var posted []time.Duration
	for i := range a.due {
		posted = append(posted, a.posted[i].Sub(a.due[i]))
	}
	return atMost(fmt.Sprintf("Webhook to durable 200 at %d/s for %s, p99, %s", rate, lasts, engine), millis(percentile(posted, 99)), "ms", targetMs,
		fmt.Sprintf("median %.1f ms; all %d stored, the last %.0f ms after its 200", millis(percentile(posted, 50)), n, millis(behind))), n, nil
}

// largest posts Meta's largest webhook.
func largest(address string) (took time.Duration, size int, err error) {
	var body bytes.Buffer
	body.WriteString(`{"object":"whatsapp_business_account","entry":[`)
	filler := largestBytes/largestUpdates - 520
	for n := range largestUpdates {
		if n > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"id":"1","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"phone_number_id":"%s"},`+
			`"contacts":[{"profile":{"name":"Contact %d"},"wa_id":"4479%08d"}],"messages":[{"from":"4479%08d","id":"wamid.large.%d","timestamp":"%d",`+
			`"type":"text","text":{"body":"%s"}}]},"field":"messages"}]}`, benchNumber, n, n, n, n, time.Now().Unix(), bytes.Repeat([]byte("x"), filler))
	}
	body.WriteString(`]}`)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return 0, 0, err
	}
	defer conn.Close()
	head := fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%s: %s\r\nContent-Length: %d\r\n\r\n",
		server.WhatsAppPath, address, graph.SignatureHeader, graph.Sign(body.Bytes(), benchSecret), body.Len())
	began := time.Now()
	if _, err := conn.Write(append(head, body.Bytes()...)); err != nil {
		return 0, 0, err
	}
	status, err := answer(bufio.NewReader(conn))
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("answered %d", status)
	}
	return time.Since(began), body.Len(), err
}
