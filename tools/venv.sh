#!/usr/bin/env bash
# Makes .venv and installs a lock into it: `tools/venv.sh core` or `tools/venv.sh dev`.
#
# A stamp holds the digest of what was installed, so that a second run does nothing. Every file
# that pip fetches is compared with the hashes in the lock; the lock is complete, so pip resolves
# nothing by itself (--no-deps) and `pip check` confirms that nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

set_name=${1:?say which lock to install: core or dev}
venv=.venv
stamps=$venv/.installed

say() { printf '==> %s\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

digest() { # of the locks that make up a set, and of this script
    local files=(tools/venv.sh requirements/core.txt)
    [ "$1" = core ] || files+=(requirements/dev.txt)
    cat "${files[@]}" | { sha256sum 2>/dev/null || shasum -a 256; } | cut -d' ' -f1
}

fresh() { # is this set, as locked now, what is installed?
    [ -x "$venv/bin/python" ] && [ "$(cat "$stamps/$1" 2>/dev/null)" = "$(digest "$1")" ]
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed and ${PYTHON:-python3} is not it.
       Install it (Debian: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3"
}

make_venv() {
    local python package
    python=$(find_python)
    # Debian ships the venv module without ensurepip unless python3-venv is installed.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        package=python3-venv
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            tools/apt.sh "$package"
        else
            fail "$python can't make virtual environments: its ensurepip is missing.
       As root, run: apt-get install $package"
        fi
    fi
    say "Making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv" || fail "$python -m venv failed.
       As root, run: apt-get install python3-venv   (then try again)"
}

if fresh "$set_name"; then exit 0; fi
if [ "$set_name" = core ] && fresh dev; then exit 0; fi # dev holds all of core

"$venv/bin/python" -c 'import pip' 2>/dev/null || make_venv
rm -rf "$stamps"
mkdir -p "$stamps"

count=$(grep -c '^[a-zA-Z0-9]' "requirements/$set_name.txt")
say "Installing up to $count packages from requirements/$set_name.txt (about a minute the first time)"
"$venv/bin/python" -m pip install --disable-pip-version-check --no-input \
    --require-hashes --no-deps -r "requirements/$set_name.txt"
"$venv/bin/python" -m pip check --disable-pip-version-check >/dev/null ||
    fail "the installed packages don't fit together; remove $venv and try again, then run: make lock"
digest "$set_name" >"$stamps/$set_name"
say "Installed."
