package tray

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image/png"
)

func possible() error { return nil }

// There reports whether the person can see the tray: Windows always has one.
func (t *Tray) There() bool { return true }

// iconOf is a PNG as the library takes it here: in an icon file with one picture.
func iconOf(picture []byte) ([]byte, error) {
	config, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("read icon: %w", err)
	}
	const header = 6 + 16
	var b bytes.Buffer
	for _, part := range []any{
		uint16(0), uint16(1), uint16(1), // an icon file with one picture
		uint8(config.Width), uint8(config.Height), uint8(0), uint8(0), uint16(1), uint16(32), uint32(len(picture)), uint32(header),
	} {
		_ = binary.Write(&b, binary.LittleEndian, part) // a buffer takes everything
	}
	b.Write(picture)
	return b.Bytes(), nil
}
