package media

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/bits"
)

// longestMs is the longest duration that is believed: a day. What is longer is a broken header.
const longestMs = 24 * 60 * 60 * 1000

// duration is how long a file plays, in milliseconds, from what its headers say; 0 when they do not. found is the
// type by content.
func duration(r io.ReaderAt, size int64, found string) int64 {
	ms := uint64(0)
	switch found {
	case "audio/ogg":
		ms = opusMs(r, size)
	case "audio/wav", "audio/x-wav":
		ms = wavMs(r, size)
	case "audio/mp4", "video/mp4", "video/3gpp", "audio/3gpp", "video/quicktime":
		ms = mp4Ms(r, size)
	}
	if ms > longestMs {
		return 0
	}
	return int64(ms)
}

// at reads n bytes at an offset, nil when the file ends before.
func at(r io.ReaderAt, offset int64, n int) []byte {
	b := make([]byte, n)
	if got, _ := r.ReadAt(b, offset); got < n {
		return nil
	}
	return b
}

// scaled is n/per in milliseconds, without overflow; longer than longestMs when it does not fit.
func scaled(n, per uint64) uint64 {
	hi, lo := bits.Mul64(n, 1000)
	if hi >= per {
		return longestMs + 1
	}
	ms, _ := bits.Div64(hi, lo, per)
	return ms
}

// oggTail holds the beginning of the last page, which is at most 65,307 bytes (RFC 3533, 6), with room for pages of
// other streams after it.
const oggTail = 128 << 10

// opusMs reads an Ogg Opus file: the granule position of its last page counts samples of 48 kHz, from which the
// samples are taken that a player leaves out at the beginning. Source: RFC 7845, 4 and 5.1.
func opusMs(r io.ReaderAt, size int64) uint64 {
	const rate = 48_000
	head := at(r, 0, 28)
	if head == nil || string(head[:4]) != "OggS" {
		return 0
	}
	serial := head[14:18]
	packet := at(r, 27+int64(head[26]), 12)
	if packet == nil || string(packet[:8]) != "OpusHead" {
		return 0
	}
	skip := uint64(binary.LittleEndian.Uint16(packet[10:]))
	tail := at(r, max(0, size-oggTail), int(min(size, oggTail)))
	for end := len(tail); ; {
		i := bytes.LastIndex(tail[:end], []byte("OggS"))
		if i < 0 {
			return 0
		}
		end = i
		page := tail[i:]
		if len(page) < 27 || page[4] != 0 || !bytes.Equal(page[14:18], serial) {
			continue
		}
		granule := binary.LittleEndian.Uint64(page[6:])
		if granule == 1<<64-1 { // no packet ends on this page
			continue
		}
		if granule < skip {
			return 0
		}
		return scaled(granule-skip, rate)
	}
}

// mostChunks bounds how many parts of a file are looked at.
const mostChunks = 200

// wavMs reads a WAV file: the bytes of its data by the bytes of a second. A size that was never filled in, as
// recorders leave it, is the rest of the file.
func wavMs(r io.ReaderAt, size int64) uint64 {
	if head := at(r, 0, 12); head == nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return 0
	}
	perSecond := uint64(0)
	pos := int64(12)
	for range mostChunks {
		head := at(r, pos, 8)
		if head == nil {
			return 0
		}
		n := int64(binary.LittleEndian.Uint32(head[4:]))
		pos += 8
		switch string(head[:4]) {
		case "fmt ":
			if format := at(r, pos, 16); n >= 16 && format != nil {
				perSecond = uint64(binary.LittleEndian.Uint32(format[8:]))
			}
		case "data":
			if rest := size - pos; n == 0 || n > rest {
				n = max(0, rest)
			}
			if perSecond == 0 {
				return 0
			}
			return scaled(uint64(n), perSecond)
		}
		pos += n + n%2 // chunks are padded to even lengths
	}
	return 0
}

// mp4Ms reads the movie header of an MP4, 3GP or QuickTime file. Source: ISO/IEC 14496-12, 8.2.2 and 8.8.2.
func mp4Ms(r io.ReaderAt, size int64) uint64 {
	moov, ok := box(r, span{0, size}, "moov")
	if !ok {
		return 0
	}
	mvhd, ok := box(r, moov, "mvhd")
	if !ok {
		return 0
	}
	scale, length, ok := movieHeader(r, mvhd)
	if !ok || scale == 0 {
		return 0
	}
	if length == 0 { // in fragments: their sum stands elsewhere
		mvex, found := box(r, moov, "mvex")
		if !found {
			return 0
		}
		mehd, found := box(r, mvex, "mehd")
		if !found {
			return 0
		}
		length, _ = versioned(r, mehd.from, 4)
	}
	return scaled(length, scale)
}

// movieHeader reads time scale (units a second) and duration (units).
func movieHeader(r io.ReaderAt, mvhd span) (scale, length uint64, ok bool) {
	version := at(r, mvhd.from, 1)
	if version == nil {
		return 0, 0, false
	}
	offset := mvhd.from + 12
	if version[0] == 1 {
		offset += 8
	}
	units := at(r, offset, 4)
	if units == nil {
		return 0, 0, false
	}
	length, ok = versioned(r, mvhd.from, offset+4-mvhd.from)
	return uint64(binary.BigEndian.Uint32(units)), length, ok
}

// versioned reads a number of 4 bytes, or of 8 in version 1 of a box that begins at from. All ones say "unknown".
func versioned(r io.ReaderAt, from, offset int64) (uint64, bool) {
	b := at(r, from, 1)
	if b == nil {
		return 0, false
	}
	if b[0] == 1 {
		if b = at(r, from+offset, 8); b == nil {
			return 0, false
		}
		return binary.BigEndian.Uint64(b), true
	}
	if b = at(r, from+offset, 4); b == nil {
		return 0, false
	}
	n := uint64(binary.BigEndian.Uint32(b))
	if n == 1<<32-1 {
		return 0, false
	}
	return n, true
}

// span is a part of a file.
type span struct{ from, to int64 }

// box finds the content of the first box of a kind within a part of a file.
func box(r io.ReaderAt, within span, kind string) (span, bool) {
	pos := within.from
	for range mostChunks {
		if pos > within.to-8 {
			return span{}, false
		}
		head := at(r, pos, 8)
		if head == nil {
			return span{}, false
		}
		n, header := int64(binary.BigEndian.Uint32(head)), int64(8)
		switch n {
		case 0: // to the end
			n = within.to - pos
		case 1:
			large := at(r, pos+8, 8)
			if large == nil {
				return span{}, false
			}
			n, header = int64(binary.BigEndian.Uint64(large)), 16
		}
		if n < header || n > within.to-pos {
			return span{}, false
		}
		if string(head[4:]) == kind {
			return span{pos + header, pos + n}, true
		}
		pos += n
	}
	return span{}, false
}
