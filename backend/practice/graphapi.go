package practice

import (
	"crypto/subtle"
	"encoding/json"
	"mime"
	"net/http"
	"regexp"
	"strings"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
)

// maxJSONBytes is the longest JSON request; real ones are below 10 KiB.
const maxJSONBytes = 1 << 20

var versionForm = regexp.MustCompile(`^v[0-9]{1,2}\.0$`)

func (m *Meta) routes() http.Handler {
	api := http.NewServeMux()
	for pattern, endpoint := range map[string]func(call){
		"POST /{id}/messages":                 m.postMessages,
		"POST /{id}/media":                    m.postMedia,
		"POST /{id}/message_attachments":      m.postAttachment,
		"GET /{id}/message_templates":         m.getTemplates,
		"POST /{id}/message_templates":        m.postTemplate,
		"GET /{id}/phone_numbers":             m.getNumbers,
		"GET /{id}/subscribed_apps":           m.getSubscriptions,
		"POST /{id}/subscribed_apps":          m.postSubscription,
		"DELETE /{id}/subscribed_apps":        m.postSubscription,
		"GET /{id}/whatsapp_business_profile": m.getBusinessProfile,
		"GET /{id}/accounts":                  m.getPages,
		"GET /{id}":                           m.getObject,
		"DELETE /{id}":                        m.deleteMedia,
	} {
		api.HandleFunc(pattern, m.graph(endpoint))
	}
	api.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { answerError(w, errUnknownPath) })

	files := http.NewServeMux()
	files.HandleFunc("GET /media/whatsapp/{id}", m.serveWhatsAppMedia)
	files.HandleFunc("GET /media/messenger/{id}/{name}", m.serveMessengerMedia)

	top := http.NewServeMux()
	top.Handle("/media/", files)
	top.Handle("/phone/", m.phone())
	top.Handle("/", withoutVersion(api))
	return top
}

// withoutVersion drops the version from a path. Meta takes calls without one: they mean the oldest that lives.
func withoutVersion(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		version, rest, found := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if !found || !versionForm.MatchString(version) {
			next.ServeHTTP(w, r)
			return
		}
		http.StripPrefix("/"+version, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.URL.Path = "/" + strings.TrimPrefix(rest, "/")
			next.ServeHTTP(w, r)
		})).ServeHTTP(w, r)
	})
}

// call is one call of the Graph API.
type call struct {
	w       http.ResponseWriter
	r       *http.Request
	account *Account // whose token it is; nil for SystemToken, which opens all accounts
	app     bool     // the app's own token, "app id|app secret", which only checks tokens
}

// graph wraps an endpoint with what all share: faults, the token and the app secret's proof.
func (m *Meta) graph(endpoint func(call)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		faults := m.Faults()
		if faults.SlowMs > 0 && !pause(r.Context(), faults.slow()) {
			return
		}
		c := call{w: w, r: r}
		if problem := c.authenticate(m.accounts, faults.RequireProof); problem != nil {
			answerError(w, *problem)
			return
		}
		if faults.ExpiredToken {
			answerError(w, errExpired)
			return
		}
		endpoint(c)
	}
}

// authenticate finds whose token a call carries: in the header, in the query or as a field of a form. The proof is
// checked where there is one. Source: Meta docs, "Securing Graph API calls", 2026-09.
func (c *call) authenticate(accounts []Account, requireProof bool) *graphError {
	token, bearer := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	for _, other := range []string{c.r.URL.Query().Get("access_token"), c.formValue("access_token")} {
		if !bearer && token == "" {
			token = other
		}
	}
	if token == "" {
		return &errNoToken
	}
	same := func(secret channel.Secret) bool {
		return subtle.ConstantTimeCompare([]byte(token), []byte(secret.Reveal())) == 1
	}
	known := same(SystemToken)
	for i := range accounts {
		if same(accounts[i].Token) {
			c.account, known = &accounts[i], true
		}
	}
	if same(channel.Secret(appID) + "|" + appSecret) {
		c.app, known = true, true
	}
	if !known {
		return &errWrongToken
	}
	proof := c.r.URL.Query().Get("appsecret_proof")
	if proof == "" {
		proof = c.formValue("appsecret_proof")
	}
	wanted := graph.AppSecretProof(channel.Secret(token), appSecret)
	switch {
	case proof == "" && requireProof && !c.app:
		return &errNoProof
	case proof != "" && subtle.ConstantTimeCompare([]byte(proof), []byte(wanted)) != 1:
		return &errWrongProof
	}
	return nil
}

// formValue is a field of a form that is not a file upload, "" for none. Several clients send all they have as form.
func (c *call) formValue(name string) string {
	kind, _, _ := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" {
		return ""
	}
	if c.r.PostForm == nil {
		c.r.Body = http.MaxBytesReader(c.w, c.r.Body, maxJSONBytes)
	}
	return c.r.PostFormValue(name)
}

// owned returns the account that a path names, nil when the token does not open it. "me" is the token's own
// account; the system user has the Page as theirs.
func (m *Meta) owned(c call, id string) *Account {
	if c.app {
		return nil
	}
	if c.account != nil {
		if id == c.account.ID || (id == "me" && c.account.Channel == conversation.ChannelMessenger) {
			return c.account
		}
		return nil
	}
	if id == "me" {
		id = pageID
	}
	return m.account(id)
}

// opens reports whether the call's token opens an account.
func (c call) opens(accountID string) bool {
	return !c.app && accountID != "" && (c.account == nil || c.account.ID == accountID)
}

// opensBusiness reports whether the call's token opens a WhatsApp Business Account.
func (c call) opensBusiness(id string) bool {
	return !c.app && id == wabaID && (c.account == nil || c.account.BusinessID == id)
}

// decode reads a request's JSON, or a form whose fields hold JSON.
func (c call) decode(into any) bool {
	if c.formValue("access_token") != "" || c.r.PostForm != nil {
		return c.decodeForm(into)
	}
	decoder := json.NewDecoder(http.MaxBytesReader(c.w, c.r.Body, maxJSONBytes))
	if err := decoder.Decode(into); err != nil {
		answerError(c.w, parameterError("The request body is not valid JSON."))
		return false
	}
	return true
}

// decodeForm reads recipient={"id":"…"}&message={…}: what is JSON counts as such, the rest as text.
func (c call) decodeForm(into any) bool {
	fields := map[string]json.RawMessage{}
	for name, values := range c.r.PostForm {
		raw := []byte(values[0])
		if (!strings.HasPrefix(values[0], "{") && !strings.HasPrefix(values[0], "[")) || !json.Valid(raw) {
			raw, _ = json.Marshal(values[0])
		}
		fields[name] = raw
	}
	joined, err := json.Marshal(fields)
	if err == nil {
		err = json.Unmarshal(joined, into)
	}
	if err != nil {
		answerError(c.w, parameterError("The form cannot be read."))
	}
	return err == nil
}

func (c call) answer(value any)  { answerJSON(c.w, http.StatusOK, value) }
func (c call) fail(e graphError) { answerError(c.w, e) }

func answerJSON(w http.ResponseWriter, status int, value any) {
	body, err := graph.MarshalEscaped(value)
	if err != nil {
		status, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
