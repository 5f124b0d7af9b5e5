package window

/*
#cgo pkg-config: webkit2gtk-4.1
#include <stdlib.h>
#include <webkit2/webkit2.h>

// Runs once on GTK's thread, on which alone WebKit may be talked to.
static gboolean tune(gpointer languages) {
	WebKitWebContext *context = webkit_web_context_get_default();
	webkit_web_context_set_cache_model(context, WEBKIT_CACHE_MODEL_DOCUMENT_VIEWER);
	webkit_web_context_set_spell_checking_languages(context, (const gchar *const *)languages);
	webkit_web_context_set_spell_checking_enabled(context, TRUE);
	g_strfreev(languages);
	return G_SOURCE_REMOVE;
}

static void tune_later(char *languages) {
	g_idle_add(tune, g_strsplit(languages, ",", -1));
	free(languages);
}
*/
import "C"

import (
	"os"
	"slices"
	"strings"
)

// Tune sets what Wails leaves as it is: text is checked for its spelling, in the languages of the system and the one
// given, as far as their dictionaries are installed, and WebKit keeps no pages and files in memory for going back to:
// there is one page. Call it once there is a window.
func Tune(language string) {
	C.tune_later(C.CString(strings.Join(spellingLanguages(os.Getenv, language), ",")))
}

// spellingLanguages are codes such as "pt_BR", the system's first; American English where there is none.
func spellingLanguages(env func(string) string, language string) []string {
	var all []string
	add := func(code string) {
		code, _, _ = strings.Cut(code, ".") // the encoding
		code, _, _ = strings.Cut(code, "@")
		if len(code) >= 2 && code != "POSIX" && !slices.Contains(all, code) {
			all = append(all, code)
		}
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := env(name); value != "" {
			add(value)
			break
		}
	}
	for _, code := range strings.Split(env("LANGUAGE"), ":") {
		add(code)
	}
	add(map[string]string{"en": "en_US", "pt": "pt_PT", "es": "es_ES"}[language])
	if len(all) == 0 {
		add("en_US")
	}
	return all
}
