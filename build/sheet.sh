#!/usr/bin/env bash
# One sheet of all states (1280 by 800, light and dark) from build/screenshots into build/screenshots/sheet.jpg.
set -euo pipefail
cd "$(dirname "$0")/screenshots"
montage -label '%t' ./*-1280-light.png ./*-1280-dark.png -tile 8x -geometry 300x188+4+4 -background '#777' -pointsize 9 -quality 62 sheet.jpg
echo "$(find . -name '*.png' | wc -l) pictures, sheet of $(du -k sheet.jpg | cut -f1) KB in build/screenshots"
