#!/usr/bin/env bash
# Writes requirements/*.txt from *.in with exact versions and the hashes of every file.
# Versions already locked are kept; with --upgrade the newest that fit are taken.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v uv >/dev/null; then
    # The resolver is no part of the service: it gets a folder of its own.
    [ -x .cache/uv/bin/uv ] || { python3 -m venv .cache/uv && .cache/uv/bin/pip install --quiet uv; }
    PATH=$PWD/.cache/uv/bin:$PATH
fi

cd requirements
for name in core postgres dev; do
    echo "==> requirements/$name.txt"
    # No address of an index may land in a file: everyone installs from where they are.
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
        "$@" "$name.in" --output-file "$name.txt"
    printf '    %s packages\n' "$(grep -c '^[a-z0-9]' "$name.txt")"
done
