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
    document_history,
    history,
    message,
    message_by_nonce,
    messages,
    messages_in,
    unit_history,
    unmailed_messages,
)
from app.queries.languages import (
    board,
    language,
    links_of,
)
from app.queries.people import (
    find_grant,
    open_links,
    sign_in_link,
    user_by_email,
    user_by_session,
    users,
)
from app.queries.releases import (
    LiveHead,
    live_heads,
    live_releases,
    release,
    release_stamp,
    release_texts,
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
    "LiveHead",
    "UnitView",
    "board",
    "catalog_export",
    "document",
    "document_history",
    "documents",
    "find_document",
    "find_grant",
    "history",
    "language",
    "links_of",
    "live_heads",
    "live_releases",
    "message",
    "message_by_nonce",
    "messages",
    "messages_in",
    "open_candidate",
    "open_links",
    "release",
    "release_stamp",
    "release_texts",
    "releases",
    "revision",
    "segments_of",
    "sign_in_link",
    "source_history",
    "source_texts",
    "translation",
    "translations",
    "unit_history",
    "unmailed_messages",
    "user_by_email",
    "user_by_session",
    "users",
]
