#!/usr/bin/env bash
# Installs the system packages that building (run) or testing (test) Parley needs, with the system's own package
# manager: apt (Debian, Ubuntu), dnf (Fedora), brew (macOS). Needs Go, Node, git and make. Leaves a stamp in
# build/.stamps, so that a second run does nothing. Usage: build/setup.sh run|test
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

have() { command -v "$1" >/dev/null 2>&1; }
have go || fail "Go is missing. Install Go 1.26 or newer, then run this again."
have node && have npm || fail "Node.js is missing. Install Node.js 20 or newer with npm, then run this again."
node_major=$(node -p 'process.versions.node.split(".")[0]')
[ "$node_major" -ge 20 ] || fail "Node.js $node_major is too old: Parley needs 20 or newer."

stamp="build/.stamps/setup-$purpose-$(cksum < build/setup.sh | cut -d' ' -f1)-$(uname -srm | cksum | cut -d' ' -f1)"
[ -e "$stamp" ] && exit 0

root() { if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo; then sudo "$@"; else fail "Installing packages needs root: run '$*' as root, then this again."; fi; }

# Ubuntu's and Debian's unattended upgrade may hold the lock or leave packages half-configured, and some systems clean
# /tmp while packages are unpacked: wait for the lock, keep temporary files in /var/tmp, mend and try once more.
apt_once() {
  root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a TMPDIR=/var/tmp \
    apt-get -o DPkg::Lock::Timeout=300 -o APT::ExtractTemplates::TempDir=/var/tmp -y --no-install-recommends "$@"
}
apt_install() {
  local missing=()
  for p in "$@"; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$p")
  done
  [ ${#missing[@]} = 0 ] && return
  say "installing ${missing[*]}"
  apt_once update
  apt_once install "${missing[@]}" && return
  say "that did not work; mending and trying once more"
  root env DEBIAN_FRONTEND=noninteractive TMPDIR=/var/tmp dpkg --configure -a || true
  apt_once --fix-broken install || true
  apt_once update
  apt_once install "${missing[@]}"
}
dnf_install() {
  rpm -q "$@" >/dev/null 2>&1 && return
  say "installing $*"
  root dnf -y install "$@" || { say "trying once more"; root dnf clean metadata; root dnf -y install "$@"; }
}
brew_install() {
  have brew || fail "Homebrew is missing: install it from https://brew.sh, then run this again."
  for p in "$@"; do brew list "$p" >/dev/null 2>&1 || brew install "$p"; done
}

if have apt-get; then
  packages=(gcc libc6-dev pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev gstreamer1.0-plugins-base gstreamer1.0-plugins-good
    gstreamer1.0-libav fonts-noto-core fonts-noto-color-emoji hunspell-en-us ca-certificates)
  [ "$purpose" = test ] && packages+=(g++ xvfb dbus dbus-x11 openbox webkit2gtk-driver postgresql x11-utils imagemagick chromium at-spi2-core gcc-mingw-w64-x86-64-win32)
  apt_install "${packages[@]}"
elif have dnf; then
  packages=(gcc pkgconf-pkg-config gtk3-devel webkit2gtk4.1-devel gstreamer1-plugins-base gstreamer1-plugins-good
    google-noto-sans-fonts google-noto-color-emoji-fonts hunspell-en-US)
  [ "$purpose" = test ] && packages+=(gcc-c++ xorg-x11-server-Xvfb dbus-daemon dbus-x11 openbox postgresql-server xwininfo ImageMagick chromium at-spi2-core mingw64-gcc)
  dnf_install "${packages[@]}"
  [ "$purpose" = test ] && { have WebKitWebDriver || root dnf -y install '*/bin/WebKitWebDriver'; }
elif [ "$(uname)" = Darwin ]; then
  xcode-select -p >/dev/null 2>&1 || fail "Xcode's command line tools are missing: run xcode-select --install, then this again."
  [ "$purpose" = test ] && brew_install postgresql@16 mingw-w64
else
  fail "This system's package manager is not known here. Parley needs a C compiler, GTK 3 and WebKitGTK 4.1 with their headers."
fi

mkdir -p build/.stamps
rm -f build/.stamps/setup-"$purpose"-*
touch "$stamp"
