"""What proves a log of releases, and finds every falsification of it."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import releases
from tests.support.releases import FOREIGN, OURS, ROTATED, TRUSTED, Bundle, service, spelt
from workflows.release import canonical, message, moment, signed_head, verify
from workflows.release.verify import Broken, Unreadable

SEEDS = 500


@pytest.fixture
def bundle() -> Bundle:
    """A whole log with everything that can happen, signed with two keys one after the other."""
    return service().bundle(ROTATED)


def broken(data: bytes, *, trusted: frozenset[str] = TRUSTED, saved: bytes | None = None) -> Broken:
    """The first bad link."""
    with pytest.raises(Broken) as caught:
        verify.verify(data, trusted, saved)
    return caught.value


def head(made: dict[str, str]) -> bytes:
    return canonical(made).encode()


# --- What is right -------------------------------------------------------------------------------


def test_whole_log_is_proved() -> None:
    assert verify.verify(spelt(service().bundle(ROTATED)), TRUSTED) == [
        "14 releases: none changed, dropped, reordered, dated back or forked.",
        "No head from an earlier day was given: a tail that was cut can't be seen.",
        *(f"Key {key}: trusted." for key in sorted(TRUSTED)),
    ]


def test_log_goes_on_from_a_head_that_was_kept() -> None:
    made = service()
    lines = verify.verify(spelt(made.bundle()), TRUSTED, head(made.head(size=9)))
    assert lines[1] == f"They go on from the head of {moment(made.now)}, which counts 9 releases."
    assert verify.verify(spelt(made.bundle()), TRUSTED, head(made.head(size=0)))


def test_releases_older_than_signatures_are_proved_by_those_that_follow() -> None:
    lines = verify.verify(spelt(service(unsigned=5).bundle()), TRUSTED)
    assert lines[1] == "The first 5 have no signatures: the head or what follows proves them."


def only_unsigned() -> releases.Service:
    made = releases.Service()
    for number in range(6):
        made.add_unsigned(("policy", "terms")[number % 2], ("en", "fr")[number // 2 % 2])
    return made


def test_release_older_than_signatures_has_none() -> None:
    made = service(unsigned=2)
    made.entries[1]["signature"] = made.entries[-1]["signature"]
    assert str(broken(spelt(made.bundle(ROTATED)))).startswith(
        "terms, en, release 1 (log index 2): it has a signature, and yet it names no key."
    )


def test_log_that_ends_before_signatures_is_proved_by_its_head() -> None:
    made = only_unsigned()
    lines = verify.verify(spelt(made.bundle()), TRUSTED, head(made.head(size=4)))
    assert lines[1:3] == [
        "The first 6 have no signatures: the head or what follows proves them.",
        f"They go on from the head of {moment(made.now)}, which counts 4 releases.",
    ]
    made.add("policy", "en")
    assert verify.verify(spelt(made.bundle()), TRUSTED, head(made.head(size=4)))
    made = only_unsigned()
    # This one is the last of its language and not of the log: no other release names it.
    at = made.digests.index(made.lines["terms", "fr"][-1][0])
    bundle = made.bundle()
    content = json.loads(bundle["releases"][at]["content"])
    content["texts"][0]["target"] += "!"
    releases.write_anew(bundle, at, canonical(content))
    assert broken(spelt(bundle)).what == "it names other unsigned releases"


def test_without_a_key_to_trust_it_says_so(bundle: Bundle) -> None:
    lines = verify.verify(spelt(bundle))
    assert lines[2:] == [
        f"Key {key}: named by the bundle itself: compare it with one you know."
        for key in sorted(TRUSTED)
    ]


def test_log_without_a_release_is_proved() -> None:
    made = releases.Service()
    assert verify.verify(spelt(made.bundle()), frozenset({OURS.name}))[0].startswith("0 releases")


# --- What each falsification is called -----------------------------------------------------------


def test_flipped_byte_is_named(bundle: Bundle) -> None:
    data = bytearray(spelt(bundle))
    at = data.index("Écrivez".encode(), data.index(b'"content":', data.index(b'"content":') + 9))
    data[at] ^= 1
    assert str(broken(bytes(data))).startswith(
        "policy, fr, release 1 (log index 2): its texts were changed. Expected: "
    )


def test_flipped_byte_of_a_manifest_is_named(bundle: Bundle) -> None:
    data = spelt(bundle)
    at = data.index(b"Nouveau")
    found = broken(data[:at] + b"n" + data[at + 1 :])
    assert found.where == "policy, fr, release 1 (log index 2)"
    assert found.what == "its manifest was changed after it was signed"


def test_dropped_release_is_named(bundle: Bundle) -> None:
    del bundle["releases"][4]
    found = str(broken(spelt(bundle)))
    assert found == (
        "policy, fr, release 2 (log index 5): it is missing here (dropped): "
        "policy, fr, release 3 (log index 6) stands in its place."
    )


def test_swapped_date_is_named() -> None:
    made = service().bundle(ROTATED)
    entries = made["releases"]
    dates = [json.loads(entries[at]["manifest"])["published_at"] for at in (5, 6)]
    for at, date in zip((5, 6), reversed(dates), strict=True):
        facts = json.loads(entries[at]["manifest"]) | {"published_at": date}
        entries[at]["manifest"] = canonical(facts)
    found = broken(spelt(made))
    assert found.where == "policy, fr, release 3 (log index 6)"
    assert found.what == (
        "its manifest was changed after it was signed: "
        f"it is dated {dates[1]}, but the one after it {dates[0]}"
    )


def test_fork_is_named() -> None:
    made, other = service(), service()
    made.add("policy", "en", summary="One truth.")
    other.add("policy", "en", summary="Another truth.")
    entries = [*made.entries, other.entries[-1]]
    found = broken(spelt(made.bundle() | {"releases": entries}))
    assert found.where == "policy, en, release 3 (log index 15)"
    assert found.what.startswith("the log forks: policy, en, release 3 (log index 15) has the same")


def test_log_signed_with_a_foreign_key_is_named_where_a_key_is_trusted() -> None:
    made = releases.Service()
    made.add("policy", "en", FOREIGN)
    data = spelt(made.bundle(FOREIGN))
    assert broken(data).what == "it is signed with a key that is not trusted"
    assert FOREIGN.name in verify.verify(data)[-1]


def test_cut_tail_is_found_by_the_head_of_the_bundle_and_by_one_that_was_kept() -> None:
    made = service()
    whole, kept = made.bundle(), head(made.head())
    cut = whole | {"releases": whole["releases"][:9]}
    assert broken(spelt(cut)).what == "the tail of the log was cut off, from log index 10 on"
    # Whoever has the key, or a head of those days, hides it from all who kept none.
    hidden = cut | {"head": made.head(size=9)}
    assert verify.verify(spelt(hidden), TRUSTED)
    found = broken(spelt(hidden), saved=kept)
    assert (found.where, found.what) == (
        "the head that was kept",
        "the tail of the log was cut off, from log index 10 on",
    )


def test_history_written_anew_by_the_holder_of_the_key_is_found_by_a_kept_head() -> None:
    old, new = releases.Service(), releases.Service()
    old.add("policy", "en")
    new.add("policy", "en", summary="What was never said.")
    assert verify.verify(spelt(new.bundle()), TRUSTED)
    found = broken(spelt(new.bundle()), saved=head(old.head()))
    assert found.what == "the log was written anew: the release with log index 1 is another one"


def test_head_with_other_facts_or_of_a_stranger_is_refused(bundle: Bundle) -> None:
    made = service()
    forged = made.head(FOREIGN)
    assert (
        broken(spelt(bundle), saved=head(forged)).what
        == "it is signed with a key that is not known"
    )
    changed = made.head() | {"head": made.head()["head"].replace("Pinger", "Ringer")}
    assert "changed after it was signed" in broken(spelt(bundle), saved=head(changed)).what
    nonsense = canonical(json.loads(made.head()["head"]) | {"size": True})
    own = signed_head(nonsense, OURS.sign(message("head", nonsense)), OURS.name)
    assert broken(spelt(bundle), saved=head(own)).what == "what it says makes no sense"


@pytest.mark.parametrize("unsigned", [0, 5])
def test_every_random_falsification_is_found(unsigned: int) -> None:
    whole = spelt(service(unsigned=unsigned).bundle(ROTATED))
    edits = [edit for edit in releases.EDITS if not (unsigned and edit is releases.fork)]
    found: Counter[str] = Counter()
    for seed in range(SEEDS):
        chance = random.Random(seed)
        edit = edits[seed % len(edits)]
        data = edit(json.loads(whole), chance)
        assert data != whole
        with pytest.raises((Broken, Unreadable)):
            assert verify.verify(data, TRUSTED) is None, f"{edit.__name__} with seed {seed}"
        found[edit.__name__] += 1
    assert min(found.values()) >= SEEDS // len(edits)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"restores": 2}, "it does not bring back the texts it names"),
        ({"effective_at": "2026-11-22T20:00:00+00:00"}, "it is in force before it is published"),
        ({"effective_at": "tomorrow"}, "one of its dates is no moment in UTC"),
        ({"published_at": "2026-11-22T20:12:39+00:00"}, "it is dated back: the release before it"),
        ({"number": 7}, "it does not follow the release of its language before it"),
        ({"previous": "0" * 64}, "it does not follow the release of its language before it"),
        ({"log": {"index": 6, "previous": "0" * 64}}, "it follows another release than here"),
        ({"language": "fa"}, "it does not follow the release of its language before it"),
        ({"texts": []}, "it has not all its texts"),
        ({"log": []}, "its manifest was changed: it can't be read"),
        ({"format": 3}, "its manifest was changed: it can't be read"),
        ({"texts": 3}, "its manifest or its texts are not of the right shape"),
        ({"kind": "withdrawal"}, "it is a withdrawal, and yet has texts"),
    ],
)
def test_even_the_holder_of_the_key_cannot_sign_contradictions(
    change: dict[str, Any], what: str
) -> None:
    """The last release is another one, signed as it should be."""
    made = service()
    del made.entries[6:], made.digests[6:]
    entry = made.entries[5]
    facts = json.loads(entry["manifest"]) | change
    entry["manifest"] = canonical(facts)
    entry["signature"] = OURS.sign(message("release", entry["manifest"]))
    made.digests[5] = verify.sha256(entry["manifest"])
    found = broken(spelt(made.bundle()))
    assert found.what.startswith(what), found
    assert "log index 6" in found.where


# --- Hostile files -------------------------------------------------------------------------------

DEEP = "[" * 200_000


def hostile(change: Callable[[Bundle], object]) -> bytes:
    made = service().bundle(ROTATED)
    change(made)
    return json.dumps(made).encode()


def with_manifest(text: str) -> bytes:
    return hostile(lambda made: made["releases"][3].update(manifest=text))


FILES: dict[str, bytes] = {
    "empty": b"",
    "no JSON": b"Dear reader",
    "NUL": b"\0" * 1000,
    "no UTF-8": b"\xff\xfe\x00",
    "deep": DEEP.encode(),
    "deep object": b'{"a":' * 200_000,
    "NaN": b'{"format":NaN}',
    "infinite": b'{"format":-Infinity}',
    "float": b'{"format":1e999}',
    "endless number": b'{"format":' + b"9" * 100_000 + b"}",
    "twice": b'{"format":"a","format":"a"}',
    "list": b"[]",
    "text": b'"bundle"',
    "number": b"12",
    "null": b"null",
    "wrong fields": b'{"format":1,"head":2,"releases":3}',
    "releases are no list": hostile(lambda made: made.update(releases={})),
    "release is no object": hostile(lambda made: made["releases"].append(7)),
    "release is null": hostile(lambda made: made["releases"].insert(0, None)),
    "entry with a number": hostile(lambda made: made["releases"][2].update(content=7)),
    "entry with one more": hostile(lambda made: made["releases"][2].update(more="x")),
    "head is text": hostile(lambda made: made.update(head="x")),
    "head of a head": hostile(lambda made: made["head"].update(head={})),
    "other format": hostile(lambda made: made.update(format="pinger-panel bundle 2")),
    "manifest deep": with_manifest(DEEP),
    "manifest NaN": with_manifest('{"number":NaN}'),
    "manifest endless": with_manifest('{"number":' + "9" * 5000 + "}"),
    "manifest list": with_manifest("[1]"),
    "manifest wrong types": with_manifest(
        '{"format":2,"document":[],"language":{},"number":null,"previous":1,"log":7,"signer":2,'
        '"published_at":[]}'
    ),
    "manifest all lists": with_manifest(
        '{"format":2,"document":[],"language":[],"number":[],"previous":[],"published_at":[],'
        '"log":{"index":[],"previous":[]},"signer":[]}'
    ),
    "manifest with escapes": with_manifest("\x1b[31m\u202e\ud800"),
    "pretty": json.dumps(service().bundle(ROTATED), indent=1).encode(),
}


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program in a folder of its own, with nothing of the project beside it."""
    folder = tmp_path_factory.mktemp("alone")
    shutil.copy(verify.__file__, folder / "verify.py")
    return folder / "verify.py"


def run(script: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(script), *(str(argument) for argument in arguments)]
    return subprocess.run(
        command, cwd=script.parent, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("what", sorted(FILES))
def test_hostile_file_gives_one_clear_line(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bundle.json"
    path.write_bytes(FILES[what])
    assert verify.main([str(path)]) in (1, 2)
    said = "".join(capsys.readouterr())
    assert re.fullmatch(r"(First bad link: |Can't be read: )[^\n]{5,900}\.\n", said), said
    assert said.removesuffix("\n").isprintable()


def test_hundred_mebibytes_are_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bundle.json"
    with path.open("wb") as file:
        file.truncate(100 << 20)
    assert verify.main([str(path)]) == 2
    assert capsys.readouterr().err == (
        f"Can't be read: {path} has more than 64 MiB (--max-mib reads more).\n"
    )


def test_program_stands_alone(script: Path, bundle: Bundle) -> None:
    made = service()
    path, kept, pem = (script.parent / name for name in ("b.json", "head.json", "keys.pem"))
    path.write_bytes(spelt(service().bundle(ROTATED)))
    kept.write_bytes(head(made.head(size=3)) + b"\n")
    pem.write_text("".join(key.public() for key in (OURS, ROTATED)))
    done = run(script, path, "--key", pem, "--head", kept)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].startswith("14 releases: none changed")
    done = run(script, path, "--key", OURS.name)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(
        "First bad link: terms, fr, release 1 (log index 9): it is signed"
    )
    for arguments in ((script.parent,), (script.parent / "none",), (path, "--key", "abc")):
        done = run(script, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("Can't be read: ")
        assert done.stderr.count("\n") == 1
    assert run(script, path, "--key", script).returncode == 2
    assert run(script, path, "--head", path).returncode == 2


def test_program_says_what_it_needs_where_that_is_missing(script: Path) -> None:
    command = [sys.executable, "-I", "-S", str(script), "bundle.json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "Can't run: No module named 'cryptography'. "
        "Wanted: Python 3.11, pip install cryptography.\n"
    )


def test_program_imports_nothing_of_the_project() -> None:
    lines = Path(verify.__file__).read_text(encoding="utf-8").splitlines()
    imports = [
        line.split()[1].partition(".")[0]
        for line in lines
        if re.match(r"\s*(from|import) [\w.]+( import .*)?$", line)
    ]
    assert set(imports) <= sys.stdlib_module_names | {"cryptography"}
