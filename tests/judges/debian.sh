# Is sourced: `debian PACKAGE...` installs packages of the distribution, as root or through sudo.
debian() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "judges: install $* first" >&2; return 2; }
    as_root=(sudo)
  fi
  command -v apt-get >/dev/null || { echo "judges: install $* first" >&2; return 2; }
  echo "judges: installing $*" >&2
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}
