"""People and messages, on both databases."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app import operations, queries
from app.database import db
from app.models import Message, SignInLink
from app.operations.messages import MAX_BODY, Draft
from tests.app.support_operations import DRAFT, actions, dump, refused, unchanged
from tests.app.support_policy import ADMINISTRATOR, acting, translator
from workflows.problems import BadLink
from workflows.review import Role

FR = translator("fr")

# --- People --------------------------------------------------------------------------------------


def test_add_user_keeps_one_person_an_address(house: Flask) -> None:
    with acting() as act:
        first = operations.add_user(act, " New@Example.ORG ", " New\0 Person ")
    assert (first.email, first.name) == ("new@example.org", "New Person")
    with unchanged(), acting() as act:
        assert operations.add_user(act, "NEW@example.org", "Other").id == first.id


def test_add_user_without_name_is_called_by_the_address(house: Flask) -> None:
    with acting() as act:
        assert operations.add_user(act, "new@example.org", " ").name == "new@example.org"
        assert operations.add_user(act, "long@example.org", "é" * 500).name == "é" * 120


@pytest.mark.parametrize(
    "email",
    [
        *(
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@b c",
            "a@b\nBcc:x@y",
            "a@b\r",
            "<a@b>",
            "a,b@c",
        ),
        *("=?utf-8?q?a?=@b", '"x"@b', "x@[127.0.0.1]", f"{'x' * 65}@b", f"a@{'b' * 190}"),
    ],
)
def test_add_user_refuses_what_is_no_address(house: Flask, email: str) -> None:
    if email.strip() != email:
        email = f"{email}x"
    with refused("bad-address"), acting() as act:
        operations.add_user(act, email, "Name")


def test_grant_twice_is_once(house: Flask) -> None:
    with acting() as act:
        assert operations.grant(act, FR, Role.EDITOR, "ar") is True
    with unchanged(), acting() as act:
        assert operations.grant(act, FR, Role.EDITOR, "ar") is False


def test_grant_of_administrator_has_no_language(house: Flask) -> None:
    with acting() as act:
        operations.grant(act, FR, Role.ADMINISTRATOR, "fr")
    with acting(FR) as act:
        assert (act.actor.administrator, act.actor.languages()) == (True, ("fr",))
        assert Role.EDITOR not in act.actor.roles_in("fr")


def test_grant_refuses_unknown_person_and_language(house: Flask) -> None:
    with refused("no-such-user"), acting() as act:
        operations.grant(act, "nobody@example.org", Role.EDITOR, "fr")
    for tag in ("", "xx", "FR"):
        with refused("unknown-language"), acting() as act:
            operations.grant(act, FR, Role.EDITOR, tag)


def test_link_signs_in_once_and_only_its_digest_is_kept(house: Flask) -> None:
    with acting() as act:
        token = operations.issue_link(act, FR)
    assert token not in repr(dump())
    digest = hashlib.sha256(token.encode()).hexdigest()
    with acting() as act:
        assert operations.redeem_link(act, token).email == FR
    link = queries.sign_in_link(db.session, digest)
    assert link is not None
    assert link.used_at is not None
    with refused("bad-link"), acting() as act:
        operations.redeem_link(act, token)


def test_link_is_refused_when_unknown_or_too_old(house: Flask) -> None:
    with acting() as act:
        token = operations.issue_link(act, FR)
    for wrong in ("", token[:-1], token.swapcase(), "\0"):
        with refused("bad-link"), acting() as act:
            operations.redeem_link(act, wrong)
    with acting() as act:
        late = replace(act, now=act.now + timedelta(hours=act.rules.link_hours))
        with pytest.raises(BadLink):
            operations.redeem_link(late, token)
        in_time = replace(act, now=late.now - timedelta(seconds=1))
        assert operations.redeem_link(in_time, token).email == FR


def test_link_of_somebody_who_is_no_longer_active_is_refused(house: Flask) -> None:
    with acting() as act:
        token = operations.issue_link(act, FR)
        queries.user_by_email(act.session, FR).active = False
    with refused("bad-link"), acting() as act:
        operations.redeem_link(act, token)


def test_link_lasts_as_long_as_the_rules_say(house: Flask) -> None:
    with acting() as act:
        operations.issue_link(replace(act, rules=replace(act.rules, link_hours=3)), FR)
        link = act.session.scalars(sa.select(SignInLink)).one()
        assert link.expires_at - link.created_at == timedelta(hours=3)


def test_end_sessions_by_oneself_and_by_an_administrator(house: Flask) -> None:
    keys = [queries.user_by_email(db.session, FR).session_key]
    for by in (FR, ADMINISTRATOR, ""):
        with acting(by) as act:
            keys.append(operations.end_sessions(act, FR).session_key)
    assert len(set(keys)) == 4
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys)
    assert queries.user_by_session(db.session, keys[0]) is None
    with refused("no-such-user"), acting() as act:
        operations.end_sessions(act, "nobody@example.org")


# --- Messages ------------------------------------------------------------------------------------


def leave(draft: Draft = DRAFT) -> Message:
    with acting() as act:
        return operations.leave_message(act, draft)


def test_leave_message_stores_it_with_the_page_it_was_written_on(house: Flask) -> None:
    message = leave()
    stored = queries.message(db.session, message.reference)
    assert stored is not None
    wanted = {name: value for name, value in vars(DRAFT).items() if name != "doubts"}
    assert {name: getattr(stored, name) for name in wanted} == wanted
    assert (stored.spam, stored.spam_reasons) == (False, "")
    assert (stored.mailed_at, stored.mail_error) == (None, "")
    assert re.fullmatch(r"([2-9A-HJKMNP-TV-Z]{7}-){3}[2-9A-HJKMNP-TV-Z]{7}", stored.reference)


def test_leave_message_twice_from_one_form_is_once(house: Flask) -> None:
    first = leave()
    with unchanged():
        again = leave(replace(DRAFT, body="Changed on the way back."))
    assert (again.reference, again.body) == (first.reference, DRAFT.body)
    assert leave(replace(DRAFT, nonce="another")).reference != first.reference


def test_leave_message_keeps_what_both_databases_can_keep(house: Flask) -> None:
    message = leave(
        replace(DRAFT, name="A\0" + "é" * 200, body="x\0\ud800y" + "z" * 9_000, section="9" * 90)
    )
    assert (message.name, message.section) == ("A" + "é" * 119, "9" * 40)
    assert message.body == "xy" + "z" * (MAX_BODY - 2)


def test_history_holds_nothing_a_visitor_wrote(house: Flask) -> None:
    message = leave()
    with acting() as act:
        operations.claim_mail(act, message.reference)
        error = "refused: visitor@example.org"
        assert operations.note_mail(act, message.reference, act.now, error)
    history = repr(dump()["history"])
    assert "message.left" in history
    for secret in (DRAFT.name, DRAFT.email, DRAFT.body, DRAFT.nonce, message.reference):
        assert secret not in history


def test_note_mail_remembers_failure_then_success(house: Flask) -> None:
    reference = leave().reference
    with acting() as act:
        assert operations.claim_mail(act, reference)
        failed = operations.note_mail(act, reference, act.now, "x" * 500)
    assert failed is not None
    assert (failed.mailed_at, failed.mail_error) == (None, "x" * 200)
    with acting() as act:
        assert operations.claim_mail(act, reference)
        sent = operations.note_mail(act, reference, act.now)
    assert sent is not None
    assert sent.mailed_at is not None
    assert sent.mail_error == ""
    assert actions()[-4:] == ["message.sending", "message.mailed"] * 2


def test_note_mail_about_an_unknown_message_writes_nothing(house: Flask) -> None:
    with unchanged(), acting() as act:
        assert operations.note_mail(act, "no-such-reference", act.now) is None
