package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const ws = "0190a000-0000-7000-8000-000000000001"

func workspace(t *testing.T, s *store.Store) {
	t.Helper()
	_, err := s.InTx(t.Context(), ws, func(tx *store.Tx) error {
		if err := tx.InsertWorkspace(t.Context(), db.InsertWorkspaceParams{ID: ws, Name: "Ondaverde"}); err != nil {
			return err
		}
		if err := tx.InsertWorkspaceSeq(t.Context(), db.InsertWorkspaceSeqParams{WorkspaceID: ws, Epoch: "e"}); err != nil {
			return err
		}
		tx.Changed(store.TypeWorkspace, ws)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func contact(id string) db.Contact {
	return db.Contact{WorkspaceID: ws, ID: id, Name: "Zoë \u202e \"q\" '\\ 🙏", Version: 1, CreatedMs: 1_760_000_000_123}
}

func conversation(id, contactID string) db.Conversation {
	return db.Conversation{WorkspaceID: ws, ID: id, ContactID: contactID, TouchpointID: "t", QueueID: "q", Status: "queued", Version: 1}
}

func message(id, conversationID string, no int64, providerID string) db.Message {
	return db.Message{
		WorkspaceID: ws, ID: id, ConversationID: conversationID, TouchpointID: "t", ContactID: "c", No: no, Direction: "in",
		Kind: "text", SentMs: 9_007_199_254_740_993, Content: `{"kind":"text","text":"a\u00e4\n"}`, ProviderID: providerID, Elsewhere: true, Version: 1,
	}
}

func TestBatch(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		workspace(t, s)
		ctx := t.Context()
		want := message("m1", "v1", 1, "wamid.1")
		_, err := s.InTx(ctx, ws, func(tx *store.Tx) error {
			return tx.Write(ctx, store.Rows{
				Contacts:         []db.Contact{contact("c")},
				Identities:       []db.ContactIdentity{{WorkspaceID: ws, Channel: "whatsapp", Kind: "user", Value: "PT.1", ContactID: "c"}},
				PutConversations: []db.Conversation{conversation("v1", "c")},
				Messages:         []db.Message{want},
				Media:            []db.Media{{WorkspaceID: ws, ID: "x", State: "pending", Voice: true}},
				DeadLetters:      []db.DeadLetter{{WorkspaceID: ws, ID: "d", Reason: "?", Body: "{}"}},
				Parked:           []db.ParkedStatus{{WorkspaceID: ws, TouchpointID: "t", ProviderID: "p", State: "read"}, {WorkspaceID: ws, TouchpointID: "t", ProviderID: "p", State: "read"}},
				Lanes:            []store.LaneKey{{Kind: "send", Key: "k", TouchpointID: "t"}},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.InTx(ctx, ws, func(tx *store.Tx) error {
			messages, err := tx.LoadMessages(ctx, []store.ProviderKey{{TouchpointID: "t", ProviderID: "wamid.1"}, {TouchpointID: "t", ProviderID: "none"}}, []string{"m1", "none"})
			if err != nil {
				return err
			}
			if len(messages) != 2 || !reflect.DeepEqual(messages[0], want) || !reflect.DeepEqual(messages[1], want) {
				t.Errorf("messages came back as %+v, want twice %+v", messages, want)
			}
			contacts, err := tx.LoadContacts(ctx, []string{"c", "none"})
			if err != nil || len(contacts) != 1 || contacts[0] != contact("c") {
				t.Errorf("contacts came back as %+v, %v", contacts, err)
			}
			identities, err := tx.LoadIdentities(ctx, []store.IdentityKey{{Channel: "whatsapp", Kind: "user", Value: "PT.1"}, {Channel: "whatsapp", Kind: "phone", Value: "PT.1"}})
			if err != nil || len(identities) != 1 || identities[0].ContactID != "c" {
				t.Errorf("identities came back as %+v, %v", identities, err)
			}
			latest, err := tx.LockLatest(ctx, []store.PairKey{{TouchpointID: "t", ContactID: "c"}, {TouchpointID: "t", ContactID: "none"}})
			if err != nil || len(latest) != 1 || latest[0] != conversation("v1", "c") {
				t.Errorf("the open conversation came back as %+v, %v", latest, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestConstraints(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		workspace(t, s)
		ctx := t.Context()
		write := func(rows store.Rows) error {
			_, err := s.InTx(ctx, ws, func(tx *store.Tx) error { return tx.Write(ctx, rows) })
			return err
		}
		if err := write(store.Rows{PutConversations: []db.Conversation{conversation("v1", "c")}, Messages: []db.Message{message("m1", "v1", 1, "p1")}}); err != nil {
			t.Fatal(err)
		}
		assignedToNobody := conversation("v9", "c9")
		assignedToNobody.Status = "assigned"
		for name, rows := range map[string]store.Rows{
			"a message of Meta's exists once":          {Messages: []db.Message{message("m2", "v1", 2, "p1")}},
			"a number in a thread is used once":        {Messages: []db.Message{message("m2", "v1", 1, "p2")}},
			"a contact has one open conversation":      {PutConversations: []db.Conversation{conversation("v2", "c")}},
			"an assigned conversation has an assignee": {PutConversations: []db.Conversation{assignedToNobody}},
		} {
			if write(rows) == nil {
				t.Errorf("broken: %s", name)
			}
		}
	})
}

func TestFeed(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		workspace(t, s)
		ctx := t.Context()
		t.Run("positions_are_dense_and_in_commit_order", func(t *testing.T) {
			const writers, each = 8, 25
			stop := make(chan struct{})
			var reader sync.WaitGroup
			var seen []int64
			reader.Go(func() {
				cursor := int64(0)
				for last := false; ; {
					changes, err := s.Read().ListChanges(ctx, db.ListChangesParams{WorkspaceID: ws, After: cursor, N: 7})
					if err != nil {
						t.Error(err)
						return
					}
					for _, c := range changes {
						seen = append(seen, c.Seq)
						cursor = c.Seq
					}
					if len(changes) == 0 && last {
						return
					}
					select {
					case <-stop:
						last = true
					default:
					}
				}
			})
			var group sync.WaitGroup
			for w := range writers {
				group.Go(func() {
					for i := range each {
						_, err := s.InTx(ctx, ws, func(tx *store.Tx) error {
							tx.Changed(store.TypeContact, fmt.Sprintf("c-%d-%d", w, i))
							tx.Changed(store.TypeContact, fmt.Sprintf("d-%d-%d", w, i))
							return nil
						})
						if err != nil {
							t.Error(err)
						}
					}
				})
			}
			group.Wait()
			close(stop)
			reader.Wait()
			for i, seq := range seen {
				if seq != int64(i+1) {
					t.Fatalf("position %d came as number %d: a reader would have missed one", seq, i+1)
				}
			}
			if len(seen) != 1+2*writers*each {
				t.Fatalf("saw %d changes, want %d", len(seen), 1+2*writers*each)
			}
		})
		t.Run("an_entity_stands_once_at_its_newest_position", func(t *testing.T) {
			for range 3 {
				if _, err := s.InTx(ctx, ws, func(tx *store.Tx) error { tx.Changed(store.TypeNote, "n"); return nil }); err != nil {
					t.Fatal(err)
				}
			}
			head, err := s.Read().Head(ctx, ws)
			if err != nil {
				t.Fatal(err)
			}
			changes, err := s.Read().ListChanges(ctx, db.ListChangesParams{WorkspaceID: ws, After: head.Seq - 3, N: 10})
			if err != nil || len(changes) != 1 || changes[0].Seq != head.Seq {
				t.Errorf("changes %+v, %v; head %d", changes, err, head.Seq)
			}
		})
		t.Run("a_transaction_that_fails_leaves_no_gap", func(t *testing.T) {
			before, _ := s.Read().Head(ctx, ws)
			boom := errors.New("boom")
			if _, err := s.InTx(ctx, ws, func(tx *store.Tx) error { tx.Changed(store.TypeNote, "x"); return boom }); !errors.Is(err, boom) {
				t.Fatalf("got %v", err)
			}
			after, _ := s.Read().Head(ctx, ws)
			if before != after {
				t.Errorf("head moved from %v to %v", before, after)
			}
		})
	})
}

func TestLanes(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		workspace(t, s)
		ctx := t.Context()
		wake := func(key string) {
			t.Helper()
			if _, err := s.InTx(ctx, ws, func(tx *store.Tx) error {
				return tx.Write(ctx, store.Rows{Lanes: []store.LaneKey{{Kind: "send", Key: key, TouchpointID: "t"}}})
			}); err != nil {
				t.Fatal(err)
			}
		}
		wake("a")
		lane, err := s.ClaimLane(ctx, "send", "w1", 100, 200)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.ClaimLane(ctx, "send", "w2", 150, 250); !store.NotFound(err) {
			t.Fatalf("two workers have one lane: %v", err)
		}
		wake("a") // work arrives while w1 is about to remove the empty lane
		remove := db.RemoveLaneParams{WorkspaceID: ws, Kind: "send", Key: "a", Worker: "w1", Gen: lane.Gen}
		if _, err := s.InTx(ctx, ws, func(tx *store.Tx) error {
			if n, err := tx.RemoveLane(ctx, remove); err != nil || n != 0 {
				t.Errorf("the wake-up was lost: %d rows, %v", n, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		taken, err := s.ClaimLane(ctx, "send", "w2", 201, 300)
		if err != nil || taken.LeaseBy != "w2" || taken.Gen != lane.Gen+1 {
			t.Fatalf("a lease that ended is free: %+v, %v", taken, err)
		}
	})
}

// Every statement names its workspace, so that a database can be divided by it and no query mixes two businesses.
func TestQueriesNameTheWorkspace(t *testing.T) {
	crossing := map[string]bool{ // each says in its comment why it may
		"AllTouchpoints": true, "AgentByEmail": true, "SessionByToken": true, "ApiKeyByHash": true, "InvitationByCode": true, "Workspaces": true, "Workspace": true, "NextDue": true,
		"WebhooksOfHub": true, "OrphanedWebhooks": true, "CountWebhooks": true, "WebhooksUntil": true, "DropOldParkedStatuses": true, "DropOldPaces": true, "OverlookedStatuses": true,
		"DropEmptyDrafts": true, "DropOldHookAttempts": true,
		"TouchpointsToProbe": true, "LanesDue": true,
	}
	files, err := filepath.Glob("queries/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no query files", err)
	}
	name := regexp.MustCompile(`-- name: (\w+)`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, query := range strings.Split(string(text), "-- name: ")[1:] {
			title := name.FindStringSubmatch("-- name: " + query)[1]
			if !crossing[title] && !strings.Contains(query, "workspace_id") && !strings.HasPrefix(title, "InsertWorkspace") {
				t.Errorf("%s: %s does not name the workspace", file, title)
			}
		}
	}
}

func TestNumbersSurviveJSON(t *testing.T) {
	row := message("m", "v", 1, "p")
	text, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	var back db.Message
	if err := json.Unmarshal(text, &back); err != nil || back != row {
		t.Errorf("a row changed on its way: %+v, %v", back, err)
	}
}
