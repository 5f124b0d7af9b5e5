#!/usr/bin/env bash
# One sheet of all states (1280 by 800, light and dark) from build/screenshots into build/states.jpg.
set -euo pipefail
cd "$(dirname "$0")/screenshots"
# Made small while they are read: two hundred of them do not fit into what ImageMagick may use.
montage -label '%t' './*-1280-light.png[260x163]' './*-1280-dark.png[260x163]' -tile 9x -geometry 260x163+3+3 -background '#777' -pointsize 9 -quality 58 ../states.jpg
echo "$(find . -name '*.png' | wc -l) pictures, sheet build/states.jpg of $(du -k ../states.jpg | cut -f1) KB"
