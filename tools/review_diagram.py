"""Prints the table of review as a diagram and a table into docs/review.md, between two markers.

``python -m tools.review_diagram`` writes the page anew, ``--check`` only says whether it is fresh
(exit code 1 when it isn't). The one source of both is ``workflows.review.TRANSITIONS``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from workflows.review import NEEDS_REASON, TRANSITIONS, Action, Role, State

PAGE = Path(__file__).resolve().parents[1] / "docs" / "review.md"
BEGIN = "<!-- printed from TRANSITIONS by `python -m tools.review_diagram`: don't edit -->"
END = "<!-- end of what is printed -->"


def _actors(state: State, action: Action, after: State) -> list[Role]:
    return [role for role in Role if TRANSITIONS.get((state, action, role)) is after]


def diagram() -> str:
    """A Mermaid state diagram of every action that leads to another state."""
    names = {state: state.name.lower() for state in State}
    lines = ["stateDiagram-v2", f"    [*] --> {names[State.INITIAL]}"]
    lines += [f'    state "{state}" as {names[state]}' for state in State]
    for state in State:
        for after in State:
            for action in Action:
                actors = _actors(state, action, after)
                if actors and after is not state:
                    who = ", ".join(actors)
                    lines.append(f"    {names[state]} --> {names[after]}: {action} ({who})")
    return "\n".join(lines)


def table() -> str:
    """A Markdown table, a row for each state and action that somebody can do there."""
    rows = ["| State | Action | Who | State after it |", "| --- | --- | --- | --- |"]
    for state in State:
        for action in Action:
            for after in State:
                actors = _actors(state, action, after)
                if actors:
                    told = f"{action}, with a reason" if action in NEEDS_REASON else str(action)
                    end = "the same" if after is state else str(after)
                    rows.append(f"| {state} | {told} | {', '.join(actors)} | {end} |")
    return "\n".join(rows)


def printed(page: str) -> str:
    """``page`` with everything between the markers printed anew; raises ValueError without them."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page wants the two lines {BEGIN!r} and {END!r}")
    return f"{head}{BEGIN}\n\n```mermaid\n{diagram()}\n```\n\n{table()}\n\n{END}{tail}"


def main(arguments: list[str]) -> int:
    """Write the page, or only compare it."""
    page = PAGE.read_text(encoding="utf-8")
    fresh = printed(page)
    if fresh == page:
        return 0
    if "--check" in arguments:
        print("docs/review.md is stale: run 'python -m tools.review_diagram'", file=sys.stderr)
        return 1
    PAGE.write_text(fresh, encoding="utf-8")
    print("docs/review.md was printed anew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
