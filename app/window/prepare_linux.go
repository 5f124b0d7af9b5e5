package window

import "os"

// environment holds settings of WebKit that Wails does not make. Who sets a variable themselves, also to 0, is right.
var environment = map[string]string{
	// The DMA-BUF renderer leaves the window blank with NVIDIA drivers and on some Wayland systems (wailsapp/wails#5295).
	"WEBKIT_DISABLE_DMABUF_RENDERER": "1",
	// In bytes: how large the page's heap grows before it is first collected. The default, 32 MB, is meant for browsers; a
	// page that is open all day has 20 MB less in memory with this.
	"JSC_largeHeapSize": "4000000",
}

// Prepare does what must be done before a window exists.
func Prepare() {
	for name, value := range environment {
		if _, set := os.LookupEnv(name); !set {
			_ = os.Setenv(name, value)
		}
	}
}
