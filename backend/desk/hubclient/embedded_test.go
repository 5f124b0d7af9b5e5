package hubclient

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestEmbedded(t *testing.T) {
	mux := http.NewServeMux()
	ended := make(chan struct{}, 1)
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Host", r.Host)
		w.Header().Set("X-Packing", r.Header.Get("Accept-Encoding")+r.Header.Get("Connect-Accept-Encoding"))
		w.WriteHeader(http.StatusAccepted)
		io.Copy(w, r.Body)
	})
	mux.HandleFunc("GET /watch", func(w http.ResponseWriter, r *http.Request) {
		for i := 0; ; i++ {
			if _, err := fmt.Fprintf(w, "frame %d\n", i); err != nil {
				break
			}
			if http.NewResponseController(w).Flush() != nil {
				break
			}
			if i == 1 {
				<-r.Context().Done()
				break
			}
		}
		ended <- struct{}{}
	})
	mux.HandleFunc("GET /panic", func(http.ResponseWriter, *http.Request) { panic("no") })
	mux.HandleFunc("GET /hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	embedded := NewEmbedded(mux)
	client := &http.Client{Transport: embedded}

	t.Run("carries body, status and headers", func(t *testing.T) {
		body := strings.Repeat("long ", 50_000)
		response, err := client.Post("http://hub/echo", "text/plain", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		echoed, err := io.ReadAll(response.Body)
		if err != nil || string(echoed) != body || response.StatusCode != http.StatusAccepted || response.Header.Get("X-Host") != "hub" {
			t.Fatalf("got %d bytes, status %d, header %v, %v", len(echoed), response.StatusCode, response.Header, err)
		}
	})

	t.Run("asks for nothing to be packed, which would cost time within a process", func(t *testing.T) {
		request, _ := http.NewRequest(http.MethodPost, "http://hub/echo", strings.NewReader("x"))
		request.Header.Set("Accept-Encoding", "gzip")
		request.Header.Set("Connect-Accept-Encoding", "gzip")
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if packing := response.Header.Get("X-Packing"); packing != "" || request.Header.Get("Accept-Encoding") != "gzip" {
			t.Fatalf("the handler may pack with %q; the caller's request says %q", packing, request.Header.Get("Accept-Encoding"))
		}
	})

	t.Run("streams before the handler is done and ends it with the reader", func(t *testing.T) {
		response, err := client.Get("http://hub/watch")
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(response.Body)
		for i := range 2 {
			if !lines.Scan() || lines.Text() != fmt.Sprintf("frame %d", i) {
				t.Fatalf("line %d: %q %v", i, lines.Text(), lines.Err())
			}
		}
		response.Body.Close()
		<-ended
	})

	t.Run("gives an answer without a body, each time", func(t *testing.T) {
		for range 200 {
			response, err := client.Post("http://hub/echo", "text/plain", strings.NewReader(""))
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
		}
	})

	t.Run("gives a panic as an error", func(t *testing.T) {
		if _, err := client.Get("http://hub/panic"); err == nil || !strings.Contains(err.Error(), "panicked") {
			t.Fatal(err)
		}
	})

	t.Run("returns when the caller's context ends", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		request, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://hub/hang", nil)
		if _, err := client.Do(request); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
	})

	t.Run("refuses once closed", func(t *testing.T) {
		embedded.Close()
		if _, err := client.Get("http://hub/echo"); !errors.Is(err, errEmbeddedClosed) {
			t.Fatal(err)
		}
	})
}

// Desks that lose a hub together come back spread over the whole of each wait, and never wait longer than a person would.
func TestBackoffSpreads(t *testing.T) {
	const desks = 1000
	for attempt, bound := range []time.Duration{backoffFirst, 2 * backoffFirst, 4 * backoffFirst, 8 * backoffFirst, 16 * backoffFirst, 32 * backoffFirst, backoffMost, backoffMost} {
		var slots [10]int
		for range desks {
			b := Backoff{attempts: attempt}
			wait := b.Next()
			if wait < backoffLeast || wait > bound {
				t.Fatalf("attempt %d waits %v", attempt, wait)
			}
			slots[min(9, wait*10/bound)]++
		}
		for slot, n := range slots[1:] { // what is below the least wait is in the second one
			if n < desks/20 || n > desks/5 {
				t.Errorf("attempt %d: %d of %d desks come in tenth %d of %v", attempt, n, desks, slot+1, bound)
			}
		}
	}
	var b Backoff
	for range 20 {
		b.Next()
	}
	if b.Reset(); b.Next() > backoffFirst {
		t.Error("after a success it does not begin anew")
	}
}
