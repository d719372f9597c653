#!/bin/sh
# Installs pinner for the user who runs this:
#   curl -fsSL https://github.com/pinner-xyz/pinner/releases/latest/download/install.sh | sh
#
#   PINNER_VERSION        such as 0.1.0; otherwise the newest release
#   PINNER_INSTALL_DIR    where it goes; otherwise ~/.local/bin
#   PINNER_REPLACE        1 to replace a pinner that is another program
#   PINNER_DOWNLOAD_BASE  a mirror of https://github.com/pinner-xyz/pinner/releases

# What the caller's shell was told to do, it may have told this one: `sh -e`, SHELLOPTS.
set +efC -u
# With CDPATH, `cd` goes elsewhere and prints where; the others change what is split, and what grep and tar do.
unset CDPATH IFS GREP_OPTIONS TAR_OPTIONS

fail() {
  echo "pinner was not installed: $1" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

system() {
  case $(uname -s) in
    Linux) echo linux ;;
    Darwin) echo darwin ;;
    MINGW* | MSYS* | CYGWIN*) fail "on Windows, use install.ps1" ;;
    *) fail "there is no build for $(uname -s). With Node 20.13 or newer: npm install --global pinner" ;;
  esac
}

architecture() {
  case $(uname -m) in
    x86_64 | amd64)
      # A shell that runs translated on an Apple processor calls itself Intel.
      if [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then echo arm64; else echo x64; fi
      ;;
    aarch64 | arm64) echo arm64 ;;
    *) fail "there is no build for $(uname -m) processors. With Node 20.13 or newer: npm install --global pinner" ;;
  esac
  # A 64-bit kernel may carry a system that can run 32-bit programs only.
  [ "$(getconf LONG_BIT 2>/dev/null)" != 32 ] || fail "there is no build for 32-bit systems"
}

is_musl() {
  case $(ldd --version 2>&1) in
    *musl*) return 0 ;;
    *GLIBC* | *GNU* | *glibc*) return 1 ;;
  esac
  for loader in /lib/ld-linux* /lib64/ld-linux*; do
    [ ! -e "$loader" ] || return 1
  done
  for loader in /lib/ld-musl-*; do
    [ ! -e "$loader" ] || return 0
  done
  return 1
}

# download URL FILE
download() {
  url=$1 file=$2
  shift 2
  echo "Downloading $url" >&2
  if has curl; then
    case $url in
      https://*) set -- --proto =https --tlsv1.2 ;;
    esac
    reason=$(curl -fsSL --connect-timeout 30 --speed-time 30 --speed-limit 1 ${1+"$@"} -o "$file" "$url" 2>&1)
  else
    # Busybox has a wget that crashes when a time limit meets a redirect.
    case $(wget --version 2>&1) in
      GNU*) set -- -T 30 -t 2 ;;
    esac
    reason=$(wget -nv ${1+"$@"} -O "$file" "$url" 2>&1)
  fi || fail "$url could not be downloaded: $reason"
}

# sha256 FILE
sha256() {
  if has sha256sum; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -c 1-64
}

# verify DIRECTORY FILE
verify() {
  expected=$(awk -v name="$2" '$2 == name || $2 == "*" name { print tolower($1) }' "$1/SHA256SUMS")
  case $expected in
    *[!0-9a-f]* | "") fail "SHA256SUMS has no checksum of $2" ;;
  esac
  actual=$(sha256 "$1/$2")
  [ "$actual" = "$expected" ] || fail "$2 has not the checksum that SHA256SUMS gives: $actual, not $expected"
}

# is_ours FILE: whether it is a pinner of this project, of whatever version. It is not run: it may be anything.
is_ours() {
  # Where Bun keeps our program inside the executable. As lines, because busybox's grep stops at a zero byte.
  [ "$(LC_ALL=C tr '\000' '\n' <"$1" 2>/dev/null | LC_ALL=C grep -cF "/\$bunfs/root/pinner" 2>/dev/null)" != 0 ]
}

# refuse_foreign FILE: ends where another program would be replaced.
refuse_foreign() {
  [ -e "$1" ] || [ -L "$1" ] || return 0
  [ "${PINNER_REPLACE:-}" != 1 ] || return 0
  ! is_ours "$1" || return 0
  what="another program"
  if [ -L "$1" ]; then what="a link to $(readlink "$1" | tr -d '\000-\037\177')"; fi
  fail "$1 is $what, not a pinner of this installer. Set PINNER_REPLACE=1 to replace it, or PINNER_INSTALL_DIR to another directory"
}

# first_on_path DIRECTORY: which pinner comes first on PATH but for the one in it, behind "before" or "after" it.
first_on_path() (
  IFS=:
  set -f
  place=before
  for entry in $PATH; do
    found=${entry:-.}/pinner
    [ -f "$found" ] && [ -x "$found" ] || continue
    if [ "$found" -ef "$1/pinner" ]; then
      place=after
    else
      echo "$place $found"
      return
    fi
  done
  echo "$place"
)

# explain_path DIRECTORY
explain_path() {
  first=$(first_on_path "$1")
  case $first in
    after*) echo "Log in with: pinner auth" ;;
    *)
      echo "Put its directory first on your PATH, with this line in your shell's start file, such as ~/.profile:"
      echo "  export PATH=\"$1:\$PATH\""
      ;;
  esac
  case $first in
    "before "*) echo "Until then \`pinner\` is another one: ${first#* }" ;;
    "after "*) echo "It comes before another one on your PATH: ${first#* }" ;;
  esac
}

main() {
  has curl || has wget || fail "it takes curl or wget to download it"
  has sha256sum || has shasum || fail "it takes sha256sum or shasum to verify what is downloaded"
  os=$(system) || exit 1
  arch=$(architecture) || exit 1
  libc=
  if [ "$os" = linux ] && is_musl; then libc=-musl; fi
  archive=pinner-$os-$arch$libc.tar.gz

  base=${PINNER_DOWNLOAD_BASE:-https://github.com/pinner-xyz/pinner/releases}
  version=${PINNER_VERSION:-latest}
  version=${version#v}
  case $version in
    latest) from=${base%/}/latest/download ;;
    *[!0-9A-Za-z.+-]*) fail "PINNER_VERSION is not a version such as 0.1.0" ;;
    *) from=${base%/}/download/v$version ;;
  esac

  dir=${PINNER_INSTALL_DIR:-${HOME:+$HOME/.local/bin}}
  [ -n "$dir" ] || fail "set HOME or PINNER_INSTALL_DIR"
  case $dir in
    /*) ;;
    *) dir=./$dir ;;
  esac
  mkdir -p -- "$dir" || fail "$dir cannot be created. Set PINNER_INSTALL_DIR to a directory of yours"
  dir=$(cd -- "$dir" && pwd) || fail "$dir cannot be entered"
  [ ! -d "$dir/pinner" ] || fail "$dir/pinner is a directory"
  refuse_foreign "$dir/pinner"
  # In the same directory, so that the last step is a rename: there is a whole pinner at any time, or none.
  stage=$(mktemp -d "$dir/.pinner-install.XXXXXX") ||
    fail "$dir is not writable. Set PINNER_INSTALL_DIR to a directory of yours"
  trap 'rm -rf -- "$stage"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  download "$from/SHA256SUMS" "$stage/SHA256SUMS"
  download "$from/$archive" "$stage/$archive"
  verify "$stage" "$archive"
  tar -xzf "$stage/$archive" -C "$stage" pinner || fail "$archive could not be unpacked"
  installed=$("$stage/pinner" --version 2>&1)
  code=$?
  if [ $code != 0 ]; then
    # SIGILL: an instruction that the processor does not have.
    [ $code != 132 ] || fail "it does not run on this processor: on x64 it takes one with SSE4.2"
    [ -z "$libc" ] || echo "On Alpine it needs libstdc++: apk add libstdc++" >&2
    fail "it does not run on this system: $installed"
  fi
  mv -f -- "$stage/pinner" "$dir/pinner" || fail "$dir/pinner could not be replaced"

  echo "Installed pinner $installed to $dir/pinner"
  explain_path "$dir"
}

# The last line, so that a script cut short does nothing.
main
