"""``flask languages``: which language a visitor gets, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import click

from app.cli.common import command, emit_json, json_option, settings
from workflows import languages as core
from workflows.languages import Match, Rule, Step, Why

MAX_LINE = 64 * 1024
"""Bytes of a line of standard input."""
MAX_OFFERED = 1_000
"""Languages in a list of what is offered."""

SAID = {
    Why.SAME: "the same language",
    Why.LIKELY: "the same language by likely subtags",
    Why.REGION: "the same language for another region",
    Why.SCRIPT: "the same language in another script",
    Why.FALLBACK: "fallback to a language that its readers may know",
    Why.UNRELATED: "another language",
    Why.PARADIGM: "others are as far, but it is a paradigm locale",
    Why.ANY: "any language",
    Why.REFUSED: "refused (q=0)",
    Why.UNKNOWN: "not a tag of a language",
    Why.NOTHING: "nothing is offered",
}


class Wrong(click.ClickException):
    """A question that can't be answered, in words; the command ends with 2."""

    exit_code = 2


@dataclass(frozen=True)
class Question:
    """What is wanted and what is offered."""

    ranges: list[core.Weighted]
    offered: list[str]
    advice: tuple[str, ...] = ()
    """What of the lists counts for nothing, in words."""


@dataclass(frozen=True)
class Way:
    """How questions are answered."""

    by: str
    rule: Rule
    default: str | None
    explained: bool
    as_json: bool
    in_lines: bool = False
    """Whether many questions are answered, so that each answer begins on a line of its own."""


@click.group()
def languages() -> None:
    """Which language a visitor gets, and why.

    \b
    Example:
      flask languages match --desired "fr-CA, en;q=0.8" --offered en,fr --explain
    """


@languages.command()
@click.option("--desired", metavar="LIST", help="What is wanted, as in Accept-Language.")
@click.option("--offered", metavar="LIST", help="Tags there are. [the site's]")
@click.option("--explain", is_flag=True, help="Say why, a line for each wanted range.")
@click.option(
    "--by",
    type=click.Choice(["cldr", "site", "lookup", "basic", "extended"]),
    default="cldr",
    show_default=True,
    help="Which rules.",
)
@click.option("--default", metavar="TAG", help="The answer when nothing fits. [none]")
@click.option(
    "--threshold",
    type=click.IntRange(0, 1_000),
    default=core.DEFAULT_THRESHOLD,
    show_default=True,
    help="Distances below it match; by cldr.",
)
@click.option("--favor-script", is_flag=True, help="A known script first; by cldr.")
@json_option
@command
def match(**options: Any) -> None:
    """Answer which offered language fits what is wanted best.

    Without --desired, from standard input: what is wanted, a tab, what is
    offered; an answer a line, an empty one for no match.

    \b
    Examples:
      flask languages match --desired "fr-CA;q=0.5, en;q=0.4" --offered en,fr
      flask languages match --explain < questions.tsv
    """
    offered, default = options["offered"], options["default"]
    if default is not None and core.parse_tag(default) is None:
        raise Wrong(f"--default: {default[:60]!r} is not a language tag.")
    rule = Rule(options["threshold"], favor_script=options["favor_script"])
    if options["by"] == "site":
        rule = core.SITE_RULE
        default = default or settings().default_language
    way = Way(options["by"], rule, default, options["explain"], options["as_json"])
    if options["desired"] is not None:
        try:
            _answer(_question(options["desired"], offered), way)
        except ValueError as error:
            raise Wrong(str(error)) from error
    elif sys.stdin.isatty():
        raise Wrong("Say what is wanted with --desired, or send lines to standard input.")
    else:
        _answer_lines(sys.stdin.buffer, offered, replace(way, in_lines=True))


def _answer_lines(source: BinaryIO, offered: str | None, way: Way) -> None:
    """Answer every line; one that is wrong gets an empty answer, and the command ends with 2."""
    failed = False
    for number, line in enumerate(_lines(source), 1):
        try:
            _answer(_read_line(line, offered), way, f"line {number}: ")
        except ValueError as error:
            click.echo(f"Error: line {number}: {error}", err=True)
            click.echo("null" if way.as_json else "")
            failed = True
    if failed:
        sys.exit(Wrong.exit_code)


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends; of one that is too long a byte more than may be, and no more."""
    while line := source.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = source.readline(MAX_LINE + 1)
        yield line.removesuffix(b"\n").removesuffix(b"\r")


def _read_line(line: bytes, offered: str | None) -> Question:
    if len(line) > MAX_LINE:
        raise ValueError(f"it has more than {MAX_LINE} bytes.")
    try:
        desired, tab, there = line.decode("utf-8").partition("\t")
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8.") from error
    if not tab and offered is None:
        raise ValueError("there is no tab between what is wanted and what is offered.")
    return _question(desired, there if tab else offered)


def _question(desired: str, offered: str | None) -> Question:
    """Read two lists; raises ``ValueError`` with what is wrong."""
    read = core.cut(desired)
    members = [part for part in read.split(",") if part.strip(" \t")]
    kept = members[: core.MAX_MEMBERS]
    advice = []
    if len(read) < len(desired) or len(kept) < len(members):
        advice.append(
            f"Only the first {core.MAX_MEMBERS} ranges within {core.MAX_CHARACTERS} characters "
            "are read, as of a header."
        )
    try:
        ranges = core.read_ranges(",".join(kept))
    except core.BadRange as error:
        raise ValueError(f"{error}.") from error
    tags = list(settings().languages) if offered is None else _tags(offered)
    wrong = [tag for tag in tags if core.parse_tag(tag) is None]
    if wrong and len(wrong) == len(tags):
        raise ValueError(f"{wrong[0][:60]!r} is not a language tag.")
    if wrong:
        advice.append(f"{wrong[0][:60]!r} is not a language tag, so it matches nothing.")
    return Question(ranges, tags, tuple(advice))


def _tags(offered: str) -> list[str]:
    tags = [tag for part in offered.split(",") if (tag := part.strip(" \t"))]
    if len(tags) > MAX_OFFERED:
        raise ValueError(f"more than {MAX_OFFERED} languages are offered.")
    return tags


def _answer(question: Question, way: Way, where: str = "") -> None:
    for advice in question.advice:
        click.echo(f"advice: {where}{advice}", err=True)
    ranges, offered = question.ranges, question.offered
    if way.by in ("cldr", "site"):
        _show(*core.explain(ranges, offered, way.default, way.rule), way)
        return
    names = [name for name, weight in ranges if weight > 0]
    left = core.acceptable(ranges, offered)
    if way.by == "lookup":
        tag = core.lookup(names, left, way.default)
        _emit({"tag": tag}, tag or "", way)
        return
    fitting = core.basic_filter if way.by == "basic" else core.extended_filter
    tags = fitting(names, left)
    _emit({"tags": tags}, ",".join(tags), way)


def _show(found: Match, steps: list[Step], way: Way) -> None:
    value: dict[str, Any] = {
        "tag": found.tag,
        "desired": found.desired,
        "distance": found.distance,
        "reason": found.reason,
    }
    lines = [found.tag or ""]
    if way.explained:
        value["steps"] = [
            {
                "desired": step.desired,
                "weight": step.weight,
                "nearest": step.nearest,
                "distance": step.distance,
                "why": [str(why) for why in step.why],
                "taken": step.taken,
            }
            for step in steps
        ]
        lines += [f"  {number}. {_words(step)}" for number, step in enumerate(steps, 1)]
        if found.reason == "default":
            lines.append(f"  {len(steps) + 1}. the default: nothing before it fits")
    _emit(value, "\n".join(lines), way)


def _emit(value: dict[str, Any], text: str, way: Way) -> None:
    """Print an answer as JSON or as text."""
    if not way.as_json:
        click.echo(text)
    elif way.in_lines:
        click.echo(json.dumps(value, ensure_ascii=False))
    else:
        emit_json(value)


def _words(step: Step) -> str:
    """One step as a line."""
    weight = "" if step.weight == 1 else f";q={step.weight:g}"
    near = "" if step.nearest is None else f"nearest {step.nearest}"
    if step.weight == 0 and step.nearest is not None:
        near = f"takes {step.nearest} away"
    if step.distance is not None:
        near += f", distance {step.distance}"
    over = "over the limit" if Why.OVER in step.why else ""
    said = [near, *(SAID[why] for why in step.why if why in SAID), over]
    taken = " <- the answer" if step.taken else ""
    return f"{step.desired}{weight}: {', '.join(word for word in said if word)}{taken}"
