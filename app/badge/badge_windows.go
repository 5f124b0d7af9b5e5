package badge

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// windowClass is that of Wails' window (Wails 2.16.0).
const windowClass = "wailsWindow"

var (
	user32           = windows.NewLazySystemDLL("user32.dll")
	findWindow       = user32.NewProc("FindWindowExW")
	createIcon       = user32.NewProc("CreateIconFromResourceEx")
	destroyIcon      = user32.NewProc("DestroyIcon")
	ole32            = windows.NewLazySystemDLL("ole32.dll")
	createInstance   = ole32.NewProc("CoCreateInstance")
	classTaskbarList = windows.GUID{Data1: 0x56fdf344, Data2: 0xfd6d, Data3: 0x11d0, Data4: [8]byte{0x95, 0x8a, 0, 0x60, 0x97, 0xc9, 0xa0, 0x90}}
	taskbarList3     = windows.GUID{Data1: 0xea1afb91, Data2: 0x9e28, Data3: 0x4b86, Data4: [8]byte{0x90, 0xe9, 0x9e, 0x9f, 0x8a, 0x5e, 0xef, 0xaf}}
)

const (
	inProcess   = 1          // CLSCTX_INPROC_SERVER
	iconVersion = 0x00030000 // of CreateIconFromResourceEx

)

// taskbar is ITaskbarList3 as far as it is used: its methods in the order of shobjidl.h.
type taskbar struct{ methods *taskbarMethods }

type taskbarMethods struct {
	queryInterface, addRef, release                                                           uintptr
	hrInit, addTab, deleteTab, activateTab, setActiveAlt                                      uintptr
	markFullscreenWindow                                                                      uintptr
	setProgressValue, setProgressState, registerTab, unregisterTab, setTabOrder, setTabActive uintptr
	thumbBarAddButtons, thumbBarUpdateButtons, thumbBarSetImageList                           uintptr
	setOverlayIcon                                                                            uintptr
}

// launcher puts the number over the button in the taskbar. COM wants it to stay on one thread, which it holds from the
// first number on.
type launcher struct {
	bar    *taskbar
	window uintptr
}

func (l *launcher) show(count int) error {
	if l.bar == nil {
		if count == 0 {
			return nil
		}
		if err := l.open(); err != nil {
			return err
		}
	}
	icon, text := uintptr(0), (*uint16)(nil)
	if count > 0 {
		data := picture(count)
		icon, _, _ = createIcon.Call(uintptr(unsafe.Pointer(&data[0])), uintptr(len(data)), 1, iconVersion, edge, edge, 0)
		if icon == 0 {
			return errors.New("put number on taskbar: Windows does not take the picture")
		}
		defer destroyIcon.Call(icon)
		text, _ = windows.UTF16PtrFromString(strconv.Itoa(count)) // digits have no NUL
	}
	result, _, _ := syscall.SyscallN(l.bar.methods.setOverlayIcon, uintptr(unsafe.Pointer(l.bar)), l.window, icon, uintptr(unsafe.Pointer(text)))
	if int32(result) < 0 {
		return fmt.Errorf("put number on taskbar: %#x", uint32(result))
	}
	return nil
}

// open finds the window's button.
func (l *launcher) open() error {
	window, err := ownWindow()
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED); err != nil && !errors.Is(err, syscall.Errno(1)) { // S_FALSE: it was before
		return fmt.Errorf("put number on taskbar: %w", err)
	}
	var bar *taskbar
	result, _, _ := createInstance.Call(uintptr(unsafe.Pointer(&classTaskbarList)), 0, inProcess, uintptr(unsafe.Pointer(&taskbarList3)), uintptr(unsafe.Pointer(&bar)))
	if int32(result) < 0 || bar == nil {
		return fmt.Errorf("put number on taskbar: %#x", uint32(result))
	}
	if result, _, _ := syscall.SyscallN(bar.methods.hrInit, uintptr(unsafe.Pointer(bar))); int32(result) < 0 {
		return fmt.Errorf("put number on taskbar: %#x", uint32(result))
	}
	l.bar, l.window = bar, window
	return nil
}

// ownWindow is this process's window; other programs are made with Wails, too.
func ownWindow() (uintptr, error) {
	class, _ := windows.UTF16PtrFromString(windowClass) // a constant without NUL
	for window := uintptr(0); ; {
		window, _, _ = findWindow.Call(0, window, uintptr(unsafe.Pointer(class)), 0)
		if window == 0 {
			return 0, fmt.Errorf("find the window: %w", windows.ERROR_INVALID_WINDOW_HANDLE)
		}
		var process uint32
		if _, err := windows.GetWindowThreadProcessId(windows.HWND(window), &process); err == nil && process == windows.GetCurrentProcessId() {
			return window, nil
		}
	}
}

func (l *launcher) close() {
	if l.bar != nil {
		syscall.SyscallN(l.bar.methods.release, uintptr(unsafe.Pointer(l.bar)))
		windows.CoUninitialize()
		runtime.UnlockOSThread()
	}
}
