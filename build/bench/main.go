// Command bench measures what Parley promises and prints each figure beside its target and beside a baseline of the
// same run, so that a slow machine is seen to be slow. BENCH_JSON=file writes the figures, too. Nothing here fails a
// build: it informs. Give names to run only some: go run ./build/bench start open
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"slices"
	"strings"
)

// Figure is one measurement. Target "≥ 8000/s" reads: Value should be at least that.
type Figure struct {
	Name     string  `json:"name"`
	Value    float64 `json:"value"`
	Unit     string  `json:"unit"`
	Target   string  `json:"target"`
	Baseline string  `json:"baseline"`
	Holds    bool    `json:"holds"`
}

func atLeast(name string, value float64, unit string, target float64, baseline string) Figure {
	return Figure{name, value, unit, fmt.Sprintf("≥ %g %s", target, unit), baseline, value >= target}
}

func atMost(name string, value float64, unit string, target float64, baseline string) Figure {
	return Figure{name, value, unit, fmt.Sprintf("≤ %g %s", target, unit), baseline, value <= target}
}

// benchmarks in the order in which they run.
var benchmarks = []struct {
	name string
	run  func(ctx context.Context, folder string) ([]Figure, error)
}{
	{"ingest", ingestBench},
	{"arrival", arrivalBench},
	{"steady", steadyBench},
	{"fanout", fanoutBench},
	{"policy", policyBench},
	{"ring", ringBench},
	{"start", startingBench},
	{"open", openBench},
	{"type", typingBench},
	{"paint", paintBench},
	{"bundle", bundleBench},
	{"scroll", scrollBench},
	{"search", searchBench},
	{"shift", shiftBench},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// fanoutChild as the first argument makes this program one of the servers that it measures.
const fanoutChild = "fanout-server"

func run(ctx context.Context, only []string) error {
	if len(only) == 3 && only[0] == fanoutChild {
		return serveFanout(ctx, only[1], only[2])
	}
	if file := os.Getenv("BENCH_CPU"); file != "" { // go tool pprof reads it
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	var all []Figure
	for _, b := range benchmarks {
		if len(only) > 0 && !slices.Contains(only, b.name) {
			continue
		}
		folder, err := os.MkdirTemp("", "parley-bench-")
		if err != nil {
			return err
		}
		figures, err := b.run(ctx, folder)
		_ = os.RemoveAll(folder)
		if err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		for _, f := range figures {
			print(f)
		}
		all = append(all, figures...)
	}
	file := os.Getenv("BENCH_JSON")
	if file == "" {
		return nil
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

func print(f Figure) {
	verdict := "holds"
	if !f.Holds {
		verdict = "NOT REACHED"
	}
	fmt.Printf("%-52s %10.1f %-5s %-14s %-11s  %s\n", f.Name, f.Value, f.Unit, f.Target, verdict, strings.TrimSpace(f.Baseline))
}
