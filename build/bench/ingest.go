package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/channel/whatsapp"
	"parley/backend/conversation"
	"parley/backend/hub"
	"parley/backend/hub/admin"
	"parley/backend/hub/server"
	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"
	"parley/backend/hub/touchpoint"

	"golang.org/x/sync/errgroup"
)

const (
	benchSecret = "bench-secret"
	benchNumber = "106540352242922"

	ingestWebhooks    = 40_000
	ingestContacts    = 2_000
	ingestConnections = 192
)

// openHub opens a hub with one WhatsApp number that nothing is sent on.
func openHub(ctx context.Context, folder string, where store.Config) (*hub.Hub, error) {
	config := hub.InFolder(folder)
	config.Store = where
	config.Adapters = []channel.Adapter{whatsapp.New(&http.Client{Timeout: time.Second})}
	h, err := hub.New(ctx, config)
	if err != nil {
		return nil, err
	}
	id, err := admin.Create(ctx, h.Store, admin.Workspace{Name: "Bench", Dispositions: admin.StandardDispositions})
	if err != nil {
		return nil, err
	}
	if _, err = admin.AddTouchpoint(ctx, h.Store, h.Sealer, id, h.Directory.Adapter(conversation.ChannelWhatsApp).Window(), admin.Touchpoint{
		Channel: conversation.ChannelWhatsApp, Name: "Bench", AccountID: benchNumber, BusinessID: "1", GraphURL: "http://127.0.0.1:1",
		Secrets: touchpoint.Secrets{Token: "t", AppSecret: benchSecret, VerifyToken: "v"},
	}); err != nil {
		return nil, err
	}
	if _, err := admin.AddAgent(ctx, h.Store, id, admin.Agent{Email: "bench@example.com", Role: "agent"}); err != nil {
		return nil, err
	}
	return h, h.Directory.Reload(ctx)
}

// webhook is one signed text message as raw HTTP/1.1, ready to be written to a connection.
func webhook(n, contact int, at time.Time, host string) []byte {
	return webhookTo(benchNumber, fmt.Sprintf(`Ol\u00e1, message number %d of the bench`, n), n, contact, at, host)
}

// webhookTo is a webhook of any number, with a text as it stands in JSON.
func webhookTo(number, text string, n, contact int, at time.Time, host string) []byte {
	phone := fmt.Sprintf("4477%08d", contact)
	body := fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"value":{"messaging_product":"whatsapp",`+
		`"metadata":{"display_phone_number":"447700900014","phone_number_id":"%s"},"contacts":[{"profile":{"name":"Contact %d"},"wa_id":"%s","user_id":"GB.%d"}],`+
		`"messages":[{"from":"%s","from_user_id":"GB.%d","id":"wamid.bench.%d","timestamp":"%d","text":{"body":"%s"},"type":"text"}]},"field":"messages"}]}]}`,
		number, contact, phone, contact, phone, contact, n, at.Unix(), text)
	request := fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%s: %s\r\nContent-Length: %d\r\n\r\n",
		server.WhatsAppPath, host, graph.SignatureHeader, graph.Sign(body, benchSecret), len(body))
	return append(request, body...)
}

// engines are those to measure: both, or the one that BENCH_ENGINE names.
func engines() []string {
	if one := os.Getenv("BENCH_ENGINE"); one != "" {
		return []string{one}
	}
	return storetest.Engines
}

// ingestBench measures signed webhooks from the connection to the durable 200, on both engines.
func ingestBench(ctx context.Context, folder string) ([]Figure, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as parley-hub serve does
	bare, err := bareInserts(filepath.Join(folder, "bare.db"))
	if err != nil {
		return nil, err
	}
	loop, err := loopback(ctx)
	if err != nil {
		return nil, err
	}
	baseline := fmt.Sprintf("bare SQLite insert loop, group commit of 256: %.0f rows/s; same HTTP without a hub: %.0f/s", bare, loop)
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
		taken, worked, p99, err := ingestOn(ctx, filepath.Join(folder, engine), where)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", engine, err)
		}
		figures = append(figures,
			atLeast("Webhooks to durable 200, "+engine, taken, "/s", 8000, baseline),
			atLeast("Webhooks into conversations, sustained, "+engine, worked, "/s", 1000, "the same webhooks, until the last one is worked in"),
			atMost("Webhook to durable 200, p99, "+engine, p99.Seconds()*1000, "ms", 50, fmt.Sprintf("%d connections at once, closed loop", ingestConnections)))
	}
	return figures, nil
}

func ingestOn(ctx context.Context, folder string, where store.Config) (takenPerSecond, workedPerSecond float64, p99 time.Duration, err error) {
	h, err := openHub(ctx, folder, where)
	if err != nil {
		return 0, 0, 0, err
	}
	defer h.Close()
	listener, stop, err := serve(ctx, h.Handler(), h.Serve)
	if err != nil {
		return 0, 0, 0, err
	}
	defer stop()
	now := time.Now()
	requests := make([][]byte, ingestWebhooks)
	for n := range requests {
		requests[n] = webhook(n, n%ingestContacts, now.Add(time.Duration(n)*time.Millisecond), listener)
	}
	if _, _, err := load(listener, requests[:2000], ingestConnections); err != nil { // warm up
		return 0, 0, 0, err
	}
	if err := h.WorkIn(ctx); err != nil {
		return 0, 0, 0, err
	}
	began := time.Now()
	took, latencies, err := load(listener, requests[2000:], ingestConnections)
	if err != nil {
		return 0, 0, 0, err
	}
	if err := h.WorkIn(ctx); err != nil {
		return 0, 0, 0, err
	}
	settled := time.Since(began)
	rows, err := admin.Count(ctx, h.Store)
	if err != nil {
		return 0, 0, 0, err
	}
	if rows != ingestWebhooks {
		return 0, 0, 0, fmt.Errorf("%d messages are stored, %d were answered 200", rows, ingestWebhooks)
	}
	slices.Sort(latencies)
	n := float64(len(latencies))
	return n / took.Seconds(), n / settled.Seconds(), latencies[len(latencies)*99/100], nil
}

// serve answers on a loopback port and runs work beside it.
func serve(ctx context.Context, handler http.Handler, work func(context.Context) error) (address string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	web := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	var group errgroup.Group
	group.Go(func() error {
		if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	if work != nil {
		group.Go(func() error { return work(ctx) })
	}
	return listener.Addr().String(), func() { _ = web.Close(); cancel(); _ = group.Wait() }, nil
}

// load writes requests over a number of connections, one at a time on each, and wants 200 for every one.
func load(address string, requests [][]byte, connections int) (time.Duration, []time.Duration, error) {
	group, ctx := errgroup.WithContext(context.Background())
	var mu sync.Mutex
	latencies := make([]time.Duration, 0, len(requests))
	next := make(chan []byte, connections)
	began := time.Now()
	for range connections {
		group.Go(func() error {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				return err
			}
			defer conn.Close()
			reader := bufio.NewReaderSize(conn, 1024)
			var mine []time.Duration
			for request := range next {
				sent := time.Now()
				if _, err := conn.Write(request); err != nil {
					return err
				}
				status, err := answer(reader)
				if err != nil {
					return err
				}
				if status != http.StatusOK {
					return fmt.Errorf("answered %d", status)
				}
				mine = append(mine, time.Since(sent))
			}
			mu.Lock()
			defer mu.Unlock()
			latencies = append(latencies, mine...)
			return nil
		})
	}
	for _, request := range requests {
		select {
		case next <- request:
		case <-ctx.Done(): // a connection has failed
		}
	}
	close(next)
	err := group.Wait()
	return time.Since(began), latencies, err
}

// answer reads one HTTP/1.1 answer with a Content-Length.
func answer(r *bufio.Reader) (status int, err error) {
	length := 0
	for first := true; ; first = false {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if first {
			if len(line) < 12 {
				return 0, errors.New("no status line")
			}
			if status, err = strconv.Atoi(string(line[9:12])); err != nil {
				return 0, err
			}
			continue
		}
		if len(line) == 0 {
			_, err := io.CopyN(io.Discard, r, int64(length))
			return status, err
		}
		if value, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, err
			}
		}
	}
}

// loopback is what the machine does with the same requests and a handler that only reads them.
func loopback(ctx context.Context) (perSecond float64, err error) {
	address, stop, err := serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write([]byte("ok"))
	}), nil)
	if err != nil {
		return 0, err
	}
	defer stop()
	requests := make([][]byte, 30_000)
	for n := range requests {
		requests[n] = webhook(n, n%ingestContacts, time.Now(), address)
	}
	took, _, err := load(address, requests, ingestConnections)
	return float64(len(requests)) / took.Seconds(), err
}

// bareInserts is what SQLite does here with nothing around it: one table, synchronous=FULL, 256 rows a commit.
func bareInserts(file string) (perSecond float64, err error) {
	db, err := sql.Open("sqlite3", "file:"+file+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_stmt_cache_size=16")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE m (id TEXT PRIMARY KEY, body TEXT NOT NULL)"); err != nil {
		return 0, err
	}
	const rows = 50_000
	began := time.Now()
	for n := 0; n < rows; {
		tx, err := db.Begin()
		if err != nil {
			return 0, err
		}
		for range 256 {
			if _, err := tx.Exec("INSERT INTO m VALUES (?, ?)", conversation.NewID(), "Olá, message of the bench"); err != nil {
				return 0, err
			}
			n++
		}
		if err := tx.Commit(); err != nil {
			return 0, err
		}
	}
	return rows / time.Since(began).Seconds(), nil
}
