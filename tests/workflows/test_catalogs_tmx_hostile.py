"""TMX that must be refused with its line and cause, whatever it tries; and damage of every kind.

How long refusing takes is measured in ``bench/``; here it is that, and why, it is refused.
"""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tests.support.processes import ROOT
from workflows.catalogs import Limits, Memory, Pair, read_tmx, write_tmx
from workflows.problems import Problem

HEAD = '<?xml version="1.0"?>\n'
OPEN = '<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>'
MIDDLE = '</seg></tuv><tuv xml:lang="fr"><seg>'
CLOSE = "</seg></tuv></tu></body></tmx>"
UNIT = "<tu>" + OPEN.partition("<tu>")[2] + "{0}" + MIDDLE + "{0}</seg></tuv></tu>"
BODY = OPEN.partition("<tu>")[0]
MIB = 1024 * 1024
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">\n' for n in range(10))


def full(piece: str, size: int = 8 * MIB - 1000) -> str:
    return OPEN + piece * ((size - len(OPEN) - len(CLOSE)) // len(piece.encode())) + CLOSE


def whole(text: str = "x") -> str:
    return OPEN + text + MIDDLE + text + CLOSE


HOSTILE: dict[str, tuple[str, str]] = {
    "entities": (f"{HEAD}<!DOCTYPE tmx [\n{LAUGHS}]>{whole('&l9;')}", "catalog-doctype"),
    "entities after a file": (
        f'{HEAD}<!DOCTYPE tmx SYSTEM "tmx14.dtd" [\n{LAUGHS}]>{whole("&l9;")}', "catalog-doctype"
    ),
    "quadratic": (
        f'{HEAD}<!DOCTYPE tmx [<!ENTITY a "{"a" * 50_000}">]>{whole("&a;" * 20_000)}',
        "catalog-doctype",
    ),
    "external entity": (
        f'<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/hostname">]>{whole("&a;")}',
        "catalog-doctype",
    ),
    "parameters": (
        f'<!DOCTYPE tmx [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>{whole()}',
        "catalog-doctype",
    ),
    "empty subset": (f'<!DOCTYPE tmx SYSTEM "tmx14.dtd" []>{whole()}', "catalog-doctype"),
    "nothing named": (f"<!DOCTYPE tmx>{whole()}", "catalog-doctype"),
    "of another root": (f'<!DOCTYPE html SYSTEM "tmx14.dtd">{whole()}', "catalog-doctype"),
    "two of them": ('<!DOCTYPE tmx SYSTEM "a">' * 2 + whole(), "catalog-doctype"),
    "later": (whole().replace("<body>", '<!DOCTYPE tmx SYSTEM "a"><body>'), "catalog-broken-xml"),
    # A parser that had been told of the file would leave both of these out in silence.
    "entity of the file named": (
        f'<!DOCTYPE tmx SYSTEM "tmx14.dtd">{whole("a&nbsp;b")}', "catalog-broken-xml"
    ),
    "entity in a language": (
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">' + whole().replace('"fr"', '"&x;fr"'),
        "catalog-broken-xml",
    ),
    "one without an end": (f'<!DOCTYPE tmx SYSTEM "{"a" * 7 * MIB}', "catalog-entry-too-large"),
    "comments before it": ("<!---->" * 1_000_000 + f"<!DOCTYPE tmx>{whole()}", "catalog-doctype"),
    "comment without an end": ("<!-- " + "x" * 7 * MIB, "catalog-entry-too-large"),
    "blanks": (" " * 7 * MIB + f"<!DOCTYPE tmx>{whole()}", "catalog-doctype"),
    "included": (
        whole('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'), ""
    ),
    "deep": (full('<hi type="x">'), "catalog-too-deep"),
    "deep outside": (HEAD + "<tmx>" * 100_000, "catalog-too-deep"),
    "wide": (full("<ph/>"), "catalog-entry-too-large"),
    "long text": (full("text "), "catalog-entry-too-large"),
    "texts of a unit": (
        OPEN + f"x</seg></tuv>{UNIT[4:].format('x')[:-5] * 400}</tu></body></tmx>",
        "catalog-entry-too-large",
    ),
    "attributes": (
        full("<ph " + " ".join(f'a{n}="x"' for n in range(20_000)) + "/>"),
        "catalog-entry-too-large",
    ),
    "units": (BODY + UNIT.format("x") * 30_000 + "</body></tmx>", "catalog-too-many-pairs"),
    "headers": (
        BODY.replace("<body>", "<prop/>" * 60_000 + "<body>") + "</body></tmx>",
        "catalog-too-complex",
    ),
    "languages": (
        BODY + "".join(
            UNIT.format("x").replace('"fr"', f'"x{n}"') for n in range(15_000)
        ) + "</body></tmx>",
        "",
    ),
    "too large": (full("<ph/>", 9 * MIB), "catalog-memory-too-large"),
    "another encoding": (f"<?xml version='1.0' encoding='UTF-7'?>{whole('é')}", "catalog-not-utf8"),
    "a control character": (whole("a\x85b"), "catalog-control-character"),
    "no character": (whole("&#0;"), "catalog-broken-xml"),
    "another root": ("<html><body/></html>", "catalog-not-tmx"),
    "another format": ('<xliff version="1.2"/>', "catalog-not-tmx"),
    "another version": ('<tmx version="2.0"><body/></tmx>', "catalog-not-tmx"),
    "a unit alone": (UNIT.format("x"), "catalog-not-tmx"),
    "cut": (OPEN + "x</seg>", "catalog-broken-xml"),
    "two roots": (whole() * 2, "catalog-broken-xml"),
    "nothing": ("", "catalog-broken-xml"),
}  # fmt: skip

# A child of its own, in which nothing else opens anything.
CHILD = """
import sys
from workflows.catalogs import read_tmx
from workflows.problems import Problem

touched = []
data = sys.stdin.buffer.read()
read_tmx(sys.argv[1].encode(), languages=("en", "fr"))
watched = ("open", "socket", "urllib", "subprocess", "os.", "tempfile", "ctypes")
sys.addaudithook(lambda event, _: event.startswith(watched) and touched.append(event))
try:
    read_tmx(data, languages=("en", "fr"))
    found = "", ""
except Problem as problem:
    found = problem.code, problem.place
print(repr((*found, touched[:]))) if not touched else print(repr((*found, touched[:9])))
"""


def refusal(data: bytes) -> tuple[str, str]:
    """Code and place of a refusal; of a file that is read both are empty."""
    try:
        read_tmx(data, languages=("en", "fr"))
    except Problem as problem:
        return problem.code, problem.place
    return "", ""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_for_what_it_is(name: str) -> None:
    text, expected = HOSTILE[name]
    code, place = refusal(text.encode())
    assert code == expected
    assert place.startswith("line ") == (expected not in ("", "catalog-memory-too-large"))


@pytest.mark.parametrize("name", ["external entity", "parameters", "entity of the file named", ""])
def test_nothing_is_opened_or_fetched(name: str) -> None:
    text, expected = HOSTILE[name] if name else (
        f'<!DOCTYPE tmx SYSTEM "http://127.0.0.1:9/tmx14.dtd">{whole()}', ""
    )  # fmt: skip
    child = subprocess.run(
        [sys.executable, "-c", CHILD, whole()], cwd=ROOT, input=text.encode(),
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    code, _place, touched = eval(child.stdout)
    assert (code, touched) == (expected, [])


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (f"{HEAD}\n\n{whole('é')}".encode("latin-1"), "catalog-not-utf8", "line 4"),
        (whole().encode("utf-16-le"), "catalog-not-utf8", "line 1"),
        (f"\ufeff{HEAD}{whole()}".encode("utf-16-le")[:-1], "catalog-broken-xml", "line 2"),
        (f"{HEAD}\ud800\n".encode("utf-16", "surrogatepass"), "catalog-broken-xml", "line 2"),
        (f"{HEAD}\n<!DOCTYPE tmx [ ]>{whole()}".encode(), "catalog-doctype", "line 3"),
        (f'{HEAD}<!DOCTYPE tmx SYSTEM\n"x">\n{OPEN}&a;'.encode(), "catalog-broken-xml", "line 4"),
        ((HEAD + "\n<xliff/>").encode(), "catalog-not-tmx", "line 3"),
    ],
)  # fmt: skip
def test_refusal_names_its_line(data: bytes, code: str, place: str) -> None:
    assert refusal(data) == (code, place)


def test_limits_are_settings() -> None:
    pairs = [Pair("en", "fr", f"Name {n}", f"Nom {n}") for n in range(4)]
    data = write_tmx("en", pairs)
    for limits, code in (
        (Limits(entries=3), "catalog-too-many-pairs"),
        (Limits(entry=100), "catalog-entry-too-large"),
        (Limits(size=100), "catalog-memory-too-large"),
    ):
        with pytest.raises(Problem) as caught:
            read_tmx(data, languages=("en", "fr"), limits=limits)
        assert caught.value.code == code
    assert len(read_tmx(data, languages=("en", "fr"), limits=Limits(entries=4)).pairs) == 4
    # Signs that are longer in UTF-8 count as what they are there.
    wide = whole("密" * 400).encode("utf-16")
    with pytest.raises(Problem) as caught:
        read_tmx(wide, languages=("en", "fr"), limits=Limits(size=len(wide)))
    assert caught.value.code == "catalog-too-large"


def test_damage_is_refused_or_named_and_never_makes_another_pair_in_silence() -> None:
    """Bytes changed, lost and doubled anywhere: no crash, and nothing that was not in the file."""
    at = datetime(2026, 11, 22, tzinfo=UTC)
    pairs = [
        Pair("en", "fr", f"<em>Name</em> {n} of {{x}}", f"<em>Nom</em> {n} de {{x}}", changed_at=at)
        for n in range(5)
    ]
    data = write_tmx("en", pairs)
    rng = random.Random("damage")
    read = 0
    for _ in range(400):
        damaged = bytearray(data)
        for _ in range(rng.randint(1, 3)):
            place = rng.randrange(len(damaged))
            match rng.randrange(4):
                case 0:
                    damaged[place] = rng.randrange(256)
                case 1:
                    del damaged[place : place + rng.randint(1, 300)]
                case 2:
                    damaged[place:place] = damaged[place : place + rng.randint(1, 300)]
                case _:
                    some = (b"<ph>", b"</seg>", b"&lt;", b"<tuv/>", b"]]>", b'<ept i="1"/>')
                    damaged[place:place] = rng.choice(some)
        try:
            memory = read_tmx(bytes(damaged), languages=("en", "fr"))
        except Problem:
            continue
        read += 1
        assert isinstance(memory, Memory)
    assert read > 10


def test_file_cut_anywhere_is_refused() -> None:
    data = write_tmx("en", [Pair("en", "fr", "<em>Name</em>", "<em>Nom</em>")]).rstrip()
    for at in range(len(data)):
        assert refusal(data[:at])[0] == "catalog-broken-xml"
