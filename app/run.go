package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	goruntime "runtime"
	"time"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"parley/app/window"
)

// instanceID is how a second instance finds the first one, per data folder.
func instanceID(dirs Dirs) string { return "parley-" + fingerprint(dirs.Data) }

// Run shows the window and returns when it has closed, with all work ended.
func (a *App) Run() error {
	window.Prepare()
	err := wails.Run(a.wailsOptions())
	return errors.Join(err, a.ensureClosed())
}

// RunOn is Run for a page that something else than Wails shows: it works until ctx ends. The surface gets the page's
// files from Handler and calls Services.
func (a *App) RunOn(ctx context.Context, surface Surface) error {
	a.appear(surface)
	<-ctx.Done()
	return a.ensureClosed()
}

// Services are what the page may call, one struct per topic (dto/methods.md). A method that fails returns a *Failure.
func (a *App) Services() []any {
	return []any{
		&Workspace{app: a}, &Conversations{app: a}, &Thread{app: a}, &Snapshot{app: a}, &Templates{app: a}, &QuickReplies{app: a}, &Drafts{app: a},
		&Attachments{app: a}, &Search{app: a}, &Settings{app: a}, &Practice{app: a}, &Shell{app: a}, &Account{app: a}, &Admin{app: a},
	}
}

// Handler answers for the page's document, its files, and bytes by opaque id.
func (a *App) Handler() http.Handler { return a.media(http.FileServerFS(a.options.Assets)) }

// ensureClosed closes the desk when Wails ended without telling.
func (a *App) ensureClosed() error {
	if a.work.Err() != nil {
		return nil
	}
	return a.Close()
}

func (a *App) wailsOptions() *options.App {
	return &options.App{
		Title:       window.Name,
		Width:       window.DefaultWidth,
		Height:      window.DefaultHeight,
		MinWidth:    window.MinWidth,
		MinHeight:   window.MinHeight,
		StartHidden: true, // shown where it was, in domReady
		AssetServer: &assetserver.Options{Assets: a.options.Assets, Middleware: a.media},
		Menu:        systemMenu(),
		LogLevel:    logger.WARNING,

		HideWindowOnClose:        goruntime.GOOS == "darwin", // the Dock brings it back
		EnableDefaultContextMenu: true,                       // spelling suggestions in the editor
		OnStartup:                a.startup,
		OnDomReady:               a.domReady,
		OnBeforeClose:            a.beforeClose,
		OnShutdown:               a.shutdown,
		ErrorFormatter:           formatError,
		SingleInstanceLock: &options.SingleInstanceLock{
			UniqueId: instanceID(a.options.Dirs), OnSecondInstanceLaunch: a.secondInstance,
		},
		Linux: &linux.Options{
			Icon: a.options.Icon, ProgramName: "parley", WebviewGpuPolicy: linux.WebviewGpuPolicyOnDemand,
		},
		Mac: &mac.Options{
			About:     &mac.AboutInfo{Title: window.Name, Icon: a.options.Icon},
			OnUrlOpen: func(link string) { a.secondInstance(options.SecondInstanceData{Args: []string{link}}) },
		},
		Bind: a.Services(),
	}
}

// systemMenu is nil but on macOS, where copy and paste do not work in any field without an Edit menu
// (wailsapp/wails#4918). On Linux it would be a bar inside the window.
func systemMenu() *menu.Menu {
	if goruntime.GOOS != "darwin" {
		return nil
	}
	return menu.NewMenuFromItems(menu.AppMenu(), menu.EditMenu(), menu.WindowMenu())
}

// leaveAfter is how long a second instance waits to be told to leave.
const leaveAfter = 3 * time.Second

// RaiseFirst asks the instance that holds the lock of dirs to show its window. It touches no data. Where the systems'
// way to the first instance is closed (no session bus), it ends after a moment without having reached anybody.
func RaiseFirst(dirs Dirs, assets fs.FS) error {
	window.Prepare()
	err := wails.Run(&options.App{
		Title:              window.Name,
		StartHidden:        true,
		AssetServer:        &assetserver.Options{Assets: assets},
		LogLevel:           logger.ERROR,
		SingleInstanceLock: &options.SingleInstanceLock{UniqueId: instanceID(dirs)},
		OnStartup: func(ctx context.Context) {
			// Wails ends this process as soon as the first instance has answered.
			time.Sleep(leaveAfter)
			runtime.Quit(ctx)
		},
	})
	if err != nil {
		return fmt.Errorf("raise the first instance: %w", err)
	}
	return ErrRunning
}

// ShowFailure tells a person in a dialogue why Parley cannot start.
func ShowFailure(failure error, assets fs.FS) {
	window.Prepare()
	_ = wails.Run(&options.App{
		Title:       window.Name,
		StartHidden: true,
		AssetServer: &assetserver.Options{Assets: assets},
		LogLevel:    logger.ERROR,
		OnDomReady: func(ctx context.Context) {
			go func() { // the hook must return
				_, _ = runtime.MessageDialog(ctx, runtime.MessageDialogOptions{
					Type: runtime.ErrorDialog, Title: "Parley cannot start", Message: failure.Error(),
				})
				runtime.Quit(ctx)
			}()
		},
	})
}
