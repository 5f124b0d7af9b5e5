//go:build linux

// Package desktop is a whole desktop for one test: a virtual screen, a session bus of its own, a window manager, and a
// notification service that records what programs show and plays the person who clicks. The packaged application is
// started on it as it is, with a preloaded library that lets WebKitWebDriver in. Everything ends with Close, and with
// the test's process should that be killed.
package desktop

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// startLimit is how long one part of the desktop may take to be there.
const startLimit = 20 * time.Second

// Options say where a desktop keeps things and what runs on it.
type Options struct {
	// Folder holds the person's home, logs and sockets. Its path is short: sockets allow about 100 bytes.
	Folder string
	// Binary is the packaged application.
	Binary string
	// Shim is the C source of the library to preload.
	Shim string
	// Accessible has a screen reader's bus, through which programs can be read.
	Accessible bool
	// Hub is the address of a team's hub and Token what opens it; "" is the practice workspace.
	Hub, Token string
	// Welcome starts the application as somebody does who has just installed it; Hub is "".
	Welcome bool
	// Width and Height are the window's when it was closed the last time; 0 where it never was.
	Width, Height int
}

// Desktop is a running desktop.
type Desktop struct {
	Notifications *Notifications

	options   Options
	display   string
	bus       string
	shim      string
	processes []*process
}

// Start brings a desktop up. The caller closes it.
func Start(ctx context.Context, o Options) (*Desktop, error) {
	d := &Desktop{options: o}
	return d.bringUp(ctx, d.makeFolders, d.startScreen, d.startBus, d.startAccessibility, d.startWindowManager, d.compileShim)
}

// StartBus brings up a session bus with its notification service only, for what needs no screen. The caller closes it.
func StartBus(ctx context.Context, folder string) (*Desktop, error) {
	d := &Desktop{options: Options{Folder: folder}}
	return d.bringUp(ctx, d.makeFolders, d.startBus)
}

func (d *Desktop) bringUp(ctx context.Context, steps ...func(context.Context) error) (*Desktop, error) {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, d.Close())
		}
	}
	var err error
	if d.Notifications, err = serveNotifications(d.bus); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Close ends everything that was started, the last first.
func (d *Desktop) Close() error {
	var errs []error
	if d.Notifications != nil {
		errs = append(errs, d.Notifications.close())
	}
	for i := len(d.processes) - 1; i >= 0; i-- {
		errs = append(errs, d.processes[i].end())
	}
	d.processes = nil
	return errors.Join(errs...)
}

// Bus is the address of the session bus.
func (d *Desktop) Bus() string { return d.bus }

// Home is the person's Parley: PARLEY_HOME.
func (d *Desktop) Home() string { return filepath.Join(d.options.Folder, "parley") }

// Environment is that of every program on this desktop. Nothing of the surroundings reaches it but the path.
func (d *Desktop) Environment() []string {
	home := filepath.Join(d.options.Folder, "home")
	bridge := "NO_AT_BRIDGE=1"
	if d.options.Accessible {
		bridge = "GTK_A11Y=atspi"
	}
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "PARLEY_HOME=" + d.Home(), "PARLEY_QUIET=1",
		"XDG_RUNTIME_DIR=" + filepath.Join(d.options.Folder, "run"), "XDG_CACHE_HOME=" + filepath.Join(home, ".cache"),
		"DISPLAY=" + d.display, "DBUS_SESSION_BUS_ADDRESS=" + d.bus,
		"LANG=" + language(), "LC_ALL=" + language(), "LANGUAGE=en_GB", "TZ=UTC",
		"GDK_BACKEND=x11", "GTK_THEME=Adwaita", "GSETTINGS_BACKEND=memory", bridge,
		"LIBGL_ALWAYS_SOFTWARE=1", // there is no graphics card
	}
}

// Practice reports whether the application opens the practice workspace.
func (d *Desktop) Practice() bool { return d.options.Hub == "" && !d.options.Welcome }

// language is British English where the system has it.
func language() string {
	list, err := exec.Command("locale", "-a").Output()
	if err == nil && strings.Contains(string(list), "en_GB.utf8") {
		return "en_GB.UTF-8"
	}
	return "C.UTF-8"
}

func (d *Desktop) makeFolders(context.Context) error {
	for _, name := range []string{"home/.cache", "run", "parley", "logs"} {
		if err := os.MkdirAll(filepath.Join(d.options.Folder, name), 0o700); err != nil {
			return err
		}
	}
	return d.writeGeometry()
}

// writeGeometry leaves the window as a time before has left it.
func (d *Desktop) writeGeometry() error {
	if d.options.Width == 0 {
		return nil
	}
	config := filepath.Join(d.Home(), "config")
	if err := os.MkdirAll(config, 0o700); err != nil {
		return err
	}
	geometry := fmt.Appendf(nil, `{"width": %d, "height": %d}`, d.options.Width, d.options.Height)
	return os.WriteFile(filepath.Join(config, "window.json"), geometry, 0o600)
}

// startScreen starts a virtual screen of one laptop's size on a display number that is free.
func (d *Desktop) startScreen(ctx context.Context) error {
	told, tell, err := os.Pipe()
	if err != nil {
		return err
	}
	defer told.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{tell}
	err = d.start(cmd, "Xvfb")
	tell.Close()
	if err != nil {
		return err
	}
	number, err := firstLine(ctx, told)
	if err != nil {
		return fmt.Errorf("start screen: %w", err)
	}
	d.display = ":" + number
	return nil
}

// busConfig is a session bus on which only what the test starts can answer: no service is started on demand.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=%s</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
`

func (d *Desktop) startBus(ctx context.Context) error {
	file := filepath.Join(d.options.Folder, "bus.conf")
	if err := os.WriteFile(file, fmt.Appendf(nil, busConfig, filepath.Join(d.options.Folder, "run")), 0o600); err != nil {
		return err
	}
	told, tell, err := os.Pipe()
	if err != nil {
		return err
	}
	defer told.Close()
	cmd := exec.Command("dbus-daemon", "--config-file="+file, "--nofork", "--nopidfile", "--print-address=3")
	cmd.ExtraFiles = []*os.File{tell}
	err = d.start(cmd, "dbus-daemon")
	tell.Close()
	if err != nil {
		return err
	}
	if d.bus, err = firstLine(ctx, told); err != nil {
		return fmt.Errorf("start session bus: %w", err)
	}
	return nil
}

// windowManagerConfig gives the one window the whole screen, and the focus when it comes.
const windowManagerConfig = `<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <theme><keepBorder>no</keepBorder></theme>
  <focus><focusNew>yes</focusNew><followMouse>no</followMouse></focus>
  <applications><application class="*"><decor>no</decor><focus>yes</focus></application></applications>
</openbox_config>
`

// startWindowManager returns when it manages: before that no window gets the focus.
func (d *Desktop) startWindowManager(ctx context.Context) error {
	file := filepath.Join(d.options.Folder, "openbox.xml")
	if err := os.WriteFile(file, []byte(windowManagerConfig), 0o600); err != nil {
		return err
	}
	ready := filepath.Join(d.options.Folder, "run", "managed")
	if err := d.start(exec.Command("openbox", "--sm-disable", "--config-file", file, "--startup", "touch "+ready), "openbox"); err != nil {
		return err
	}
	return await(ctx, "window manager", func() bool {
		_, err := os.Stat(ready)
		return err == nil
	})
}

// compileShim makes the library to preload.
func (d *Desktop) compileShim(ctx context.Context) error {
	flags, err := exec.CommandContext(ctx, "pkg-config", "--cflags", "--libs", "webkit2gtk-4.1").Output()
	if err != nil {
		return fmt.Errorf("find WebKitGTK 4.1: %w", err)
	}
	d.shim = filepath.Join(d.options.Folder, "shim.so")
	arguments := append([]string{"-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", d.shim, d.options.Shim}, strings.Fields(string(flags))...)
	if said, err := exec.CommandContext(ctx, "gcc", arguments...).CombinedOutput(); err != nil {
		return fmt.Errorf("compile shim: %w\n%s", err, said)
	}
	return nil
}

func firstLine(ctx context.Context, from *os.File) (string, error) {
	_ = from.SetReadDeadline(time.Now().Add(startLimit))
	stop := context.AfterFunc(ctx, func() { _ = from.SetReadDeadline(time.Now()) })
	defer stop()
	line, err := bufio.NewReader(from).ReadString('\n')
	return strings.TrimSpace(line), err
}

// await waits for what another program does, which tells nobody.
func await(ctx context.Context, what string, there func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for !there() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited for %s: %w", what, ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}
