package erase_test

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/dossier"
	"parley/backend/hub/draft"
	"parley/backend/hub/erase"
	"parley/backend/hub/feed"
	"parley/backend/hub/find"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/lane"
	"parley/backend/hub/media"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/mattn/go-sqlite3"

	"google.golang.org/protobuf/proto"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// Nothing of this may be left. Each stands somewhere else, too, before it is erased.
const (
	secretName   = "Quetzalcoatl"
	secretNumber = "351955501234"
	secretUser   = "PT.zz99secretuser"
	secretWord   = "xylophoneword"
	secretNote   = "yesternote"
	secretDraft  = "zephyrdraft"
	secretOther  = "351955509876" // of a contact who was merged into them
)

var secrets = []string{secretName, secretNumber, secretUser, secretWord, secretNote, secretDraft, secretOther}

// room is a hub without a server: what an erasure touches.
type room struct {
	*hubtest.Workspace
	t       *testing.T
	folder  string
	config  store.Config
	blobs   media.Blobs
	eraser  *erase.Eraser
	indexer *find.Indexer
	contact string
	open    db.Conversation
	admin   access.Actor
}

func newRoom(t *testing.T, engine string) *room {
	t.Helper()
	config := storetest.Config(t, engine)
	s, err := store.Open(t.Context(), config)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	r := &room{Workspace: hubtest.New(t, s, 2, hubtest.Channels()...), t: t, folder: t.TempDir(), config: config}
	r.blobs, err = media.OpenFolder(r.folder)
	must(t, err)
	log := slog.New(slog.DiscardHandler)
	r.eraser = &erase.Eraser{
		Store: s, Now: r.Now, Log: log, Rest: time.Second,
		Files: &media.Sweeper{Store: s, Blobs: r.blobs, Now: time.Now, Log: log},
	}
	r.indexer = find.NewIndexer(s, feed.NewEntities(s, r.Directory), log)
	row, err := admin.AddAgent(t.Context(), s, r.ID, admin.Agent{Email: "boss@ondaverde.example", Role: "admin"})
	must(t, err)
	r.admin = access.Actor{WorkspaceID: r.ID, AgentID: row.ID, Role: row.Role}
	r.furnish()
	return r
}

// furnish makes a contact who has left traces everywhere, and somebody else whom none of it concerns.
func (r *room) furnish() {
	t, ctx := r.t, r.t.Context()
	closed := r.Conversation(t, func(c *db.Conversation) { c.Status, c.Preview = "closed", secretWord })
	r.contact = closed.ContactID
	r.open = r.Conversation(t, func(c *db.Conversation) {
		c.Status, c.AssigneeID, c.Preview = "assigned", r.Agents[0].AgentID, secretWord
	})
	other := r.open.ContactID
	picture, err := media.KeepBytes(ctx, r.blobs, []byte("picture of "+secretName))
	must(t, err)
	photo, err := media.KeepBytes(ctx, r.blobs, []byte("photo of "+secretWord))
	must(t, err)
	_, err = r.Store.InTx(ctx, r.ID, func(tx *store.Tx) error {
		now := r.NowMs()
		contacts, err := tx.LoadContacts(ctx, []string{r.contact, other})
		must(t, err)
		for i := range contacts {
			contacts[i].Name, contacts[i].Number, contacts[i].Version = secretName, "+"+secretNumber, contacts[i].Version+1
			if contacts[i].ID == other {
				contacts[i].Number = "+" + secretOther
			}
			contacts[i].PictureSHA256 = picture
			tx.Changed(store.TypeContact, contacts[i].ID)
		}
		rows := store.Rows{
			Contacts: contacts,
			Identities: []db.ContactIdentity{
				{WorkspaceID: r.ID, Channel: "whatsapp", Kind: store.IdentityPhone, Value: secretNumber, ContactID: r.contact},
				{WorkspaceID: r.ID, Channel: "whatsapp", Kind: store.IdentityUser, Value: secretUser, ContactID: r.contact},
				{WorkspaceID: r.ID, Channel: "whatsapp", Kind: store.IdentityPhone, Value: secretOther, ContactID: other},
			},
			DeadLetters: []db.DeadLetter{{
				WorkspaceID: r.ID, ID: conversation.NewID(), Channel: "whatsapp", AccountID: hubtest.Number, Reason: "kind", Body: `{"from":"` + secretNumber + `","x":"` + secretWord + `"}`, WebhookID: "w1",
			}, {
				WorkspaceID: r.ID, ID: conversation.NewID(), Channel: "whatsapp", AccountID: hubtest.Number, Reason: "kind", Body: `{"from":"49170000000"}`, WebhookID: "w1",
			}},
			Parked: []db.ParkedStatus{{
				WorkspaceID: r.ID, TouchpointID: r.WhatsApp.ID, ProviderID: "wamid." + base64.StdEncoding.EncodeToString([]byte("\x12"+secretNumber+"\x18")), State: "read", AtMs: now, CreatedMs: now,
			}},
		}
		for n := range 450 { // several transactions' worth
			id := conversation.NewID()
			rows.Messages = append(rows.Messages, db.Message{
				WorkspaceID: r.ID, ID: id, ConversationID: closed.ID, TouchpointID: closed.TouchpointID, ContactID: r.contact, No: int64(n + 2), Direction: "in",
				Kind: "text", SentMs: now, CreatedMs: now, Content: fmt.Sprintf(`{"kind":"text","text":"%s %d"}`, secretWord, n), ProviderID: "wamid." + id, Version: 1,
			})
			tx.Changed(store.TypeMessage, id)
		}
		file := db.Media{
			WorkspaceID: r.ID, ID: conversation.NewID(), TouchpointID: closed.TouchpointID, MessageID: rows.Messages[0].ID, State: "ready", MIME: "text/plain",
			FileName: secretWord + ".txt", SHA256: photo, CreatedMs: now,
		}
		rows.Messages[0].MediaID, rows.Media = file.ID, []db.Media{file}
		must(t, tx.Write(ctx, rows))
		must(t, tx.KeepDeadWebhook(ctx, db.KeepDeadWebhookParams{
			WorkspaceID: r.ID, ID: "w1", TouchpointID: r.WhatsApp.ID, Channel: "whatsapp", Body: []byte(`{"from":"` + secretNumber + `"}`),
		}))
		must(t, tx.PutHookKnown(ctx, db.PutHookKnownParams{WorkspaceID: r.ID, ConversationID: r.open.ID, HookID: "crm"}))
		must(t, tx.PutWatermark(ctx, db.PutWatermarkParams{WorkspaceID: r.ID, TouchpointID: r.WhatsApp.ID, ContactID: r.contact, State: "read", UntilMs: now, AtMs: now}))
		return nil
	})
	must(t, err)
	i := inbox.New(r.Store, r.Directory, r.Now)
	by := r.Agents[0]
	do := func(command *hubv1.Command) *hubv1.CommandAck {
		command.Id = conversation.NewID()
		ack, err := i.Execute(ctx, by, command)
		must(t, err)
		return ack
	}
	do(&hubv1.Command{Action: &hubv1.Command_SaveNote{SaveNote: &hubv1.SaveNote{NoteId: conversation.NewID(), ConversationId: r.open.ID, Text: secretNote}}})
	_, err = draft.New(r.Store, r.Now).Save(ctx, r.Agents[0], &hubv1.SaveDraftRequest{
		ConversationId: r.open.ID, DeviceId: conversation.NewID(), SavedMs: r.NowMs(), Content: &hubv1.DraftContent{Text: secretDraft},
	})
	must(t, err)
	by = r.Agents[1]
	// A refusal that tells the state of the conversation, preview and all.
	if ack := do(&hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: r.open.ID}}}); ack.GetRefusal().GetCurrent() == nil {
		t.Fatalf("the answer holds no entity: %v", ack)
	}
	by = r.Agents[0]
	merge := &hubv1.MergeContacts{KeptId: r.contact, MergedId: other}
	for _, command := range []*hubv1.Command{ // undone once, which is remembered, too
		{Action: &hubv1.Command_MergeContacts{MergeContacts: merge}},
		{Action: &hubv1.Command_UndoMerge{UndoMerge: &hubv1.UndoMerge{MergedId: other}}},
		{Action: &hubv1.Command_MergeContacts{MergeContacts: merge}},
	} {
		if ack := do(command); ack.GetRefusal() != nil {
			t.Fatal(ack)
		}
	}
	if ack := do(&hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: r.open.ID, Text: "soon " + secretWord}}}); ack.GetRefusal() != nil {
		t.Fatal(ack)
	}
	must(t, r.indexer.CatchUp(ctx))
	for _, secret := range secrets { // the test would find each
		if len(r.traces(secret)) == 0 {
			t.Fatalf("%q is nowhere to be found before", secret)
		}
	}
}

// work does what an eraser's lane does, until it rests for a reason that time alone does not end.
func (r *room) work(ctx context.Context) error {
	for range 100 {
		l, err := r.Store.ClaimLane(ctx, erase.Lane, "tester", r.NowMs(), r.NowMs()+lane.Lease.Milliseconds())
		if store.NotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		result, err := r.eraser.Handle(ctx, l)
		if err != nil {
			return err
		}
		if result == lane.Done {
			_, err := r.Store.InTx(ctx, r.ID, func(tx *store.Tx) error {
				_, err := tx.RemoveLane(ctx, db.RemoveLaneParams{WorkspaceID: r.ID, Kind: erase.Lane, Key: l.Key, Worker: "tester", Gen: l.Gen})
				return err
			})
			return err
		}
		if err := r.indexer.CatchUp(ctx); err != nil {
			return err
		}
		r.Advance(result.After + time.Millisecond)
		if _, err := r.Store.InTx(ctx, r.ID, func(tx *store.Tx) error {
			_, err := tx.ReleaseLane(ctx, db.ReleaseLaneParams{WorkspaceID: r.ID, Kind: erase.Lane, Key: l.Key, NextMs: 0, Worker: "tester"})
			return err
		}); err != nil {
			return err
		}
	}
	return errors.New("the erasure comes to no end")
}

// traces names every table and file that still holds a text, whichever way it is kept.
func (r *room) traces(text string) []string {
	t := r.t
	t.Helper()
	var found []string
	driver, address := "sqlite3", r.config.SQLiteFile
	if address == "" {
		driver, address = "pgx", r.config.PostgresURL
	}
	pool, err := sql.Open(driver, address)
	must(t, err)
	defer pool.Close()
	list := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if driver == "pgx" {
		list = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	for _, table := range column(t, pool, list) {
		for _, value := range cells(t, pool, `SELECT * FROM "`+table+`"`) {
			if holds(value, text) {
				found = append(found, table)
				break
			}
		}
	}
	for _, folder := range []string{r.folder, filepath.Dir(r.config.SQLiteFile)} {
		if folder == "." {
			continue
		}
		must(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(path)
			if err == nil && holds(string(content), text) {
				found = append(found, filepath.Base(path))
			}
			return err
		}))
	}
	return found
}

// holds reports whether a value holds a text as it is, in small letters, or in Base64 (protobuf) at whichever place.
func holds(value, text string) bool {
	if strings.Contains(strings.ToLower(value), strings.ToLower(text)) {
		return true
	}
	if raw, err := base64.StdEncoding.DecodeString(value); err == nil && bytes.Contains(raw, []byte(text)) {
		return true
	}
	_, coded, _ := strings.Cut(value, ".")
	raw, err := base64.StdEncoding.DecodeString(coded)
	return err == nil && bytes.Contains(raw, []byte(text))
}

func column(t *testing.T, pool *sql.DB, query string) []string { return cells(t, pool, query) }

// cells are all values of a query, as text.
func cells(t *testing.T, pool *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	must(t, err)
	for rows.Next() {
		row := make([]any, len(names))
		for i := range row {
			row[i] = new(any)
		}
		must(t, rows.Scan(row...))
		for _, cell := range row {
			if raw, ok := (*cell.(*any)).([]byte); ok {
				all = append(all, string(raw))
			} else {
				all = append(all, fmt.Sprint(*cell.(*any)))
			}
		}
	}
	must(t, rows.Err())
	return all
}

func (r *room) nothingLeft() {
	r.t.Helper()
	for _, secret := range secrets {
		if found := r.traces(secret); len(found) > 0 {
			r.t.Errorf("%q is still in %v", secret, found)
		}
	}
	if rows := r.traces(r.contact); !only(rows, "audit", "change") {
		r.t.Errorf("the contact's id is in %v", rows)
	}
}

// only reports whether a text is in no other table than these. The files of SQLite hold what tables hold.
func only(found []string, tables ...string) bool {
	return !slices.ContainsFunc(found, func(name string) bool {
		return !slices.Contains(tables, name) && filepath.Ext(name) != ".db" && !strings.HasSuffix(name, "-wal")
	})
}

// No table and no file holds anything of who was erased, of whom they were merged from included; what is somebody else's stays.
func TestNothingIsLeft(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t, engine)
			bystander := r.Conversation(t, nil)
			p, err := r.eraser.Preview(t.Context(), r.ID, r.contact)
			must(t, err)
			if p.Conversations != 2 || p.Open != 1 || p.Messages != 453 || p.Files != 1 || p.Notes != 1 || p.Drafts != 1 || p.Merged != 1 || p.Unsent != 1 {
				t.Errorf("the preview says %+v", p)
			}
			_, err = r.eraser.Ask(t.Context(), r.admin, r.contact)
			must(t, err)
			must(t, r.work(t.Context()))
			r.nothingLeft()
			if got := r.Reread(t, bystander.ID); got != bystander {
				t.Errorf("somebody else's conversation changed: %+v", got)
			}
			letters, err := r.Store.Read().DeadLettersBefore(t.Context(), db.DeadLettersBeforeParams{WorkspaceID: r.ID, N: 10})
			must(t, err)
			if len(letters) != 1 || letters[0].WebhookID != "" {
				t.Errorf("of what was not understood there is %+v", letters)
			}
			known, err := r.Store.Read().HookKnows(t.Context(), db.HookKnowsParams{WorkspaceID: r.ID, ConversationID: r.open.ID, HookID: "crm"})
			if err != nil || known != 0 {
				t.Errorf("it is still known which webhook was told of the conversation: %d, %v", known, err)
			}
			if _, err := r.eraser.Ask(t.Context(), r.admin, r.contact); !errors.Is(err, dossier.ErrNoContact) {
				t.Errorf("erased twice: %v", err)
			}
			r.auditSaysSo()
		})
	}
}

// auditSaysSo looks at what the audit log keeps: who did it, and not to whom.
func (r *room) auditSaysSo() {
	rows, err := r.Store.Read().AuditBefore(r.t.Context(), db.AuditBeforeParams{WorkspaceID: r.ID, N: 1})
	must(r.t, err)
	if len(rows) != 1 || rows[0].Action != "contact_erased" || rows[0].ActorID != r.admin.AgentID || rows[0].SubjectID != r.contact || rows[0].Detail != "" {
		r.t.Errorf("the audit says %+v", rows)
	}
}

// An erasure that is broken off anywhere is finished by the next who comes, with the same end.
func TestBrokenOffAnywhere(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t, engine)
			_, err := r.eraser.Ask(t.Context(), r.admin, r.contact)
			must(t, err)
			files := &breaking{Files: r.eraser.Files}
			r.eraser.Files = files
			broken := 0
			for n := 1; ; n++ {
				ctx, cancel := context.WithCancel(t.Context())
				// The n-th commit is the last one that this worker makes.
				left := n % 7
				stop := countCommits(r.Store, func() {
					if left--; left < 0 {
						cancel()
					}
				})
				files.left = n % 3
				err := r.work(ctx)
				stop()
				cancel()
				r.Advance(2 * lane.Lease) // its lease ends
				if done, err := r.eraser.Done(t.Context(), r.ID, r.contact); err == nil && done {
					must(t, r.work(t.Context())) // its lane ends, too
					break
				}
				if err != nil {
					broken++
				}
				if n > 200 {
					t.Fatalf("not finished after %d attempts: %v", n, err)
				}
			}
			if broken < 3 {
				t.Errorf("it was broken off only %d times", broken)
			}
			t.Logf("broken off %d times", broken)
			r.nothingLeft()
		})
	}
}

// breaking is a store of files that does not always answer.
type breaking struct {
	erase.Files
	left int
}

func (b *breaking) ForgetAside(ctx context.Context, sums []string) error {
	if b.left--; b.left < 0 {
		return errors.New("no answer")
	}
	return b.Files.ForgetAside(ctx, sums)
}

// countCommits calls note at each commit that moves the feed, until it is stopped.
func countCommits(s *store.Store, note func()) (stop func()) {
	on := true
	s.OnCommit(func(string) {
		if on {
			note()
		}
	})
	return func() { on = false }
}

// What waits to be sent is not sent any more, and whoever writes from there later is somebody new.
func TestNobodyKnowsThem(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t, engine)
			_, err := r.eraser.Ask(t.Context(), r.admin, r.contact)
			must(t, err)
			// Right after the first stage, long before the end.
			l, err := r.Store.ClaimLane(t.Context(), erase.Lane, "tester", r.NowMs(), r.NowMs()+1000)
			must(t, err)
			_, err = r.eraser.Handle(t.Context(), l)
			must(t, err)
			if _, err := r.Store.Read().NextUnsent(t.Context(), db.NextUnsentParams{
				WorkspaceID: r.ID, TouchpointID: r.WhatsApp.ID, ContactID: r.contact,
			}); !store.NotFound(err) {
				t.Errorf("a message still waits to be sent: %v", err)
			}
			if _, err := r.Store.Read().Identity(t.Context(), db.IdentityParams{
				WorkspaceID: r.ID, Channel: "whatsapp", Kind: store.IdentityPhone, Value: secretNumber,
			}); !store.NotFound(err) {
				t.Errorf("they are still known: %v", err)
			}
		})
	}
}

// The ZIP file holds what was said for people and for programs, with the files.
func TestDossier(t *testing.T) {
	t.Parallel()
	r := newRoom(t, storetest.Engines[0])
	var out bytes.Buffer
	must(t, dossier.Write(t.Context(), r.Store, r.blobs, r.ID, r.contact, &out))
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	must(t, err)
	all, lines := "", 0
	for _, f := range archive.File {
		from, err := f.Open()
		must(t, err)
		content, err := io.ReadAll(from)
		must(t, err)
		all += f.Name + "\n" + string(content)
		if f.Name == "data.jsonl" {
			for line := range strings.Lines(string(content)) {
				var parsed struct {
					Type string         `json:"type"`
					Data map[string]any `json:"data"`
				}
				must(t, json.Unmarshal([]byte(line), &parsed))
				if parsed.Type == "" || parsed.Data == nil {
					t.Errorf("a line says nothing: %s", line)
				}
				lines++
			}
		}
	}
	for _, wanted := range []string{secretName, secretNumber, secretOther, secretUser, secretWord + " 449", secretNote, "photo of " + secretWord, "picture of " + secretName} {
		if !strings.Contains(all, wanted) {
			t.Errorf("%q is not in the file", wanted)
		}
	}
	if lines < 455 {
		t.Errorf("only %d lines", lines)
	}
	if err := dossier.Write(t.Context(), r.Store, r.blobs, r.ID, conversation.NewID(), io.Discard); !errors.Is(err, dossier.ErrNoContact) {
		t.Errorf("of nobody: %v", err)
	}
}

// A desk hears of each removal as an id; one that was away for too long begins anew.
func TestHorizon(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t, engine)
			f := feed.New(r.Store, feed.NewEntities(r.Store, r.Directory), r.Now)
			first, err := f.Snapshot(t.Context(), r.admin, "")
			must(t, err)
			_, err = r.Store.CompactFeed(t.Context(), r.ID, r.Now(), r.Now().Add(-time.Hour))
			must(t, err)
			_, err = r.eraser.Ask(t.Context(), r.admin, r.contact)
			must(t, err)
			must(t, r.work(t.Context()))
			page, err := f.Pull(t.Context(), r.admin, first.Cursor, 2000)
			must(t, err)
			gone := map[string]int{}
			for _, change := range page.Changes {
				if change.Deleted {
					gone[change.Type]++
				}
				raw, err := proto.Marshal(change)
				must(t, err)
				for _, secret := range secrets {
					if bytes.Contains(raw, []byte(secret)) {
						t.Errorf("the feed still tells %q", secret)
					}
				}
			}
			if gone["message"] < 453 || gone["contact"] != 2 || gone["conversation"] != 2 || gone["note"] != 1 || gone["draft"] != 1 {
				t.Errorf("gone by the feed: %v", gone)
			}
			r.Advance(48 * time.Hour)
			_, err = r.Store.CompactFeed(t.Context(), r.ID, r.Now(), r.Now().Add(-24*time.Hour))
			must(t, err)
			if _, err := f.Pull(t.Context(), r.admin, first.Cursor, 10); err != nil {
				t.Errorf("forgotten too early: %v", err)
			}
			r.Advance(48 * time.Hour)
			n, err := r.Store.CompactFeed(t.Context(), r.ID, r.Now(), r.Now().Add(-24*time.Hour))
			must(t, err)
			if n < 458 {
				t.Errorf("%d deletions were forgotten", n)
			}
			if _, err := f.Pull(t.Context(), r.admin, first.Cursor, 10); !errors.Is(err, feed.ErrReset) {
				t.Errorf("who was away for too long goes on: %v", err)
			}
			if _, err := f.Pull(t.Context(), r.admin, page.Cursor, 10); err != nil {
				t.Errorf("who knows of them has to begin anew: %v", err)
			}
			if err := f.Watch(t.Context(), r.admin, first.Cursor, nil, nil); !errors.Is(err, feed.ErrReset) {
				t.Errorf("a watch goes on: %v", err)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
