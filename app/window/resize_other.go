//go:build !linux

package window

import (
	"context"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// resize gives the window another size.
func resize(ctx context.Context, width, height int) { runtime.WindowSetSize(ctx, width, height) }
