// Command example is a program that uses a hub's API: it takes the first conversation that waits, and leaves a note.
//
//	parley-hub key add --email crm@example.com --name example --scopes read,work,notes
//	HUB=https://hub.example.com KEY=parley_key_… go run ./docs/example
//
// It needs nothing but HTTP and JSON; docs/api.md describes the calls.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/google/uuid"
)

// hub is a hub's address and the key that opens it.
type hub struct{ address, key string }

// call makes one call. After an error nothing is known: a command may be sent again with the same id.
func (h hub) call(method string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(http.MethodPost, h.address+"/parley.hub.v1."+method, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+h.key)
	response, err := (&http.Client{Timeout: 20 * time.Second}).Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		var problem struct{ Code, Message string }
		_ = json.NewDecoder(response.Body).Decode(&problem)
		return fmt.Errorf("%s: %s: %s", method, problem.Code, problem.Message)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

// execute carries out a command, and says why when it is refused.
func (h hub) execute(action string, what any) error {
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	var ack struct {
		Refusal *struct{ Code, Message string }
	}
	if err := h.call("DeskService/Execute", map[string]any{"id": id, action: what}, &ack); err != nil {
		return err
	}
	if ack.Refusal != nil {
		return fmt.Errorf("%s: refused: %s", action, ack.Refusal.Message)
	}
	return nil
}

func run() error {
	h := hub{address: os.Getenv("HUB"), key: os.Getenv("KEY")}
	var page struct {
		Entities []struct {
			Conversation *struct{ ID, Status, Preview string }
		}
	}
	if err := h.call("SyncService/Snapshot", map[string]any{}, &page); err != nil {
		return err
	}
	for _, e := range page.Entities {
		c := e.Conversation
		if c == nil || c.Status != "queued" {
			continue
		}
		if err := h.execute("assign", map[string]any{"conversationId": c.ID}); err != nil {
			return err
		}
		note, err := uuid.NewV7()
		if err != nil {
			return err
		}
		if err := h.execute("saveNote", map[string]any{"conversationId": c.ID, "noteId": note, "text": "Seen by the example"}); err != nil {
			return err
		}
		fmt.Printf("took %q\n", c.Preview)
		return nil
	}
	fmt.Println("nothing waits")
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
