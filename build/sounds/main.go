// Command sounds makes the page's alert sounds: short tones of our own, so that nobody's licence is needed. Run it in the
// repository's root after a change; it writes frontend/public/sounds. A test keeps the files current.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

const folder = "frontend/public/sounds"

// rate is in samples a second: enough for tones below 4 kHz, and half the bytes of a CD's.
const rate = 22050

// tone is one partial of a sound, with a soft beginning and an end that dies away.
type tone struct {
	at, lasts float64 // seconds
	hertz     float64 // at its beginning
	glide     float64 // by how much its pitch has changed at its end, as a factor; 0 is none
	loud      float64 // 0 to 1
}

// sounds by name. A person tells them apart by their direction and rhythm, not only by their pitch.
var sounds = map[string][]tone{
	// One drop of water: a message.
	"drop": {{0, 0.22, 620, 1.9, 0.5}, {0.02, 0.18, 1240, 1.9, 0.12}},
	// Two knocks on wood: somebody waits at the door.
	"knock": {{0, 0.09, 330, 0.7, 0.6}, {0, 0.05, 990, 0.6, 0.2}, {0.14, 0.12, 330, 0.7, 0.6}, {0.14, 0.05, 990, 0.6, 0.2}},
	// Two notes of a bell: handed over.
	"chime": {{0, 0.5, 784, 0, 0.35}, {0, 0.35, 1568, 0, 0.1}, {0.16, 0.6, 1047, 0, 0.35}, {0.16, 0.4, 2093, 0, 0.1}},
	// Three rising notes: time is running out.
	"rise": {{0, 0.28, 523, 0, 0.35}, {0.13, 0.28, 659, 0, 0.35}, {0.26, 0.5, 784, 0, 0.4}, {0.26, 0.4, 1568, 0, 0.1}},
	// Two falling notes: something went wrong.
	"fall": {{0, 0.3, 440, 0, 0.4}, {0, 0.2, 880, 0, 0.08}, {0.18, 0.5, 311, 0, 0.45}, {0.18, 0.3, 622, 0, 0.08}},
}

func main() {
	if err := write(folder); err != nil {
		fmt.Fprintln(os.Stderr, "sounds:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, tones := range sounds {
		if err := os.WriteFile(filepath.Join(folder, name+".wav"), wav(samples(tones)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// samples mixes tones.
func samples(tones []tone) []int16 {
	length := 0.0
	for _, t := range tones {
		length = max(length, t.at+t.lasts)
	}
	mixed := make([]float64, int(length*rate))
	for _, t := range tones {
		phase := 0.0
		for i := range int(t.lasts * rate) {
			part := float64(i) / (t.lasts * rate)
			hertz := t.hertz
			if t.glide > 0 {
				hertz *= 1 + (t.glide-1)*part
			}
			phase += 2 * math.Pi * hertz / rate
			attack := min(1, float64(i)/(0.006*rate)) // without it, it clicks
			decay := math.Exp(-5*part) * (1 - part)   // down to nothing, for the same reason
			if at := int(t.at*rate) + i; at < len(mixed) {
				mixed[at] += t.loud * attack * decay * math.Sin(phase)
			}
		}
	}
	out := make([]int16, len(mixed))
	for i, value := range mixed {
		out[i] = int16(math.Round(max(-1, min(1, value)) * 30000))
	}
	return out
}

// wav is a RIFF file of one channel with 16 bits a sample.
func wav(samples []int16) []byte {
	var b bytes.Buffer
	size := uint32(2 * len(samples))
	b.WriteString("RIFF")
	write := func(value any) { _ = binary.Write(&b, binary.LittleEndian, value) } // a buffer takes everything
	write(36 + size)
	b.WriteString("WAVEfmt ")
	write([]uint32{16})
	write([]uint16{1, 1})
	write([]uint32{rate, rate * 2})
	write([]uint16{2, 16})
	b.WriteString("data")
	write(size)
	write(samples)
	return b.Bytes()
}
