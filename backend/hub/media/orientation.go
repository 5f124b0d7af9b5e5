package media

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"image"
	"io"
)

// jpegHeader is what stands before the pixels of a JPEG file and what package image/jpeg does not tell.
type jpegHeader struct {
	orientation int  // 1 to 8 as EXIF counts; 1 when nothing is said
	progressive bool // its decoder keeps all coefficients in memory
}

// Markers of JPEG. Source: ITU-T T.81, table B.1.
const (
	jpegStart      = 0xd8
	jpegEnd        = 0xd9
	jpegScan       = 0xda
	jpegApp1       = 0xe1
	jpegSOF2       = 0xc2
	jpegHeaderMost = 1 << 20 // pictures and maps that cameras put in front count
)

// readJPEGHeader walks the segments before the first scan. What it cannot read, it leaves at the defaults.
func readJPEGHeader(r io.Reader) jpegHeader {
	header := jpegHeader{orientation: 1}
	in := bufio.NewReader(io.LimitReader(r, jpegHeaderMost))
	var start [2]byte
	if _, err := io.ReadFull(in, start[:]); err != nil || start != [2]byte{0xff, jpegStart} {
		return header
	}
	for {
		marker, ok := nextMarker(in)
		if !ok || marker == jpegScan || marker == jpegEnd {
			return header
		}
		if marker == jpegStart || marker == 0x01 || marker >= 0xd0 && marker <= 0xd7 {
			continue // they have no length
		}
		var length [2]byte
		if _, err := io.ReadFull(in, length[:]); err != nil {
			return header
		}
		n := int(binary.BigEndian.Uint16(length[:])) - 2
		if n < 0 {
			return header
		}
		header.progressive = header.progressive || marker == jpegSOF2
		if marker != jpegApp1 {
			if _, err := in.Discard(n); err != nil {
				return header
			}
			continue
		}
		segment := make([]byte, n)
		if _, err := io.ReadFull(in, segment); err != nil {
			return header
		}
		if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok {
			if o := tiffOrientation(tiff); o != 0 {
				header.orientation = o
			}
		}
	}
}

// nextMarker reads up to the next marker, over the fill bytes that may stand before it.
func nextMarker(in *bufio.Reader) (byte, bool) {
	for {
		b, err := in.ReadByte()
		if err != nil {
			return 0, false
		}
		if b != 0xff {
			continue
		}
		for b == 0xff {
			if b, err = in.ReadByte(); err != nil {
				return 0, false
			}
		}
		if b != 0 {
			return b, true
		}
	}
}

const (
	tagOrientation = 0x0112 // CIPA DC-008 (EXIF), 4.6.4
	typeShort      = 3
)

// tiffOrientation finds the orientation in EXIF's TIFF block: 1 to 8, or 0 when it says nothing that makes sense.
func tiffOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 0
		}
		if order.Uint16(entries) == tagOrientation {
			o := int(order.Uint16(entries[8:]))
			if order.Uint16(entries[2:]) != typeShort || order.Uint32(entries[4:]) != 1 || o < 1 || o > 8 {
				return 0
			}
			return o
		}
		entries = entries[12:]
	}
	return 0
}

// sideways reports whether an orientation changes width with height.
func sideways(orientation int) bool { return orientation >= 5 }

// upright turns and mirrors an image as its orientation asks.
func upright(src *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 || orientation > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	bounds := image.Rect(0, 0, w, h)
	if sideways(orientation) {
		bounds = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(bounds)
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			var sx, sy int
			switch orientation {
			case 2:
				sx, sy = w-1-x, y
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sx, sy = x, h-1-y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, h-1-x
			case 7:
				sx, sy = w-1-y, h-1-x
			case 8:
				sx, sy = w-1-y, x
			}
			copy(dst.Pix[dst.PixOffset(x, y):][:4], src.Pix[src.PixOffset(sx, sy):][:4])
		}
	}
	return dst
}
