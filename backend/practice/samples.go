package practice

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"time"
)

// samplePhoto draws a landscape of sky, hills and a sun, another one for each seed, as JPEG.
func samplePhoto(seed int) []byte {
	const width, height = 640, 480
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	hue := float64(seed%12) / 12
	sunX, sunY := float64(120+(seed*97)%400), float64(90+(seed*31)%80)
	for x := range width {
		hills := 300 + 40*math.Sin(float64(x)/70+float64(seed)) + 18*math.Sin(float64(x)/23+2*float64(seed))
		for y := range height {
			shade := float64(y) / height
			pixel := color.RGBA{R: uint8(90 + 120*shade), G: uint8(150 + 70*shade), B: uint8(235 - 60*hue), A: 255}
			switch {
			case float64(y) > hills:
				pixel = color.RGBA{R: uint8(30 + 60*hue), G: uint8(150 - 70*shade), B: uint8(60 + 40*hue), A: 255}
			case math.Hypot(float64(x)-sunX, float64(y)-sunY) < 42:
				pixel = color.RGBA{R: 255, G: 214, B: 92, A: 255}
			}
			picture.SetRGBA(x, y, pixel)
		}
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, picture, &jpeg.Options{Quality: 82}); err != nil {
		panic("a picture in memory could not be encoded: " + err.Error())
	}
	return file.Bytes()
}

// sampleVoice is a voice note of silence: Opus in Ogg, as WhatsApp records it. Sources: RFC 3533 (Ogg pages),
// RFC 7845 (Opus in Ogg), RFC 6716 §3.1 (the packet: 20 ms of CELT, mono, nothing coded).
func sampleVoice(length time.Duration) []byte {
	const samplesPerPacket = 960 // 20 ms at 48 kHz
	silence := []byte{0xf8, 0xff, 0xfe}
	head := append([]byte("OpusHead"), 1, 1, 0x38, 0x01, 0x80, 0xbb, 0, 0, 0, 0, 0)
	tags := []byte("OpusTags\x06\x00\x00\x00Parley\x00\x00\x00\x00")

	file := oggPage(nil, 0x02, 0, 0, [][]byte{head})
	file = oggPage(file, 0, 0, 1, [][]byte{tags})
	packets := max(1, int(length/(20*time.Millisecond)))
	for number, done := uint32(2), 0; done < packets; number++ {
		count := min(50, packets-done)
		page := make([][]byte, count)
		for i := range page {
			page[i] = silence
		}
		done += count
		flags := byte(0)
		if done == packets {
			flags = 0x04
		}
		file = oggPage(file, flags, uint64(done*samplesPerPacket), number, page)
	}
	return file
}

// oggPage appends one page of packets that are each shorter than 255 bytes.
func oggPage(file []byte, flags byte, granule uint64, number uint32, packets [][]byte) []byte {
	page := append([]byte("OggS\x00"), flags)
	page = binary.LittleEndian.AppendUint64(page, granule)
	page = binary.LittleEndian.AppendUint32(page, 0x5061726c) // serial number of the stream
	page = binary.LittleEndian.AppendUint32(page, number)
	page = append(page, 0, 0, 0, 0, byte(len(packets)))
	for _, packet := range packets {
		page = append(page, byte(len(packet)))
	}
	for _, packet := range packets {
		page = append(page, packet...)
	}
	binary.LittleEndian.PutUint32(page[22:], oggChecksum(page))
	return append(file, page...)
}

// oggChecksum is the CRC-32 of RFC 3533: polynomial 0x04c11db7, not reflected, which hash/crc32 has not.
func oggChecksum(page []byte) uint32 {
	var sum uint32
	for _, b := range page {
		sum ^= uint32(b) << 24
		for range 8 {
			if sum&0x80000000 != 0 {
				sum = sum<<1 ^ 0x04c11db7
			} else {
				sum <<= 1
			}
		}
	}
	return sum
}

// samplePDF is a booking on one page.
func samplePDF() []byte {
	text := "BT /F1 24 Tf 60 760 Td (Ondaverde: booking 48213) Tj ET"
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(text), text),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}
	var file bytes.Buffer
	file.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = file.Len()
		fmt.Fprintf(&file, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := file.Len()
	fmt.Fprintf(&file, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&file, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&file, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return file.Bytes()
}
