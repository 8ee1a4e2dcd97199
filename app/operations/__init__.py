"""Every verb that writes: load, ask the core, store, append history.

Each takes an ``Act``: the session of a ``transaction()``, who acts, when, and the site's rules.
Each checks the actor's role itself, so that no front room can forget to. Nothing here commits.
"""

from app.operations.act import Act, Actor, Rules, operator
from app.operations.catalogs import CatalogImport, import_catalog, read_catalog_for
from app.operations.documents import DocumentImport, import_document
from app.operations.editorial import confirm_editorial, mark_editorial, undo_editorial
from app.operations.glossary import (
    GlossaryImport,
    add_term,
    change_term,
    import_glossary,
    read_glossary,
    remove_term,
    translate_term,
)
from app.operations.inbox import (
    assign_message,
    delete_message,
    erase_messages,
    export_messages,
    mark_answered,
    mark_read,
    mark_spam,
    reply,
)
from app.operations.mailing import claim_mail, claim_reply, note_mail, note_reply
from app.operations.memory import MemoryRebuild, rebuild_memory
from app.operations.memory_files import MemoryImport, MemoryVerdict, import_memory, read_memory
from app.operations.messages import expire_messages, leave_message
from app.operations.people import (
    add_user,
    end_sessions,
    grant,
    issue_link,
    redeem_link,
    revoke,
)
from app.operations.releases import publish, roll_back, sign_off, withdraw
from app.operations.rules import NotAllReady, publish_all, set_publication_rule
from app.operations.tokens import issue_token, revoke_token, token_digest
from app.operations.translations import (
    accept,
    approve,
    approve_all,
    dismiss,
    propose,
    reopen,
    return_,
    save,
)

__all__ = [
    "Act",
    "Actor",
    "CatalogImport",
    "DocumentImport",
    "GlossaryImport",
    "MemoryImport",
    "MemoryRebuild",
    "MemoryVerdict",
    "NotAllReady",
    "Rules",
    "accept",
    "add_term",
    "add_user",
    "approve",
    "approve_all",
    "assign_message",
    "change_term",
    "claim_mail",
    "claim_reply",
    "confirm_editorial",
    "delete_message",
    "dismiss",
    "end_sessions",
    "erase_messages",
    "expire_messages",
    "export_messages",
    "grant",
    "import_catalog",
    "import_document",
    "import_glossary",
    "import_memory",
    "issue_link",
    "issue_token",
    "leave_message",
    "mark_answered",
    "mark_editorial",
    "mark_read",
    "mark_spam",
    "note_mail",
    "note_reply",
    "operator",
    "propose",
    "publish",
    "publish_all",
    "read_catalog_for",
    "read_glossary",
    "read_memory",
    "rebuild_memory",
    "redeem_link",
    "remove_term",
    "reopen",
    "reply",
    "return_",
    "revoke",
    "revoke_token",
    "roll_back",
    "save",
    "set_publication_rule",
    "sign_off",
    "token_digest",
    "translate_term",
    "undo_editorial",
    "withdraw",
]
