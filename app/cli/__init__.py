"""The flask commands: the same operations and permissions as the pages."""

from flask import Flask

from app.cli import (
    catalogs,
    documents,
    glossary,
    languages,
    mail,
    memory,
    people,
    proofs,
    releases,
    service,
    site,
    sources,
    status,
)


def init_app(app: Flask) -> None:
    """Register the commands."""
    documents.document.add_command(sources.align)
    documents.document.add_command(sources.export)
    for proof in (proofs.head, proofs.bundle, proofs.verify):
        releases.release.add_command(proof)
    for command in (
        documents.document,
        catalogs.catalog,
        memory.memory,
        glossary.glossary,
        languages.languages,
        people.user,
        releases.release,
        status.status,
        service.setup,
        service.demo,
        service.serve,
        mail.mail,
        site.site,
    ):
        app.cli.add_command(command)
