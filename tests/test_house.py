"""The rules of the house that a program can check: sizes, names that must not leak, imports."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import ROOT

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
SIZED = {".py", ".css", ".js", ".html"}
# Not written here, or not read as prose: what a tool writes, data, and what others made.
NOT_OURS = ("app/static/vendor/", "workflows/data/", "requirements/", "LICENSE")
TEXT = SIZED | {".md", ".txt", ".toml", ".cfg", ".in", ".sh", ".po", ".xml", ".json", ".yml", ""}


def project_files() -> list[Path]:
    """Every file that is or would be committed, relative to the root of the project."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = sorted(name for name in listing.split("\0") if name)
    return [Path(name) for name in names if (ROOT / name).is_file()]


def ours(path: Path) -> bool:
    return not path.as_posix().startswith(NOT_OURS)


def lines_of(path: Path) -> list[str]:
    return (ROOT / path).read_text(encoding="utf-8", errors="replace").splitlines()


def python_files() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".py"]


# --- Sizes ---------------------------------------------------------------------------------------


def test_file_is_no_longer_than_400_lines() -> None:
    sized = [path for path in project_files() if path.suffix in SIZED and ours(path)]
    counts = {path.as_posix(): len(lines_of(path)) for path in sized}
    assert counts, "no file found: is this a git repository?"
    assert {name: count for name, count in counts.items() if count > MAX_FILE_LINES} == {}


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length of each function, decorators and docstring not counted."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = node.lineno
            if ast.get_docstring(node) is not None and len(node.body) > 1:
                documented = node.body[0].end_lineno
                assert documented is not None
                start += documented - node.body[0].lineno + 1
            assert node.end_lineno is not None
            yield f"{path}:{node.lineno} {node.name}", node.end_lineno - start + 1


def test_function_is_no_longer_than_50_lines() -> None:
    # Migrations list the tables of a moment; they are not read as code.
    sources = [path for path in python_files() if "migrations" not in path.parts]
    lengths = dict(found for path in sources for found in functions(path))
    assert lengths
    assert {name: count for name, count in lengths.items() if count > MAX_FUNCTION_LINES} == {}


# --- Names that belong to one machine or one moment ----------------------------------------------

# Written so that this file doesn't contain what it looks for.
LEAKS = {
    "a package registry": r"py[p]i\.(org|io)|python[h]osted\.org|np[m]js\.(org|com)"
    r"|de[b]\.debian\.org|crate[s]\.io|ruby[g]ems\.org|prox[y]\.golang\.org|--index-[u]rl[ =]",
    "a path of one machine": r"(?<![\w./:-])/(wor[k]|roo[t]|hom[e]/[a-z]+|tm[p]/(v|lead))/",
}


@pytest.mark.parametrize("what", sorted(LEAKS))
def test_file_names_neither_registry_nor_machine(what: str) -> None:
    pattern = re.compile(LEAKS[what])
    texts = [path for path in project_files() if path.suffix in TEXT and path.name != "LICENSE"]
    found = [
        f"{path}:{number}: {line.strip()[:120]}"
        for path in texts
        for number, line in enumerate(lines_of(path), 1)
        if pattern.search(line)
    ]
    assert texts
    assert found == []


# --- Imports -------------------------------------------------------------------------------------


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Judge the packages in a folder by its contracts."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy_of_house(tmp_path: Path) -> Path:
    """The packages and their contracts, to be spoilt."""
    for name in ("app", "workflows"):
        shutil.copytree(
            ROOT / name,
            tmp_path / name,
            ignore=lambda folder, names: [
                entry
                for entry in names
                if (Path(folder) / entry).is_file() and not entry.endswith(".py")
            ],
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_keep_the_contracts() -> None:
    verdict = lint_imports(ROOT)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("workflows/attic.py", "", "workflows.attic"),
        ("app/attic.py", "", "app.attic"),
        ("workflows/problems.py", "import app.config", "workflows is not allowed to import app"),
        ("workflows/problems.py", "from workflows import review", "import workflows.review"),
        ("workflows/alignment.py", "from workflows import checks", "import workflows.checks"),
        ("workflows/editorial.py", "from workflows import alignment", "import workflows.alignment"),
        ("workflows/review.py", "import flask", "workflows.review -> flask"),
        ("app/config.py", "from app import queries", "app.config -> app.queries"),
        ("app/queries.py", "import flask", "app.queries -> flask"),
        ("app/negotiation.py", "from app import create_app", "app.negotiation -> app "),
        ("workflows/segments.py", "import translate", "workflows.segments -> translate"),
    ],
)
def test_contract_breaks_when_the_house_is_spoilt(
    copy_of_house: Path, file: str, text: str, said: str
) -> None:
    path = copy_of_house / file
    if not path.exists():  # a room may have become a package
        package = path.with_suffix("") / "__init__.py"
        path = package if package.exists() else path
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{text}\n", encoding="utf-8")
    verdict = lint_imports(copy_of_house)
    assert verdict.returncode == 1, verdict.stdout + verdict.stderr
    assert said in " ".join(verdict.stdout.split()), verdict.stdout


def test_front_room_is_in_the_contract_about_sql() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {
        contract["id"]: contract for contract in config["tool"]["importlinter"]["contracts"]
    }
    rooms = ("site", "workbench", "api", "cli")
    there = [
        f"app.{name}"
        for name in rooms
        if (ROOT / "app" / name).is_dir() or (ROOT / "app" / f"{name}.py").exists()
    ]
    assert sorted(contracts["no-sql-in-front"]["source_modules"]) == sorted(there)
