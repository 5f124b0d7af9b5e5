/*
 * Lets WebKitWebDriver drive the packaged application as it is. Preloaded by the window test into its own start of
 * build/bin/parley, and never shipped.
 *
 * Wails makes its web view with webkit_web_view_new_with_user_content_manager on the default context (Wails 2.16.0,
 * window.c). This one function is replaced: the context allows automation, the view is made for it, and a session that
 * asks for a window gets the one that is there.
 */
#include <stdlib.h>
#include <webkit2/webkit2.h>

static GtkWidget *view;

/* WebKit's helper processes make no view: they start without this library. */
__attribute__((constructor)) static void only_here(void) { unsetenv("LD_PRELOAD"); }

static WebKitWebView *give_view(WebKitAutomationSession *session, gpointer data) {
  (void)session, (void)data;
  return WEBKIT_WEB_VIEW(view);
}

static void automation_started(WebKitWebContext *context, WebKitAutomationSession *session, gpointer data) {
  (void)context, (void)data;
  WebKitApplicationInfo *info = webkit_application_info_new();
  webkit_application_info_set_name(info, "Parley");
  webkit_application_info_set_version(info, 1, 0, 0);
  webkit_automation_session_set_application_info(session, info);
  webkit_application_info_unref(info);
  g_signal_connect(session, "create-web-view", G_CALLBACK(give_view), NULL);
}

GtkWidget *webkit_web_view_new_with_user_content_manager(WebKitUserContentManager *manager) {
  WebKitWebContext *context = webkit_web_context_get_default();
  webkit_web_context_set_automation_allowed(context, TRUE);
  g_signal_connect(context, "automation-started", G_CALLBACK(automation_started), NULL);
  view = g_object_new(WEBKIT_TYPE_WEB_VIEW, "web-context", context, "user-content-manager", manager,
                      "is-controlled-by-automation", TRUE, NULL);
  return view;
}
