#!/usr/bin/env bash
# Installs Debian packages that are missing, when root; says exactly what to run when not.
# `tools/apt.sh PACKAGE...`; `tools/apt.sh --for-tests` knows what the tests need.
set -euo pipefail

say() { printf '==> %s\n' "$*"; }
have() { command -v "$1" >/dev/null; }

initdb_found() {
    have initdb && have postgres && return
    local path
    for path in /usr/lib/postgresql/*/bin/initdb; do [ -x "$path" ] && return; done
    return 1
}

browser_found() { have chromium || have chromium-browser || have google-chrome; }

missing_for_tests() {
    browser_found || echo chromium
    # Widths of Arabic, Hebrew and Devanagari text are only real with real glyphs.
    [ -d /usr/share/fonts/truetype/noto ] || have brew || echo fonts-noto-core
    initdb_found || echo postgresql
    have msgfmt || echo gettext
    have nginx || [ -x /usr/sbin/nginx ] || echo nginx-light
    have setpriv || have brew || echo util-linux
}

if [ "${1:-}" = --for-tests ]; then
    mapfile -t wanted < <(missing_for_tests)
else
    wanted=("$@")
fi
[ ${#wanted[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ] || ! have apt-get; then
    printf 'error: these programs are missing. As root on Debian or Ubuntu, run:\n' >&2
    printf '         apt-get update && apt-get install --no-install-recommends %s\n' "${wanted[*]}" >&2
    exit 1
fi

case " ${wanted[*]} " in
*" postgresql "*)
    # Debian starts a server when it installs PostgreSQL. The tests start their own, as a user
    # without rights and only for as long as they run: here the programs are enough.
    mkdir -p /etc/postgresql-common/createcluster.d
    printf 'create_main_cluster = false\n' >/etc/postgresql-common/createcluster.d/no-cluster.conf
    ;;
esac
case " ${wanted[*]} " in
*" nginx-light "*)
    # The same holds for nginx: while it is installed, nothing is started that listens.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    ;;
esac
say "Installing Debian packages: ${wanted[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends "${wanted[@]}"
