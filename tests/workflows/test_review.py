"""The table of review, walked state by action by role against one written out by hand."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import review_diagram
from workflows.problems import Nature, Problem
from workflows.review import (
    NEEDS_REASON,
    TRANSITIONS,
    Action,
    ActionNotAllowed,
    FourEyes,
    ReasonMissing,
    Role,
    State,
    WrongState,
    act,
    effective,
)

# I, N, T, R: the state that follows. x: not with this role. w: nobody could, in this state.
COLUMNS = "              draft save propose accept dismiss approve return reopen"
BY_HAND = {
    Role.TRANSLATOR: """
        initial         N    T    I       T      I       x       x      x
        needs-editing   N    T    N       T      N       x       x      x
        translated      N    T    T       T      T       x       x      x
        reviewed        w    w    R       x      x       x       x      x
    """,
    Role.EDITOR: """
        initial         N    T    I       T      I       w       w      w
        needs-editing   N    T    N       T      N       w       w      w
        translated      N    T    T       T      T       R       N      w
        reviewed        w    w    R       T      R       w       w      N
    """,
    Role.ADMINISTRATOR: """
        initial         x    x    x       x      x       x       x      x
        needs-editing   x    x    x       x      x       x       x      x
        translated      x    x    x       x      x       x       x      x
        reviewed        x    x    x       x      x       x       x      x
    """,
}
LETTERS = {
    "I": State.INITIAL,
    "N": State.NEEDS_EDITING,
    "T": State.TRANSLATED,
    "R": State.REVIEWED,
}


def cells() -> Iterator[tuple[State, Action, Role, str]]:
    """Every cell of the tables above."""
    for role, text in BY_HAND.items():
        for line in text.strip().splitlines():
            name, *letters = line.split()
            for action, letter in zip(COLUMNS.split(), letters, strict=True):
                yield State(name), Action(action), role, letter


CELLS = {(state, action, role): letter for state, action, role, letter in cells()}


def test_table_by_hand_has_every_state_action_and_role() -> None:
    assert set(CELLS) == set(itertools.product(State, Action, Role))


@pytest.mark.parametrize(("state", "action", "role"), CELLS)
def test_act_follows_the_table(state: State, action: Action, role: Role) -> None:
    letter = CELLS[state, action, role]
    if letter in LETTERS:
        assert act(state, action, [role], reason="because") is LETTERS[letter]
        return
    refusal = {"x": ActionNotAllowed, "w": WrongState}[letter]
    with pytest.raises(Problem) as caught:
        act(state, action, [role], reason="because")
    assert type(caught.value) is refusal
    assert caught.value.details == {"state": state, "action": action}


def test_transitions_hold_nothing_else() -> None:
    by_hand = {cell: LETTERS[letter] for cell, letter in CELLS.items() if letter in LETTERS}
    assert by_hand == TRANSITIONS


@pytest.mark.parametrize(("state", "action"), list(itertools.product(State, Action)))
def test_act_with_several_roles_is_the_best_of_them(state: State, action: Action) -> None:
    for count in (2, 3):
        for roles in itertools.permutations(Role, count):
            letters = [CELLS[state, action, role] for role in roles]
            may = {LETTERS[letter] for letter in letters if letter in LETTERS}
            if may:
                assert {act(state, action, roles, reason="because")} == may
                continue
            refusal = WrongState if "w" in letters else ActionNotAllowed
            with pytest.raises(refusal):
                act(state, action, roles, reason="because")


@pytest.mark.parametrize(("state", "action"), list(itertools.product(State, Action)))
def test_act_without_a_role_is_not_allowed(state: State, action: Action) -> None:
    with pytest.raises(ActionNotAllowed) as caught:
        act(state, action, frozenset(), reason="because")
    assert caught.value.nature is Nature.FORBIDDEN


def test_refusals_say_what_and_how_to_mend_it() -> None:
    with pytest.raises(ActionNotAllowed) as forbidden:
        act(State.TRANSLATED, Action.APPROVE, [Role.TRANSLATOR])
    assert forbidden.value.text() == (
        "You may not do this to the text as it is now. "
        "Ask an administrator for the role in this language."
    )
    with pytest.raises(WrongState) as late:
        act(State.REVIEWED, Action.SAVE, [Role.TRANSLATOR])
    assert late.value.text() == (
        "The text is no longer in the state that this needs. "
        "Load the page again to see what has changed."
    )
    assert late.value.nature is Nature.CONFLICT


# --- Four eyes and reasons -----------------------------------------------------------------------


def test_own_text_is_not_approved() -> None:
    with pytest.raises(FourEyes) as caught:
        act(State.TRANSLATED, Action.APPROVE, [Role.TRANSLATOR, Role.EDITOR], own_text=True)
    assert caught.value.nature is Nature.FORBIDDEN


def test_own_text_is_approved_when_four_eyes_are_off() -> None:
    after = act(State.TRANSLATED, Action.APPROVE, [Role.EDITOR], own_text=True, four_eyes=False)
    assert after is State.REVIEWED


def test_four_eyes_are_the_default_and_bind_no_other_action() -> None:
    for (state, action, role), after in TRANSITIONS.items():
        if action is not Action.APPROVE:
            assert act(state, action, [role], own_text=True, reason="because") is after


def test_wrong_role_comes_before_four_eyes() -> None:
    with pytest.raises(ActionNotAllowed):
        act(State.TRANSLATED, Action.APPROVE, [Role.TRANSLATOR], own_text=True)


@pytest.mark.parametrize("reason", ["", " ", "\n\t ", "\u00a0"])
@pytest.mark.parametrize(
    ("state", "action"), [(State.TRANSLATED, Action.RETURN), (State.REVIEWED, Action.REOPEN)]
)
def test_taking_back_wants_a_reason(state: State, action: Action, reason: str) -> None:
    with pytest.raises(ReasonMissing):
        act(state, action, [Role.EDITOR], reason=reason)
    assert act(state, action, [Role.EDITOR], reason="The tone is wrong.") is State.NEEDS_EDITING


def test_no_other_action_wants_a_reason() -> None:
    assert {Action.RETURN, Action.REOPEN} == NEEDS_REASON
    for (state, action, role), after in TRANSITIONS.items():
        if action not in (Action.RETURN, Action.REOPEN):
            assert act(state, action, [role]) is after


def test_wrong_state_comes_before_a_missing_reason() -> None:
    with pytest.raises(WrongState):
        act(State.INITIAL, Action.RETURN, [Role.EDITOR])


# --- The state that counts -----------------------------------------------------------------------


@pytest.mark.parametrize("stored", State)
def test_effective_state_follows_from_target_and_source(stored: State) -> None:
    assert effective(stored, has_target=False, outdated=False) is State.INITIAL
    assert effective(stored, has_target=False, outdated=True) is State.INITIAL
    assert effective(stored, has_target=True, outdated=True) is State.NEEDS_EDITING
    assert effective(stored, has_target=True, outdated=False) is stored


@given(st.lists(st.tuples(st.sampled_from(Action), st.sampled_from(Role)), max_size=30))
def test_nobody_reviews_without_an_editor(steps: list[tuple[Action, Role]]) -> None:
    state, approved = State.INITIAL, False
    for action, role in steps:
        try:
            state = act(state, action, [role], reason="because")
        except Problem:
            continue
        approved = (approved or action is Action.APPROVE) and state is State.REVIEWED
        assert approved == (state is State.REVIEWED)


# --- The page that is printed from the table -----------------------------------------------------


def test_review_page_is_fresh() -> None:
    page = review_diagram.PAGE.read_text(encoding="utf-8")
    assert review_diagram.printed(page) == page, "run 'python -m tools.review_diagram'"


def test_review_table_lists_every_transition_once() -> None:
    rows = [line.strip("| ").split(" | ") for line in review_diagram.table().splitlines()[2:]]
    listed = {
        (State(state), Action(action.partition(",")[0]), Role(role)): State(
            state if after == "the same" else after
        )
        for state, action, roles, after in rows
        for role in roles.split(", ")
    }
    assert listed == TRANSITIONS
    assert len(rows) == len({(state, action) for state, action, _ in TRANSITIONS})


def test_review_diagram_draws_every_change_of_state() -> None:
    drawn = review_diagram.diagram()
    for (state, action, role), after in TRANSITIONS.items():
        arrow = f"    {state.name.lower()} --> {after.name.lower()}: {action} ("
        lines = [line for line in drawn.splitlines() if line.startswith(arrow)]
        assert len(lines) == (state is not after)
        assert all(role in line for line in lines)


def test_review_page_explains_every_state_action_and_role() -> None:
    page = review_diagram.PAGE.read_text(encoding="utf-8")
    for word in [*State, *Action, *Role]:
        assert f"**{word}**" in page


def test_printed_wants_its_markers() -> None:
    with pytest.raises(ValueError, match="two lines"):
        review_diagram.printed("# Review\n")
    once = review_diagram.printed(
        f"# A\n\n{review_diagram.BEGIN}\nold\n{review_diagram.END}\n\nB\n"
    )
    assert review_diagram.printed(once) == once
    assert once.startswith("# A\n\n")
    assert once.endswith(f"{review_diagram.END}\n\nB\n")
