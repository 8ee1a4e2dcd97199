"""Every SELECT, with a name. Takes a plain ``Session``; knows no HTTP."""

from app.queries.documents import (
    document,
    documents,
    find_document,
    revision,
    segments_of,
    source_history,
    source_texts,
)
from app.queries.exports import catalog_export
from app.queries.history import (
    history,
    message,
    message_by_nonce,
    messages,
)
from app.queries.languages import (
    board,
    language,
    links_of,
)
from app.queries.people import (
    has_grant,
    sign_in_link,
    user_by_email,
    user_by_session,
    users,
)
from app.queries.releases import (
    live_releases,
    release,
    releases,
)
from app.queries.translations import (
    open_candidate,
    translation,
    translations,
)
from app.queries.views import (
    LanguageView,
    UnitView,
)

__all__ = [
    "LanguageView",
    "UnitView",
    "board",
    "catalog_export",
    "document",
    "documents",
    "find_document",
    "has_grant",
    "history",
    "language",
    "links_of",
    "live_releases",
    "message",
    "message_by_nonce",
    "messages",
    "open_candidate",
    "release",
    "releases",
    "revision",
    "segments_of",
    "sign_in_link",
    "source_history",
    "source_texts",
    "translation",
    "translations",
    "user_by_email",
    "user_by_session",
    "users",
]
