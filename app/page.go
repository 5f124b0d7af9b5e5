package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"parley/app/dto"
)

// startElement is the data block of the page's document that holds dto.Start. A browser does not run it, and Go's JSON
// has no character that could end it.
const startElement = `<script type="application/json" id="parley-start">%s</script></body>`

// servePage answers with the page's document and, in it, what the page starts with: asking for that once the page runs
// would take two more ways through the window, and a frame without a list.
func (h *mediaHandler) servePage(w http.ResponseWriter, r *http.Request) {
	document := &documentWriter{header: w.Header(), status: http.StatusOK}
	h.next.ServeHTTP(document, r)
	page := document.body.Bytes()
	if document.status == http.StatusOK {
		start, err := h.app.start()
		if err != nil {
			h.app.log.Error("Page starts without its lists", "error", err) // it asks again, and tells
		} else {
			page = bytes.Replace(page, []byte("</body>"), fmt.Appendf(nil, startElement, start), 1)
			w.Header().Del("Content-Length")
		}
	}
	w.WriteHeader(document.status)
	_, _ = w.Write(page) // a window that has gone needs no page
}

// start is dto.Start as JSON.
func (a *App) start() ([]byte, error) {
	boot, err := (&Workspace{app: a}).Load()
	if err != nil {
		return nil, err
	}
	lists := dto.Conversations{Inbox: []dto.Conversation{}, Mine: []dto.Conversation{}, Drafted: []dto.Conversation{}}
	if boot.Place.Kind != "welcome" {
		if lists, err = (&Conversations{app: a}).List(); err != nil {
			return nil, err
		}
	}
	return json.Marshal(dto.Start{Boot: boot, Lists: lists})
}

// documentWriter keeps an answer.
type documentWriter struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *documentWriter) Header() http.Header            { return w.header }
func (w *documentWriter) WriteHeader(status int)         { w.status = status }
func (w *documentWriter) Write(part []byte) (int, error) { return w.body.Write(part) }
