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

missing_of() {
  local group package
  for group in "$@"; do
    for package in $(packages_of "$group"); do
      is_installed "$package" || echo "$package"
    done
  done
}

has_apt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

can_be_root() { ((EUID == 0)) || command -v sudo >/dev/null; }

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

refresh_lists() {
  as_root apt-get -q update || say "apt-get update failed; trying with the lists that are there"
}

install_packages() {
  say "installing $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@"
}

# setup GROUP ...
setup() {
  local missing
  if ! has_apt; then
    say "no apt-get here: install what packaging/debian-packages.txt lists by your system's means"
    return
  fi
  [[ -r /proc/self/stat ]] || die "/proc is not mounted (in a chroot: mount -t proc proc /proc)"
  mapfile -t missing < <(missing_of "$@")
  ((${#missing[@]})) || return 0
  can_be_root || die "this needs root and there is no sudo; as root: apt-get install ${missing[*]}"
  refresh_lists
  install_packages "${missing[@]}"
}

# setup_if_possible GROUP: one by one, so that each that can be had is; the others are said.
setup_if_possible() {
  local missing package
  has_apt || return 0
  mapfile -t missing < <(missing_of "$1")
  ((${#missing[@]})) || return 0
  if ! can_be_root; then
    say "left out, for installing needs root: ${missing[*]}"
    return
  fi
  refresh_lists
  for package in "${missing[@]}"; do
    install_packages "$package" || say "left out: $package cannot be installed"
  done
}
