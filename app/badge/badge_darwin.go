//go:build darwin && cgo

package badge

/*
#cgo CFLAGS: -x objective-c
#cgo LDFLAGS: -framework Cocoa
#include <stdlib.h>
#import <Cocoa/Cocoa.h>

static void parley_badge(const char *text) {
	NSString *label = text[0] == 0 ? nil : [NSString stringWithUTF8String:text];
	dispatch_async(dispatch_get_main_queue(), ^{
		[[NSApp dockTile] setBadgeLabel:label];
	});
}
*/
import "C"

import (
	"strconv"
	"unsafe"
)

// launcher is the Dock, which draws the number by itself.
type launcher struct{}

func (launcher) show(count int) error {
	text := ""
	if count > 0 {
		text = strconv.Itoa(count)
	}
	label := C.CString(text)
	defer C.free(unsafe.Pointer(label))
	C.parley_badge(label)
	return nil
}

func (launcher) close() {}
