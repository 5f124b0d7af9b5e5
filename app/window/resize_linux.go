package window

/*
#cgo pkg-config: gtk+-3.0
#include <gtk/gtk.h>

static gboolean resize(gpointer data) {
	gint *size = data;
	GList *windows = gtk_window_list_toplevels();
	for (GList *one = windows; one != NULL; one = one->next) {
		if (gtk_window_get_window_type(one->data) == GTK_WINDOW_TOPLEVEL && !GTK_IS_DIALOG(one->data)) {
			gtk_window_resize(one->data, size[0], size[1]);
		}
	}
	g_list_free(windows);
	g_free(size);
	return G_SOURCE_REMOVE;
}

static void resize_later(gint width, gint height) {
	gint *size = g_new(gint, 2);
	size[0] = width;
	size[1] = height;
	g_idle_add(resize, size);
}
*/
import "C"

import "context"

// resize gives the window another size. Wails 2.16.0 calls GTK for that on whatever thread it is on, which now and then
// leaves the window in the size that it has, for good: GTK believes that the change is under way already.
func resize(_ context.Context, width, height int) { C.resize_later(C.gint(width), C.gint(height)) }
