package window

import "os"

// Prepare does what must be done before a window exists. WebKitGTK's DMA-BUF renderer leaves the window blank with NVIDIA
// drivers and on some Wayland systems; Wails does not switch it off (wailsapp/wails#5295). Who sets the variable
// themselves, also to 0, is right.
func Prepare() {
	const renderer = "WEBKIT_DISABLE_DMABUF_RENDERER"
	if _, set := os.LookupEnv(renderer); !set {
		_ = os.Setenv(renderer, "1")
	}
}
