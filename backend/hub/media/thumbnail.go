package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"golang.org/x/image/draw"
	"golang.org/x/sync/semaphore"
)

// ThumbSide is the longest side of a message's thumbnail, in pixels: what a bubble shows on a screen of double density.
const ThumbSide = 480

const (
	// maxThumbPixels is the largest image that is decoded. Phones make 12 to 50 million pixels.
	maxThumbPixels = 50_000_000
	// maxDecodeBytes bounds the memory of all images that are being decoded, and so of one.
	maxDecodeBytes = 256 << 20
	// thumbTimeout bounds the wait for memory and for the file.
	thumbTimeout = 20 * time.Second
	thumbQuality = 80
)

// decoding shares out maxDecodeBytes: memory belongs to the process, whoever asks.
var decoding = semaphore.NewWeighted(maxDecodeBytes)

// ErrNoThumbnail says that a file is not an image, or not one that is worth its memory. Trying again does not help.
var ErrNoThumbnail = errors.New("no thumbnail can be made")

// Thumbnail is a small picture of an image, upright.
type Thumbnail struct {
	Data          []byte // JPEG, or PNG when parts are transparent
	Width, Height int64
}

// MakeThumbnail reads a JPEG, PNG, GIF (its first picture) or still WebP image and makes it small: its longest side
// has at most side pixels. Images that would take more than their share of memory are refused before they are
// decoded. r is read from its beginning. Errors: ErrNoThumbnail; others are of r or ctx.
func MakeThumbnail(ctx context.Context, r io.ReadSeeker, side int) (thumb Thumbnail, err error) {
	ctx, cancel := context.WithTimeout(ctx, thumbTimeout)
	defer cancel()
	defer func() { // decoders of images that strangers send
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: decoder panicked: %v", ErrNoThumbnail, cause)
		}
	}()
	look, err := lookAt(ctx, r)
	if err != nil {
		return Thumbnail{}, err
	}
	cost := look.bytes() + scaleBytes(side)
	if cost > maxDecodeBytes {
		return Thumbnail{}, fmt.Errorf("%w: decoding takes too much memory", ErrNoThumbnail)
	}
	if err := decoding.Acquire(ctx, cost); err != nil {
		return Thumbnail{}, fmt.Errorf("make thumbnail: %w", err)
	}
	defer decoding.Release(cost)
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return Thumbnail{}, fmt.Errorf("make thumbnail: %w", err)
	}
	decoded, _, err := image.Decode(until{ctx, r})
	if err != nil {
		return Thumbnail{}, noThumbnail(ctx, err)
	}
	small := shrink(decoded, look.config.Width, look.config.Height, side)
	return encode(upright(small, look.jpeg.orientation))
}

// noThumbnail is a decoder's error: the file's fault, unless the time was over.
func noThumbnail(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("make thumbnail: %w", ctx.Err())
	}
	return fmt.Errorf("%w: %w", ErrNoThumbnail, err)
}

// until reads until ctx ends: decoders know no contexts.
type until struct {
	ctx context.Context
	r   io.Reader
}

func (u until) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

// look is what an image's header says.
type look struct {
	format string
	config image.Config
	jpeg   jpegHeader
}

func lookAt(ctx context.Context, r io.ReadSeeker) (look, error) {
	l := look{jpeg: jpegHeader{orientation: 1}}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return l, fmt.Errorf("look at image: %w", err)
	}
	var err error
	l.config, l.format, err = image.DecodeConfig(until{ctx, r})
	if err != nil {
		return l, noThumbnail(ctx, err)
	}
	w, h := int64(l.config.Width), int64(l.config.Height)
	if w <= 0 || h <= 0 || w > maxPixels || h > maxPixels || w*h > maxThumbPixels {
		return l, fmt.Errorf("%w: %d × %d pixels", ErrNoThumbnail, w, h)
	}
	if l.format == "jpeg" {
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return l, fmt.Errorf("look at image: %w", err)
		}
		l.jpeg = readJPEGHeader(until{ctx, r})
	}
	return l, nil
}

// bytes is at most how much memory the decoder takes.
func (l look) bytes() int64 {
	perPixel := int64(8)
	switch l.format {
	case "jpeg":
		components := int64(3)
		switch l.config.ColorModel {
		case color.GrayModel:
			components = 1
		case color.CMYKModel:
			components = 4
		}
		perPixel = components + 4 // the planes, and once more when they are not in YCbCr
		if l.jpeg.progressive {
			perPixel += 4 * components // coefficients of 32 bits
		}
	case "png":
		if _, palette := l.config.ColorModel.(color.Palette); palette {
			perPixel = 1
			break
		}
		switch l.config.ColorModel {
		case color.GrayModel:
			perPixel = 1
		case color.RGBAModel, color.NRGBAModel:
			perPixel = 4
		}
	case "gif":
		perPixel = 1
	}
	return int64(l.config.Width) * int64(l.config.Height) * perPixel
}

// sampled is by how much more than a thumbnail an image may have before its pixels are picked instead of weighed.
// Weighing every pixel of a large image of an unusual kind takes seconds; 16 of them for one suffice for the eye.
const sampled = 4

// scaleBytes is at most what scaling takes: the picked pixels, and four float64 for each of their rows and each
// column of the thumbnail (x/image/draw).
func scaleBytes(side int) int64 {
	n := int64(side) * sampled
	return 4*n*n + 32*n*int64(side)
}

// fit is the size of an image made small enough, never larger than it is and never nothing.
func fit(width, height, side int) (int, int) {
	longest := max(width, height)
	if longest <= side {
		return width, height
	}
	small := func(n int) int { return max(1, (n*side+longest/2)/longest) }
	return small(width), small(height)
}

// shrink draws an image smaller: its longest side has at most side pixels.
func shrink(src image.Image, canvasWidth, canvasHeight, side int) *image.RGBA {
	width, height := fit(canvasWidth, canvasHeight, sampled*side)
	if width < canvasWidth || height < canvasHeight {
		src = scale(draw.NearestNeighbor, src, canvasWidth, canvasHeight, width, height)
		canvasWidth, canvasHeight = width, height
	}
	width, height = fit(canvasWidth, canvasHeight, side)
	// Bilinear weighs every pixel of the source when it shrinks, at half of what CatmullRom costs.
	return scale(draw.BiLinear, src, canvasWidth, canvasHeight, width, height)
}

// scale draws an image where it belongs: the first picture of a GIF may cover a part of its canvas only.
func scale(by draw.Scaler, src image.Image, canvasWidth, canvasHeight, width, height int) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, width, height))
	b, canvas, target := src.Bounds(), image.Rect(0, 0, canvasWidth, canvasHeight), dst.Rect
	if b != canvas && b.In(canvas) {
		x := func(n int) int { return n * width / canvasWidth }
		y := func(n int) int { return n * height / canvasHeight }
		target = image.Rect(x(b.Min.X), y(b.Min.Y), max(x(b.Max.X), x(b.Min.X)+1), max(y(b.Max.Y), y(b.Min.Y)+1))
	}
	by.Scale(dst, target, src, b, draw.Src, nil)
	return dst
}

func encode(img *image.RGBA) (Thumbnail, error) {
	var data bytes.Buffer
	var err error
	if img.Opaque() {
		err = jpeg.Encode(&data, img, &jpeg.Options{Quality: thumbQuality})
	} else {
		err = png.Encode(&data, img)
	}
	if err != nil {
		return Thumbnail{}, fmt.Errorf("encode thumbnail: %w", err)
	}
	return Thumbnail{Data: data.Bytes(), Width: int64(img.Rect.Dx()), Height: int64(img.Rect.Dy())}, nil
}
