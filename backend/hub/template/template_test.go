package template_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/messenger"
	"parley/backend/channel/whatsapp"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/ingest"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	"parley/backend/hub/template"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// graphMeta is WhatsApp's adapter at a Graph API whose list of templates the test changes.
type graphMeta struct {
	*whatsapp.Adapter
	url string
}

func (g graphMeta) Templates(ctx context.Context, account channel.Account) ([]channel.Template, error) {
	account.BaseURL = g.url
	return g.Adapter.Templates(ctx, account)
}

type object = map[string]any

func listed(name, status, body string) object {
	return object{"id": name, "name": name, "language": "en", "status": status, "category": "UTILITY", "components": []object{{"type": "BODY", "text": body}}}
}

// What agents choose from is what Meta lists now; what Meta lists no longer is marked and not forgotten.
func TestHandle(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		var list atomic.Value
		var status atomic.Int64
		graph := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if code := int(status.Load()); code != 0 {
				w.WriteHeader(code)
				return
			}
			_ = json.NewEncoder(w).Encode(object{"data": list.Load()})
		}))
		defer graph.Close()
		w := hubtest.New(t, s, 1, graphMeta{whatsapp.New(graph.Client()), graph.URL}, messenger.New(nil))
		l := &template.Lister{Store: s, Directory: w.Directory, Now: w.Now, Log: slog.New(slog.DiscardHandler)}
		ask := func() lane.Result {
			t.Helper()
			result, err := l.Handle(t.Context(), db.Lane{WorkspaceID: w.ID, Kind: ingest.LaneTemplates, Key: hubtest.Business, TouchpointID: w.WhatsApp.ID})
			if err != nil {
				t.Fatal(err)
			}
			return result
		}
		kept := func() map[string]db.Template {
			t.Helper()
			rows, err := s.Read().Templates(t.Context(), w.ID)
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]db.Template{}
			for _, row := range rows {
				found[row.Name] = row
			}
			return found
		}
		list.Store([]object{listed("hello", "APPROVED", "Hello {{1}}"), listed("bye", "PENDING", "Bye")})
		ask()
		first := kept()
		if len(first) != 2 || first["hello"].Status != "APPROVED" || first["bye"].Status != "PENDING" {
			t.Fatalf("%+v", first)
		}
		ask()
		if again := kept(); again["hello"].Version != first["hello"].Version {
			t.Error("nothing has changed, and desks were told that something has")
		}
		list.Store([]object{listed("hello", "PAUSED", "Hello {{1}}")})
		ask()
		if now := kept(); now["hello"].Status != "PAUSED" || now["hello"].ID != first["hello"].ID || !now["bye"].Gone {
			t.Errorf("%+v", now)
		}
		status.Store(http.StatusInternalServerError)
		if result := ask(); !result.Again {
			t.Error("an error of Meta's was taken for an answer")
		}
		if now := kept(); len(now) != 2 || now["hello"].Gone {
			t.Errorf("an error of Meta's cost templates: %+v", now)
		}
		status.Store(0)
		list.Store([]object{listed("bye", "APPROVED", "Bye")})
		ask()
		if now := kept(); now["bye"].Gone || now["bye"].ID != first["bye"].ID || !now["hello"].Gone {
			t.Errorf("%+v", now)
		}
	})
}

// A new account's templates are asked for without anybody doing something.
func TestServe(t *testing.T) {
	s := storetest.Open(t, "sqlite")
	w := hubtest.New(t, s, 1, hubtest.Channels()...)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = (&template.Lister{Store: s, Directory: w.Directory, Now: w.Now, Log: slog.New(slog.DiscardHandler)}).Serve(ctx)
	}()
	for {
		next, err := s.Read().NextDue(t.Context(), ingest.LaneTemplates)
		if err != nil {
			t.Fatal(err)
		}
		if next != 0 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	<-ended
}
