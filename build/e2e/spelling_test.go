//go:build linux

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"testing"

	"parley/build/e2e/webdriver"
)

// An agent sees that a word is misspelt before the contact does.
func TestSpelling(t *testing.T) {
	w := open(t)
	w.phoned("marta", "Is the tour on?")
	w.tab("Inbox")
	w.assign(w.row("Is the tour on?"))
	w.tab("Assigned to you")
	w.choose("Is the tour on?")
	marta := box("Marta Figueiredo")

	w.write(marta, "Thank you for your message.")
	if red := w.reddish(); red > 0 {
		t.Errorf("%d pixels of correct words are underlined", red)
	}
	w.chord(webdriver.Shift, webdriver.Enter)
	w.message("Thank you for your message.")
	w.write(marta, "Thnak yuo for yuor mesage. ")
	w.until("wrong words to be underlined", func(context.Context) (bool, string, error) {
		red := w.reddish()
		return red > 20, fmt.Sprintf("%d red pixels", red), nil
	})
	w.picture("underlined")
}

// reddish counts the red pixels of the editor's text, as it is on the screen.
func (w *window) reddish() (count int) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	var box struct{ X, Y, Right, Bottom int }
	w.must(w.session.Run(ctx, `
		const place = document.querySelector('textarea').getBoundingClientRect();
		const left = window.screenX, top = window.screenY + window.outerHeight - window.innerHeight;
		return { X: Math.round(left + place.left), Y: Math.round(top + place.top), Right: Math.round(left + place.right), Bottom: Math.round(top + place.bottom) };`, &box))
	data, err := w.desktop.Picture(ctx)
	w.must(err)
	screen, err := png.Decode(bytes.NewReader(data))
	w.must(err)
	for y := box.Y; y < box.Bottom; y++ {
		for x := box.X; x < box.Right; x++ {
			if !(image.Point{X: x, Y: y}).In(screen.Bounds()) {
				continue
			}
			r, g, b, _ := screen.At(x, y).RGBA()
			if r>>8 > 180 && g>>8 < 140 && b>>8 < 140 {
				count++
			}
		}
	}
	return count
}
