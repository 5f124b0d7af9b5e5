// Command emptywindow is the least that Wails can show: an empty page that says when it is there. What it takes is the
// price of the window, beside which the start of Parley is measured.
package main

import (
	"embed"
	"fmt"
	"os"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
)

//go:embed index.html
var page embed.FS

// Shell is what the page calls.
type Shell struct{}

// Ready says that the page is there, as Parley's does.
func (*Shell) Ready() { fmt.Fprintln(os.Stderr, "Window is ready") }

func main() {
	err := wails.Run(&options.App{
		Title: "Empty", Width: 1280, Height: 800, AssetServer: &assetserver.Options{Assets: page}, Bind: []any{&Shell{}},
		Linux: &linux.Options{ProgramName: "empty", WebviewGpuPolicy: linux.WebviewGpuPolicyOnDemand},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "emptywindow:", err)
		os.Exit(1)
	}
}
