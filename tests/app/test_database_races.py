"""Many writers at once, threads and processes: nothing is lost, nothing happens twice."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import operations, queries
from app.database import db
from app.models import Message, Release
from app.published.store import Past
from tests.app import support_rules
from tests.app.support_filled import Filling
from tests.app.support_operations import DRAFT, actions, candidates, unit, view
from tests.app.support_policy import (
    ADMINISTRATOR,
    SLUG,
    SOURCE,
    acting,
    approve,
    editor,
    everything,
    import_source,
    translate,
    translator,
)
from tests.support.acts import COUNTED
from tests.support.workers import Worker, running_worker
from workflows.glossary import Term
from workflows.problems import Problem
from workflows.release import FallbackNotInForce
from workflows.review import Role

THREADS = 8


def race(app: Flask, *rivals: Callable[[], object]) -> list[str]:
    """Let all of them go at the same moment; what came of each: "ok", or the code of a problem."""
    db.session.close()
    barrier = threading.Barrier(len(rivals))
    outcomes = [""] * len(rivals)

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait(20)
            try:
                rivals[number]()
                outcomes[number] = "ok"
            except Problem as problem:
                outcomes[number] = problem.code
            except Exception as error:  # noqa: BLE001 (compared by the test)
                outcomes[number] = repr(error)[:500]

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(rivals))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(outcomes)


def one_of(outcome: str, others: str) -> list[str]:
    return sorted([outcome, *[others] * (THREADS - 1)])


def test_threads_saving_one_unit_have_one_winner(house: Flask) -> None:
    key = unit("fr").key

    def saver(text: str, version: int) -> Callable[[], object]:
        def save() -> None:
            with acting(translator("fr")) as act:
                operations.save(act, SLUG, "fr", key, text, version=version)

        return save

    for version in range(4):
        rivals = [saver(f"Texte {version} {number}", version) for number in range(THREADS)]
        assert race(house, *rivals) == one_of("ok", "version-conflict")
        assert unit("fr").version == version + 1
    assert actions().count("translation.saved") == 4


def test_threads_saving_different_units_lose_nothing(house: Flask) -> None:
    units = view("fr").units[:THREADS]

    def saver(key: str, text: str) -> Callable[[], object]:
        def save() -> None:
            with acting(translator("fr")) as act:
                operations.save(act, SLUG, "fr", key, text, version=0, draft=True)

        return save

    rivals = [saver(found.key, f"Texte {found.key}") for found in units]
    assert race(house, *rivals) == ["ok"] * THREADS
    assert [found.target for found in view("fr").units[:THREADS]] == [
        f"Texte {found.key}" for found in units
    ]


def test_name_that_another_term_takes_meanwhile_is_refused(house: Flask) -> None:
    with acting(ADMINISTRATOR) as act:
        term = operations.add_term(act, Term("en", "a name")).id

    def name() -> None:
        with acting(ADMINISTRATOR) as act:
            operations.change_term(act, term, Term("en", "one name"), version=1)

    outcomes: list[str] = []

    def attempt() -> None:
        with house.app_context():
            outcomes.extend(race(house, name))

    rival = threading.Thread(target=attempt)
    with acting(ADMINISTRATOR) as act:
        operations.add_term(act, Term("en", "one name"))
        with house.app_context():
            rival.start()
            # The rival has looked for the name, found nothing, and waits for what we do with it.
            waiting = sa.text(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            while db.engine.dialect.name == "postgresql" and not db.session.scalar(waiting):
                assert rival.is_alive()
                # Within one transaction the view does not change.
                db.session.rollback()
    rival.join(20)
    assert outcomes == ["term-exists"]
    assert actions().count("term.changed") == 0


def test_threads_publishing_one_language_make_one_release(house: Flask) -> None:
    translate("fr")
    approve("fr")
    with acting(editor("fr")) as act:
        operations.sign_off(act, SLUG, "fr")

    def publish() -> None:
        with acting(editor("fr")) as act:
            operations.publish(act, SLUG, "fr")

    assert race(house, *[publish] * THREADS) == one_of("ok", "nothing-to-publish")
    assert chain() == [1]
    assert actions().count("release.published") == 1


def test_threads_publishing_different_languages_make_one_log(house: Flask) -> None:
    for tag in ("fr", "ar", "de"):
        translate(tag)
        approve(tag)
    tags = ("en", "fr", "ar", "de")
    for tag in tags:
        with acting(editor(tag)) as act:
            operations.sign_off(act, SLUG, tag)

    def publisher(tag: str) -> Callable[[], object]:
        def publish() -> None:
            with acting(editor(tag)) as act:
                operations.publish(act, SLUG, tag)

        return publish

    def withdrawer(tag: str) -> Callable[[], object]:
        def withdraw() -> None:
            with acting(editor(tag)) as act:
                operations.withdraw(act, SLUG, tag, "For a while.")

        return withdraw

    assert race(house, *map(publisher, tags)) == ["ok"] * 4
    assert race(house, *map(withdrawer, tags)) == ["ok"] * 4
    rows = list(queries.log_rows(db.session))
    assert [row.log_index for row in rows] == list(range(1, 9))
    named = [json.loads(row.manifest)["log"]["previous"] for row in rows]
    assert named == ["", *(row.digest for row in rows[:-1])]


# SQLite lets nobody else write meanwhile.
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_source_that_comes_due_while_a_rollback_waits_for_the_log_counts(
    filled: Filling, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = filled(support_rules.marked)
    with app.app_context():
        import_source(slug="terms")
        import_source(support_rules.NEWER.replace("your name;", "your full name;"))
        day = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
        with acting(editor("en")) as act:
            operations.sign_off(act, SLUG, "en")
            operations.publish(act, SLUG, "en", effective_at=day)
        with acting(editor("fr")) as act:
            operations.withdraw(act, SLUG, "fr", "Non.")
        log_end = queries.log_end

        def publish_terms() -> None:
            with acting(editor("en")) as act:
                operations.sign_off(act, "terms", "en")
                operations.publish(replace(act, now=day), "terms", "en")

        def waited(session: Session, *, lock: bool = False) -> queries.LogEnd:
            monkeypatch.setattr(queries, "log_end", log_end)
            assert race(app, publish_terms) == ["ok"]
            return log_end(session, lock=lock)

        monkeypatch.setattr(queries, "log_end", waited)
        with pytest.raises(FallbackNotInForce), acting(editor("fr")) as act:
            operations.roll_back(act, SLUG, "fr", 1)
        assert view("en", "terms").live is not None, "somebody came in between"


def test_withdrawal_that_waits_counts_from_when_its_turn_came(filled: Filling) -> None:
    """What visitors read meanwhile, as its day had come, was in force."""
    app = filled(lambda: everything(("en", "fr")))
    held = threading.Event()
    with app.app_context():
        with acting(editor("fr")) as act:
            operations.withdraw(act, SLUG, "fr", "Non.")
        day = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
        with acting(editor("fr")) as act:
            operations.publish(act, SLUG, "fr", effective_at=day)

        def hold() -> None:
            with acting(translator("fr")) as act:
                act.document(SLUG)
                held.set()
                time.sleep((day - datetime.now(UTC)).total_seconds() + 1.1)

        def withdraw() -> None:
            held.wait(20)
            assert datetime.now(UTC) < day
            with acting(editor("fr")) as act:
                operations.withdraw(act, SLUG, "fr", "Non.")

        assert race(app, hold, withdraw) == ["ok", "ok"]
        heads = [head for head in queries.version_heads(db.session, SLUG) if head.language == "fr"]
        assert sorted(span.number for span in Past(heads).spans)[-2:] == [3, 4]


def chain() -> list[int]:
    """Numbers of the French releases in the order they were stored; the chain is asserted."""
    with db.engine.connect() as connection:
        rows = connection.execute(
            sa.select(Release.number, Release.digest, Release.previous_digest)
            .where(Release.language == "fr")
            .order_by(Release.id)
        ).all()
    digests = ["", *(row.digest for row in rows)]
    assert [row.previous_digest for row in rows] == digests[:-1]
    return [row.number for row in rows]


def test_threads_approving_and_returning_one_unit_have_one_winner(house: Flask) -> None:
    translate("fr")
    key = unit("fr").key

    def approve_it() -> None:
        with acting(editor("fr")) as act:
            operations.approve(act, SLUG, "fr", key, version=1)

    def return_it() -> None:
        with acting(editor("fr")) as act:
            operations.return_(act, SLUG, "fr", key, version=1, reason="Non.")

    rivals = [approve_it, return_it] * (THREADS // 2)
    assert race(house, *rivals) == one_of("ok", "version-conflict")


def test_threads_accepting_one_proposal_have_one_winner(house: Flask) -> None:
    with acting(translator("fr")) as act:
        found = operations.propose(act, SLUG, "fr", unit("fr").key, "Ouvert.")
    assert found is not None
    candidate_id = found.id

    def accept() -> None:
        with acting(editor("fr")) as act:
            operations.accept(act, SLUG, "fr", candidate_id, version=0)

    assert race(house, *[accept] * THREADS) == one_of("ok", "no-such-candidate")
    assert candidates("fr") == [("Ouvert.", "proposal", "accepted")]


def test_threads_importing_different_revisions_count_on(house: Flask) -> None:
    """Each takes its turn on the revision before, not on what it had seen before it waited."""

    def importer(hour: int) -> Callable[[], object]:
        return lambda: import_source(SOURCE.replace("17", str(hour)))

    assert race(house, *[importer(18 + number) for number in range(4)]) == ["ok"] * 4
    document = queries.document(db.session, SLUG)
    assert document.head == 5
    numbers = [queries.revision(db.session, document, number).number for number in range(1, 6)]
    assert numbers == [1, 2, 3, 4, 5]


def test_threads_importing_one_new_document_make_one(house: Flask) -> None:
    outcomes = race(house, *[lambda: import_source(slug="new-rules")] * 4)
    assert set(outcomes) <= {"ok", "busy"}
    assert "ok" in outcomes
    assert queries.document(db.session, "new-rules").head == 1
    assert actions().count("document.imported") == 2


def test_threads_importing_and_translating_keep_both(house: Flask) -> None:
    def translate_all() -> None:
        translate("fr")

    def import_newer() -> None:
        import_source(SOURCE.replace("17", "18"))

    assert race(house, translate_all, import_newer) == ["ok", "ok"]
    found = view("fr")
    assert found.revision.number == 2
    assert sum(bool(row.target) for row in found.units) >= 18


def test_threads_sending_one_form_leave_one_message(house: Flask) -> None:
    references = []

    def send() -> None:
        with acting() as act:
            references.append(operations.leave_message(act, DRAFT).reference)

    assert race(house, *[send] * THREADS) == ["ok"] * THREADS
    assert len(set(references)) == 1
    with db.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(Message)) == 1
    assert actions().count("message.left") == 1


def test_threads_using_one_sign_in_link_have_one_winner(house: Flask) -> None:
    with acting() as act:
        token = operations.issue_link(act, ADMINISTRATOR)

    def redeem() -> None:
        with acting() as act:
            operations.redeem_link(act, token)

    assert race(house, *[redeem] * THREADS) == one_of("ok", "bad-link")


def test_threads_adding_one_person_with_one_role_add_one(house: Flask) -> None:
    def add() -> None:
        with acting() as act:
            operations.add_user(act, "new@example.org", "New")
            operations.grant(act, "new@example.org", Role.EDITOR, "fr")

    assert race(house, *[add] * 4) == ["ok"] * 4
    user = queries.user_by_email(db.session, "new@example.org")
    assert [(found.role, found.language) for found in user.grants] == [("editor", "fr")]
    assert Counter(actions())["user.added"] == 9 + 1


# --- Processes -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workers() -> Iterator[list[Worker]]:
    """Two processes that perform operations."""
    with ExitStack() as stack:
        yield [stack.enter_context(running_worker()) for _ in range(2)]


def test_processes_counting_one_text_up_lose_no_count(
    house: Flask, settings: dict[str, str], workers: list[Worker]
) -> None:
    db.session.close()
    for worker in workers:
        worker.order(settings, "count_up", {"times": 12})
    outcomes = [worker.outcome() for worker in workers]
    assert [(outcome.error, outcome.acknowledged) for outcome in outcomes] == [("", True)] * 2
    assert (unit("fr", COUNTED).target, unit("fr", COUNTED).version) == ("24", 24)
    assert actions().count("translation.saved") == 24


def test_processes_publishing_one_language_keep_one_chain(
    house: Flask, settings: dict[str, str], workers: list[Worker]
) -> None:
    translate("fr")
    approve("fr")
    db.session.close()
    for name, worker in zip(("a", "b"), workers, strict=True):
        worker.order(settings, "publish_changes", {"name": name, "times": 6})
    outcomes = [worker.outcome() for worker in workers]
    assert [outcome.error for outcome in outcomes] == ["", ""]
    numbers = [number for outcome in outcomes for number in outcome.answer]
    assert sorted(numbers) == list(range(1, 13))
    assert chain() == list(range(1, 13))
