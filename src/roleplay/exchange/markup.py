"""The text of an HTML mail."""

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Final

_UNSEEN: Final = frozenset({"script", "style", "head", "title", "blockquote"})
_BREAKS: Final = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"})
_EMPTY: Final = frozenset({"br", "hr", "img", "meta", "link", "input", "wbr", "col", "area", "base"})
_QUOTES: Final = (
    "gmail_quote",
    "gmail_signature",
    "divrplyfwdmsg",
    "appendonsend",
    "yahoo_quoted",
    "moz-cite-prefix",
    "signature",
)
_REST: Final = ("divrplyfwdmsg", "appendonsend")
"""Outlook's marks: all that comes after one is quoted."""


def text_of_html(html: str) -> str:
    """Return what a reader of `html` sees, without quotes; a line for each block."""
    reader = _Reader()
    reader.feed(_closed(html))
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _closed(html: str) -> str:
    """Leave out the beginnings of tags and comments that never end: the parser would look for each one's end anew."""
    for begin, end in (("<!--", "-->"), ("<", ">")):
        last = html.rfind(end) + 1
        html = html[:last] + html[last:].replace(begin, " ")
    return html


class _Reader(HTMLParser):
    """Collects text; inside an element that isn't shown, only its depth is counted."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._open_hidden: Counter[str] = Counter()
        self._hidden: list[str] = []
        """Open elements from the outermost hidden one on."""
        self._is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = " ".join(value or "" for name, value in attrs if name in {"class", "id"}).lower()
        self._is_over = self._is_over or any(mark in marks for mark in _REST)
        if tag in _EMPTY:
            self._break(tag)
        elif self._hidden or tag in _UNSEEN or any(mark in marks for mark in _QUOTES):
            self._hidden.append(tag)
            self._open_hidden[tag] += 1
        else:
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open_hidden[tag]:
            closed = ""
            while closed != tag:
                closed = self._hidden.pop()
                self._open_hidden[closed] -= 1
        else:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._is_over:
            self.pieces.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag in _BREAKS and not self._hidden and not self._is_over:
            self.pieces.append("\n")
