r"""Control characters that stand in for others while polib has the texts.

polib takes for a line's end whatever `str.splitlines` does. A text of a catalog holds no control
characters (the gate and the writer refuse them, as escapes too), so that none of these can be taken
for another.
"""

from __future__ import annotations

import re

FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no text may hold: control characters but line break and tab, and lone surrogates."""

_SEPARATORS = (("\u2028", "\x01"), ("\u2029", "\x02"))
"""Line and paragraph separator, where polib would cut a string in two."""
_SHOWN = str.maketrans({hidden: shown for shown, hidden in _SEPARATORS})


def hidden(text: str) -> str:
    """A text for polib."""
    for separator, stand_in in _SEPARATORS:
        text = text.replace(separator, stand_in)
    return text


def shown(text: str) -> str:
    """A text read by polib, as it was before `hidden`."""
    return text.translate(_SHOWN)
