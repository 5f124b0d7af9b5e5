package media

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// oggPage is a page of an Ogg stream.
func oggPage(serial uint32, granule uint64, content string) []byte {
	page := append([]byte("OggS"), 0, 0)
	page = binary.LittleEndian.AppendUint64(page, granule)
	page = binary.LittleEndian.AppendUint32(page, serial)
	page = append(page, make([]byte, 8)...) // number and checksum
	page = append(page, byte((len(content)+254)/255))
	for left := len(content); left > 0; left -= 255 {
		page = append(page, byte(min(left, 255)))
	}
	return append(page, content...)
}

const opusHead = "OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00" // 312 samples are left out

func voiceNote() []byte {
	return bytes.Join([][]byte{
		oggPage(7, 0, opusHead), oggPage(7, 0, "OpusTags"), oggPage(7, 48_000, strings.Repeat("x", 3000)),
		oggPage(7, 312+48_000*3/2, "end"), oggPage(7, 1<<64-1, "nothing ends here"), oggPage(8, 1<<40, "another stream"),
	}, nil)
}

func mp4Box(kind string, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))
	return append(append(out, kind...), body...)
}

func mvhd(version byte, scale uint32, length uint64) []byte {
	body := []byte{version, 0, 0, 0}
	if version == 1 {
		body = append(body, make([]byte, 16)...)
		body = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(body, scale), length)
	} else {
		body = append(body, make([]byte, 8)...)
		body = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(body, scale), uint32(length))
	}
	return mp4Box("mvhd", body, make([]byte, 80))
}

func wav(perSecond uint32, announced, real int) []byte {
	data := append([]byte("RIFF\x00\x00\x00\x00WAVE"), "LIST\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\x3e\x00\x00"...)
	data = binary.LittleEndian.AppendUint32(data, perSecond)
	data = append(data, 2, 0, 16, 0)
	data = append(data, "data"...)
	data = binary.LittleEndian.AppendUint32(data, uint32(announced))
	return append(data, make([]byte, real)...)
}

func TestDuration(t *testing.T) {
	t.Parallel()
	file := func(boxes ...[]byte) []byte {
		return append(mp4Box("ftyp", []byte("isom\x00\x00\x02\x00isommp42")), bytes.Join(boxes, nil)...)
	}
	large := append([]byte{0, 0, 0, 1}, "mdat\x00\x00\x00\x00\x00\x00\x00\x18........"...) // of 64 bits
	for name, test := range map[string]struct {
		mime string
		data []byte
		want int64
	}{
		"voice note":                       {"audio/ogg", voiceNote(), 1500},
		"long voice note":                  {"audio/ogg", append(append(oggPage(7, 0, opusHead), make([]byte, 3*oggTail)...), oggPage(7, 312+48_000*600, "x")...), 600_000},
		"voice note that was cut off":      {"audio/ogg", oggPage(7, 0, opusHead), 0},
		"Vorbis":                           {"audio/ogg", oggPage(7, 0, "\x01vorbis00000000000000"), 0},
		"video, header at the end":         {"video/mp4", file(mp4Box("mdat", make([]byte, 999)), mp4Box("moov", mp4Box("trak"), mvhd(0, 600, 1234*600/1000))), 1233},
		"audio, header in front":           {"audio/mp4", file(mp4Box("moov", mvhd(1, 48_000, 96_000)), mp4Box("mdat")), 2000},
		"video after a large box":          {"video/quicktime", file(large, mp4Box("moov", mvhd(0, 1000, 42))), 42},
		"fragments":                        {"video/mp4", file(mp4Box("moov", mvhd(0, 1000, 0), mp4Box("mvex", mp4Box("mehd", []byte{0, 0, 0, 0, 0, 0, 0x13, 0x88})))), 5000},
		"fragments of unknown length":      {"video/mp4", file(mp4Box("moov", mvhd(0, 1000, 0))), 0},
		"length unknown":                   {"video/mp4", file(mp4Box("moov", mvhd(0, 1000, 1<<32-1))), 0},
		"no time scale":                    {"video/mp4", file(mp4Box("moov", mvhd(0, 0, 5))), 0},
		"longer than a day":                {"video/mp4", file(mp4Box("moov", mvhd(1, 1, 1<<63))), 0},
		"WAV":                              {"audio/wav", wav(32_000, 48_000, 48_000), 1500},
		"WAV whose size was not filled in": {"audio/wav", wav(32_000, 1<<32-1, 64_000), 2000},
		"WAV without a rate":               {"audio/wav", wav(0, 10, 10), 0},
		"something else":                   {"audio/mpeg", voiceNote(), 0},
		"nothing":                          {"audio/ogg", nil, 0},
	} {
		if got := duration(bytes.NewReader(test.data), int64(len(test.data)), test.mime); got != test.want {
			t.Errorf("%s: %d ms, want %d", name, got, test.want)
		}
	}
}

// What the hub is told by content is what the page gets: the kinds are those that Inspect finds.
func TestInspect_finds_durations(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		data []byte
		want Inspected
	}{
		"voice note": {voiceNote(), Inspected{MIME: "audio/ogg", DurationMs: 1500}},
		"video":      {append(mp4Box("ftyp", []byte("mp42\x00\x00\x00\x00mp42isom")), mp4Box("moov", mvhd(0, 1000, 42))...), Inspected{MIME: "video/mp4", DurationMs: 42}},
		"WAV":        {wav(32_000, 48_000, 48_000), Inspected{MIME: "audio/wav", DurationMs: 1500}},
	} {
		if got, err := Inspect(bytes.NewReader(test.data)); err != nil || got != test.want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func FuzzDuration(f *testing.F) {
	f.Add(voiceNote())
	f.Add(wav(32_000, 10, 10))
	f.Add(append(mp4Box("ftyp", []byte("isom")), mp4Box("moov", mvhd(1, 48_000, 96_000))...))
	f.Add(mp4Box("moov", mvhd(0, 1, 0), mp4Box("mvex", mp4Box("mehd", []byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}))))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, mime := range []string{"audio/ogg", "audio/wav", "video/mp4"} {
			if ms := duration(bytes.NewReader(data), int64(len(data)), mime); ms < 0 || ms > longestMs {
				t.Errorf("%s: %d ms", mime, ms)
			}
		}
	})
}
