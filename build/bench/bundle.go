package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// firstFiles are what the document of the page names: what is read before anything is shown.
var firstFiles = regexp.MustCompile(`(?:src|href)="/(assets/[^"]+\.(?:js|css))"`)

// bundleBench says how large the page is.
func bundleBench(context.Context, string) ([]Figure, error) {
	const dist = "frontend/dist"
	document, err := os.ReadFile(filepath.Join(dist, "index.html"))
	if err != nil {
		return nil, err
	}
	first, packed := 0.0, 0.0
	for _, match := range firstFiles.FindAllStringSubmatch(string(document), -1) {
		data, err := os.ReadFile(filepath.Join(dist, match[1]))
		if err != nil {
			return nil, err
		}
		first += float64(len(data))
		packed += float64(gzipped(data))
	}
	all := 0.0
	err = filepath.WalkDir(dist, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		all += float64(info.Size())
		return err
	})
	return []Figure{{Name: "Page: script and style that come first", Value: first / 1e3, Unit: "KB", Target: "(told)", Holds: true,
		Baseline: fmt.Sprintf("compressed %.0f KB; all files of the page %.0f KB, emoji names and faces of text among them", packed/1e3, all/1e3)}}, err
}

func gzipped(data []byte) int {
	var packed bytes.Buffer
	packer := gzip.NewWriter(&packed)
	_, _ = packer.Write(data) // memory takes everything
	_ = packer.Close()
	return packed.Len()
}
