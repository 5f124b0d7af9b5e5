package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"parley/backend/conversation"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/search"
)

const may = int64(1_778_000_000_000) // a time in May 2026

// library is a cache with two conversations on two touchpoints.
func library(t *testing.T) (c *Cache, bookings, groups string) {
	t.Helper()
	c = openAt(t, t.TempDir())
	bookings, groups = conversation.NewID(), conversation.NewID()
	write(t, c, func(ctx context.Context, tx *Tx) error {
		for _, m := range []*hubv1.Message{
			said(bookings, 1, "in", "", "Tem vagas no Hotel Lisboa em junho?"),
			said(bookings, 2, "out", "me", "O hotel confirma amanhã, Lisboa fica lotada"),
			said(groups, 3, "out", "rui", "Hotel em Lisboa para o grupo"),
			said(groups, 4, "in", "", "hôtel à lisbonne, s'il vous plaît"),
		} {
			if m.No == 4 {
				m.Content.Kind, m.Content.Media = "document", &hubv1.Media{Id: conversation.NewID(), FileName: "Reserva_junho.pdf"}
			}
			if _, err := tx.PutMessage(ctx, m); err != nil {
				return err
			}
		}
		// A conversation may come after its messages.
		for id, touchpoint := range map[string]string{bookings: "t-1", groups: "t-2"} {
			if _, _, err := tx.PutConversation(ctx, &hubv1.Conversation{Id: id, Version: 1, TouchpointId: touchpoint, Status: "closed"}); err != nil {
				return err
			}
		}
		return nil
	})
	return c, bookings, groups
}

// said is a message whose number is also the day on which it was sent.
func said(conversationID string, no int64, direction, agentID, text string) *hubv1.Message {
	m := message(conversationID, no, text)
	m.SentMs, m.Direction, m.AgentId = may+no*86_400_000, direction, agentID
	return m
}

func numbers(t *testing.T, c *Cache, w Wanted) []int64 {
	t.Helper()
	if w.Limit == 0 {
		w.Limit = 10
	}
	found, err := c.Read().FindMessages(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	var got []int64
	for _, m := range found {
		got = append(got, m.No)
	}
	return got
}

func TestFindMessages(t *testing.T) {
	c, bookings, _ := library(t)
	for name, test := range map[string]struct {
		w    Wanted
		want []int64
	}{
		"accents, case and the end of the last word do not count": {Wanted{Query: search.Parse("HÔTEL lisb")}, []int64{4, 3, 2, 1}},
		"words in quotation marks stand together":                 {Wanted{Query: search.Parse(`"hotel lisboa"`)}, []int64{1}},
		"all words are wanted":                                    {Wanted{Query: search.Parse("lisboa grupo")}, []int64{3}},
		"in a conversation":                                       {Wanted{Query: search.Parse("hotel"), ConversationID: bookings}, []int64{2, 1}},
		"on a touchpoint":                                         {Wanted{Query: search.Parse("hotel"), TouchpointIDs: []string{"t-2"}}, []int64{4, 3}},
		"on one of several":                                       {Wanted{Query: search.Parse("hotel"), TouchpointIDs: []string{"t-1", "t-2"}}, []int64{4, 3, 2, 1}},
		"of the contact":                                          {Wanted{Query: search.Parse("hotel"), Direction: "in"}, []int64{4, 1}},
		"of mine":                                                 {Wanted{Query: search.Parse("hotel"), Direction: "out", AgentID: "me"}, []int64{2}},
		"of colleagues":                                           {Wanted{Query: search.Parse("hotel"), Direction: "out", NotAgentID: "me"}, []int64{3}},
		"since a day":                                             {Wanted{Query: search.Parse("hotel"), FromMs: may + 3*86_400_000}, []int64{4, 3}},
		"since a day, by its weeks":                               {Wanted{Query: search.Parse("hotel"), FromMs: may + 3*86_400_000, NowMs: may + 9*86_400_000}, []int64{4, 3}},
		"before a day":                                            {Wanted{Query: search.Parse("hotel"), UntilMs: may + 3*86_400_000}, []int64{2, 1}},
		"what belongs to a message cannot be typed":               {Wanted{Query: search.Parse(search.Facet('d', "in"))}, nil},
		"nothing is looked for":                                   {Wanted{}, nil},
	} {
		if got := numbers(t, c, test.w); !slices.Equal(got, test.want) {
			t.Errorf("%s: found %v, want %v", name, got, test.want)
		}
	}
	t.Run("the_next_page_begins_where_the_last_one_ended", func(t *testing.T) {
		first, err := c.Read().FindMessages(t.Context(), Wanted{Query: search.Parse("hotel"), Limit: 3})
		if err != nil || len(first) != 3 {
			t.Fatalf("%d, %v", len(first), err)
		}
		if got := numbers(t, c, Wanted{Query: search.Parse("hotel"), BelowRow: first[2].Row}); !slices.Equal(got, []int64{1}) {
			t.Errorf("found %v", got)
		}
	})
	t.Run("a_file_is_found_by_its_name", func(t *testing.T) {
		files, err := c.Read().FindFiles(t.Context(), Wanted{Query: search.Parse("reserva jun"), Limit: 5})
		if err != nil || len(files) != 1 || files[0].No != 4 {
			t.Errorf("found %v, %v", files, err)
		}
		if hits, _ := c.Read().Search(t.Context(), files[0].ConversationId, "reserva"); len(hits) != 1 {
			t.Errorf("in its conversation %v", hits)
		}
	})
	t.Run("history_that_is_fetched_later_stands_at_its_time", func(t *testing.T) {
		write(t, c, func(ctx context.Context, tx *Tx) error {
			old := said(bookings, 9, "in", "", "hotel barato")
			old.SentMs = may
			_, err := tx.PutMessage(ctx, old)
			return err
		})
		if got := numbers(t, c, Wanted{Query: search.Parse("hotel")}); !slices.Equal(got, []int64{4, 3, 2, 1, 9}) {
			t.Errorf("found %v", got)
		}
	})
	t.Run("a_new_text_is_found_and_the_old_one_is_not", func(t *testing.T) {
		var edited *hubv1.Message
		write(t, c, func(ctx context.Context, tx *Tx) error {
			edited = said(bookings, 10, "in", "", "primeira versão")
			_, err := tx.PutMessage(ctx, edited)
			edited.Version, edited.Content.Text = 11, "segunda versão"
			if err == nil {
				_, err = tx.PutMessage(ctx, edited) // in the same transaction
			}
			return err
		})
		write(t, c, func(ctx context.Context, tx *Tx) error {
			edited.Version, edited.Content.Text = 12, "terceira versão"
			_, err := tx.PutMessage(ctx, edited)
			return err
		})
		for typed, want := range map[string]int{"primeira": 0, "segunda": 0, "terceira": 1} {
			if got := numbers(t, c, Wanted{Query: search.Parse(typed)}); len(got) != want {
				t.Errorf("%q found %v", typed, got)
			}
		}
		write(t, c, func(ctx context.Context, tx *Tx) error { return tx.Delete(ctx, KindMessage, edited.Id) })
		if got := numbers(t, c, Wanted{Query: search.Parse("terceira")}); got != nil {
			t.Errorf("a deleted message was found: %v", got)
		}
	})
}

func TestFindPeople(t *testing.T) {
	c := openAt(t, t.TempDir())
	ana := &hubv1.Contact{Id: conversation.NewID(), Version: 1, Name: "Ana Conceição", Number: "+351912345678", Email: "ana@ondaverde.pt"}
	kept := &hubv1.Contact{Id: conversation.NewID(), Version: 1, Name: "Ana Paula"}
	put := func(all ...*hubv1.Contact) {
		write(t, c, func(ctx context.Context, tx *Tx) error {
			for _, one := range all {
				if _, err := tx.PutContact(ctx, one); err != nil {
					return err
				}
			}
			return nil
		})
	}
	found := func(query search.Query) (names []string) {
		contacts, err := c.Read().FindPeople(t.Context(), query, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, contact := range contacts {
			names = append(names, contact.Name)
		}
		return names
	}
	put(ana, kept)
	for typed, want := range map[string][]string{
		"ana": {"Ana Paula", "Ana Conceição"}, "conceicao an": {"Ana Conceição"}, "ondaverde": {"Ana Conceição"}, "rui": nil,
	} {
		if got := found(search.Parse(typed)); !slices.Equal(got, want) {
			t.Errorf("%q found %v, want %v", typed, got, want)
		}
	}
	for _, typed := range []string{"+351 912", "345 678", "234567"} {
		number, ok := search.ParseNumber(typed)
		if got := found(number); !ok || !slices.Equal(got, []string{"Ana Conceição"}) {
			t.Errorf("%q found %v", typed, got)
		}
	}
	t.Run("who_was_merged_is_found_as_the_one_that_was_kept", func(t *testing.T) {
		ana.Version, ana.MergedIntoId = 2, kept.Id
		put(ana)
		if got := found(search.Parse("ana")); !slices.Equal(got, []string{"Ana Paula"}) {
			t.Errorf("found %v", got)
		}
	})
	t.Run("a_deleted_contact_is_not_found", func(t *testing.T) {
		write(t, c, func(ctx context.Context, tx *Tx) error { return tx.Delete(ctx, KindContact, kept.Id) })
		if got := found(search.Parse("paula")); got != nil {
			t.Errorf("found %v", got)
		}
	})
}

func TestFindNotes(t *testing.T) {
	c, bookings, _ := library(t)
	note := &hubv1.Note{Id: conversation.NewID(), Version: 1, ConversationId: bookings, AgentId: "me", Text: "Prefere quarto com vista", CreatedMs: may}
	write(t, c, func(ctx context.Context, tx *Tx) error {
		_, err := tx.PutNote(ctx, note)
		return err
	})
	for typed, want := range map[string]int{"quarto vis": 1, "hotel": 0} {
		notes, err := c.Read().FindNotes(t.Context(), Wanted{Query: search.Parse(typed), AgentID: "me", Limit: 5})
		if err != nil || len(notes) != want {
			t.Errorf("%q found %v, %v", typed, notes, err)
		}
	}
}

func TestResetAndIndexes(t *testing.T) {
	c, bookings, _ := library(t)
	write(t, c, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.PutContact(ctx, &hubv1.Contact{Id: conversation.NewID(), Version: 1, Name: "Antiga"}); err != nil {
			return err
		}
		if err := tx.BeginReset(ctx); err != nil {
			return err
		}
		if _, err := tx.PutMessage(ctx, said(bookings, 5, "in", "", "hotel novo")); err != nil {
			return err
		}
		return tx.EndReset(ctx, &hubv1.Cursor{Epoch: "e2", Seq: 1})
	})
	write(t, c, func(ctx context.Context, tx *Tx) error {
		after := int64(0)
		_, err := tx.PruneMessages(ctx, &after)
		return err
	})
	if got := numbers(t, c, Wanted{Query: search.Parse("hotel")}); !slices.Equal(got, []int64{5}) {
		t.Errorf("found %v, want only what the snapshot brought", got)
	}
	if people, _ := c.Read().FindPeople(t.Context(), search.Parse("antiga"), 5); len(people) != 0 {
		t.Errorf("found %v", people)
	}
	var left int
	if _, err := find(t.Context(), c.reader, "count", "SELECT count(*) FROM message_find_docsize", nil, &left); err != nil || left != 1 {
		t.Errorf("the index has %d rows, %v", left, err)
	}
}

// TestOlderCache begins with a cache as the version before the indexes left it.
func TestOlderCache(t *testing.T) {
	folder, id := t.TempDir(), conversation.NewID()
	older(t, filepath.Join(folder, FileName), func(ctx context.Context, tx *Tx) error {
		for no := range int64(3 * indexAtOnce) {
			m := said(id, no+1, "in", "", fmt.Sprintf("Reservação número %d", no+1))
			m.SentMs = may + no*1000
			if _, err := tx.exec(ctx, "write", `
				INSERT INTO message (row, id, version, generation, conversation_id, no, sent_ms, direction, provider_id, thread, text, data)
				VALUES (?, ?, 1, 0, ?, ?, ?, 'in', '', '', ?, ?)`, no+1, m.Id, id, m.No, m.SentMs, m.Content.Text, encoded(t, m)); err != nil {
				return err
			}
		}
		contact := &hubv1.Contact{Id: conversation.NewID(), Name: "Ana"}
		_, err := tx.exec(ctx, "write", "INSERT INTO contact (id, version, generation, data) VALUES (?, 1, 0, ?)", contact.Id, encoded(t, contact))
		return err
	})
	c := openAt(t, folder)
	if indexed, err := c.Read().Indexed(t.Context()); err != nil || indexed {
		t.Fatalf("indexed %v, %v: opening must not do the work", indexed, err)
	}
	if hits, err := c.Read().Search(t.Context(), id, "reservacao numero 7"); err != nil || len(hits) == 0 {
		t.Fatalf("before the indexes are there a conversation's own search finds %v, %v", hits, err)
	}
	interrupted := errors.New("closed")
	steps := 0
	err := c.BuildIndexes(t.Context(), func(context.Context) error {
		if steps++; steps == 4 {
			return interrupted
		}
		return nil
	})
	if !errors.Is(err, interrupted) {
		t.Fatal(err)
	}
	if got := numbers(t, c, Wanted{Query: search.Parse("reservacao"), Limit: 2}); !slices.Equal(got, []int64{3 * indexAtOnce, 3*indexAtOnce - 1}) {
		t.Errorf("the newest are found first, and these are: %v", got)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = openAt(t, folder)
	if err := c.BuildIndexes(t.Context(), func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if got := numbers(t, c, Wanted{Query: search.Parse("reservacao"), Limit: 1000}); len(got) != 3*indexAtOnce || got[len(got)-1] != 1 {
		t.Errorf("%d found, the last is %d", len(got), got[len(got)-1])
	}
	if people, err := c.Read().FindPeople(t.Context(), search.Parse("ana"), 5); err != nil || len(people) != 1 {
		t.Errorf("people %v, %v", people, err)
	}
	if indexed, err := c.Read().Indexed(t.Context()); err != nil || !indexed {
		t.Errorf("indexed %v, %v", indexed, err)
	}
}

// older makes a cache file whose last migration is the one before the indexes, and fills it.
func older(t *testing.T, path string, fill func(context.Context, *Tx) error) {
	t.Helper()
	db, err := sql.Open("sqlite3", dsn(path, url.Values{"_txlock": {"immediate"}}))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	scripts, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range scripts {
		if strings.HasSuffix(name, "_find.sql") {
			break
		}
		script, err := schema.ReadFile(name)
		if err == nil {
			err = runScript(t.Context(), db, string(script), i+1)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	sqlTx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := fill(t.Context(), &Tx{Reader: Reader{q: sqlTx}, tx: sqlTx}); err != nil {
		t.Fatal(err)
	}
	if err := sqlTx.Commit(); err != nil {
		t.Fatal(err)
	}
}

func encoded(t *testing.T, m proto.Message) []byte {
	t.Helper()
	data, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
