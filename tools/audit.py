"""Asks the advisory database about every locked package the service runs on.

Where the database can't be reached this says so and passes: a machine without that network must
still be able to run the checks, but it must not look as if an audit had taken place.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements/core.txt", "requirements/postgres.txt")
MINUTES = 3


def ask(lock: str) -> list[dict[str, object]] | str:
    """One record a package as pip-audit reports it, or why there are none."""
    command = [sys.executable, "-m", "pip_audit", "--progress-spinner=off", "--format=json"]
    command += ["--disable-pip", "--require-hashes", "--requirement", lock]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=60 * MINUTES, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {MINUTES} minutes"
    try:
        records = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        lines = done.stderr.strip().splitlines()
        return lines[-1] if lines else f"pip-audit ended with status {done.returncode}"
    return [dict(record) for record in records]


def main() -> int:
    """0: nothing known against any package, or nobody to ask. 1: advisories, all printed."""
    advisories, unknown, asked = [], [], 0
    for lock in LOCKS:
        answer = ask(lock)
        if isinstance(answer, str):
            print(f"dependency audit: NOT DONE for {lock}: {answer}")
            continue
        for record in answer:
            name = f"{record['name']} {record.get('version', '')}".strip()
            if "skip_reason" in record:
                unknown.append(name)
                continue
            asked += 1
            vulnerabilities = record.get("vulns")
            for found in vulnerabilities if isinstance(vulnerabilities, list) else []:
                fixed = ", ".join(found.get("fix_versions", [])) or "no release yet"
                advisories.append(f"{name}: {found['id']} (fixed in: {fixed})")
    if unknown and not asked:
        print(
            f"dependency audit: NOT DONE: none of the {len(unknown)} packages could be looked up "
            "from here. Run 'make check' where the advisory database can be reached."
        )
    elif unknown:
        print(f"dependency audit: could not be looked up: {', '.join(unknown)}")
    if asked:
        print(f"dependency audit: {asked} packages looked up, {len(advisories)} advisories")
    for line in advisories:
        print(f"  {line}")
    return 1 if advisories else 0


if __name__ == "__main__":
    sys.exit(main())
