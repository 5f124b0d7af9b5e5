package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/backend/desk/alerts"
)

func TestSounds(t *testing.T) {
	const kept = "../../" + folder
	for name, tones := range sounds {
		t.Run(name+" is as the generator makes it", func(t *testing.T) {
			want := samples(tones)
			file, err := os.ReadFile(filepath.Join(kept, name+".wav"))
			if err != nil || len(file) != 44+2*len(want) || string(file[:4]) != "RIFF" {
				t.Fatalf("%d bytes, %v: run go run ./build/sounds", len(file), err)
			}
			for i, sample := range want {
				is := int16(binary.LittleEndian.Uint16(file[44+2*i:]))
				if off := int(is) - int(sample); off < -1 || off > 1 { // processors round differently
					t.Fatalf("sample %d is %d, not %d: run go run ./build/sounds", i, is, sample)
				}
			}
		})
		t.Run(name+" is short, can be heard and does not click", func(t *testing.T) {
			made := samples(tones)
			loudest := int16(0)
			for _, sample := range made {
				loudest = max(loudest, sample, -sample)
			}
			if len(made) > rate || loudest < 5000 || loudest >= 30000 {
				t.Errorf("%d samples, at most %d", len(made), loudest)
			}
			if first, last := made[0], made[len(made)-1]; first != 0 || last < -200 || last > 200 {
				t.Errorf("begins with %d and ends with %d", first, last)
			}
		})
	}
	t.Run("there is a file for each that can be chosen", func(t *testing.T) {
		files, _ := filepath.Glob(kept + "/*.wav")
		var names []string
		for _, file := range files {
			names = append(names, strings.TrimSuffix(filepath.Base(file), ".wav"))
		}
		for _, sound := range alerts.Sounds {
			if sound != alerts.SoundNone && !slices.Contains(names, string(sound)) {
				t.Errorf("%s is missing", sound)
			}
		}
		if len(names) != len(alerts.Sounds)-1 {
			t.Errorf("files: %v", names)
		}
	})
}
