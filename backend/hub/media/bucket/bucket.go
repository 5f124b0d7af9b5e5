// Package bucket keeps files in an S3 bucket, where any number of hubs find them. Any service that speaks S3 will do.
// It is a package of its own so that only the hub's own program carries the client.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"parley/backend/hub/media"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// Bucket is a bucket, or a folder of one. It is a media.Blobs.
type Bucket struct {
	client *s3.Client
	name   string
	prefix string // "" or ends with "/"
	spool  string // folder of this computer for files that are being written
}

// Open prepares a bucket: s3://BUCKET[/FOLDER][?region=…&endpoint=https://…&path_style=true]. Without endpoint it is
// Amazon's. Keys come from where Amazon's tools have them: environment, profile, or the machine's role. Files that are
// being written lie in spool. Nothing is asked of the bucket yet.
func Open(ctx context.Context, address, spool string) (*Bucket, error) {
	place, err := parse(address)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(spool, 0o700); err != nil {
		return nil, fmt.Errorf("open bucket: %w", err)
	}
	options := []func(*config.LoadOptions) error{
		// Checksums beyond the signed hash of the bytes are refused by some services that are not Amazon's.
		config.WithRequestChecksumCalculation(aws.RequestChecksumCalculationWhenRequired),
		config.WithResponseChecksumValidation(aws.ResponseChecksumValidationWhenRequired),
	}
	if place.region != "" {
		options = append(options, config.WithRegion(place.region))
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("open bucket: %w", err)
	}
	if loaded.Region == "" {
		return nil, errors.New("open bucket: no region: add ?region=… to the address, or set AWS_REGION")
	}
	client := s3.NewFromConfig(loaded, func(o *s3.Options) {
		o.UsePathStyle = place.pathStyle
		if place.endpoint != "" {
			o.BaseEndpoint = aws.String(place.endpoint)
		}
	})
	return &Bucket{client: client, name: place.bucket, prefix: place.prefix, spool: spool}, nil
}

// place is what an address says.
type place struct {
	bucket, prefix, region, endpoint string
	pathStyle                        bool
}

func parse(address string) (place, error) {
	const form = "it looks like s3://BUCKET?region=REGION&endpoint=https://HOST"
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.Port() != "" || u.Fragment != "" {
		return place{}, errors.New("the address of the bucket is not valid: " + form)
	}
	if u.User != nil {
		return place{}, errors.New("keys do not belong in the address of a bucket: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	p := place{bucket: u.Host}
	if folder := strings.Trim(u.Path, "/"); folder != "" {
		p.prefix = folder + "/"
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return place{}, errors.New("the address of the bucket is not valid: " + form)
	}
	for name := range query {
		value := query.Get(name)
		switch name {
		case "region":
			p.region = value
		case "endpoint":
			e, err := url.Parse(value)
			if err != nil || e.Host == "" || e.Scheme != "https" && e.Scheme != "http" {
				return place{}, errors.New("the endpoint of the bucket is not valid: it looks like https://HOST")
			}
			p.endpoint, p.pathStyle = value, p.pathStyle || !query.Has("path_style")
		case "path_style":
			if p.pathStyle, err = strconv.ParseBool(value); err != nil {
				return place{}, errors.New("path_style of the bucket is true or false")
			}
		default:
			return place{}, fmt.Errorf("the address of a bucket has no %q: %s", name, form)
		}
	}
	return p, nil
}

const aside = "aside/"

func (b *Bucket) key(sum string) string      { return b.prefix + sum[:2] + "/" + sum }
func (b *Bucket) asideKey(sum string) string { return b.prefix + aside + sum[:2] + "/" + sum }

// Create begins a file of at most limit bytes.
func (b *Bucket) Create(limit int64) (*media.Incoming, error) {
	return media.NewIncoming(b.spool, limit, func(ctx context.Context, path, sum string) error {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		// Also when it is there: its age is what keeps it from being swept.
		_, err = b.client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: &b.name, Key: aws.String(b.key(sum)), Body: file, ContentType: aws.String("application/octet-stream"),
		})
		return err
	})
}

// find returns the key and size of a file, wherever it lies.
func (b *Bucket) find(ctx context.Context, sum string) (key string, size int64, err error) {
	if err := media.CheckSum(sum); err != nil {
		return "", 0, err
	}
	// A sweep may move it in between, to where was looked first.
	for _, key := range []string{b.key(sum), b.asideKey(sum), b.key(sum)} {
		head, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key})
		if err == nil {
			return key, aws.ToInt64(head.ContentLength), nil
		}
		if !missing(err) {
			return "", 0, err
		}
	}
	return "", 0, fs.ErrNotExist
}

// missing reports whether a file is not there. By its code: not every call has a type of its own for it.
func missing(err error) bool {
	answer, ok := errors.AsType[smithy.APIError](err)
	return ok && (answer.ErrorCode() == "NoSuchKey" || answer.ErrorCode() == "NotFound")
}

// Open opens a file. Bytes are asked for when they are read, from where they are read.
func (b *Bucket) Open(ctx context.Context, sum string) (io.ReadSeekCloser, error) {
	key, size, err := b.find(ctx, sum)
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	return &reader{ctx: ctx, bucket: b, key: key, size: size}, nil
}

// Exists reports whether a file is there.
func (b *Bucket) Exists(ctx context.Context, sum string) (bool, error) {
	_, _, err := b.find(ctx, sum)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("find file: %w", err)
	}
	return true, nil
}

// Owner returns whose files these are. Without an owner it becomes claim.
func (b *Bucket) Owner(ctx context.Context, claim string) (string, error) {
	key := aws.String(b.prefix + "owner")
	for range 2 {
		object, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: key})
		if err == nil {
			owner, err := io.ReadAll(io.LimitReader(object.Body, 1<<10))
			return string(owner), errors.Join(err, object.Body.Close())
		}
		if missing(err) {
			_, err = b.client.PutObject(ctx, &s3.PutObjectInput{Bucket: &b.name, Key: key, Body: strings.NewReader(claim)})
		}
		if err != nil {
			return "", fmt.Errorf("claim files: %w", err)
		}
	}
	return "", errors.New("claim files: the bucket does not give back what it was given")
}

// List visits files whose name begins with two hex digits, in any order.
func (b *Bucket) List(ctx context.Context, digits string, setAside bool, visit func(media.Kept) error) error {
	prefix := b.prefix + digits + "/"
	if setAside {
		prefix = b.prefix + aside + digits + "/"
	}
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list files: %w", err)
		}
		for _, object := range page.Contents {
			sum := strings.TrimPrefix(aws.ToString(object.Key), prefix)
			if media.CheckSum(sum) != nil {
				continue // somebody else's
			}
			if err := visit(media.Kept{Sum: sum, Since: aws.ToTime(object.LastModified)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// SetAside puts a file where only Open, Exists and TakeBack find it.
func (b *Bucket) SetAside(ctx context.Context, sum string) error {
	return b.move(ctx, "set file aside", sum, b.key, b.asideKey)
}

// TakeBack returns a file that was set aside.
func (b *Bucket) TakeBack(ctx context.Context, sum string) error {
	return b.move(ctx, "take file back", sum, b.asideKey, b.key)
}

// move copies and deletes. In between the file is at both places, which is as good.
func (b *Bucket) move(ctx context.Context, act, sum string, from, to func(string) string) error {
	if err := media.CheckSum(sum); err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	_, err := b.client.CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: &b.name, Key: aws.String(to(sum)), CopySource: aws.String((&url.URL{Path: b.name + "/" + from(sum)}).EscapedPath()),
	})
	if missing(err) {
		return nil // another hub has moved it
	}
	if err == nil {
		_, err = b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: aws.String(from(sum))})
	}
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// Forget deletes a file that was set aside.
func (b *Bucket) Forget(ctx context.Context, sum string) error {
	err := media.CheckSum(sum)
	if err == nil {
		_, err = b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: aws.String(b.asideKey(sum))})
	}
	if err != nil {
		return fmt.Errorf("forget file: %w", err)
	}
	return nil
}

// Tidy forgets files of this computer that were begun before a time and never kept.
func (b *Bucket) Tidy(_ context.Context, before time.Time) error {
	return media.TidyFolder(filepath.Clean(b.spool), before)
}

// reader reads an object from any position, with one request for each position that is read from.
type reader struct {
	ctx    context.Context
	bucket *Bucket
	key    string
	size   int64
	pos    int64
	body   io.ReadCloser // of what follows pos; nil until it is read
}

func (r *reader) Read(p []byte) (int, error) {
	if r.pos >= r.size {
		return 0, io.EOF
	}
	if r.body == nil {
		object, err := r.bucket.client.GetObject(r.ctx, &s3.GetObjectInput{
			Bucket: &r.bucket.name, Key: &r.key, Range: aws.String(fmt.Sprintf("bytes=%d-", r.pos)),
		})
		if err != nil {
			return 0, fmt.Errorf("read file: %w", err)
		}
		r.body = object.Body
	}
	n, err := r.body.Read(p)
	r.pos += int64(n)
	if errors.Is(err, io.EOF) && r.pos < r.size {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.pos
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, errors.New("seek file: before its beginning")
	}
	if offset != r.pos {
		r.pos = offset
		return offset, r.Close()
	}
	return offset, nil
}

func (r *reader) Close() error {
	if r.body == nil {
		return nil
	}
	err := r.body.Close()
	r.body = nil
	return err
}
