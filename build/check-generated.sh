#!/usr/bin/env bash
# Makes generated code again in a copy and compares it with what is committed. Needs what make generate needs.
# A stamp remembers the inputs for which it held, so that a second run takes no time.
set -euo pipefail
cd "$(dirname "$0")/.."
inputs() { git ls-files -co --exclude-standard backend/proto backend/hub/store build/tools docs/openapi.yaml go.mod | LC_ALL=C sort | xargs cksum | cksum | cut -d' ' -f1; }
stamp=build/.stamps/generated
mkdir -p build/.stamps
[ "$(cat $stamp 2>/dev/null)" = "$(inputs)" ] && exit 0
generated=(backend/proto/parley backend/hub/store/db docs/openapi.yaml)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
for g in "${generated[@]}"; do mkdir -p "$copy/$(dirname "$g")" && cp -R "$g" "$copy/$g"; done
make --no-print-directory generate >/dev/null
status=0
for g in "${generated[@]}"; do
  diff -r "$copy/$g" "$g" >&2 || { echo "$g was not current: commit what make generate has made" >&2; status=1; }
done
[ $status = 0 ] && inputs > $stamp
exit $status
