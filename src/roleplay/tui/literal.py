"""Foreign text made safe to show: the one way by which names, titles, model words and errors reach the screen."""

import re
from typing import Final

from textual.content import Content

_BLANK_LINE: Final = re.compile(r"\n\s*\n")
_KEPT: Final = "\n\t"
_REORDERING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the reading direction, and so could make a line say something else than it holds."""


def plain(text: str) -> str:
    """`text` without what a terminal would obey: control characters, direction marks, lone surrogates."""
    return "".join(_shown(character) for character in text)


def literal(text: str, style: str = "") -> Content:
    """Show `text` as it stands: markup in it is neither obeyed nor a mistake. `style` is ours, never foreign."""
    content = Content(plain(text))
    return content.stylize(style) if style else content


def one_line(text: str, style: str = "") -> Content:
    """`literal` for a place that holds one line: runs of white space become a space."""
    return literal(" ".join(text.split()), style)


def paragraphs(text: str, style: str = "") -> Content:
    """`literal` for prose: a line break inside a paragraph is the author's editor, not the author."""
    return literal("\n\n".join(" ".join(part.split()) for part in _BLANK_LINE.split(text.strip())), style)


def _shown(character: str) -> str:
    if character in _KEPT:
        return character
    if character in _REORDERING or character < " " or "\x7f" <= character <= "\x9f":
        return ""
    return "\ufffd" if "\ud800" <= character <= "\udfff" else character
