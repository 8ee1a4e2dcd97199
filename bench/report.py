"""Tables and lists of errors for the terminal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bench.corpus import Text
from bench.edits import UNTOUCHED, Truth
from bench.scoring import Answer, Count, Error, Score, total

WIDTH = 220


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns in line: the first to the left, the others to the right."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def ratio(value: float) -> str:
    """Four digits, and 1.0000 only for a whole one."""
    return f"{min(value, 0.9999) if value < 1 else 1:.4f}"


def touched(counts: Mapping[str, Count]) -> Count:
    """The sum over all segments that an edit touched."""
    return total(dict(counts), [label for label in counts if label != UNTOUCHED])


def side_by_side(scores: Mapping[str, Score]) -> str:
    """One line for each tool or set of cases."""
    head = ["", "cases", "pairs P", "R", "F1", "F1 all", "kinds P", "R", "F1", "F1 all"]
    head += ["false trust", "other copy", "unrelated", "ms/case"]
    rows = []
    for name, score in scores.items():
        pairs, kinds = touched(score.pairs), touched(score.kinds)
        figures = [pairs.precision, pairs.recall, pairs.f1, total(score.pairs).f1]
        figures += [kinds.precision, kinds.recall, kinds.f1, total(score.kinds).f1]
        counts = (score.false_trust, score.other_copy, score.unrelated)
        speed = f"{1000 * score.seconds / max(1, score.cases):.1f}"
        rows.append((name, str(score.cases), *map(ratio, figures), *map(str, counts), speed))
    return table(head, rows)


def by_label(scores: Mapping[str, Score], labels: Sequence[str]) -> str:
    """F1 of pairs and of kinds for each kind of edit; a tool may have seen fewer cases."""
    head = ["edit", "truths", *(f"{name} {what}" for name in scores for what in ("pairs", "kinds"))]
    rows = []
    first = next(iter(scores.values()))
    for label in labels:
        truth = total(first.kinds, [label])
        cells = [label, str(truth.right + truth.missed)]
        for score in scores.values():
            for counts in (score.pairs, score.kinds):
                count = total(counts, [label])
                cells.append(_f1(count))
        rows.append(cells)
    return table(head, rows)


def _f1(count: Count) -> str:
    if count.right + count.missed:
        return ratio(count.f1)
    return f"{count.wrong} wrong" if count.wrong else "-"


def errors(found: Sequence[Error], most: int) -> str:
    """How many errors by edit, then up to ``most`` of them, taken in turn from each edit."""
    by_edit: defaultdict[str, list[Error]] = defaultdict(list)
    for error in found:
        by_edit[error.label].append(error)
    counts = Counter({label: len(some) for label, some in by_edit.items()})
    lines = [f"{len(found)} wrongly aligned places: " + _list(counts)]
    rounds = max(map(len, by_edit.values()), default=0)
    queue = [
        some[at] for at in range(rounds) for _, some in sorted(by_edit.items()) if at < len(some)
    ]
    lines += [_error(number, error) for number, error in enumerate(queue[:most], 1)]
    return "\n".join(lines)


def _list(counts: Counter[str]) -> str:
    return ", ".join(f"{label} {count}" for label, count in counts.most_common()) or "none"


def _error(number: int, error: Error) -> str:
    case = error.case
    lines = [f"\n[{number}] {error.label}   {case.name}"]
    lines += [
        f"    truth   {row.kind} {_span(row.old)} -> {_span(row.new)}"
        + (" (kept or moved)" if row.loose else "")
        + ("" if row.label == error.label else f"  [{row.label}]")
        for row in error.truth
    ]
    lines += [
        f"    answer  {row.kind} {_span(row.old)} -> {_span(row.new)}" for row in error.answers
    ]
    rows: list[Truth | Answer] = [*error.truth, *error.answers]
    lines += [_text("old", i, case.old[i]) for i in sorted({i for row in rows for i in row.old})]
    lines += [_text("new", j, case.new[j]) for j in sorted({j for row in rows for j in row.new})]
    return "\n".join(lines)


def _span(numbers: Sequence[int]) -> str:
    return "+".join(map(str, numbers)) or "nothing"


def _text(side: str, number: int, text: Text) -> str:
    shown = text.text
    if len(shown) > WIDTH:
        shown = f"{shown[: WIDTH // 2]} […{len(shown) - WIDTH}…] {shown[-WIDTH // 2 :]}"
    hrefs = " ".join(link.href for link in text.links)
    return f"    {side} {number:>4} {text.role[:5]:<5} {shown}" + (f"  ({hrefs})" if hrefs else "")
