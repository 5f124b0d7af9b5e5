#!/usr/bin/env bash
# Opens the window. Without a display it says so, and how to get one.
set -euo pipefail
if [ "$(uname)" = Linux ] && [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
  cat >&2 <<'TEXT'
Parley is built, but there is no display to open a window on.
Run this on a desktop, or with a virtual display: xvfb-run -s "-screen 0 1280x800x24" build/bin/parley
TEXT
  exit 1
fi
exec "$@"
