"""XLIFF as translation tools hand it back: cut, reordered, renumbered, with codes of their own."""

from __future__ import annotations

import re

import pytest

from tests.support.catalogs import exported, header, units_of
from workflows.catalogs import Entry, Verdict, merge, read_xliff, write_xliff

ONE = exported("s7k3qm2xw9", "One. Two.", "Um. Dois.")


def seg(mid: str, text: str) -> str:
    return f'<mrk mtype="seg" mid="{mid}">{text}</mrk>'


def cut_1(target: str, seg_source: str = "") -> Entry:
    """Our unit with this target and seg-source, as XLIFF 1.2."""
    data = write_xliff(header(), [ONE], "1.2").decode()
    more = f"</source><seg-source>{seg_source}</seg-source>" if seg_source else "</source>"
    data = data.replace(ONE.target, target).replace("</source>", more)
    (entry,) = read_xliff(data.encode(), language="pt-BR").entries
    return entry


def cut_2(segments: str) -> Entry:
    """Our unit with these segments, as XLIFF 2.1."""
    data = write_xliff(header(), [ONE], "2.1").decode()
    data = re.sub("<segment .*</segment>", segments, data, flags=re.DOTALL)
    (entry,) = read_xliff(data.encode(), language="pt-BR").entries
    return entry


BOTH = f"{seg('0', 'One.')} {seg('1', 'Two.')}"


@pytest.mark.parametrize(
    ("target", "seg_source", "text", "state"),
    [
        (f"{seg('0', 'Um.')} {seg('1', 'Dois.')}", BOTH, "Um. Dois.", "translated"),
        (f"{seg('0', 'Um.')} {seg('1', '')}", BOTH, "Um. ", "needs-editing"),
        (f"{seg('0', 'Um.')} {seg('1', '')}", "", "Um. ", "needs-editing"),
        (f"{seg('0', 'Um.')} {seg('1', ' ')}", "", "Um.  ", "needs-editing"),
        (seg("0", "Um."), BOTH, "Um.", "needs-editing"),
        (f'<g id="strong-1">{seg("0", "Um.")}</g>', BOTH, "<strong>Um.</strong>", "needs-editing"),
        (seg("0", "Um."), "", "Um.", "translated"),
        (seg("0", "Um."), f"{seg('0', 'One.')}{seg('1', ' ')}", "Um.", "translated"),
        ("Um. Dois.", BOTH, "Um. Dois.", "translated"),
        (f"{seg('0', '')}{seg('1', '')}", BOTH, "", "initial"),
        ('<mrk mtype="protected">Um</mrk>', BOTH, "Um", "translated"),
    ],
)
def test_unit_of_version_1_is_a_draft_while_a_segment_is_empty(
    target: str, seg_source: str, text: str, state: str
) -> None:
    entry = cut_1(target, seg_source)
    assert (entry.source, entry.target, entry.state) == (ONE.source, text, state)


@pytest.mark.parametrize("nothing", ["", "<target/>", "<target> </target>",
                                     '<target><mrk id="m1"/></target>'])  # fmt: skip
def test_unit_of_version_2_is_a_draft_while_a_segment_is_empty(nothing: str) -> None:
    entry = cut_2(
        "<segment><source>One. </source><target>Um.</target></segment>"
        f'<segment state="translated"><source>Two.</source>{nothing}</segment>'
    )
    assert (entry.target.strip(), entry.state) == ("Um.", "needs-editing")


def test_parts_of_a_target_stand_in_their_order() -> None:
    entry = cut_2(
        '<segment><source>One.</source><target order="3">Um.</target></segment>'
        "<ignorable><source> </source></ignorable>"
        '<segment><source>Two.</source><target order="1">Dois.</target></segment>'
    )
    assert (entry.source, entry.target) == ("One. Two.", "Dois. Um.")


@pytest.mark.parametrize(
    ("identity", "verdict"),
    [
        ('id="7" resname="s7k3qm2xw9"', Verdict.SAME),
        ('resname="s7k3qm2xw9"', Verdict.SAME),
        ('id="s7k3qm2xw9"', Verdict.SAME),
        ("", Verdict.SAME),
        ('id="7" resname="8"', Verdict.UNKNOWN),
    ],
)
def test_unit_with_another_id_is_found_by_its_name(identity: str, verdict: Verdict) -> None:
    ours = 'id="s7k3qm2xw9" resname="s7k3qm2xw9"'
    data = write_xliff(header(), [ONE], "1.2").decode()
    assert ours in data
    catalog = read_xliff(data.replace(ours, identity).encode(), language="pt-BR")
    assert merge(units_of([ONE]), catalog)[-1].verdict is verdict


@pytest.mark.parametrize("version", ["1.2", "2.1"])
def test_text_with_a_code_of_a_tool_is_named_and_not_taken_without_it(version: str) -> None:
    """What such a code stands for is not known, so the text would lose it."""
    data = write_xliff(header(), [ONE], version).decode()
    marked = "<g id='7'>Um</g>. Dois." if version == "1.2" else "<pc id='7'>Um</pc>. Dois."
    found = read_xliff(data.replace(ONE.target, marked).encode(), language="pt-BR")
    (row,) = merge(units_of([ONE]), found)
    assert (row.verdict, [problem.code for problem in row.problems]) == (
        Verdict.PROBLEM,
        ["catalog-unknown-code"],
    )
    assert row.problems[0].place == f"line {row.line}"
