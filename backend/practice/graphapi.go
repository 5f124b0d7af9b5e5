package practice

import (
	"crypto/subtle"
	"encoding/json"
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
	api.HandleFunc("POST /{version}/{id}/messages", m.graph(m.postMessages))
	api.HandleFunc("POST /{version}/{id}/media", m.graph(m.postMedia))
	api.HandleFunc("POST /{version}/{id}/message_attachments", m.graph(m.postAttachment))
	api.HandleFunc("GET /{version}/{id}/message_templates", m.graph(m.getTemplates))
	api.HandleFunc("GET /{version}/{id}/phone_numbers", m.graph(m.getNumbers))
	api.HandleFunc("GET /{version}/{id}/subscribed_apps", m.graph(m.getSubscriptions))
	api.HandleFunc("POST /{version}/{id}/subscribed_apps", m.graph(m.postSubscription))
	api.HandleFunc("GET /{version}/{id}", m.graph(m.getObject))
	api.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { answerError(w, errUnknownPath) })

	files := http.NewServeMux()
	files.HandleFunc("GET /media/whatsapp/{id}", m.serveWhatsAppMedia)
	files.HandleFunc("GET /media/messenger/{id}/{name}", m.serveMessengerMedia)

	top := http.NewServeMux()
	top.Handle("/media/", files)
	top.Handle("/phone/", m.phone())
	top.Handle("/", api)
	return top
}

// call is one call of the Graph API by whoever holds an account's token.
type call struct {
	w       http.ResponseWriter
	r       *http.Request
	account *Account // whose token it is
}

// graph wraps an endpoint with what all share: faults, the version, the token and the app secret's proof.
func (m *Meta) graph(endpoint func(call)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		faults := m.faults
		m.mu.Unlock()
		if faults.SlowMs > 0 && !pause(r.Context(), faults.slow()) {
			return
		}
		if !versionForm.MatchString(r.PathValue("version")) {
			answerError(w, errUnknownPath)
			return
		}
		account, problem := m.authenticate(r)
		if problem != nil {
			answerError(w, *problem)
			return
		}
		if faults.ExpiredToken {
			answerError(w, errExpired)
			return
		}
		endpoint(call{w: w, r: r, account: account})
	}
}

// authenticate finds whose token a call carries, in the header or in the query, and checks the proof.
// Source: Meta docs, "Securing Graph API calls", 2026-09.
func (m *Meta) authenticate(r *http.Request) (*Account, *graphError) {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		token = r.URL.Query().Get("access_token")
	}
	if token == "" {
		return nil, &errNoToken
	}
	for i := range m.accounts {
		account := &m.accounts[i]
		if subtle.ConstantTimeCompare([]byte(token), []byte(account.Token.Reveal())) != 1 {
			continue
		}
		proof := r.URL.Query().Get("appsecret_proof")
		wanted := graph.AppSecretProof(channel.Secret(token), account.AppSecret)
		switch {
		case proof == "":
			return nil, &errNoProof
		case subtle.ConstantTimeCompare([]byte(proof), []byte(wanted)) != 1:
			return nil, &errWrongProof
		}
		return account, nil
	}
	return nil, &errWrongToken
}

// owns returns the account that a path names, nil when the token does not open it.
func (c call) owns(id string) *Account {
	if id == c.account.ID || (id == "me" && c.account.Channel == conversation.ChannelMessenger) {
		return c.account
	}
	return nil
}

func (c call) decode(into any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(c.w, c.r.Body, maxJSONBytes))
	if err := decoder.Decode(into); err != nil {
		answerError(c.w, parameterError("The request body is not valid JSON."))
		return false
	}
	return true
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
