package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/backend/conversation"
	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/desktest"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/search"

	_ "github.com/mattn/go-sqlite3"
)

const (
	searchConversations = 20_000
	searchMessages      = 50 // of each: 1,000,000 messages
	searchVocabulary    = 40_000
	searchQueries       = 120 // typed key by key
)

// prose is text as people write it: a few words make up half of it, most are rare.
type prose struct {
	vocabulary []string
	zipf       *rand.Zipf
	random     *rand.Rand
}

func newProse() *prose {
	random := rand.New(rand.NewPCG(7, 7))
	p := &prose{random: random, zipf: rand.NewZipf(random, 1.1, 3, searchVocabulary-1)}
	syllables := []string{"re", "ser", "va", "ção", "ho", "tel", "que", "a", "mos", "di", "ven", "to", "ma", "la", "é", "con", "fir", "pa", "ga", "men", "se", "ão", "lis", "por", "bri", "ti", "co", "no", "ra", "de"}
	for range searchVocabulary {
		var word strings.Builder
		for range 1 + random.IntN(4) {
			word.WriteString(syllables[random.IntN(len(syllables))])
		}
		p.vocabulary = append(p.vocabulary, word.String())
	}
	return p
}

func (p *prose) word() string { return p.vocabulary[p.zipf.Uint64()] }

func (p *prose) sentence() string {
	words := make([]string, 3+p.random.IntN(18))
	for i := range words {
		words[i] = p.word()
	}
	return strings.Join(words, " ")
}

// searchBench measures how long an agent waits for results at each key, over a million messages on this computer.
func searchBench(ctx context.Context, folder string) ([]Figure, error) {
	text := newProse()
	filled := time.Now()
	if err := fillForSearch(ctx, folder, text); err != nil {
		return nil, err
	}
	d, err := desk.Open(ctx, desk.Options{
		Folder: folder, HTTPClient: &http.Client{}, BaseURL: "http://hub.invalid", Log: slog.New(slog.DiscardHandler),
		SignIn: func(context.Context) (string, error) { return "", errors.New("there is no hub") },
	})
	if err != nil {
		return nil, err
	}
	fill := time.Since(filled)
	var queries []string
	for range searchQueries {
		words := make([]string, 1+text.random.IntN(3))
		for i := range words {
			words[i] = text.word()
		}
		queries = append(queries, strings.Join(words, " "))
	}
	var took []time.Duration
	results := 0
	for _, query := range queries {
		for key := range query {
			typed := query[:key]
			if strings.TrimSpace(typed) == "" {
				continue
			}
			began := time.Now()
			found, err := d.Find(ctx, desk.Search{Text: typed})
			if err != nil {
				return nil, errors.Join(err, d.Close())
			}
			took = append(took, time.Since(began))
			results += len(found.Messages)
		}
	}
	var narrowed []time.Duration
	for i, query := range queries {
		from := []string{desk.FromContact, desk.FromMe, desk.FromColleague}[i%3]
		began := time.Now()
		_, err := d.Find(ctx, desk.Search{Text: query, TouchpointID: rareTouchpoint, From: from, SinceMs: time.Now().Add(-24 * time.Hour).UnixMilli()})
		if err != nil {
			return nil, errors.Join(err, d.Close())
		}
		narrowed = append(narrowed, time.Since(began))
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	plain, err := plainSearch(ctx, folder, queries[:searchQueries/10])
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(filepath.Join(folder, cache.FileName))
	if err != nil {
		return nil, err
	}
	baseline := fmt.Sprintf("plain FTS5 over the same texts: p95 %.1f, median %.1f ms", millis(percentile(plain, 95)), millis(percentile(plain, 50)))
	return []Figure{
		atMost("Search 1,000,000 messages as typed, p95", millis(percentile(took, 95)), "ms", 50, fmt.Sprintf(
			"%s; median %.1f, slowest %.1f ms, %d keys, %d messages shown", baseline, millis(percentile(took, 50)), millis(percentile(took, 100)), len(took), results)),
		atMost("The same narrowed to a touchpoint, a writer, a day, p95", millis(percentile(narrowed, 95)), "ms", 50, fmt.Sprintf(
			"%s; filled and indexed in %.0f s, %d MB", baseline, fill.Seconds(), info.Size()>>20)),
	}, nil
}

const (
	usualTouchpoint = "0190a000-0000-7000-8000-0000000000a1"
	rareTouchpoint  = "0190a000-0000-7000-8000-0000000000a2" // has one conversation in a hundred
)

func fillForSearch(ctx context.Context, folder string, text *prose) (err error) {
	c, _, err := cache.Open(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	agentID := conversation.NewID()
	if err := c.Update(ctx, func(tx *cache.Tx) error {
		for _, id := range []string{usualTouchpoint, rareTouchpoint} {
			if _, err := tx.PutTouchpoint(ctx, &hubv1.Touchpoint{Id: id, Version: 1, Channel: "whatsapp", Name: "Bookings"}); err != nil {
				return err
			}
		}
		return tx.SetMeta(ctx, cache.MetaAgent, agentID)
	}); err != nil {
		return err
	}
	const part = 100 // conversations a transaction
	for begin := 0; begin < searchConversations; begin += part {
		f := desktest.Filling{
			AgentID: agentID, TouchpointID: usualTouchpoint, QueueID: "q", Conversations: part, Messages: searchMessages,
			Now: time.Now().Add(-time.Duration(begin) * 6 * time.Minute), Text: func(int, int) string { return text.sentence() },
		}
		if begin%(100*part) == 0 {
			f.TouchpointID = rareTouchpoint
		}
		if err := c.Update(ctx, func(tx *cache.Tx) error {
			_, err := desktest.Fill(ctx, tx, f)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// plainSearch asks FTS5 as its documentation does, the best first, over the same texts and without anything around it.
func plainSearch(ctx context.Context, folder string, queries []string) ([]time.Duration, error) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(folder, "plain.db"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range []string{
		"PRAGMA synchronous = OFF",
		"CREATE VIRTUAL TABLE plain USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2')",
		"ATTACH '" + filepath.Join(folder, cache.FileName) + "' AS desk",
		"INSERT INTO plain (rowid, text) SELECT row, text FROM desk.message ORDER BY row",
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	var took []time.Duration
	for _, query := range queries {
		for key := range query {
			q := search.Parse(query[:key])
			if q.Empty() {
				continue
			}
			began := time.Now()
			if err := readPlain(ctx, db, q); err != nil {
				return nil, err
			}
			took = append(took, time.Since(began))
		}
	}
	return took, nil
}

func readPlain(ctx context.Context, db *sql.DB, q search.Query) error {
	rows, err := db.QueryContext(ctx, "SELECT text FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT 30", q.FTS5(search.Where{}))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
	}
	return rows.Err()
}
