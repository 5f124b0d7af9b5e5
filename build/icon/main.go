// Command icon draws Parley's icon: two speech bubbles, the contact's and the agent's, on the accent colour. It writes
// build/appicon.png (1024 px), build/icon/window.png (windowEdge px) and build/windows/icon.ico; run it from the root of
// the project after a change:
//
//	go run ./build/icon
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"

	"golang.org/x/image/draw"
)

// edge is the drawn size. It is drawn larger and made smaller, which smooths all edges.
const (
	edge        = 1024
	oversampled = 2

	// windowEdge is enough for a window and a notification. Linux hands a window's icon over pixel by pixel at the start.
	windowEdge = 128
)

var (
	iris  = color.RGBA{0x54, 0x48, 0xc4, 0xff} // --accent
	irisB = color.RGBA{0x6a, 0x5e, 0xe0, 0xff} // --accent of the dark theme
	paper = color.RGBA{0xff, 0xff, 0xff, 0xff}
	amber = color.RGBA{0xff, 0xc9, 0x3c, 0xff} // the unread bubble
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "icon:", err)
		os.Exit(1)
	}
}

func run() error {
	full := drawIcon()
	var b bytes.Buffer
	if err := png.Encode(&b, full); err != nil {
		return err
	}
	if err := os.WriteFile("build/appicon.png", b.Bytes(), 0o644); err != nil {
		return err
	}
	b.Reset()
	if err := png.Encode(&b, scaled(full, windowEdge)); err != nil {
		return err
	}
	if err := os.WriteFile("build/icon/window.png", b.Bytes(), 0o644); err != nil {
		return err
	}
	ico, err := icoOf(full, 256, 64, 48, 32, 16)
	if err != nil {
		return err
	}
	return os.WriteFile("build/windows/icon.ico", ico, 0o644)
}

func drawIcon() image.Image {
	size := edge * oversampled
	large := image.NewRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			large.Set(x, y, at(float64(x)/float64(size), float64(y)/float64(size)))
		}
	}
	return scaled(large, edge)
}

// at is the colour of a point of the unit square.
func at(x, y float64) color.Color {
	if !rounded(x, y, 0.04, 0.04, 0.96, 0.96, 0.21) {
		return color.RGBA{}
	}
	agent := rounded(x, y, 0.36, 0.47, 0.82, 0.74, 0.085) || triangle(x, y, 0.67, 0.72, 0.785, 0.70, 0.775, 0.845)
	if agent {
		for i := range 3 {
			if math.Hypot(x-(0.48+0.11*float64(i)), y-0.605) < 0.032 {
				return iris
			}
		}
		return paper
	}
	// A rim of the ground keeps the bubbles apart.
	rim := rounded(x, y, 0.335, 0.445, 0.845, 0.765, 0.11)
	contact := rounded(x, y, 0.18, 0.24, 0.62, 0.56, 0.085) || triangle(x, y, 0.22, 0.54, 0.33, 0.54, 0.235, 0.67)
	if contact && !rim {
		return amber
	}
	return blend(irisB, iris, y)
}

func rounded(x, y, x0, y0, x1, y1, radius float64) bool {
	if x < x0 || x > x1 || y < y0 || y > y1 {
		return false
	}
	dx := math.Max(math.Max(x0+radius-x, x-(x1-radius)), 0)
	dy := math.Max(math.Max(y0+radius-y, y-(y1-radius)), 0)
	return math.Hypot(dx, dy) <= radius
}

func triangle(x, y, ax, ay, bx, by, cx, cy float64) bool {
	side := func(x0, y0, x1, y1 float64) bool { return (x1-x0)*(y-y0)-(y1-y0)*(x-x0) >= 0 }
	a, b, c := side(ax, ay, bx, by), side(bx, by, cx, cy), side(cx, cy, ax, ay)
	return a == b && b == c
}

func blend(from, to color.RGBA, part float64) color.RGBA {
	mix := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*part) }
	return color.RGBA{mix(from.R, to.R), mix(from.G, to.G), mix(from.B, to.B), 0xff}
}

func scaled(from image.Image, size int) image.Image {
	to := image.NewRGBA(image.Rect(0, 0, size, size))
	draw.CatmullRom.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
	return to
}

// icoOf packs the icon in several sizes, each as a PNG, which Windows reads since Vista.
func icoOf(full image.Image, sizes ...int) ([]byte, error) {
	const headBytes, entryBytes = 6, 16
	var head, bodies bytes.Buffer
	put := func(values ...any) {
		for _, value := range values {
			_ = binary.Write(&head, binary.LittleEndian, value) // a buffer takes everything
		}
	}
	put(uint16(0), uint16(1), uint16(len(sizes)))
	for _, size := range sizes {
		var body bytes.Buffer
		if err := png.Encode(&body, scaled(full, size)); err != nil {
			return nil, err
		}
		offset := headBytes + entryBytes*len(sizes) + bodies.Len()
		put(uint8(size%256), uint8(size%256), uint8(0), uint8(0), uint16(1), uint16(32), uint32(body.Len()), uint32(offset))
		bodies.Write(body.Bytes())
	}
	return append(head.Bytes(), bodies.Bytes()...), nil
}
