# What the judges in a browser have in common; to be sourced. Installs what they need by itself: packages of
# npm, and Chromium and Node of Debian.
#   HANDOFF_JUDGES   where the packages of npm are kept (default: ~/.cache/handoff-judges-site)
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="${HANDOFF_JUDGES:-${XDG_CACHE_HOME:-$HOME/.cache}/handoff-judges-site}"

# shellcheck source=tests/judges/debian.sh
. "$here/debian.sh"

command -v node >/dev/null && command -v npm >/dev/null || debian nodejs npm
command -v chromium >/dev/null || command -v google-chrome >/dev/null || debian chromium

# Scripts and packages lie together, because Node looks for packages beside a script.
mkdir -p "$home"
exec 9>"$home/.lock"
flock 9
if ! cmp -s "$here/package.json" "$home/package.json"; then
  cp "$here/package.json" "$home/package.json.new"
  # No scripts of packages: one would download a browser of its own.
  (cd "$home" && cp package.json.new package.json && npm install --silent --no-audit --no-fund --ignore-scripts >&2) ||
    { rm -f "$home/package.json"; echo "judges: npm could not install the packages" >&2; exit 2; }
fi
cp "$here"/*.mjs "$home/"
flock -u 9
