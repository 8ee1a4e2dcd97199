"""XML that must be refused with its line and cause, at little cost; and damage of every kind."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.catalogs import header, sample, units_of
from tests.support.processes import ROOT
from workflows.catalogs import (
    XLIFF_VERSIONS,
    Catalog,
    Limits,
    Verdict,
    is_xml,
    merge,
    read_xliff,
    write_xliff,
)
from workflows.problems import Problem

HEAD = '<?xml version="1.0"?>\n'
OPEN = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="en" trgLang="fr">'
    '<file id="f"><unit id="u"><segment><source>'
)
CLOSE = "</source></segment></unit></file></xliff>"
UNIT = '<unit id="{0}"><segment><source>{0}</source><target>x</target></segment></unit>'
CODES = "".join(f'<ph id="{n}"/>' for n in range(100))
MIB = 1024 * 1024
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">\n' for n in range(10))


def full(piece: str, size: int = 8 * MIB - 1000) -> str:
    return OPEN + piece * ((size - len(OPEN) - len(CLOSE)) // len(piece.encode())) + CLOSE


HOSTILE: dict[str, tuple[str, str]] = {
    "entities": (f"{HEAD}<!DOCTYPE x [\n{LAUGHS}]>{OPEN}&l9;{CLOSE}", "catalog-doctype"),
    "quadratic": (
        f'{HEAD}<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>{OPEN}{"&a;" * 50_000}{CLOSE}',
        "catalog-doctype",
    ),
    "external": (
        f'{HEAD}<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>{OPEN}&a;{CLOSE}',
        "catalog-doctype",
    ),
    "parameters": (
        f'{HEAD}<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>{OPEN}x{CLOSE}',
        "catalog-doctype",
    ),
    "undefined entity": (f"{HEAD}{OPEN}&a;{CLOSE}", "catalog-broken-xml"),
    "included": (
        OPEN + '<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>' + CLOSE,
        "",
    ),
    "deep": (full("<pc>"), "catalog-too-deep"),
    "deep outside": (HEAD + "<xliff>" * 100_000, "catalog-too-deep"),
    "wide": (full("<ph/>"), "catalog-entry-too-large"),
    "long text": (full("text "), "catalog-entry-too-large"),
    "comments": (full("<!---->"), ""),
    "one comment": (OPEN + "<!--" + "x" * 7 * MIB + "-->" + CLOSE, "catalog-entry-too-large"),
    "instructions": (full("<?x?>"), ""),
    "attributes": (
        OPEN + "<ph " + " ".join(f'a{n}="x"' for n in range(600_000)) + "/>" + CLOSE,
        "catalog-entry-too-large",
    ),
    "one attribute": (OPEN + f'<ph id="{"x" * 7 * MIB}"/>' + CLOSE, "catalog-entry-too-large"),
    "names": (full("<a:b/>"), "catalog-broken-xml"),
    "characters": (full("&#x41;"), "catalog-entry-too-large"),
    "units": (
        OPEN.replace("<unit", "<x/><unit")
        + CLOSE.replace("</file></xliff>", "")
        + "".join(map(UNIT.format, range(60_000)))
        + "</file></xliff>",
        "catalog-too-many-entries",
    ),
    "unknown codes": (
        OPEN.partition("<unit")[0]
        + "".join(UNIT.format(n).replace(">x<", f">{CODES}<") for n in range(1000))
        + "</file></xliff>",
        "",
    ),
    "unknown elements": (
        OPEN + "x" + CLOSE.replace("</file>", "<y/>" * 1_900_000 + "</file>"),
        "catalog-too-complex",
    ),
    "text outside": (OPEN + "x" + CLOSE.replace("</file>", "text " * 1_500_000 + "</file>"), ""),
    "too large": (full("<ph/>", 9 * MIB), "catalog-too-large"),
    "another encoding": (f"<?xml version='1.0' encoding='UTF-7'?>{OPEN}é{CLOSE}",
                         "catalog-not-utf8"),
    "another root": ("<html><body/></html>", "catalog-not-xliff"),
    "another version": ('<xliff version="3.0"/>', "catalog-not-xliff"),
    "cut": (OPEN + "x</source>", "catalog-broken-xml"),
    "two roots": (OPEN + "x" + CLOSE + OPEN, "catalog-broken-xml"),
}  # fmt: skip

# A child of its own, so that neither this process's memory nor its other work counts.
CHILD = """
import sys, time
from pathlib import Path
from workflows.catalogs import read_xliff
from workflows.problems import Problem

def peak():
    # The maximum that getrusage tells begins with that of the process which started this one.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


touched = []
data = sys.stdin.buffer.read()
code = ""
read_xliff(sys.argv[1].encode(), language="fr")
idle = peak()
watched = ("open", "socket", "urllib", "subprocess", "os.", "tempfile", "ctypes")
sys.addaudithook(lambda event, _: event.startswith(watched) and touched.append(event))
before = time.process_time()
try:
    read_xliff(data, language="fr")
except Problem as problem:
    code = problem.code
took = time.process_time() - before
found = list(touched)
print(repr((code, took, peak() - idle, found)))
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_costs_little_and_touches_nothing(name: str) -> None:
    text, expected = HOSTILE[name]
    child = subprocess.run(
        [sys.executable, "-c", CHILD, f"{OPEN}x{CLOSE}"], cwd=ROOT, input=text.encode(),
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    code, seconds, kilobytes, touched = eval(child.stdout)
    assert code == expected
    assert touched == []
    # A second on a core of its own; twice that when others share it.
    assert seconds < 2
    assert kilobytes < 64 * 1024


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (OPEN.encode() + b"\n\n\xff" + CLOSE.encode(), "catalog-not-utf8", "line 3"),
        ((OPEN + CLOSE).encode("utf-16"), "catalog-not-utf8", "line 1"),
        ((OPEN + "\n&#x1b;" + CLOSE).encode(), "catalog-broken-xml", "line 2"),
        ((OPEN + "\n\x85" + CLOSE).encode(), "catalog-control-character", "line 2"),
        ((HEAD + "<!DOCTYPE xliff>" + OPEN + CLOSE).encode(), "catalog-doctype", "line 2"),
        ((HEAD + "\n<tmx version='1.4'/>").encode(), "catalog-not-xliff", "line 3"),
        ((OPEN + "x").encode(), "catalog-broken-xml", "line 1"),
    ],
)
def test_refusal_names_its_line(data: bytes, code: str, place: str) -> None:
    with pytest.raises(Problem) as caught:
        read_xliff(data, language="fr")
    assert (caught.value.code, caught.value.place) == (code, place)


@pytest.mark.parametrize(
    ("declared", "charset"),
    [("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("UTF-16", "utf-16"),
     ("UTF-8", "latin-1"), ("ISO-8859-1", "utf-8"), ("UTF-16", "utf-8")],
)  # fmt: skip
def test_command_of_a_refusal_makes_a_file_that_is_read(
    declared: str, charset: str, tmp_path: Path
) -> None:
    """Also where the file is UTF-8 and only says that it is not, as after a conversion."""
    head = f'<?xml version="1.0" encoding="{declared}" standalone="yes"?>\n'
    unit = "a</source><target>Déjà là</target>"
    data = (head + OPEN + unit + CLOSE.removeprefix("</source>")).encode(charset)
    assert is_xml(data)
    with pytest.raises(Problem) as caught:
        read_xliff(data, language="fr")
    assert caught.value.code == "catalog-not-utf8"
    (tmp_path / "old.xml").write_bytes(data)
    command = str(caught.value.details["command"])
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    (entry,) = read_xliff((tmp_path / "new.xml").read_bytes(), language="fr").entries
    assert entry.target == "Déjà là"


def test_limits_are_settings() -> None:
    data = write_xliff(header(), sample())
    for limits, code in (
        (Limits(entries=3), "catalog-too-many-entries"),
        (Limits(entry=100), "catalog-entry-too-large"),
        (Limits(size=100), "catalog-too-large"),
    ):
        with pytest.raises(Problem) as caught:
            read_xliff(data, language="pt-BR", limits=limits)
        assert caught.value.code == code


@pytest.mark.parametrize("version", XLIFF_VERSIONS)
def test_damage_is_refused_or_named_and_never_applied_in_silence(version: str) -> None:
    """Bytes changed, lost and doubled anywhere: no crash, and nothing reviewed is replaced."""
    live = [entry for entry in sample() if not entry.obsolete]
    whole = write_xliff(header(), sample(), version)
    units = units_of(live)
    rng = random.Random(f"damage {version}")
    read = 0
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    del data[at : at + rng.randint(1, 300)]
                case 2:
                    data[at:at] = data[at : at + rng.randint(1, 300)]
                case _:
                    data[at:at] = rng.choice((b"<pc>", b"</pc>", b"&lt;", b"<target/>", b"]]>"))
        try:
            catalog = read_xliff(bytes(data), language="pt-BR")
        except Problem:
            continue
        read += 1
        assert isinstance(catalog, Catalog)
        for row in merge(units, catalog):
            if row.ours and row.verdict is Verdict.CHANGED:
                (unit,) = (unit for unit in units if unit.key == row.key)
                assert unit.state != "reviewed"
    assert read > 10


@pytest.mark.parametrize("version", XLIFF_VERSIONS)
def test_file_cut_anywhere_is_refused(version: str) -> None:
    whole = write_xliff(header(), sample(), version).rstrip()
    for at in range(1, len(whole), 37):
        with pytest.raises(Problem):
            read_xliff(whole[:at], language="pt-BR")
