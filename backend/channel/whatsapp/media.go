package whatsapp

import (
	"context"
	"errors"
	"net/url"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

// upload puts a file at Meta, where it stays for 30 days, and returns its id.
// Source: Meta docs, "Media: upload", 2026-04-17.
func (a *Adapter) upload(ctx context.Context, account channel.Account, file channel.OutgoingMedia) (string, error) {
	limit := uploadTimeout + time.Duration(file.SizeBytes/uploadBytesPerSec)*time.Second
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	var answer struct {
		ID string `json:"id"`
	}
	err := a.graph.Upload(ctx, account, graph.Path{account.ID, "media"}, graph.Upload{
		Field:  "file",
		Fields: [][2]string{{"messaging_product", "whatsapp"}, {"type", file.MIME}},
		File:   file,
	}, &answer)
	if err == nil && answer.ID == "" {
		err = &graph.TransportError{Sent: true, Err: errors.New("upload was answered without an id")}
	}
	return answer.ID, err
}

// FetchMedia opens media that a contact sent. The address of the webhook is tried first while it lives
// (5 minutes); when it does not give the bytes, a fresh one is asked for by id (7 days), which also tells
// what is wrong. A fresh address that is not found either is channel.ErrMediaGone.
// Source: Meta docs, "Media: download", 2026-04-17.
func (a *Adapter) FetchMedia(ctx context.Context, account channel.Account, media channel.Media) (channel.MediaBody, error) {
	if media.URL != "" && (media.ProviderID == "" || graph.TakesToken(account, media.URL)) {
		body, err := a.graph.Download(ctx, account, media.URL)
		if err == nil || media.ProviderID == "" || errors.Is(err, graph.ErrTooLarge) || ctx.Err() != nil {
			return body, errorTable.CallError("download media", err)
		}
	}
	if media.ProviderID == "" {
		return channel.MediaBody{}, channel.ErrMediaGone
	}
	var answer struct {
		URL  string `json:"url"`
		MIME string `json:"mime_type"`
	}
	err := a.graph.Get(ctx, account, graph.Path{media.ProviderID}, url.Values{"phone_number_id": {account.ID}}, &answer)
	if refused, ok := errors.AsType[*graph.Error](err); ok && isGone(refused) {
		return channel.MediaBody{}, channel.ErrMediaGone
	}
	if err != nil {
		return channel.MediaBody{}, errorTable.CallError("ask for the address of media", err)
	}
	body, err := a.graph.Download(ctx, account, answer.URL)
	if err == nil && answer.MIME != "" {
		body.MIME = answer.MIME
	}
	return body, errorTable.CallError("download media", err)
}

// isGone reports whether Meta says that there is no such media: an object that does not exist (100/33) or
// media that cannot be downloaded (131052).
func isGone(err *graph.Error) bool {
	return err.Code == 100 || err.Code == 33 || err.Code == 131052
}
