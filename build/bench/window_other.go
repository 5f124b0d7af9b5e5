//go:build !linux

package main

import (
	"context"
	"fmt"
	"os"
)

// startingBench needs a screen and a bus of its own, which only Linux gives a program.
func startingBench(context.Context, string) ([]Figure, error) { return onLinuxOnly() }

// openBench does, too.
func openBench(context.Context, string) ([]Figure, error) { return onLinuxOnly() }

// scrollBench does, too.
func scrollBench(context.Context, string) ([]Figure, error) { return onLinuxOnly() }

// typingBench does, too.
func typingBench(context.Context, string) ([]Figure, error) { return onLinuxOnly() }

// paintBench does, too.
func paintBench(context.Context, string) ([]Figure, error) { return onLinuxOnly() }

// shiftBench does, too.
func shiftBench(context.Context, string) ([]Figure, error) { return onLinuxOnly() }

// ringBench needs the bus.
func ringBench(context.Context, string) ([]Figure, error) { return onLinuxOnly() }

func onLinuxOnly() ([]Figure, error) {
	fmt.Fprintln(os.Stderr, "bench: the window and notifications are measured on Linux only")
	return nil, nil
}
