"""The writes about publication rules and several languages at once, and calls they refuse."""

from __future__ import annotations

from dataclasses import replace

from app import operations
from tests.app.support_policy import ADMINISTRATOR, SLUG, editor, translator
from tests.app.support_writes import Case
from workflows.release import HOLD, Rule, RuleKind

EN, FR = editor("en"), editor("fr")
MARK = Rule(RuleKind.MARK, 60, authoritative=True, due_days=30)

CASES: dict[str, list[Case]] = {
    "set_publication_rule": [
        Case(
            lambda act, w: operations.set_publication_rule(act, SLUG, MARK),
            EN,
            (("document.rule-set", "", True, False),),
            (
                (FR, lambda act, w: operations.set_publication_rule(act, SLUG, MARK)),
                (FR, lambda act, w: operations.set_publication_rule(act, SLUG, HOLD)),
                (translator("en"), lambda act, w: operations.set_publication_rule(act, SLUG, MARK)),
                (EN, lambda act, w: operations.set_publication_rule(act, "nothing", MARK)),
                (
                    EN,
                    lambda act, w: operations.set_publication_rule(
                        act, SLUG, replace(MARK, percent=0)
                    ),
                ),
                (
                    ADMINISTRATOR,
                    lambda act, w: operations.set_publication_rule(
                        act, SLUG, replace(MARK, due_days=0)
                    ),
                ),
            ),
        ),
        Case(lambda act, w: operations.set_publication_rule(act, SLUG, HOLD), ADMINISTRATOR),
    ],
    "publish_all": [
        Case(
            lambda act, w: operations.publish_all(act, SLUG, languages=["en"]),
            EN,
            (("release.published", "en", True, False),),
            (
                (FR, lambda act, w: operations.publish_all(act, SLUG, languages=["en"])),
                (EN, lambda act, w: operations.publish_all(act, SLUG)),
                (ADMINISTRATOR, lambda act, w: operations.publish_all(act, SLUG)),
                (ADMINISTRATOR, lambda act, w: operations.publish_all(act, SLUG, languages=["xx"])),
                # The operator at the console is nobody a release could name.
                ("", lambda act, w: operations.publish_all(act, SLUG, languages=["en"])),
            ),
        ),
        Case(
            lambda act, w: operations.publish_all(act, SLUG, languages=["en"]),
            ADMINISTRATOR,
            (("release.published", "en", True, False),),
        ),
    ],
}
