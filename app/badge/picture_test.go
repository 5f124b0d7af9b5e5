package badge

import (
	"bytes"
	"image/png"
	"testing"
)

// The bubble is round, fills the picture, and says different numbers differently up to nine.
func TestPicture(t *testing.T) {
	seen := map[string]int{}
	for count := 1; count <= 12; count++ {
		data := picture(count)
		image, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if bounds := image.Bounds(); bounds.Dx() != edge || bounds.Dy() != edge {
			t.Fatalf("%d is %v", count, bounds)
		}
		if _, _, _, corner := image.At(0, 0).RGBA(); corner != 0 {
			t.Errorf("%d has corners", count)
		}
		if _, _, _, side := image.At(edge/2, 1).RGBA(); side == 0 {
			t.Errorf("%d does not fill its picture", count)
		}
		if same, any := seen[string(data)]; any && (count <= 10 || same != 10) {
			t.Errorf("%d looks like %d", count, same)
		} else if !any {
			seen[string(data)] = count
		}
	}
}
