package practice

import "encoding/binary"

const stickerSide = 128

// sampleSticker draws a smiling face on nothing, as WebP without loss. Two values for each of red, green, blue and
// alpha are enough for it, so each code is a single bit. Source: RFC 9649, "WebP lossless bitstream".
func sampleSticker() []byte {
	var b lowBits
	b.put(0x2f, 8) // signature
	b.put(stickerSide-1, 14)
	b.put(stickerSide-1, 14)
	b.put(1, 1)                                                      // alpha is used
	b.put(0, 3)                                                      // version
	b.put(0, 3)                                                      // no transform, no colour cache, one group of codes
	channels := [][2]uint32{{40, 210}, {30, 255}, {0, 60}, {0, 255}} // green, red, blue, alpha
	for _, values := range channels {
		b.put(1, 1) // simple code
		b.put(1, 1) // of two values
		b.put(1, 1) // of 8 bits
		b.put(values[0], 8)
		b.put(values[1], 8)
	}
	b.put(1, 1) // distances: one value, which is never used
	b.put(0, 3)
	for i := range stickerSide * stickerSide {
		face, ink := stickerPixel(i%stickerSide, i/stickerSide)
		light := uint32(0)
		if face && !ink {
			light = 1
		}
		b.put(light, 1)
		b.put(light, 1)
		b.put(light, 1)
		alpha := uint32(0)
		if face {
			alpha = 1
		}
		b.put(alpha, 1)
	}
	if len(b.out)%2 == 1 {
		b.out = append(b.out, 0)
	}
	file := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(b.out)+12))...)
	file = append(append(file, "WEBPVP8L"...), binary.LittleEndian.AppendUint32(nil, uint32(len(b.out)))...)
	return append(file, b.out...)
}

// stickerPixel reports whether a pixel is part of the face, and of eyes or mouth.
func stickerPixel(x, y int) (face, ink bool) {
	within := func(cx, cy, r int) bool { return (x-cx)*(x-cx)+(y-cy)*(y-cy) <= r*r }
	smile := y > 72 && within(64, 66, 38) && !within(64, 62, 34)
	return within(64, 64, 60), within(44, 50, 8) || within(84, 50, 8) || smile
}

// lowBits writes the lowest bit first, as WebP has it.
type lowBits struct {
	out  []byte
	used int
}

func (b *lowBits) put(value uint32, count int) {
	for i := range count {
		if b.used%8 == 0 {
			b.out = append(b.out, 0)
		}
		b.out[len(b.out)-1] |= byte(value>>i&1) << (b.used % 8)
		b.used++
	}
}
