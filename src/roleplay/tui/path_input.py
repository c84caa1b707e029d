"""Where a path is typed: what would complete it is proposed."""

import asyncio
import os
from pathlib import Path

from textual.suggester import Suggester

from roleplay.tui.fields import LineField
from roleplay.tui.literal import plain


class PathInput(LineField):
    """A path; the right arrow takes what is proposed."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(value, placeholder=placeholder, id=id, compact=True, suggester=_Files(), select_on_focus=False)


class _Files(Suggester):
    """Proposes the first file or folder, by name, that begins with what was typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Look into the folder that was typed so far."""
        return await asyncio.to_thread(_completed, value)


def _completed(typed: str) -> str | None:
    folder, _, begun = typed.rpartition("/")
    if not begun or typed[0] in "'\"":
        return None
    try:
        within = Path(f"{folder}/" if "/" in typed else ".").expanduser()
        with os.scandir(within) as entries:
            fitting = [entry for entry in entries if entry.name.startswith(begun) and entry.name != begun]
            first = min(fitting, key=lambda entry: (not entry.is_dir(), entry.name), default=None)
            end = "/" if first is not None and first.is_dir() else ""
    except (OSError, ValueError, RuntimeError):
        return None
    if first is None or plain(first.name) != first.name:
        return None
    return f"{typed[: len(typed) - len(begun)]}{first.name}{end}"
