package practice

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"parley/backend/conversation"
)

// How long media live, by the practice clock, and how large they may be. Sources: Meta docs, "Media",
// 2026-04-17; "Attachment Upload API", 2026-04-22. The life of Messenger's links is not published.
const (
	whatsAppURLLife    = 5 * time.Minute
	whatsAppInLife     = 7 * 24 * time.Hour
	whatsAppOutLife    = 30 * 24 * time.Hour
	messengerURLLife   = 30 * 24 * time.Hour
	maxWhatsAppBytes   = 100 << 20
	maxAttachmentBytes = 25 << 20
)

// sizeLimits are WhatsApp's limits by the type of the file; what is not here may be a document.
var sizeLimits = map[string]int64{
	"image/jpeg": 5 << 20, "image/png": 5 << 20,
	"image/webp": 500 << 10,
	"video/mp4":  16 << 20, "video/3gpp": 16 << 20,
	"audio/aac": 16 << 20, "audio/amr": 16 << 20, "audio/mpeg": 16 << 20, "audio/mp4": 16 << 20, "audio/ogg": 16 << 20,
}

// media is a file that somebody uploaded or sent.
type media struct {
	ID          string
	Channel     conversation.Channel
	AccountID   string
	MIME        string
	FileName    string
	SHA256      string // hex
	Size        int64
	CreatedMs   int64
	FromContact bool

	bytes []byte // nil while they are only on disk
}

func (f *media) base64Hash() string {
	sum, _ := hex.DecodeString(f.SHA256)
	return base64.StdEncoding.EncodeToString(sum)
}

// keep stores bytes as media. m.mu is not held.
func (m *Meta) keep(f media, data []byte) (*media, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.store(f, data)
}

// store stores bytes as media. m.mu is held.
func (m *Meta) store(f media, data []byte) (*media, error) {
	sum := sha256.Sum256(data)
	f.ID, f.SHA256, f.Size, f.CreatedMs, f.bytes = newNumberID(), hex.EncodeToString(sum[:]), int64(len(data)), m.clock.NowMs(), data
	if m.options.StateFile != "" {
		if err := m.writeMedia(f.ID, data); err != nil {
			return nil, err
		}
	}
	m.media[f.ID] = &f
	m.changed = true
	m.nudge()
	return &f, nil
}

func (m *Meta) postMedia(c call) {
	account := m.owned(c, c.r.PathValue("id"))
	if account == nil || account.Channel != conversation.ChannelWhatsApp {
		c.fail(missingObject(c.r.PathValue("id")))
		return
	}
	form, problem := readForm(c, maxWhatsAppBytes, "file")
	if problem != nil {
		c.fail(*problem)
		return
	}
	if form.fields["messaging_product"] != "whatsapp" {
		c.fail(parameterError("The parameter messaging_product is required."))
		return
	}
	kind, _, err := mime.ParseMediaType(form.mime)
	if err != nil || kind == "application/octet-stream" {
		c.fail(parameterError("Param file must be a file with one of the supported types. Received file of type 'application/octet-stream'."))
		return
	}
	if limit, known := sizeLimits[kind]; known && int64(len(form.data)) > limit {
		c.fail(parameterError(fmt.Sprintf("Param file must be at most %d bytes for the type %s.", limit, kind)))
		return
	}
	m.answerUpload(c, account, form, "id")
}

func (m *Meta) postAttachment(c call) {
	account := m.owned(c, c.r.PathValue("id"))
	if account == nil || account.Channel != conversation.ChannelMessenger {
		c.fail(missingObject(c.r.PathValue("id")))
		return
	}
	form, problem := readForm(c, maxAttachmentBytes, "filedata")
	if problem != nil {
		c.fail(*problem)
		return
	}
	message, err := readAttachmentForm(form.fields["message"])
	switch message.Attachment.Type {
	case "image", "video", "audio", "file":
	default:
		err = errors.New("unknown type")
	}
	if err != nil {
		c.fail(parameterError("The parameter message[attachment][type] must be one of {image, audio, video, file}"))
		return
	}
	m.answerUpload(c, account, form, "attachment_id")
}

func (m *Meta) answerUpload(c call, account *Account, form uploadForm, key string) {
	file, err := m.keep(media{Channel: account.Channel, AccountID: account.ID, MIME: form.mime, FileName: form.name}, form.data)
	if err != nil {
		m.log.ErrorContext(c.r.Context(), "Practice media could not be saved", "error", err)
		c.fail(graphError{Status: http.StatusInternalServerError, Type: "OAuthException", Code: 1, Message: "An unknown error occurred"})
		return
	}
	c.answer(object{key: file.ID})
}

type uploadForm struct {
	fields     map[string]string
	mime, name string
	data       []byte
}

// readForm reads the fields and the one file of a multipart upload.
func readForm(c call, limit int64, field string) (uploadForm, *graphError) {
	form := uploadForm{fields: map[string]string{}}
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, limit+maxJSONBytes)
	reader, err := c.r.MultipartReader()
	if err != nil {
		e := parameterError("The parameter " + field + " is required.")
		return form, &e
	}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return form, formError(err)
		}
		data, err := io.ReadAll(io.LimitReader(part, limit+1))
		if err != nil {
			return form, formError(err)
		}
		if int64(len(data)) > limit {
			return form, &errTooBig
		}
		if part.FormName() == field {
			form.data, form.name, form.mime = data, part.FileName(), part.Header.Get("Content-Type")
			continue
		}
		form.fields[part.FormName()] = string(data)
	}
	if len(form.data) == 0 {
		e := parameterError("The parameter " + field + " is required.")
		return form, &e
	}
	return form, nil
}

func formError(err error) *graphError {
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return &errTooBig
	}
	e := parameterError("The form cannot be read.")
	return &e
}

// alive reports whether media can still be had by its id.
func (f *media) alive(nowMs int64) bool {
	life := whatsAppOutLife
	if f.FromContact {
		life = whatsAppInLife
	}
	return nowMs < f.CreatedMs+life.Milliseconds()
}

// getMedia answers GET /{media_id} with an address that lives for 5 minutes.
func (m *Meta) getMedia(c call, file *media) {
	asked := c.r.URL.Query().Get("phone_number_id")
	if m.Faults().MediaGone || !file.alive(m.clock.NowMs()) || !c.opens(file.AccountID) || (asked != "" && asked != file.AccountID) {
		c.fail(missingObject(file.ID))
		return
	}
	m.mu.Lock()
	address := m.baseURL + m.whatsAppMediaURL(file)[len(baseMark):]
	m.mu.Unlock()
	c.answer(object{
		"messaging_product": "whatsapp", "id": file.ID, "url": address, "mime_type": file.MIME,
		"sha256": file.SHA256, "file_size": file.Size,
	})
}

// deleteMedia answers DELETE /{media_id}.
func (m *Meta) deleteMedia(c call) {
	id := c.r.PathValue("id")
	m.mu.Lock()
	file := m.media[id]
	found := file != nil && file.Channel == conversation.ChannelWhatsApp && c.opens(file.AccountID)
	if found {
		file.CreatedMs = 0 // dead by its id; the phone keeps showing what it got
		m.changed = true
	}
	m.mu.Unlock()
	if !found {
		c.fail(missingObject(id))
		return
	}
	m.nudge()
	c.answer(object{"success": true})
}

// maxFetch is how long a linked file may take. Source: Meta docs, "Attachments" (10 s), 2026-04-22.
const maxFetch = 10 * time.Second

// fetchLink loads a file from an address that the business names instead of an upload.
func (m *Meta) fetchLink(ctx context.Context, account *Account, address string) (*media, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return nil, errors.New("it is no web address")
	}
	ctx, cancel := context.WithTimeout(ctx, maxFetch)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := m.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxWhatsAppBytes+1))
	if err != nil || len(data) == 0 || len(data) > maxWhatsAppBytes {
		return nil, fmt.Errorf("%d bytes: %w", len(data), err)
	}
	kind := resp.Header.Get("Content-Type")
	if kind == "" || strings.HasPrefix(kind, "application/octet-stream") {
		kind = http.DetectContentType(data)
	}
	return m.keep(media{Channel: account.Channel, AccountID: account.ID, MIME: kind, FileName: path.Base(u.Path)}, data)
}

// whatsAppMediaURL is an address that needs the token. It begins with baseMark.
func (m *Meta) whatsAppMediaURL(f *media) string {
	expires := m.clock.NowMs() + whatsAppURLLife.Milliseconds()
	return baseMark + "/media/whatsapp/" + f.ID + "?expires=" + strconv.FormatInt(expires, 10)
}

// messengerMediaURL is a signed link that needs no token. It begins with baseMark.
func (m *Meta) messengerMediaURL(f *media) string {
	expires := m.clock.NowMs() + messengerURLLife.Milliseconds()
	name := f.FileName
	if name == "" || name == "." || name == ".." {
		name = "file"
	}
	return baseMark + "/media/messenger/" + f.ID + "/" + url.PathEscape(name) +
		"?expires=" + strconv.FormatInt(expires, 10) + "&hash=" + f.SHA256[:16]
}

func (m *Meta) serveWhatsAppMedia(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	file, faults := m.media[r.PathValue("id")], m.faults
	m.mu.Unlock()
	account, given := file.account(m), r.Header.Get("Authorization")
	switch {
	case account == nil || account.Channel != conversation.ChannelWhatsApp || m.addressExpired(r) || faults.MediaGone:
		http.NotFound(w, r)
	case faults.ExpiredToken || (given != "Bearer "+account.Token.Reveal() && given != "Bearer "+SystemToken.Reveal()):
		answerError(w, errWrongToken)
	default:
		m.serveMedia(w, r, file)
	}
}

func (m *Meta) serveMessengerMedia(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	file, gone := m.media[r.PathValue("id")], m.faults.MediaGone
	m.mu.Unlock()
	account := file.account(m)
	if gone || account == nil || account.Channel != conversation.ChannelMessenger || m.addressExpired(r) ||
		r.URL.Query().Get("hash") != file.SHA256[:16] {
		http.NotFound(w, r)
		return
	}
	m.serveMedia(w, r, file)
}

func (f *media) account(m *Meta) *Account {
	if f == nil {
		return nil
	}
	return m.account(f.AccountID)
}

func (m *Meta) addressExpired(r *http.Request) bool {
	expires, err := strconv.ParseInt(r.URL.Query().Get("expires"), 10, 64)
	return err != nil || m.clock.NowMs() >= expires
}

// serveMedia writes the bytes. A browser that comes by shows none of them as a page.
func (m *Meta) serveMedia(w http.ResponseWriter, r *http.Request, file *media) {
	data, err := m.mediaBytes(file)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", file.MIME)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}
