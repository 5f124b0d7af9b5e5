package practice_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"parley/backend/channel"
	"parley/backend/channel/channeltest"
	"parley/backend/practice"
)

// answer is what a client of somebody else gets.
type answer struct {
	status int
	body   map[string]any
}

func (a answer) code() float64 {
	wire, _ := a.body["error"].(map[string]any)
	code, _ := wire["code"].(float64)
	return code
}

// client calls as programs do that know nothing of Parley: plain HTTP, no proof, the token where they like it.
func (w *world) client(method, path, contentType, body string, header ...string) answer {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := w.http.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	got := answer{status: resp.StatusCode}
	if err := json.Unmarshal(raw, &got.body); err != nil {
		w.t.Fatalf("%s %s: %v: %s", method, path, err, raw)
	}
	return got
}

func TestGraph_takes_what_independent_clients_send(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	number, waba, pageID := w.meta.Accounts()[bookings].ID, w.meta.Accounts()[bookings].BusinessID, w.meta.Accounts()[page].ID
	w.write("marta", "x")
	zoe := w.write("zoe", "x").From.UserID
	token := practice.SystemToken.Reveal()
	appToken := "560000000000001|" + w.meta.Accounts()[0].AppSecret.Reveal()
	bearer := []string{"Authorization", "Bearer " + token}
	const asJSON, asForm = "application/json", "application/x-www-form-urlencoded"
	text := `{"messaging_product":"whatsapp","to":"+447700900273","type":"text","text":{"body":"x"}}`
	form := url.Values{
		"access_token": {token}, "recipient": {`{"id":"` + zoe + `"}`}, "messaging_type": {"RESPONSE"}, "message": {`{"text":"as a form"}`},
	}
	for name, c := range map[string]struct {
		method, path, kind, body string
		header                   []string
		want                     string // a member that the answer has
	}{
		"without_a_version":           {"POST", "/" + number + "/messages", asJSON, text, bearer, "messages"},
		"with_an_old_version":         {"POST", "/v17.0/" + number + "/messages", asJSON, text, bearer, "messages"},
		"token_in_the_query":          {"POST", "/v26.0/" + number + "/messages?access_token=" + token, asJSON, text, nil, "messages"},
		"token_of_one_number":         {"POST", "/v26.0/" + number + "/messages?access_token=practice-token-bookings", asJSON, text, nil, "messages"},
		"page_as_me":                  {"POST", "/me/messages?access_token=practice-token-page", asJSON, `{"recipient":{"id":"` + zoe + `"},"messaging_type":"RESPONSE","message":{"text":"x"}}`, nil, "message_id"},
		"all_as_a_form":               {"POST", "/v26.0/" + pageID + "/messages", asForm, form.Encode(), nil, "message_id"},
		"number":                      {"GET", "/v26.0/" + number + "?fields=display_phone_number,quality_rating", "", "", bearer, "quality_rating"},
		"numbers_of_the_business":     {"GET", "/v26.0/" + waba + "/phone_numbers?limit=1", "", "", bearer, "paging"},
		"business":                    {"GET", "/v26.0/" + waba, "", "", bearer, "name"},
		"business_profile":            {"GET", "/v26.0/" + number + "/whatsapp_business_profile", "", "", bearer, "data"},
		"pages_of_the_user":           {"GET", "/v26.0/me/accounts", "", "", bearer, "data"},
		"me":                          {"GET", "/me", "", "", bearer, "name"},
		"subscribe":                   {"POST", "/v26.0/" + waba + "/subscribed_apps", "", "", bearer, "success"},
		"subscribe_a_page":            {"POST", "/v26.0/" + pageID + "/subscribed_apps?subscribed_fields=messages", "", "", bearer, "success"},
		"unsubscribe":                 {"DELETE", "/v26.0/" + waba + "/subscribed_apps", "", "", bearer, "success"},
		"subscriptions":               {"GET", "/v26.0/" + waba + "/subscribed_apps", "", "", bearer, "data"},
		"token_is_checked_by_the_app": {"GET", "/debug_token?input_token=" + token + "&access_token=" + url.QueryEscape(appToken), "", "", nil, "data"},
		"profile_with_picture":        {"GET", "/v26.0/" + zoe + "?fields=first_name,profile_pic", "", "", bearer, "profile_pic"},
		"template_made":               {"POST", "/v26.0/" + waba + "/message_templates", asJSON, `{"name":"new_one","language":"en","category":"UTILITY","components":[{"type":"BODY","text":"Hi"}]}`, bearer, "status"},
		"buttons": {"POST", "/v26.0/" + number + "/messages", asJSON, `{"messaging_product":"whatsapp","to":"+447700900273","type":"interactive","interactive":{"type":"button",
			"body":{"text":"?"},"action":{"buttons":[{"type":"reply","reply":{"id":"y","title":"Yes"}}]}}}`, bearer, "messages"},
		"contact_card":  {"POST", "/v26.0/" + number + "/messages", asJSON, `{"messaging_product":"whatsapp","to":"+447700900273","type":"contacts","contacts":[{"name":{"formatted_name":"Ana","first_name":"Ana"}}]}`, bearer, "messages"},
		"quick_replies": {"POST", "/v26.0/me/messages", asJSON, `{"recipient":{"id":"` + zoe + `"},"messaging_type":"RESPONSE","message":{"text":"?","quick_replies":[{"content_type":"text","title":"Yes","payload":"Y"}]}}`, bearer, "message_id"},
		"button_template": {"POST", "/v26.0/me/messages", asJSON, `{"recipient":{"id":"` + zoe + `"},"messaging_type":"RESPONSE","message":{"attachment":{"type":"template","payload":{"template_type":"button","text":"?",
			"buttons":[{"type":"postback","title":"Yes","payload":"Y"}]}}}}`, bearer, "message_id"},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.client(c.method, c.path, c.kind, c.body, c.header...)
			if got.status != 200 || got.body[c.want] == nil {
				t.Errorf("HTTP %d %v lacks %q", got.status, got.body, c.want)
			}
		})
	}
	for name, c := range map[string]struct {
		path string
		code float64
	}{
		"app_token_opens_no_number": {"/v26.0/" + number + "?access_token=" + url.QueryEscape(appToken), 100},
		"wrong_proof":               {"/v26.0/" + number + "?appsecret_proof=00&access_token=" + token, 100},
		"number_token_no_page":      {"/v26.0/" + pageID + "?access_token=practice-token-bookings", 100},
		"wrong_cursor":              {"/v26.0/" + waba + "/message_templates?after=!!&access_token=" + token, 100},
		"token_check_of_nothing":    {"/debug_token?access_token=" + token, 100},
	} {
		if got := w.client("GET", c.path, "", ""); got.status == 200 || got.code() != c.code {
			t.Errorf("%s: HTTP %d %v", name, got.status, got.body)
		}
	}
	w.faults(practice.Faults{RequireProof: true})
	if got := w.client("GET", "/v26.0/"+number, "", "", bearer...); got.code() != 100 {
		t.Errorf("a call without proof: %v", got.body)
	}
}

func TestGraph_fetches_linked_files(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	w.write("marta", "x")
	zoe := w.write("zoe", "x").From.UserID
	files := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/a.png" {
			http.NotFound(rw, r)
			return
		}
		_, _ = rw.Write(channeltest.PNG)
	}))
	defer files.Close()
	number, token := w.meta.Accounts()[bookings].ID, practice.SystemToken.Reveal()
	send := func(link string) answer {
		return w.client("POST", "/v26.0/"+number+"/messages?access_token="+token, "application/json",
			`{"messaging_product":"whatsapp","to":"+447700900273","type":"image","image":{"link":"`+files.URL+link+`"}}`)
	}
	if got := send("/a.png"); got.status != 200 {
		t.Errorf("%v", got.body)
	}
	if got := send("/gone.png"); got.code() != 131053 {
		t.Errorf("%v", got.body)
	}
	got := w.client("POST", "/v26.0/me/messages?access_token="+token, "application/json",
		`{"recipient":{"id":"`+zoe+`"},"messaging_type":"RESPONSE","message":{"attachment":{"type":"image","payload":{"url":"`+files.URL+`/a.png"}}}}`)
	if got.status != 200 {
		t.Errorf("%v", got.body)
	}
}

func TestTemplates_are_paged_and_filtered(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	path := "/v26.0/" + w.meta.Accounts()[bookings].BusinessID + "/message_templates?access_token=" + practice.SystemToken.Reveal()
	seen := map[string]bool{}
	after, pages := "", 0
	for {
		got := w.client("GET", path+"&limit=5&after="+after, "", "")
		list := got.body["data"].([]any)
		for _, each := range list {
			seen[each.(map[string]any)["id"].(string)] = true
		}
		pages++
		paging, _ := got.body["paging"].(map[string]any)
		if paging["next"] == nil {
			break
		}
		after = paging["cursors"].(map[string]any)["after"].(string)
	}
	if len(seen) != 16 || pages != 4 {
		t.Errorf("%d templates on %d pages", len(seen), pages)
	}
	if got := w.client("GET", path+"&status=PAUSED&fields=name", "", "").body["data"].([]any); len(got) != 1 || len(got[0].(map[string]any)) != 2 {
		t.Errorf("paused ones: %v", got)
	}
}

// Errors of templates, each with the code by which Meta refuses it.
func TestTemplates_are_refused_by_code(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	path := "/v26.0/" + w.meta.Accounts()[bookings].ID + "/messages?access_token=" + practice.SystemToken.Reveal()
	for name, c := range map[string]struct {
		template string
		code     float64
	}{
		"fits":              {`{"name":"follow_up","language":{"code":"fr"},"components":[{"type":"body","parameters":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}`, 0},
		"unknown":           {`{"name":"nothing","language":{"code":"fr"}}`, 132001},
		"other_language":    {`{"name":"follow_up","language":{"code":"de"}}`, 132001},
		"rejected":          {`{"name":"spring_offer","language":{"code":"en_GB"}}`, 132001},
		"pending":           {`{"name":"summer_news","language":{"code":"en_GB"}}`, 132001},
		"paused":            {`{"name":"whale_season","language":{"code":"pt_PT"}}`, 132015},
		"disabled":          {`{"name":"old_prices","language":{"code":"en_GB"}}`, 132016},
		"too_few":           {`{"name":"follow_up","language":{"code":"fr"},"components":[{"type":"body","parameters":[{"type":"text","text":"a"}]}]}`, 132000},
		"names_missing":     {`{"name":"booking_confirmation","language":{"code":"es"},"components":[{"type":"body","parameters":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}`, 132012},
		"names_given":       {`{"name":"follow_up","language":{"code":"fr"},"components":[{"type":"body","parameters":[{"type":"text","text":"a","parameter_name":"x"},{"type":"text","text":"b"}]}]}`, 132012},
		"header_missing":    {`{"name":"ticket_ready","language":{"code":"en_GB"},"components":[{"type":"body","parameters":[{"type":"text","text":"a"}]}]}`, 132000},
		"header_other_kind": {`{"name":"ticket_ready","language":{"code":"en_GB"},"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"1"}}]},{"type":"body","parameters":[{"type":"text","text":"a"}]}]}`, 132012},
		"line_break":        {`{"name":"follow_up","language":{"code":"fr"},"components":[{"type":"body","parameters":[{"type":"text","text":"a\nb"},{"type":"text","text":"b"}]}]}`, 100},
		"too_long":          {`{"name":"follow_up","language":{"code":"fr"},"components":[{"type":"body","parameters":[{"type":"text","text":"a"},{"type":"text","text":"` + strings.Repeat("x", 1000) + `"}]}]}`, 132005},
		"code_missing":      {`{"name":"winter_deal","language":{"code":"en_GB"}}`, 131008},
		"button_unknown":    {`{"name":"follow_up","language":{"code":"fr"},"components":[{"type":"body","parameters":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"type":"button","sub_type":"url","index":0,"parameters":[{"type":"text","text":"x"}]}]}`, 132012},
		"code":              {`{"name":"winter_deal","language":{"code":"en_GB"},"components":[{"type":"button","sub_type":"copy_code","index":"0","parameters":[{"type":"coupon_code","coupon_code":"X"}]}]}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := w.client("POST", path, "application/json", `{"messaging_product":"whatsapp","to":"+447700900273","type":"template","template":`+c.template+`}`)
			if got.code() != c.code || (got.status == 200) != (c.code == 0) {
				t.Errorf("%v", got.body)
			}
		})
	}
}

func TestTemplates_under_review_are_told_by_webhook(t *testing.T) {
	t.Parallel()
	w := start(t, practice.Options{Quiet: true})
	waba, token := w.meta.Accounts()[bookings].BusinessID, practice.SystemToken.Reveal()
	w.client("POST", "/v26.0/"+waba+"/message_templates?access_token="+token, "application/json",
		`{"name":"fresh","language":"en","category":"UTILITY","components":[{"type":"BODY","text":"Hi {{1}}"}]}`)
	told := func(name, status string) {
		t.Helper()
		w.hub.wait(name+" is "+status, func(e channel.Event) bool {
			return e.Template != nil && e.Template.Name == name && e.Template.Status == status && e.BusinessID == waba
		})
	}
	told("fresh", "APPROVED")
	w.phone("POST", "templates", map[string]any{"name": "follow_up", "language": "fr", "status": "PAUSED"})
	told("follow_up", "PAUSED")
	w.phone("POST", "templates", map[string]any{"name": "follow_up", "language": "fr", "status": "REJECTED"})
	told("follow_up", "REJECTED")
}
