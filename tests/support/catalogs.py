"""Catalogs for tests: an export with every kind of entry, and GNU gettext as the judge."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from typing import Any

from workflows.catalogs import Entry, Header, Unit, short_digest, text_digest

EXPORTED_AT = datetime(2026, 11, 22, 20, 12, tzinfo=UTC)


def header(language: str = "pt-BR", *, title: str = "Privacy Policy") -> Header:
    """A header as `read_po` gives it back."""
    return Header(
        document="privacy-policy",
        language=language,
        revision=3,
        export="9f2c11d04ab8e7735d6c",
        title=title,
        source_language="en",
        exported_at=EXPORTED_AT,
    )


def exported(key: str, source: str, target: str = "", state: str = "", **more: Any) -> Entry:
    """An entry as it is exported and comes back from an untouched file, line aside."""
    state = state or ("translated" if target else "initial")
    return Entry(
        key=key,
        source=source,
        target=target,
        state=state,
        source_digest=text_digest(source)[:16],
        target_digest=short_digest(text_digest(target)),
        exported_state=state,
        **more,
    )


def sample() -> list[Entry]:
    """One entry of each kind, the obsolete one last."""
    gone = exported("s0gone00001", "We used carrier pigeons.", "Usávamos pombos-correio.")
    return [
        exported("s7k3qm2xw9", "Privacy Policy", "Política de privacidade", "reviewed"),
        exported(
            "s2222222ab",
            'We <strong>never</strong> sell "data" \\ or {name}, not 5 % of it.',
            "Nós <strong>nunca</strong> vendemos {name}.",
            note="Section 2, paragraph 3 of 45\nTerm: data",
        ),
        exported("s3333333ab", "How long we keep it", note="Section 5, heading"),
        exported(
            "s4444444ab",
            "Write to <a1>our team</a1>, {name}.",
            "Escreva à <a1>equipe</a1>, {nome}.",
            "needs-editing",
            previous_source="Write to <a1>us</a1>.",
        ),
        exported("s5555555ab", "Same words", "Mesmas palavras", comment="As on the first page"),
        exported("s6666666ab", "Same words", "Palavras iguais", "needs-editing"),
        exported("s8888888ab", "You have {count} braces }", "Você tem {count} chaves }"),
        Entry(**{**vars(gone), "obsolete": True}),
    ]


def units_of(entries: list[Entry]) -> list[Unit]:
    return [
        Unit(
            key=each.key,
            source=each.source,
            source_digest=text_digest(each.source),
            target=each.target,
            target_digest=text_digest(each.target),
            state=each.state,
            earlier_sources=(each.previous_source,) if each.previous_source else (),
        )
        for each in entries
        if not each.obsolete
    ]


def gettext(program: str, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run one of GNU gettext's programs on ``data``."""
    path = shutil.which(program)
    assert path, f"{program} is missing: install it with 'apt-get install gettext'"
    return subprocess.run([path, *arguments], input=data, capture_output=True, timeout=60)


def msgfmt_says(data: bytes) -> tuple[int, str]:
    """Exit status and messages of ``msgfmt`` with every check switched on."""
    done = gettext("msgfmt", "-c", "--check-header", "--check-format", "-o", "-", "-", data=data)
    return done.returncode, done.stderr.decode()
