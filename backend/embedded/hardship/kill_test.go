package hardship_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	gosync "sync"
	"syscall"
	"testing"
	"time"

	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/sync"
)

// childEnv makes the test binary a desk that can be killed.
const childEnv = "PARLEY_HARDSHIP_DESK"

// child is what such a desk is told.
type child struct {
	Folder, BaseURL, Token string
	Typed, Sent            []string // conversations: the agent types in some and sends in others
	From                   int      // the first number that was not used yet
	Finish                 bool     // do nothing new; end when the outbox is empty
}

// runChild is an agent's day until it is killed. Every line that it prints says what a method has returned for:
//
//	found <conversation> <number>   the draft that was there at the start
//	typed <conversation> <number>   a draft that is on the disk
//	sent <conversation> <number>    a message that is on the disk
func runChild(text string) error {
	var told child
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	d, err := desk.Open(ctx, desk.Options{
		Folder: told.Folder, HTTPClient: &http.Client{}, BaseURL: told.BaseURL, Log: slog.New(slog.DiscardHandler),
		SignIn: func(context.Context) (string, error) { return told.Token, nil },
	})
	if err != nil {
		return err
	}
	for _, id := range told.Typed {
		draft, err := d.Draft(ctx, id)
		if err != nil {
			return err
		}
		number := 0
		if draft.Text != "" {
			if number, err = numberOf(draft.Text); err != nil {
				return err
			}
		}
		fmt.Printf("found %s %d\n", id, number)
	}
	var serving gosync.WaitGroup
	serving.Go(func() { _ = d.Serve(ctx) })
	defer func() { stop(); serving.Wait(); _ = d.Close() }()
	for { // the conversations have to be here before one can send in them
		connection, err := d.Connection(ctx)
		if err != nil {
			return err
		}
		if connection.State == sync.Live && (!told.Finish || connection.Waiting == 0) {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if told.Finish {
		return nil
	}
	fmt.Println("live")
	var working gosync.WaitGroup
	failed := make(chan error, 2)
	working.Go(func() {
		for n := told.From; ; n++ {
			id := told.Typed[n%len(told.Typed)]
			if err := d.SaveDraft(ctx, cache.Draft{ConversationID: id, Text: textOf(n)}); err != nil {
				failed <- err
				return
			}
			fmt.Printf("typed %s %d\n", id, n)
		}
	})
	working.Go(func() {
		for n := told.From; ; n++ {
			id := told.Sent[n%len(told.Sent)]
			if _, err := d.Send(ctx, cache.Draft{ConversationID: id, Text: textOf(n)}, ""); err != nil {
				failed <- err
				return
			}
			fmt.Printf("sent %s %d\n", id, n)
			time.Sleep(4 * time.Millisecond) // a hub and a Meta on the same two processors have to keep up
		}
	})
	return <-failed
}

func textOf(n int) string { return fmt.Sprintf("number %d, and whatever else one types ção 🙂", n) }

func numberOf(text string) (int, error) {
	text, _, _ = strings.Cut(strings.TrimPrefix(text, "number "), ",")
	return strconv.Atoi(text)
}

// A desk that is killed at any moment, 200 times in the long form (PARLEY_KILLS=200), has every draft and every message
// that it had said was kept, and each message reaches its contact once and in order.
func TestKill(t *testing.T) {
	kills := 25
	if text := os.Getenv("PARLEY_KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	o := openOffice(t)
	contacts := o.assigned(6)
	told := child{Folder: t.TempDir(), BaseURL: o.web.URL, Token: o.token, From: 1}
	for i, c := range contacts {
		if i < 3 {
			told.Typed = append(told.Typed, c.conversationID)
		} else {
			told.Sent = append(told.Sent, c.conversationID)
		}
	}
	typed, sent := map[string]int{}, map[string][]int{}
	highest := 0
	run := func(lives time.Duration) {
		text, err := json.Marshal(told)
		if err != nil {
			t.Fatal(err)
		}
		process := exec.Command(os.Args[0])
		process.Env = append(os.Environ(), childEnv+"="+string(text))
		process.Stderr = os.Stderr
		out, err := process.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		hang := time.AfterFunc(time.Minute, func() { _ = process.Process.Kill() })
		defer hang.Stop()
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			words := strings.Fields(lines.Text())
			if words[0] == "live" {
				time.AfterFunc(lives, func() { _ = process.Process.Signal(syscall.SIGKILL) })
				continue
			}
			number, err := strconv.Atoi(words[2])
			if err != nil {
				t.Fatal(err)
			}
			highest = max(highest, number)
			switch words[0] {
			case "found":
				if number < typed[words[1]] {
					t.Errorf("draft %d was kept, %d is there", typed[words[1]], number)
				}
				typed[words[1]] = number
			case "typed":
				typed[words[1]] = number
			case "sent":
				sent[words[1]] = append(sent[words[1]], number)
			}
		}
		err = process.Wait()
		if told.Finish && err != nil {
			t.Fatal("the last desk did not end by itself: ", err)
		}
		told.From = max(told.From, highest) + len(contacts) + 1 // what was under way when it was killed has used a number, too
	}
	for range kills {
		run(time.Duration(rand.IntN(150)) * time.Millisecond)
		if t.Failed() {
			return
		}
	}
	told.Finish = true
	run(0)

	total := 0
	for _, c := range contacts[3:] {
		want := sent[c.conversationID]
		o.until("what was sent last has arrived", func() bool { return slices.Contains(o.arrived(c), textOf(want[len(want)-1])) })
		var got []int
		for _, text := range o.arrived(c) {
			n, err := numberOf(text)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, n)
		}
		for i := 1; i < len(got); i++ {
			if got[i] <= got[i-1] {
				t.Errorf("message %d arrived after %d", got[i], got[i-1])
			}
		}
		for _, n := range want {
			if !slices.Contains(got, n) {
				t.Errorf("message %d was kept and did not arrive", n)
			}
		}
		total += len(got)
	}
	t.Logf("killed %d times; %d messages arrived, drafts up to number %d", kills, total, highest)
}
