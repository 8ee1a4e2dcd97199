"""TBX out and in: twins, both versions, both styles, and what other tools make of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from translate.storage import tbx

from tests.support.processes import ROOT
from workflows.catalogs import TBX_VERSIONS, Glossary, read_tbx, write_tbx
from workflows.glossary import Term, TermTranslation, Usage, checked_term
from workflows.problems import Problem

PREFERRED, ADMITTED, FORBIDDEN = Usage
LANGUAGES = ("en", "fr", "ar", "pt-BR", "zh-Hans")
TERMS = (
    Term(
        "en",
        "personal data",
        "What tells who somebody is: <name> & address.",
        "noun",
        "privacy",
        "Defined in section 2.\nUse it sparingly.",
        translations={
            "ar": (TermTranslation("البيانات الشخصية"),),
            "fr": (
                TermTranslation("données personnelles", PREFERRED, "d’après la loi"),
                TermTranslation("informations", ADMITTED),
                TermTranslation("data", FORBIDDEN, "“anglicisme”"),
            ),
            "zh-Hans": (TermTranslation("个人信息"),),
        },
        id=7,
    ),
    Term("en", "Pinger Panel", case_sensitive=True, untranslated=True),
)


def read(data: bytes, *, source: str = "en", languages: tuple[str, ...] = LANGUAGES) -> Glossary:
    return read_tbx(data, source=source, languages=languages)


def plain(terms: tuple[Term, ...]) -> list[Term]:
    """The terms without the places they came from."""
    return [replace(term, id=0, line=0) for term in terms]


@pytest.mark.parametrize("version", TBX_VERSIONS)
def test_what_is_written_is_read_and_written_again_as_the_same_bytes(version: str) -> None:
    data = write_tbx(TERMS, language="en", version=version)
    found = read(data)
    assert (found.problems, found.faulty) == ((), ())
    assert plain(found.terms) == plain(TERMS)
    again = [replace(term, id=one.id) for term, one in zip(found.terms, TERMS, strict=True)]
    assert write_tbx(again, language="en", version=version) == data


_TEXTS = st.text(max_size=30).map(lambda text: "".join(c for c in text if c.isprintable()))


@given(_TEXTS, _TEXTS, _TEXTS, st.sampled_from(Usage), st.sampled_from(TBX_VERSIONS))
def test_any_text_survives_both_versions(
    text: str, definition: str, note: str, usage: Usage, version: str
) -> None:
    said = {"fr": (TermTranslation(f"x{text}", usage, note),)}
    term = Term("en", f"x{text}", definition, note=note, translations=said)
    try:
        term = checked_term(term)
    except Problem:  # what can't be kept is the business of another test
        assume(False)
    data = write_tbx([term], language="en", version=version)
    assert plain(read(data).terms) == [term]


def test_writer_refuses_what_it_can_not_write() -> None:
    for language, version in (("en", "1"), ("fr", "2")):
        with pytest.raises(ValueError):
            write_tbx(TERMS, language=language, version=version)


TOOLKIT = """\
<?xml version="1.0"?>
<!DOCTYPE martif PUBLIC "ISO 12200:1999A//DTD MARTIF core (DXFcdV04)//EN" "TBXcdv04.dtd">
<martif type="TBX" xml:lang="en_US"><martifHeader><fileDesc><sourceDesc><p>T</p></sourceDesc>
</fileDesc></martifHeader><text><body>
<termEntry id="1"><descrip>A place for data.</descrip><note from="translator">Rare</note>
  <descrip type="Translation needed">no</descrip>
  <langSet xml:lang="en-US"><tig><term>data centre</term></tig></langSet>
  <langSet xml:lang="fr-FR"><note from="translator">Québec: idem</note>
    <tig><term>centre de <hi type="x">données</hi></term>
      <termNote type="administrativeStatus">preferred</termNote></tig>
    <tig><term>data center</term>
      <termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></tig></langSet>
  <langSet xml:lang="xx"><tig><term>?</term></tig></langSet>
</termEntry></body></text></martif>
"""
ADVANCED = """\
<martif type="TBX-Basic" xml:lang="en"><text><body>
<termEntry><descripGrp><descrip type="subjectField">law</descrip></descripGrp>
  <transacGrp><transac type="transactionType">modification</transac><date>2020</date></transacGrp>
  <langSet xml:lang="en">
    <descripGrp><descrip type="definition">A promise.</descrip>
      <admin type="source">s</admin></descripGrp>
    <ntig><termGrp><term>agreement</term>
      <termNote type="partOfSpeech">noun</termNote></termGrp></ntig>
    <ntig><termGrp><term>contract</term><termNote type="termType">variant</termNote></termGrp>
      <descrip type="context">In the contract.</descrip></ntig>
    <tig><term>bond</term>
      <termNote type="administrativeStatus">supersededTerm-admn-sts</termNote></tig></langSet>
  <langSet xml:lang="pt"><tig><term>acordo</term></tig><tig><term>contrato</term></tig></langSet>
  <langSet xml:lang="zh-CN"><tig><term>合同</term></tig></langSet>
</termEntry></body></text></martif>
"""
DCT = """\
<tbx style="dct" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
  xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
<tbxHeader><fileDesc><sourceDesc><p>P</p></sourceDesc></fileDesc></tbxHeader><text><body>
<conceptEntry id="c1"><min:subjectField>web</min:subjectField>
  <langSec xml:lang="en"><basic:definition>A small text.</basic:definition>
    <termSec><term>cookie</term><min:partOfSpeech>noun</min:partOfSpeech></termSec></langSec>
  <langSec xml:lang="fr"><termSec><term>témoin</term>
    <min:administrativeStatus>admittedTerm-admn-sts</min:administrativeStatus>
    <note>au Québec</note></termSec></langSec>
</conceptEntry></body></text></tbx>
"""


def test_definition_stays_where_a_file_has_two_kinds_of_the_language() -> None:
    second = '<langSet xml:lang="en-GB"><note>N</note><tig><term>promise</term></tig></langSet>'
    data = ADVANCED.replace('<langSet xml:lang="pt">', second + '<langSet xml:lang="pt">')
    terms = plain(read(data.encode()).terms)
    assert [(term.text, term.definition, term.note) for term in terms] == [
        ("agreement", "A promise.", "N"),
        ("contract", "A promise.", "N"),
        ("promise", "A promise.", "N"),
    ]


def test_files_of_other_tools_are_read() -> None:
    (term,) = plain(read(TOOLKIT.encode()).terms)
    said = (
        TermTranslation("centre de données", PREFERRED, "Québec: idem"),
        TermTranslation("data center", FORBIDDEN),
    )
    assert term == Term(
        "en", "data centre", "A place for data.", note="Rare", untranslated=True,
        translations={"fr": said},
    )  # fmt: skip
    assert [p.details for p in read(TOOLKIT.encode()).problems] == [{"language": "xx", "count": 1}]

    found = read(ADVANCED.encode())
    both = {
        "pt-BR": (TermTranslation("acordo"), TermTranslation("contrato", ADMITTED)),
        "zh-Hans": (TermTranslation("合同"),),
    }
    first = Term("en", "agreement", "A promise.", "noun", "law", translations=both)
    assert plain(found.terms) == [first, replace(first, text="contract", part_of_speech="")]
    left_out = {str(p.details["kind"]): p.details["count"] for p in found.problems}
    assert left_out == dict.fromkeys(
        ("transactionType", "date", "source", "termType", "context", "deprecatedTerm-admn-sts"), 1
    )

    found = read(DCT.encode())
    assert (found.problems, plain(found.terms)) == ((), [
        Term("en", "cookie", "A small text.", "noun", "web",
             translations={"fr": (TermTranslation("témoin", ADMITTED, "au Québec"),)}),
    ])  # fmt: skip


def test_file_is_read_from_any_of_its_languages() -> None:
    found = read(ADVANCED.encode(), source="pt-BR", languages=("pt-BR", "en"))
    assert [term.text for term in found.terms] == ["acordo", "contrato"]
    assert [one.text for one in found.terms[0].translations["en"]] == [
        "agreement", "contract", "bond",
    ]  # fmt: skip
    faulty = read(DCT.encode(), source="zh-Hans").faulty
    assert [(one.problem.code, one.problem.place) for one in faulty] == [
        ("catalog-no-term", "line 4")
    ]


def test_entry_that_is_faulty_does_not_take_the_others_along() -> None:
    long = "x" * 201
    entry = (
        "<termEntry>\n<langSet xml:lang='en'><tig><term>{0}</term></tig></langSet>"
        "<langSet xml:lang='fr'><tig><term>{1}</term></tig></langSet></termEntry>\n"
    )
    pairs = [("a", "b"), (long, "b"), ("c", long), ("a", "d"), ("", "b"), ("e\u202e", "f")]
    body = "".join(entry.format(*pair) for pair in pairs)
    found = read(f"<martif><text><body>\n{body}</body></text></martif>".encode())
    assert [(term.text, sorted(term.translations)) for term in found.terms] == [
        ("a", ["fr"]),
        ("c", []),
    ]
    assert [(one.language, one.line, one.problem.code) for one in found.faulty] == [
        ("", 4, "glossary-text-too-long"),
        ("fr", 6, "glossary-text-too-long"),
        ("", 8, "duplicate-term"),
        ("", 10, "catalog-no-term"),
        ("", 12, "glossary-text"),
    ]
    assert all(one.problem.text().startswith("line ") for one in found.faulty)


def test_translate_toolkit_reads_it_and_gives_it_back_unchanged() -> None:
    store = tbx.tbxfile.parsestring(  # type: ignore[no-untyped-call]
        write_tbx(TERMS, language="en"), "en", "fr"
    )
    (unit, name) = store.units
    assert [one.text for one in unit.get_target_terms()] == [
        "données personnelles", "informations", "data",
    ]  # fmt: skip
    assert [one.deprecated for one in unit.get_target_terms()] == [False, False, True]
    assert (unit.source, unit.getid(), name.source) == ("personal data", "t7", "Pinger Panel")
    assert plain(read(bytes(store)).terms) == plain(TERMS)
    # What is changed there comes back as what it is.
    unit.set_target_terms(["données à caractère personnel", "informations", "data"])
    added = store.addsourceunit("consent")
    added.settarget("consentement", "fr")
    added.addnote("A free yes.", origin="definition")
    terms = plain(read(bytes(store)).terms)
    assert terms[0].translations["fr"][0].text == "données à caractère personnel"
    assert terms[2] == Term(
        "en", "consent", "A free yes.", translations={"fr": (TermTranslation("consentement"),)}
    )


def test_sample_glossary_is_as_we_write_it() -> None:
    data = (ROOT / "policies" / "glossary.tbx").read_bytes()
    site = ("ar", "de", "es", "fr", "he", "hi", "ja", "pt-BR", "ru", "zh-Hans", "zh-Hant")
    found = read(data, languages=site)
    assert (found.problems, found.faulty) == ((), ())
    title = "Terms of the sample policies"
    assert write_tbx(found.terms, language="en", title=title) == data
