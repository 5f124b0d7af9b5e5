//go:build !linux

package main

import (
	"context"
	"fmt"
	"os"
)

// windowBench needs a screen and a bus of its own, which only Linux gives a program.
func windowBench(context.Context, string) ([]Figure, error) {
	fmt.Fprintln(os.Stderr, "bench: the window is measured on Linux only")
	return nil, nil
}
