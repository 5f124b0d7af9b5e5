package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"

	"parley/backend/channel"
)

// Upload is a file on its way to Meta together with the form fields it needs.
type Upload struct {
	Field  string      // name of the file's part: "file" on WhatsApp, "filedata" on Messenger
	Fields [][2]string // form fields before the file, in order
	File   channel.OutgoingMedia
}

// FileError says that our own file could not be read as announced. Nothing is wrong at Meta.
type FileError struct{ Err error }

func (e *FileError) Error() string { return "the file cannot be read: " + e.Err.Error() }
func (e *FileError) Unwrap() error { return e.Err }

// Upload posts a file and decodes the answer into into. The file is streamed, with its length announced. Its
// part has its own Content-Type: Meta compares that with the bytes and refuses application/octet-stream.
func (c *Client) Upload(ctx context.Context, account channel.Account, path Path, upload Upload, into any) error {
	if upload.File.Open == nil || upload.File.SizeBytes <= 0 {
		return &FileError{Err: errors.New("it is empty")}
	}
	head, tail, contentType, err := frame(upload)
	if err != nil {
		return &FileError{Err: err}
	}
	err = c.do(ctx, account, request{
		method:      "POST",
		path:        path,
		query:       url.Values{},
		contentType: contentType,
		length:      int64(len(head)) + upload.File.SizeBytes + int64(len(tail)),
		body: func() (io.ReadCloser, error) {
			file, err := upload.File.Open()
			if err != nil {
				return nil, &FileError{Err: err}
			}
			exact := &exactReader{file: file, left: upload.File.SizeBytes}
			return struct {
				io.Reader
				io.Closer
			}{io.MultiReader(bytes.NewReader(head), exact, bytes.NewReader(tail)), file}, nil
		},
	}, into)
	if broken, ok := errors.AsType[*FileError](err); ok {
		return broken
	}
	return err
}

// frame returns what stands before and after the file's bytes in the form.
func frame(upload Upload) (head, tail []byte, contentType string, err error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for _, field := range upload.Fields {
		if err := w.WriteField(field[0], field[1]); err != nil {
			return nil, nil, "", err
		}
	}
	name := upload.File.FileName
	if name == "" {
		name = "file"
	}
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", mime.FormatMediaType("form-data", map[string]string{"name": upload.Field, "filename": name}))
	header.Set("Content-Type", upload.File.MIME)
	if _, err := w.CreatePart(header); err != nil {
		return nil, nil, "", err
	}
	split := form.Len()
	if err := w.Close(); err != nil {
		return nil, nil, "", err
	}
	return form.Bytes()[:split:split], form.Bytes()[split:], w.FormDataContentType(), nil
}

// exactReader reads exactly the announced number of bytes, or fails with a *FileError.
type exactReader struct {
	file io.Reader
	left int64
}

func (r *exactReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > r.left {
		p = p[:r.left]
	}
	n, err := r.file.Read(p)
	r.left -= int64(n)
	switch {
	case errors.Is(err, io.EOF) && r.left > 0:
		return n, &FileError{Err: fmt.Errorf("it is %d bytes shorter than announced", r.left)}
	case errors.Is(err, io.EOF), err == nil:
		return n, nil
	default:
		return n, &FileError{Err: err}
	}
}
