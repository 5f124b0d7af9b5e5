package practice_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/practice"
)

// raw calls the Graph API as a stranger's program would, and returns Meta's error code and the answer.
func (w *world) raw(path, body string, change func(*http.Request)) (code, subcode int, answer map[string]any) {
	w.t.Helper()
	account := w.meta.Accounts()[0]
	if strings.Contains(path, w.meta.Accounts()[page].ID) {
		account = w.meta.Accounts()[page]
	}
	proof := graph.AppSecretProof(account.Token, account.AppSecret)
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url+"/v26.0/"+path+"?appsecret_proof="+proof, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+account.Token.Reveal())
	req.Header.Set("Content-Type", "application/json")
	if change != nil {
		change(req)
	}
	resp, err := w.http.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	for _, b := range text {
		if b >= 0x80 {
			w.t.Fatalf("answer is not ASCII: %s", text)
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		w.t.Fatalf("%s: %s", err, text)
	}
	if failure, ok := answer["error"].(map[string]any); ok {
		code = int(failure["code"].(float64))
		if sub, ok := failure["error_subcode"].(float64); ok {
			subcode = int(sub)
		}
	}
	return code, subcode, answer
}

func TestGraph_answers_wrong_calls_as_Meta_does(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	number, pageID := w.meta.Accounts()[bookings].ID, w.meta.Accounts()[page].ID
	w.write("marta", "x")
	zoe := w.write("zoe", "x").From.UserID
	good := `{"messaging_product":"whatsapp","to":"+447700900273","type":"text","text":{"body":"x"}}`
	long := strings.Repeat("é", 4097)
	for name, c := range map[string]struct {
		path, body    string
		change        func(*http.Request)
		code, subcode int
	}{
		"good":                 {number + "/messages", good, nil, 0, 0},
		"no_token":             {number + "/messages", good, func(r *http.Request) { r.Header.Del("Authorization") }, 104, 0},
		"wrong_token":          {number + "/messages", good, func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, 190, 0},
		"no_proof_needed":      {number + "/messages", good, func(r *http.Request) { r.URL.RawQuery = "" }, 0, 0},
		"wrong_proof":          {number + "/messages", good, func(r *http.Request) { r.URL.RawQuery = "appsecret_proof=00" }, 100, 0},
		"other_object":         {"999/messages", good, nil, 100, 33},
		"unknown_path":         {number + "/nothing", good, nil, 2500, 0},
		"no_json":              {number + "/messages", "hello", nil, 100, 0},
		"no_product":           {number + "/messages", `{"to":"+1","text":{"body":"x"}}`, nil, 100, 0},
		"no_recipient":         {number + "/messages", `{"messaging_product":"whatsapp","type":"text","text":{"body":"x"}}`, nil, 100, 0},
		"text_too_long":        {number + "/messages", `{"messaging_product":"whatsapp","to":"+1","type":"text","text":{"body":"` + long + `"}}`, nil, 100, 0},
		"unknown_media":        {number + "/messages", `{"messaging_product":"whatsapp","to":"+1","type":"image","image":{"id":"1"}}`, nil, 100, 0},
		"never_wrote":          {number + "/messages", `{"messaging_product":"whatsapp","to":"+447700900551","type":"text","text":{"body":"x"}}`, nil, 131047, 0},
		"template_of_nobody":   {number + "/messages", `{"messaging_product":"whatsapp","to":"+447700900551","type":"template","template":{"name":"x","language":{"code":"en"}}}`, nil, 132001, 0},
		"template_lacks_value": {number + "/messages", `{"messaging_product":"whatsapp","to":"+447700900551","type":"template","template":{"name":"follow_up","language":{"code":"fr"}}}`, nil, 132000, 0},
		"page_no_type":         {pageID + "/messages", `{"recipient":{"id":"` + zoe + `"},"message":{"text":"x"}}`, nil, 100, 0},
		"page_good":            {pageID + "/messages", `{"recipient":{"id":"` + zoe + `"},"messaging_type":"RESPONSE","message":{"text":"x"}}`, nil, 0, 0},
		"page_old_tag":         {pageID + "/messages", `{"recipient":{"id":"` + zoe + `"},"messaging_type":"MESSAGE_TAG","tag":"ACCOUNT_UPDATE","message":{"text":"x"}}`, nil, 100, 0},
		"page_nobody":          {pageID + "/messages", `{"recipient":{"id":"1"},"messaging_type":"RESPONSE","message":{"text":"x"}}`, nil, 100, 2018001},
		"page_action_and_text": {pageID + "/messages", `{"recipient":{"id":"` + zoe + `"},"sender_action":"mark_seen","message":{"text":"x"}}`, nil, 100, 2018014},
		"page_foreign_file":    {pageID + "/messages", `{"recipient":{"id":"` + zoe + `"},"messaging_type":"RESPONSE","message":{"attachment":{"type":"image","payload":{"attachment_id":"1"}}}}`, nil, 100, 2018074},
		"account_is_described": {number, "", nil, 0, 0},
		"token_of_other_page":  {pageID, "", func(r *http.Request) { r.URL.Path = "/v26.0/" + number }, 100, 33},
	} {
		t.Run(name, func(t *testing.T) {
			code, subcode, answer := w.raw(c.path, c.body, c.change)
			if code != c.code || subcode != c.subcode {
				t.Errorf("%d/%d: %v", code, subcode, answer)
			}
		})
	}
}

func TestGraph_drops_a_user_id_in_to_and_completes_a_number_without_plus(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	number := w.meta.Accounts()[bookings].ID
	userID := w.write("camille", "Bonjour").From.UserID
	w.write("marta", "x")

	for _, to := range []string{userID, "447700900273"} {
		code, _, answer := w.raw(number+"/messages", `{"messaging_product":"whatsapp","to":"`+to+`","type":"text","text":{"body":"x"}}`, nil)
		if code != 0 || answer["messages"] == nil {
			t.Errorf("%s: %v", to, answer)
		}
	}
	for _, contact := range []string{"camille", "marta"} {
		if list := w.phone("GET", "contacts/"+contact+"/messages", nil)["messages"].([]any); len(list) != 1 {
			t.Errorf("%s got it: %v", contact, list)
		}
	}
	w.hub.wait("no such person", func(e channel.Event) bool {
		return e.Status != nil && e.Status.Failure != nil && e.Status.Failure.Code == 131026
	})
	if code, _, _ := w.raw(number+"/messages", `{"messaging_product":"whatsapp","to":"7700900273","type":"text","text":{"body":"x"}}`, nil); code != 0 {
		t.Errorf("national number: %d", code)
	}
	if list := w.phone("GET", "contacts/marta/messages", nil)["messages"].([]any); len(list) != 2 {
		t.Errorf("the national number was not completed: %v", list)
	}
}

func TestPhone_refuses_pages_of_others(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"program":        {func(*http.Request) {}, 200},
		"own_page":       {func(r *http.Request) { r.Header.Set("Origin", w.url); r.Header.Set("Sec-Fetch-Site", "same-origin") }, 200},
		"other_origin":   {func(r *http.Request) { r.Header.Set("Origin", "https://evil.test") }, 403},
		"null_origin":    {func(r *http.Request) { r.Header.Set("Origin", "null") }, 403},
		"other_port":     {func(r *http.Request) { r.Header.Set("Origin", "http://127.0.0.1:1") }, 403},
		"cross_site":     {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403},
		"rebound_name":   {func(r *http.Request) { r.Host = "evil.test" }, 403},
		"form_of_a_page": {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, 415},
	} {
		t.Run(name, func(t *testing.T) {
			req, _ := http.NewRequestWithContext(t.Context(), "POST", w.url+"/phone/api/quiet", strings.NewReader(`{"quiet":true}`))
			req.Header.Set("Content-Type", "application/json")
			c.change(req)
			resp, err := w.http.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != c.status {
				t.Errorf("HTTP %d", resp.StatusCode)
			}
		})
	}
}

func TestPhone_serves_its_page(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	for path, want := range map[string]string{
		"": "Practice phone", "phone.js": "follow()", "api.js": "call(", "thread.js": "showThread", "world.js": "showWorld", "phone.css": "color-scheme",
	} {
		resp, err := w.http.Get(w.url + "/phone/" + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 200 || !strings.Contains(string(body), want) || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: HTTP %d %v", path, resp.StatusCode, resp.Header)
		}
	}
}

// The phone and the page of the application look alike: their colours have one home.
func TestPhone_has_the_tokens_of_the_page(t *testing.T) {
	read := func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	page := read("../../frontend/src/styles/tokens.css")
	light, dark, found := strings.Cut(page, `[data-theme='dark']`)
	if !found {
		light, dark, _ = strings.Cut(page, `[data-theme="dark"]`)
	}
	values := regexp.MustCompile(`(--[\w-]+):\s*([^;]+);`)
	theme := func(sheets ...string) map[string]string {
		all := map[string]string{}
		for _, sheet := range sheets {
			for _, found := range values.FindAllStringSubmatch(sheet, -1) {
				all[found[1]] = strings.TrimSpace(found[2])
			}
		}
		for name, value := range all {
			for range 3 {
				if reference, is := strings.CutPrefix(value, "var("); is {
					value = all[strings.TrimSuffix(reference, ")")]
				}
			}
			all[name] = value
		}
		return all
	}
	lightTheme, darkTheme := theme(light), theme(light, dark)
	own := regexp.MustCompile(`(--[\w-]+): light-dark\((#\w+), (#\w+)\);`).FindAllStringSubmatch(read("phone/phone.css"), -1)
	if len(own) < 30 {
		t.Fatalf("only %d tokens", len(own))
	}
	for _, token := range own {
		if token[1] == "--case" { // of the drawn phone, which the application has not
			continue
		}
		if lightTheme[token[1]] != token[2] || darkTheme[token[1]] != token[3] {
			t.Errorf("%s is %s and %s here, %s and %s on the page", token[1], token[2], token[3], lightTheme[token[1]], darkTheme[token[1]])
		}
	}
}

func TestPhone_writes_every_kind(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	for _, contact := range []string{"marta", "zoe"} {
		first := w.write(contact, "primeiro").ProviderID
		for _, body := range []map[string]any{
			{"sample": "photo", "text": "legenda"}, {"sample": "voice"}, {"sample": "document"},
			{"location": map[string]any{"latitude": 1.5, "longitude": -2, "name": "Porto"}},
			{"contact": map[string]any{"name": "Ana", "phone": "+44 7700 900640"}},
			{"reaction": map[string]any{"messageId": first, "emoji": "👍"}},
			{"file": map[string]any{"data": []byte("plain text"), "fileName": "notas.txt"}},
			{"text": "resposta", "replyTo": first},
		} {
			w.phone("POST", "contacts/"+contact+"/messages", body)
		}
		last := w.hub.wait("quoted", func(e channel.Event) bool { return e.Message != nil && e.Message.Content.ReplyTo == first })
		if last.Message.Content.Text != "resposta" {
			t.Errorf("message is %+v", last.Message)
		}
	}
	if len(w.hub.rejected) > 0 {
		t.Errorf("the production parser rejected: %+v", w.hub.rejected)
	}
	kinds := map[string]int{}
	for _, event := range w.hub.all() {
		kinds[string(event.Message.Content.Kind)]++
	}
	for kind, want := range map[string]int{"text": 5, "image": 2, "audio": 2, "document": 4, "location": 2, "contacts": 1, "reaction": 2} {
		if kinds[kind] != want {
			t.Errorf("%s: %d, want %d", kind, kinds[kind], want)
		}
	}
}

func TestClock_tells_who_waits_and_never_goes_back(t *testing.T) {
	t.Parallel()
	meta, err := practice.New(practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	meta.Clock().OnChange(func() { told++ })
	before := meta.Clock().NowMs()
	meta.Clock().Advance(23 * time.Hour)
	meta.Clock().Advance(-time.Hour)
	if moved := meta.Clock().NowMs() - before; moved < (23*time.Hour).Milliseconds() || told != 1 {
		t.Errorf("moved %d ms, told %d times", moved, told)
	}
}
