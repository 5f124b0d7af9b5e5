package media

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"testing"
)

// corner is an image whose upper left quarter is red on blue, so that turning it can be seen.
func corner(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, 0, 255, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{255, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func jpegOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var data bytes.Buffer
	if err := jpeg.Encode(&data, img, nil); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var data bytes.Buffer
	if err := png.Encode(&data, img); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

// turned puts an orientation before a JPEG's pixels, as cameras do.
func turned(jpeg []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	var tiff []byte
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		tiff = append(tiff, "II"...)
	} else {
		tiff = append(tiff, "MM"...)
	}
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, entry := range [][2]uint16{{0x0100, 640}, {tagOrientation, orientation}} {
		tiff = order.AppendUint16(tiff, entry[0])
		tiff = order.AppendUint16(tiff, typeShort)
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(order.AppendUint16(tiff, entry[1]), 0)
	}
	tiff = order.AppendUint32(tiff, 0)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{0xff, jpegStart, 0xff, jpegApp1}, binary.BigEndian.AppendUint16(nil, uint16(len(segment)+2))...)
	return append(append(out, segment...), jpeg[2:]...)
}

func thumbOf(t *testing.T, data []byte) (Thumbnail, image.Image, string) {
	t.Helper()
	thumb, err := MakeThumbnail(t.Context(), bytes.NewReader(data), ThumbSide)
	if err != nil {
		t.Fatal(err)
	}
	img, format, err := image.Decode(bytes.NewReader(thumb.Data))
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); int64(b.Dx()) != thumb.Width || int64(b.Dy()) != thumb.Height {
		t.Errorf("it says %d × %d and is %v", thumb.Width, thumb.Height, b)
	}
	return thumb, img, format
}

// red reports whether a pixel is nearer to red than to blue.
func red(img image.Image, x, y int) bool {
	r, _, b, _ := img.At(x, y).RGBA()
	return r > b
}

func TestThumbnail_is_upright(t *testing.T) {
	t.Parallel()
	plain := jpegOf(t, corner(800, 400))
	// Where the red quarter is shown: upper left, upper right, lower right, lower left. Source: CIPA DC-008, 4.6.4.
	where := map[uint16]int{1: 0, 2: 1, 3: 2, 4: 3, 5: 0, 6: 1, 7: 2, 8: 3}
	for orientation, corner := range where {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			data := turned(plain, order, orientation)
			thumb, img, format := thumbOf(t, data)
			w, h := int64(480), int64(240)
			if orientation >= 5 {
				w, h = h, w
			}
			if thumb.Width != w || thumb.Height != h || format != "jpeg" {
				t.Errorf("orientation %d: %d × %d %s", orientation, thumb.Width, thumb.Height, format)
				continue
			}
			l, r, top, low := int(w/4), int(3*w/4), int(h/4), int(3*h/4)
			for i, at := range [4][2]int{{l, top}, {r, top}, {r, low}, {l, low}} {
				if red(img, at[0], at[1]) != (i == corner) {
					t.Errorf("orientation %d: corner %d is red: %v", orientation, i, i != corner)
				}
			}
			if found, err := Inspect(bytes.NewReader(data)); err != nil || (found.Width > found.Height) != (w > h) {
				t.Errorf("orientation %d: shown as %d × %d, %v", orientation, found.Width, found.Height, err)
			}
		}
	}
	for _, nonsense := range []uint16{0, 9, 65535} {
		if thumb, _, _ := thumbOf(t, turned(plain, binary.BigEndian, nonsense)); thumb.Width != 480 {
			t.Errorf("orientation %d turned it", nonsense)
		}
	}
}

// Still stickers of 2 × 2 half transparent red pixels.
const (
	losslessWebP = "UklGRhwAAABXRUJQVlA4TA8AAAAvAUAAEAcQ/Y/+BSKi/wEA"
	lossyWebP    = "UklGRlwAAABXRUJQVlA4WAoAAAAQAAAAAQAAAQAAQUxQSAUAAAAAf39/fwBWUDggMAAAANABAJ0BKgIAAgACADQloAJ0ugH4AAOwAP7wxAv/ILlhdcjX/yA/5Af8gP/48gAAAA=="
)

func unbase64(t testing.TB, text string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestThumbnail_of_every_kind(t *testing.T) {
	t.Parallel()
	glass := image.NewNRGBA(image.Rect(0, 0, 1000, 500))
	for i := range glass.Pix {
		glass.Pix[i] = 128
	}
	var animated bytes.Buffer
	palette := color.Palette{color.RGBA{0, 0, 255, 255}, color.RGBA{255, 0, 0, 255}}
	part := image.NewPaletted(image.Rect(0, 0, 200, 50), palette) // the upper left quarter of the canvas
	for i := range part.Pix {
		part.Pix[i] = 1
	}
	err := gif.EncodeAll(&animated, &gif.GIF{
		Image: []*image.Paletted{part, image.NewPaletted(image.Rect(0, 0, 400, 100), palette)}, Delay: []int{1, 1},
		Config: image.Config{ColorModel: palette, Width: 400, Height: 100},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		data   []byte
		w, h   int64
		format string
	}{
		"photo":                       {jpegOf(t, corner(3000, 4000)), 360, 480, "jpeg"},
		"grey photo":                  {jpegOf(t, image.NewGray(image.Rect(0, 0, 1000, 1000))), 480, 480, "jpeg"},
		"screenshot":                  {pngOf(t, corner(1000, 600)), 480, 288, "jpeg"},
		"transparent picture":         {pngOf(t, glass), 480, 240, "png"},
		"picture of 16 bits":          {pngOf(t, image.NewRGBA64(image.Rect(0, 0, 500, 500))), 480, 480, "png"},
		"small picture is not larger": {pngOf(t, corner(20, 10)), 20, 10, "jpeg"},
		"thread of a picture":         {pngOf(t, corner(1, 5000)), 1, 480, "jpeg"},
		"first picture of a GIF":      {animated.Bytes(), 400, 100, "png"},
		"sticker":                     {unbase64(t, losslessWebP), 2, 2, "png"},
		"sticker with lossy colours":  {unbase64(t, lossyWebP), 2, 2, "png"},
	} {
		t.Run(name, func(t *testing.T) {
			thumb, img, format := thumbOf(t, test.data)
			if thumb.Width != test.w || thumb.Height != test.h || format != test.format {
				t.Errorf("%d × %d %s", thumb.Width, thumb.Height, format)
			}
			if name == "first picture of a GIF" {
				if _, _, _, a := img.At(300, 75).RGBA(); !red(img, 100, 25) || a != 0 {
					t.Error("it is not where it belongs")
				}
			}
		})
	}
}

// bomb is a small PNG file that says it is large.
func bomb(t testing.TB, w, h uint32) []byte {
	data := pngOf(t, corner(2, 2))
	binary.BigEndian.PutUint32(data[16:], w)
	binary.BigEndian.PutUint32(data[20:], h)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func TestThumbnail_refuses(t *testing.T) {
	t.Parallel()
	whole := jpegOf(t, corner(800, 400))
	webpBomb := []byte("RIFF\x1e\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\xff\xff\xff\x0f\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	for name, data := range map[string][]byte{
		"too many pixels":                 bomb(t, 60_000, 60_000),
		"more pixels than numbers":        bomb(t, 1<<31-1, 1<<31-1),
		"a thread as long as a limit":     bomb(t, 1, maxThumbPixels),
		"too many pixels in WebP":         webpBomb,
		"half a picture":                  whole[:len(whole)/2],
		"no picture":                      []byte("%PDF-1.7"),
		"nothing":                         nil,
		"SVG":                             []byte("<svg xmlns='http://www.w3.org/2000/svg'/>"),
		"a picture whose head is missing": whole[2:],
	} {
		if _, err := MakeThumbnail(t.Context(), bytes.NewReader(data), ThumbSide); !errors.Is(err, ErrNoThumbnail) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Progressive pictures cost their decoder several times as much, so fewer pixels of them are taken.
func TestThumbnail_counts_the_memory_of_progressive_pictures(t *testing.T) {
	t.Parallel()
	l := look{format: "jpeg", config: image.Config{Width: 6000, Height: 5000, ColorModel: color.YCbCrModel}}
	if l.bytes() > maxDecodeBytes {
		t.Error("a photo of 30 million pixels is refused")
	}
	l.jpeg.progressive = true
	if l.bytes() <= maxDecodeBytes {
		t.Error("a progressive one is not")
	}
}

func TestThumbnail_waits_no_longer_than_it_may(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := MakeThumbnail(ctx, bytes.NewReader(jpegOf(t, corner(800, 400))), ThumbSide); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

type brokenDisk struct{ io.ReadSeeker }

func (brokenDisk) Seek(int64, int) (int64, error) { return 0, errors.New("disk") }

func TestThumbnail_tells_a_broken_disk_from_a_broken_picture(t *testing.T) {
	t.Parallel()
	if _, err := MakeThumbnail(t.Context(), brokenDisk{}, ThumbSide); err == nil || errors.Is(err, ErrNoThumbnail) {
		t.Errorf("%v", err)
	}
}

func FuzzThumbnail(f *testing.F) {
	plain := jpegOf(f, corner(16, 8))
	for _, seed := range [][]byte{plain, turned(plain, binary.LittleEndian, 6), turned(plain, binary.BigEndian, 8), pngOf(f, corner(3, 3)), bomb(f, 70_000, 7)} {
		f.Add(seed)
	}
	f.Add(unbase64(f, losslessWebP))
	f.Add(unbase64(f, lossyWebP))
	f.Fuzz(func(t *testing.T, data []byte) {
		thumb, err := MakeThumbnail(t.Context(), bytes.NewReader(data), 32)
		if err == nil && (thumb.Width < 1 || thumb.Height < 1 || thumb.Width > 32 || thumb.Height > 32 || len(thumb.Data) == 0) {
			t.Errorf("%+v", thumb)
		}
		if h := readJPEGHeader(bytes.NewReader(data)); h.orientation < 1 || h.orientation > 8 {
			t.Errorf("%+v", h)
		}
		if o := tiffOrientation(data); o < 0 || o > 8 {
			t.Error(o)
		}
	})
}

// The worst is a picture of few bytes and many pixels, of a kind that is not scaled quickly.
func BenchmarkThumbnail(b *testing.B) {
	for name, data := range map[string][]byte{
		"photo of 12 million pixels":   jpegOf(b, corner(4000, 3000)),
		"drawing of 49 million pixels": pngOf(b, image.NewPaletted(image.Rect(0, 0, 7000, 7000), color.Palette{color.Black, color.White})),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := MakeThumbnail(b.Context(), bytes.NewReader(data), ThumbSide); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
