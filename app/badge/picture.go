package badge

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strconv"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// edge is that of the picture in pixels. Windows makes it as small as its taskbar needs.
const edge = 32

// The unread bubble of the page, in its light theme.
var (
	bubble = color.RGBA{0xff, 0xc9, 0x3c, 0xff}
	digits = color.RGBA{0x3d, 0x2c, 0x00, 0xff}
)

// picture is the unread bubble with a number, as PNG. More than nine is "9+": a taskbar has room for no more.
func picture(count int) []byte {
	canvas := image.NewRGBA(image.Rect(0, 0, edge, edge))
	for y := range edge {
		for x := range edge {
			dx, dy := 2*x+1-edge, 2*y+1-edge
			if dx*dx+dy*dy <= edge*edge {
				canvas.SetRGBA(x, y, bubble)
			}
		}
	}
	text := strconv.Itoa(count)
	if count > 9 {
		text = "9+"
	}
	face := basicfont.Face7x13
	small := image.NewRGBA(image.Rect(0, 0, face.Advance*len(text), face.Ascent))
	drawer := font.Drawer{Dst: small, Src: image.NewUniform(digits), Face: face, Dot: fixed.P(0, face.Ascent-1)}
	drawer.DrawString(text)
	height := edge * 3 / 4
	width := height * small.Bounds().Dx() / small.Bounds().Dy()
	at := image.Rect((edge-width)/2, (edge-height)/2, (edge+width)/2, (edge+height)/2)
	draw.CatmullRom.Scale(canvas, at, small, small.Bounds(), draw.Over, nil)
	var b bytes.Buffer
	_ = png.Encode(&b, canvas) // a buffer takes everything, and the size is fine
	return b.Bytes()
}
