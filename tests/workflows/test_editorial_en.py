"""The guard on English texts: what must be refused, under which name, and what may pass."""

from __future__ import annotations

import pytest

from workflows.editorial import Kind, Version, substantive

REFUSED = [
    # negations
    ("We may not share your data.", "We may share your data.", Kind.NEGATION),
    ("We share your data.", "We do not share your data.", Kind.NEGATION),
    ("We will never sell it.", "We will sell it.", Kind.NEGATION),
    ("We can't read it.", "We can read it.", Kind.NEGATION),
    ("You won't be charged.", "You will be charged.", Kind.NEGATION),
    ("It is now available.", "It is not available.", Kind.NEGATION),
    ("There is no fee.", "There is a fee.", Kind.NEGATION),
    ("None of them leaves the site.", "One of them leaves the site.", Kind.NEGATION),
    ("neither stored nor copied", "either stored or copied", Kind.NEGATION),
    ("kept without a password", "kept with a password", Kind.NEGATION),
    ("unless you object", "if you object", Kind.NEGATION),
    ("everything except photographs", "everything and photographs", Kind.NEGATION),
    ("The page is free of cookies.", "The page has cookies.", Kind.NEGATION),
    ("non-personal information", "personal information", Kind.NEGATION),
    ("Copying is prohibited.", "Copying is permitted.", Kind.NEGATION),
    ("This is unlawful.", "This is lawful.", Kind.NEGATION),
    ("an illegal act", "a legal act", Kind.NEGATION),
    ("We exclude weekends.", "We include weekends.", Kind.NEGATION),
    ("You can opt out here.", "You can opt in here.", Kind.NEGATION),
    ("You cannot copy it.", "You can copy it.", Kind.NEGATION),
    # modals
    ("You may write to us.", "You must write to us.", Kind.MODAL),
    ("We shall delete it.", "We should delete it.", Kind.MODAL),
    ("We will answer.", "We might answer.", Kind.MODAL),
    ("You may ask for it.", "You many ask for it.", Kind.MODAL),
    ("We could pass it on.", "We would pass it on.", Kind.MODAL),
    ("with your consent", "with your content", Kind.MODAL),
    ("You are required to sign.", "You are able to sign.", Kind.MODAL),
    ("It may be stored.", "It maybe stored.", Kind.MODAL),
    # scope
    ("We share all data.", "We share some data.", Kind.SCOPE),
    ("only with partners", "with partners", Kind.SCOPE),
    ("at least two copies", "at most two copies", Kind.SCOPE),
    ("up to five copies", "more than five copies", Kind.SCOPE),
    ("before deletion", "after deletion", Kind.SCOPE),
    ("name and address", "name or address", Kind.SCOPE),
    ("name and/or address", "name and address", Kind.SCOPE),
    ("within the house", "outside the house", Kind.SCOPE),
    ("copies of it", "copies off it", Kind.SCOPE),
    ("sent from here", "sent form here", Kind.SCOPE),
    ("data from Berlin", "data to Berlin", Kind.SCOPE),
    # numbers, amounts, durations, dates
    ("kept in 3 places", "kept in 4 places", Kind.NUMBER),
    ("kept in 30 places", "kept in 3O places", Kind.NUMBER),
    ("kept in three places", "kept in four places", Kind.NUMBER),
    ("between 5 and 10 files", "between 10 and 5 files", Kind.NUMBER),
    ("a share of 5 %", "a share of 6 %", Kind.NUMBER),
    ("a share of 5%", "a share of 5", Kind.NUMBER),
    ("down to -5 degrees", "down to 5 degrees", Kind.NUMBER),
    ("a factor of 1.5", "a factor of 15", Kind.NUMBER),
    ("a fee of €1,000.00", "a fee of €1.000,00", Kind.AMOUNT),
    ("a fee of $5", "a fee of €5", Kind.AMOUNT),
    ("a fee of 20 euros", "a fee of 20 dollars", Kind.AMOUNT),
    ("deleted after 30 days", "deleted after 90 days", Kind.DURATION),
    ("deleted after a month", "deleted after a year", Kind.DURATION),
    ("for one month", "for one months", Kind.DURATION),
    ("30 days or 24 hours", "24 days or 30 hours", Kind.DURATION),
    ("ten business days", "ten calendar days", Kind.DURATION),
    ("since 2024-05-01", "since 2024-06-01", Kind.DATE),
    ("since 1 May 2024", "since 1 June 2024", Kind.DATE),
    ("collected data", "collected date", Kind.DATE),
    # parties and terms
    ("We pay you.", "You pay us.", Kind.PARTY),
    ("The controller decides.", "The processor decides.", Kind.PARTY),
    ("The customer tells the company.", "The company tells the customer.", Kind.PARTY),
    ("given to a third party", "given to a third part", Kind.PARTY),
    ("the user's files", "the users' files", Kind.PARTY),
    ("sent to us", "sent to the US", Kind.PARTY),
    ("our Services end", "our services end", Kind.DEFINED_TERM),
    ("the Personal Data we hold", "the Private Data we hold", Kind.DEFINED_TERM),
    ("the “order form” applies", "the “order sheet” applies", Kind.DEFINED_TERM),
    ("covered by the GDPR", "covered by the law", Kind.DEFINED_TERM),
    # labels, links, addresses, codes
    ("under (a) and (b)", "under (b) and (a)", Kind.LABEL),
    ("see Annex B", "see Annex C", Kind.LABEL),
    ("under § 5", "under 5", Kind.LABEL),
    ("Visit https://example.org/a.", "Visit https://example.org/b.", Kind.LINK),
    ("Visit example.com today", "Visit exmaple.com today", Kind.LINK),
    ("Write to info@example.org.", "Write to info@example.com.", Kind.EMAIL),
    ("Dear {name}", "Dear {title}", Kind.CODE),
    ("set <code>panel_id</code>", "set <code>panel_di</code>", Kind.CODE),
    # words that no list knows
    ("a conservation", "a conversation", Kind.TOO_MUCH),
    ("a sale", "a safe", Kind.TOO_MUCH),
    ("to affect rights", "to effect rights", Kind.TOO_MUCH),
    ("to install it", "to uninstall it", Kind.TOO_MUCH),
    ("it informs", "it uninforms", Kind.TOO_MUCH),
    ("a complaint", "a compliant", Kind.TOO_MUCH),
    ("to process it", "the processor", Kind.PARTY),
    ("a cookie stays", "cookies stay", Kind.TOO_MUCH),
    ("in formal writing", "informal writing", Kind.SCOPE),
    ("a part of it", "apart of it", Kind.SCOPE),
    ("to prescribe", "to proscribe", Kind.TOO_MUCH),
    ("red green", "green red", Kind.TOO_MUCH),
    ("We keep records.", "We keep records of visits.", Kind.TOO_MUCH),
    ("We delete it?", "We delete it.", Kind.TOO_MUCH),
    ("We sell stones", "We sell stoves", Kind.TOO_MUCH),
]

PASSED = [
    ("We recieve your message.", "We receive your message."),
    ("teh page", "the page"),
    ("an organisation of its own", "an organization of its own"),
    ("the colour of the page", "the color of the page"),
    ("the centre", "the center"),
    ("a cancelled visit", "a canceled visit"),
    ("by e-mail", "by email"),
    ("stored  here", "stored here"),
    ("stored here", "stored here."),
    ("names, addresses and logs", "names, addresses, and logs"),
    ('the "sample" page', "the “sample” page"),
    ("we collect it", "We collect it"),
    ("in order to help", "to help"),
    ("copy is kept", "a copy is kept"),
    ("a copy is kept", "the copy is kept"),
    ("third-party pages", "third party pages"),
    ("a data base", "a database"),
    ("the log which we keep", "the log that we keep"),
    ("We can't read it.", "We cannot read it."),
    ("You're asked", "You are asked"),
    ("for example names", "e.g. names"),
    ("a <strong>copy</strong> is kept", "a copy is <em>kept</em>"),
    ("the Internet", "the internet"),
    ("the infromation", "the information"),
    ("a commitee", "a committee"),
    ("Langauge of the page", "Language of the page"),
    ("5 % of it", "5 percent of it"),
    ("names & logs", "names and logs"),
    ("PRIVACY NOTICE", "Privacy Notice"),
    ("<a1>tell us</a1> about it", "tell us <a1>about it</a1>"),
    ("until then", "till then"),
    ("the page.We keep it", "the page. We keep it"),
    ("it shoudl be kept", "it should be kept"),
    ("pages wich you read", "pages which you read"),
]


@pytest.mark.parametrize(("before", "after", "kind"), REFUSED)
def test_guard_refuses_change_of_substance(before: str, after: str, kind: Kind) -> None:
    for old, new in ((before, after), (after, before)):
        found = substantive(Version(old), Version(new), language="en")
        assert kind in {finding.kind for finding in found}, (old, new, found)


@pytest.mark.parametrize(("before", "after"), PASSED)
def test_guard_passes_editorial_change(before: str, after: str) -> None:
    assert substantive(Version(before), Version(after), language="en-GB") == ()


def test_tables_are_as_long_as_promised() -> None:
    assert (len(REFUSED) >= 60, len(PASSED) >= 25) == (True, True)
