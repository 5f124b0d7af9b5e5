package server

import (
	"errors"
	"io"
	"net/http"

	"parley/backend/conversation"
	"parley/backend/hub/ingest"
)

// maxWebhook is how large a webhook may be. Meta sends up to 3 MB (Meta docs, Webhooks, 2026-09-28).
const maxWebhook = 4 << 20

// webhook answers Meta:
//
//	GET   the challenge of a subscription that knows a touchpoint's verify token, else 403
//	POST  200 once everything is durable; 403 for a signature that does not fit, 413 for a body over 4 MB,
//	      503 when nothing is promised and Meta should send it again
func (s *Server) webhook(ch conversation.Channel) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			s.verify(w, r, ch)
		case http.MethodPost:
			s.accept(w, r, ch)
		default:
			w.Header().Set("Allow", "GET, POST")
			answer(w, http.StatusMethodNotAllowed, "only GET and POST")
		}
	})
}

func (s *Server) verify(w http.ResponseWriter, r *http.Request, ch conversation.Channel) {
	query := r.URL.Query()
	if query.Get("hub.mode") != "subscribe" || !s.Directory.VerifyTokenKnown(ch, query.Get("hub.verify_token")) {
		answer(w, http.StatusForbidden, "forbidden")
		return
	}
	answer(w, http.StatusOK, query.Get("hub.challenge"))
}

func (s *Server) accept(w http.ResponseWriter, r *http.Request, ch conversation.Channel) {
	body, err := readBody(http.MaxBytesReader(w, r.Body, maxWebhook), r.ContentLength)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		answer(w, http.StatusRequestEntityTooLarge, "body is larger than 4 MB")
		return
	}
	if err != nil {
		answer(w, http.StatusBadRequest, "body could not be read")
		return
	}
	err = s.Ingester.Accept(r.Context(), ch, body, r.Header.Get("X-Hub-Signature-256"))
	switch {
	case err == nil:
		answer(w, http.StatusOK, "ok")
	case errors.Is(err, ingest.ErrSignature):
		answer(w, http.StatusForbidden, "forbidden")
	default:
		answer(w, http.StatusServiceUnavailable, "try again")
	}
}

// readBody reads a body into memory of the announced size, where that is believable.
func readBody(r io.Reader, announced int64) ([]byte, error) {
	if announced <= 0 || announced > maxWebhook {
		return io.ReadAll(r)
	}
	body := make([]byte, announced)
	_, err := io.ReadFull(r, body)
	return body, err
}
