"""Which edits are done to which documents: the sets of cases that are measured.

*each* does one kind of edit at a time; *real* follows how policies really change (450 edits of
policies in a public repository: half of them touch one paragraph, the median is two; edits are
more frequent than additions and removals, those than splits, moves and merges); *heavy* touches
30 % of a document with all kinds alike, *rough* 60 %. *twins* touches 15 % of a document where most
segments differ from another in one phrase only.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from bench.corpus import LANGUAGES, NEAR_COPIES, Document, Text, Writer, own_policies, policy
from bench.edits import (
    UNTOUCHED,
    Case,
    Node,
    Script,
    add,
    merge,
    move,
    remove,
    reorder,
    reword,
    rewrite,
    split,
)
from bench.rewording import LARGE, REWORD, SMALL, typo

Edit = Callable[[Script, int, str], bool]
REFERENCE = re.compile(r"(?<=[Ss]ection )\d+|(?<=Abschnitt )\d+|(?<=第)\d+(?=节)")
TRIES = 300


def _repeated(script: Script) -> list[int] | None:
    """The places of a text that stands in several, of which no copy was touched yet.

    A text that gets one more copy is left alone from then on: with a copy removed here and one
    added there, nobody could tell whether the text moved.
    """
    found = [
        places
        for places in script.copies.values()
        if len(places) > 1 and not any(i in script.labels for i in places)
    ]
    return script.rng.choice(found) if found else None


def copy_added(script: Script, at: int, label: str) -> bool:
    """A text that stands in several places is put in one more."""
    places = _repeated(script)
    if places is None or not script.free(at):
        return False
    copy = script.old[places[0]]
    if not script.comes(copy):
        return False
    script.spent.add(copy.digest)
    script.put(at, label, Node(script.old[at], (at,), UNTOUCHED), Node(copy, (), label))
    return True


def copy_touched(script: Script, at: int, label: str) -> bool:
    """One of several copies of a text is removed, or edited."""
    places = _repeated(script)
    if places is None:
        return False
    at = script.rng.choice(places)
    if not script.free(at):
        return False
    if label == "copy-removed":
        return script.take_away(at, label)
    changed = typo(script.old[at], script.writer)
    if changed is None or not script.new_to_all(changed):
        return False
    script.put(at, label, Node(changed, (at,), label))
    return True


def renumber(script: Script, at: int, label: str) -> bool:
    """A section comes in; references to the ones behind it count up. Labels are no text."""
    if not script.free(at):
        return False
    texts = [script.newcomer(role) for role in ("heading", "paragraph", "paragraph")]
    script.put(
        at,
        label,
        Node(script.old[at], (at,), UNTOUCHED),
        *(Node(text, (), label) for text in texts if text is not None),
    )
    first = script.rng.randint(2, 6)
    for i, text in enumerate(script.old):
        body = REFERENCE.sub(lambda m: str(int(m[0]) + (int(m[0]) >= first)), text.text)
        changed = Text(body, text.role, text.links)
        if body != text.text and script.free(i) and script.new_to_all(changed):
            script.put(i, label, Node(changed, (i,), label))
    return True


EDITS: dict[str, Edit] = {
    **dict.fromkeys(REWORD, reword),
    "moved": move,
    "moved-edited": move,
    "reorder": reorder,
    "split2": split,
    "split3": split,
    "merge2": merge,
    "merge3": merge,
    "rewritten": rewrite,
    "added": add,
    "removed": remove,
    "copy-added": copy_added,
    "copy-removed": copy_touched,
    "copy-edited": copy_touched,
    "renumbering": renumber,
}
ONCE = ("renumbering",)
SHARES = {"heavy": 0.3, "rough": 0.6, "twins": 0.15}
SETS = ("real", *SHARES)

# Counted in 333 real edits of policies; 38 % of the edited paragraphs differed by a hair.
_REAL = {
    **dict.fromkeys(SMALL, 0.38 * 852 / len(SMALL)),
    **dict.fromkeys(LARGE, 0.62 * 852 / len(LARGE)),
    "added": 399,
    "removed": 436,
    "split2": 18,
    "split3": 5,
    "moved": 8,
    "merge2": 3,
}


def attempt(script: Script, label: str) -> bool:
    """Do one edit at a place where it can be done; False where none is found."""
    for _ in range(TRIES):
        if EDITS[label](script, script.rng.randrange(1, len(script.old)), label):
            return True
    return False


def each(script: Script, label: str) -> None:
    """One kind of edit, about one per forty segments."""
    most = 1 if label in ONCE else max(1, len(script.old) // 40)
    for _ in range(script.rng.randint(1, most)):
        attempt(script, label)


def real(script: Script) -> None:
    """As policies are really edited."""
    rng = script.rng
    spread = rng.choices(((1, 1), (2, 2), (3, 15), (16, 40)), (48, 14, 28, 10))[0]
    labels = rng.choices(list(_REAL), list(_REAL.values()), k=rng.randint(*spread))
    for label in labels:
        if len(script.labels) < 0.4 * len(script.old):
            attempt(script, label)


def heavy(script: Script, share: float) -> None:
    """All kinds of edits alike until a share of the segments is touched."""
    labels = [label for label in EDITS if label not in ONCE]
    failures = 0
    while len(script.labels) < share * len(script.old) and failures < 50:
        failures += not attempt(script, script.rng.choice(labels))


def script_for(document: Document, language: str, seed: str, *, spaced: bool) -> Script:
    """A script without edits yet."""
    return Script(document, Writer(language, random.Random(seed)), spaced)


def mixed(size: int, seed: int, share: float = 0.1) -> Case:
    """An English policy with a share of its segments touched: the case whose time is taken."""
    name = f"mixed/en/{size} seed {seed}"
    script = script_for(policy("en", size, seed), "en", name, spaced=False)
    heavy(script, share)
    return script.case(name)


def document_case(document: Document, language: str, name: str, scenario: str, seed: int) -> Case:
    """One scenario on a document."""
    title = f"{scenario}/{name} seed {seed}"
    script = script_for(document, language, title, spaced=scenario in EDITS)
    if scenario == "real":
        real(script)
    elif scenario in SHARES:
        heavy(script, SHARES[scenario])
    else:
        each(script, scenario)
    return script.case(title)


def cases(size: int, seeds: int, first_seed: int = 1, each_seeds: int | None = None) -> list[Case]:
    """All cases of one size: made-up policies in three languages.

    English takes every seed; German and Chinese a quarter of them, to see whether anything is
    English only.
    """
    found: list[Case] = []
    for language in LANGUAGES:
        count = seeds if language == "en" else max(1, seeds // 4)
        single = seeds if each_seeds is None else each_seeds
        single = single if language == "en" else single // 4
        for seed in range(first_seed, first_seed + count):
            scenarios = (*SETS, *(EDITS if seed - first_seed < single else ()))
            for scenario in scenarios:
                near = 0.6 if scenario == "twins" else NEAR_COPIES
                document = policy(language, size, seed, near)
                name = f"{language}/{size}"
                found.append(document_case(document, language, name, scenario, seed))
    return found


def own_cases(seeds: int, first_seed: int = 1) -> list[Case]:
    """The same edits on the project's own policies."""
    found: list[Case] = []
    for name, document in own_policies().items():
        for seed in range(first_seed, first_seed + seeds):
            for scenario in ("real", "heavy", "rough", *EDITS):
                found.append(document_case(document, "en", name, scenario, seed))
    return found
