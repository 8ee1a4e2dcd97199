"""Make ``workflows/data/cldr.json`` from an unpacked ``cldr-core`` package.

    npm pack cldr-core && tar xzf cldr-core-*.tgz
    python tools/vendor_cldr.py package

Only what language matching and direction need is kept, one row a line, so that an update of CLDR
is a diff a person can read. The licence is copied beside it, and ``SOURCE.txt`` names the version.
The same input gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "workflows" / "data"


def read(package: Path, name: str) -> Any:
    """One JSON file of the package."""
    return json.loads((package / name).read_text(encoding="utf-8"))


def matching(package: Path) -> tuple[list[str], dict[str, list[str]], list[list[object]]]:
    """Paradigm locales, match variables as region lists, rules [desired, supported, n, one way]."""
    source = read(package, "supplemental/languageMatching.json")
    data = source["supplemental"]["languageMatching"]["written-new"]
    variables = {
        name.removeprefix("$"): value["_value"].split("+")
        for name, value in data["matchVariables"].items()
    }
    rules = [
        [rule["_desired"], rule["_supported"], rule["_distance"], bool(rule.get("_oneway"))]
        for rule in data["languageMatch"]
    ]
    return data["paradigmLocales"]["_locales"], variables, rules


def containment(package: Path) -> dict[str, list[str]]:
    """Macro region -> regions it directly holds, groupings such as 419 included."""
    source = read(package, "supplemental/territoryContainment.json")
    regions: dict[str, set[str]] = {}
    for name, value in source["supplemental"]["territoryContainment"].items():
        if "deprecated" not in name:
            regions.setdefault(name.partition("-")[0], set()).update(value["_contains"])
    return {name: sorted(inside) for name, inside in sorted(regions.items())}


def whole_tags(package: Path) -> dict[str, str]:
    """Grandfathered and redundant tags (RFC 5646 2.2.8) -> what replaces the whole tag.

    Tags with a known extended language (``zh-cmn``) are left out: dropping the prefix says it all.
    """
    source = read(package, "supplemental/aliases.json")
    aliases = source["supplemental"]["metadata"]["alias"]["languageAlias"]
    return {
        name.lower(): value["_replacement"]
        for name, value in sorted(aliases.items())
        if "-" in name and not name.startswith(("und-", "zh-cmn"))
    }


def right_to_left(package: Path) -> list[str]:
    """Scripts written from right to left."""
    scripts = read(package, "scriptMetadata.json")["scriptMetadata"]
    return sorted(name for name, value in scripts.items() if value["rtl"] == "YES")


def rows(values: list[list[object]]) -> str:
    """A JSON list with one row a line."""
    return "[\n" + ",\n".join("  " + json.dumps(value) for value in values) + "\n ]"


def members(values: dict[str, Any]) -> str:
    """A JSON object with one member a line."""
    lines = (f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in values.items())
    return "{\n" + ",\n".join(lines) + "\n }"


def render(package: Path) -> str:
    """The text of ``cldr.json``."""
    paradigm, variables, rules = matching(package)
    parts = {
        "cldr": json.dumps(read(package, "package.json")["version"]),
        "paradigm_locales": json.dumps(paradigm),
        "match_variables": members(variables),
        "match_rules": rows(rules),
        "containment": members(containment(package)),
        "whole_tags": members(whole_tags(package)),
        "right_to_left_scripts": json.dumps(right_to_left(package)),
    }
    return "{\n" + ",\n".join(f' "{name}": {text}' for name, text in parts.items()) + "\n}\n"


def main(arguments: list[str]) -> int:
    """Write the three files; 0, or 2 when called wrongly."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    package = Path(arguments[0])
    version = read(package, "package.json")["version"]
    DATA.mkdir(exist_ok=True)
    (DATA / "cldr.json").write_text(render(package), encoding="utf-8")
    licence = (package / "LICENSE").read_text(encoding="utf-8")
    (DATA / "LICENSE.unicode").write_text(licence, encoding="utf-8")
    (DATA / "SOURCE.txt").write_text(
        "cldr.json: taken from the package cldr-core, version "
        f"{version} (Unicode CLDR), licence Unicode-3.0 (LICENSE.unicode).\n"
        "Files used: supplemental/languageMatching.json (written-new),\n"
        "supplemental/territoryContainment.json, supplemental/aliases.json (tags replaced whole),\n"
        "scriptMetadata.json (rtl). Rearranged and cut down by tools/vendor_cldr.py;\n"
        "nothing was added.\n",
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
