"""A real mail server on a loopback port that keeps what it is sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.support.processes import free_port


@dataclass(frozen=True)
class Delivery:
    """One message as it went over the wire."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain-text body."""
        body = self.message.get_body(("plain",))
        return "" if body is None else str(body.get_content())


@dataclass
class Mailbox:
    """What has arrived so far; ``url`` is what ``PANEL_SMTP_URL`` takes."""

    url: str
    deliveries: list[Delivery] = field(default_factory=list)
    refuse: str = ""
    """When set, every message is answered with this instead, e.g. ``451 try later``."""
    seconds: float = 0
    """How long the server takes to answer when it has kept a message."""
    bye: str = "221 bye"
    """What the server says when it is taken leave of."""

    def wait_for(self, count: int, seconds: float = 10) -> list[Delivery]:
        """The deliveries once there are ``count``; fails when they don't come in time."""
        deadline = time.monotonic() + seconds
        while len(self.deliveries) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(self.deliveries) >= count, f"{len(self.deliveries)} of {count} messages arrived"
        return self.deliveries

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the name aiosmtpd calls
        """Keep one message."""
        if self.refuse:
            return self.refuse
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        recipients = tuple(envelope.rcpt_tos)
        self.deliveries.append(Delivery(envelope.mail_from, recipients, message))
        await asyncio.sleep(self.seconds)
        return "250 kept"

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - the name aiosmtpd calls
        """Take leave."""
        return self.bye


@contextmanager
def running_mailbox() -> Iterator[Mailbox]:
    """Listen on a free loopback port until the block ends."""
    port = free_port()
    mailbox = Mailbox(f"smtp://127.0.0.1:{port}")
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
