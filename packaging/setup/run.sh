#!/bin/sh
# Sets the project up on this computer and runs it. Works in a fresh clone on a bare Debian 12.
#
#   packaging/setup/run.sh demo            open the bundled sample store in the window
#   packaging/setup/run.sh test [ARGS]     check style and types, run all tests (ARGS go to pytest)
#   packaging/setup/run.sh app [ARGS]      run event-inspector with ARGS
#
# What it changes: Debian packages that are missing (as root or through sudo), and the folders
# .uv and .venv inside the clone. Python packages are exactly those of uv.lock.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
called_from=$(pwd)

# Python that can make environments.
python_packages="python3 python3-venv ca-certificates"

# What Qt's window needs beyond its wheel: drawing, fonts, the xcb and the Wayland plugin.
window_packages="libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3
  libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0
  libwayland-cursor0"

# A screen in memory, a real PostgreSQL, a pooler and an SSH server in front of it; what checks the
# installers.
test_packages="xvfb xauth postgresql pgbouncer openssh-server openssh-client procps dbus at-spi2-core python3-pyatspi
  desktop-file-utils appstream shared-mime-info nsis binutils"

main() {
  command=${1:-}
  [ $# -eq 0 ] || shift
  cd "$root"
  # Not joined with &&: there the shell would carry on after a failed step.
  case $command in
    demo)
      set_up_program
      run_program demo "$@"
      ;;
    app)
      set_up_program
      run_program "$@"
      ;;
    test)
      set_up_tests
      run_tests "$@"
      ;;
    *) usage ;;
  esac
}

usage() {
  sed -n '2,/^$/s/^# \{0,1\}//p' packaging/setup/run.sh >&2
  exit 2
}

set_up_program() {
  install_packages "$(missing_python) $(missing_packages "$window_packages")"
  install_python_packages --no-dev --inexact
  # Compiled ahead: half of the first start would be spent on it, and of every start where Python
  # is told not to keep what it compiled. The program runs without, too, so a failure is none.
  .venv/bin/python -m compileall -q inspector >&2 || true
}

set_up_tests() {
  install_packages "$(missing_python) $(missing_packages "$window_packages $test_packages")"
  install_python_packages --group packaging
}

# --- Debian packages -------------------------------------------------------------------------

# Debian's Python comes without the part that makes environments; another Python may have it.
missing_python() {
  python3 -c 'import ensurepip, venv' 2>/dev/null || echo "$python_packages"
}

missing_packages() {
  command -v dpkg-query >/dev/null || return 0
  for package in $1; do
    # Newer releases renamed some libraries when their times became 64 bits wide.
    is_installed "$package" || is_installed "${package}t64" || echo "$package"
  done
}

is_installed() {
  case $(dpkg-query -W -f='${Status}' "$1" 2>/dev/null) in
    *" installed") return 0 ;;
    *) return 1 ;;
  esac
}

install_packages() {
  # Unquoted on purpose: the list becomes one word per package.
  # shellcheck disable=SC2086
  set -- $1
  [ $# -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    stop "These packages are needed, and there is no apt-get to install them: $*"
  fi
  say "Installing Debian packages: $*"
  as_root apt-get update -qq
  quiet_servers
  trap loud_servers EXIT
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "$@" >&2
  loud_servers
  trap - EXIT
}

# The tests start servers of their own. The packages shall start none and create no database.
quiet_servers() {
  as_root sh -c '
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" \
      >/etc/postgresql-common/createcluster.d/event-history-inspector.conf
    [ -e /usr/sbin/policy-rc.d ] && exit 0
    printf "#!/bin/sh\n# event-history-inspector set-up\nexit 101\n" >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d'
}

loud_servers() {
  as_root sh -c '
    rm -f /etc/postgresql-common/createcluster.d/event-history-inspector.conf
    ! grep -qs "event-history-inspector set-up" /usr/sbin/policy-rc.d ||
      rm -f /usr/sbin/policy-rc.d'
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    stop "Debian packages are missing: run this once as root, or install sudo."
  fi
}

# --- Python packages -------------------------------------------------------------------------

install_python_packages() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "Python 3.11 or newer is needed; this is $(python3 --version)."
  if [ ! -x .uv/bin/uv ] || ! cmp -s packaging/setup/installer.txt .uv/installed.txt; then
    say "Installing the package installer"
    python3 -m venv --clear .uv
    .uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
      --only-binary :all: -r packaging/setup/installer.txt >&2
    cp packaging/setup/installer.txt .uv/installed.txt
  fi
  say "Installing Python packages"
  # Never another Python than the one that is here, and never another environment. The system's
  # certificates, as Debian's pip uses them, so that it works behind a company's gateway, too.
  env -u VIRTUAL_ENV UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv \
    UV_SYSTEM_CERTS=true UV_COMPILE_BYTECODE=true \
    .uv/bin/uv sync --quiet --locked --python "$(command -v python3)" "$@" >&2
}

# --- What was asked for ----------------------------------------------------------------------

run_program() {
  cd "$called_from"
  exec "$root/.venv/bin/event-inspector" "$@"
}

run_tests() {
  say "Checking style and types"
  .venv/bin/ruff check --quiet .
  .venv/bin/ruff format --quiet --check .
  .venv/bin/mypy --no-error-summary
  say "Running the tests"
  # A file stays with one process, so that what its tests share is made once.
  exec .venv/bin/python -m pytest --numprocesses auto --dist loadfile "$@"
}

say() {
  echo "== $*" >&2
}

stop() {
  echo "$*" >&2
  exit 1
}

main "$@"
