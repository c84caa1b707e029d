"""How words become token windows: one preparation for training and for reading."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from roleplay.listener.rows import Group

CLS: Final = 101
SEP: Final = 102
MAX_CONTEXT_TOKENS: Final = {Group.RECRUITER: 48, Group.COUNTERPART: 48, Group.WRITTEN: 72}
"""Of the words before, the last so many are read; of what is `known`, the first."""
WINDOW_TOKENS: Final = 96
STRIDE_TOKENS: Final = 64
MAX_WINDOWS: Final = 12
"""A longer text is read at its beginning and its end, so that time stays bounded."""
MAX_CHARS: Final = 60_000
REMEMBERED_TEXTS: Final = 16
REMEMBERED_CHARS: Final = 2_000
"""What was said is read once as a turn, and again as the words before the next."""
_MAX_CONTEXT_CHARS: Final = 1_200
_UNREADABLE: Final = re.compile(r"[\ud800-\udfff]")


class Window(NamedTuple):
    """One input of the encoder: `[CLS] context [SEP] text [SEP]`."""

    ids: list[int]
    context_length: int
    """Tokens before the text, both marks included."""
    offsets: list[tuple[int, int]]
    """Characters of the text that each of its tokens covers."""


def context_of(group: Group, channel: str, before: str | None, known: Sequence[str] = ()) -> tuple[str, str]:
    """Return the leading words (who, by what) and the context proper."""
    return f"{group.value} {channel.replace('_', ' ')}:", "; ".join(known) if group is Group.WRITTEN else before or ""


class Tokens:
    """Cuts texts into windows."""

    def __init__(self, path: Path) -> None:
        """Load the tokenizer at `path` (a tokenizer.json)."""
        from tokenizers import Tokenizer

        self._tokenizer: Tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._remembered = lru_cache(maxsize=REMEMBERED_TEXTS)(self._cut)

    def windows(
        self, group: Group, channel: str, before: str | None, text: str, known: Sequence[str] = ()
    ) -> list[Window]:
        """Return the windows of `text`, each with the same context before it; one at least."""
        lead, context = context_of(group, channel, before, known)
        limit = MAX_CONTEXT_TOKENS[group]
        if group is Group.WRITTEN:
            context_ids = self._encode(context[:_MAX_CONTEXT_CHARS])[0][:limit]
        else:
            context_ids = self._encode(context[-_MAX_CONTEXT_CHARS:])[0][-limit:]
        head = [CLS, *self._encode(lead)[0], *context_ids, SEP]
        ids, offsets = self._encode(_bounded(text))
        starts = list(range(0, max(1, len(ids) - WINDOW_TOKENS + STRIDE_TOKENS), STRIDE_TOKENS))
        if len(starts) > MAX_WINDOWS:
            half = MAX_WINDOWS // 2
            starts = starts[:half] + starts[-half:]
        return [
            Window(
                ids=[*head, *ids[start : start + WINDOW_TOKENS], SEP],
                context_length=len(head),
                offsets=offsets[start : start + WINDOW_TOKENS],
            )
            for start in starts
        ]

    def _encode(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Return a text's tokens, and the characters that each covers; nobody may change them."""
        return self._remembered(text) if len(text) <= REMEMBERED_CHARS else self._cut(text)

    def _cut(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoding = self._tokenizer.encode(_UNREADABLE.sub("?", text), add_special_tokens=False)
        return encoding.ids, encoding.offsets


def _bounded(text: str) -> str:
    """Keep the offsets of what stays: a text that is far too long loses its end."""
    return text[:MAX_CHARS]
