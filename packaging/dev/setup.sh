# shellcheck shell=bash
# Part of ./dev: installs Debian packages, and only those that are missing.

# packages_of GROUP: the names in that group of packaging/debian-packages.txt.
packages_of() {
  awk -v group="[$1]" '/^#/ || NF == 0 { next } /^\[/ { inside = ($1 == group); next } inside { print $1 }' \
    packaging/debian-packages.txt
}

is_installed() {
  [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this needs root and there is no sudo; as root: apt-get install $missing_text"
  fi
}

# setup GROUP ...
setup() {
  local group package missing=() missing_text
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    say "no apt-get here: install what packaging/debian-packages.txt lists by your system's means"
    return
  fi
  [[ -r /proc/self/stat ]] || die "/proc is not mounted (in a chroot: mount -t proc proc /proc)"
  for group in "$@"; do
    for package in $(packages_of "$group"); do
      is_installed "$package" || missing+=("$package")
    done
  done
  ((${#missing[@]})) || return 0
  missing_text=${missing[*]}
  say "installing $missing_text"
  as_root apt-get -q update || say "apt-get update failed; trying with the lists that are there"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}"
}
