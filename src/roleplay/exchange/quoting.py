"""The words of a mail that are its writer's own: without what it quotes, and without a signature."""

import re
from typing import Final

_ATTRIBUTION: Final = re.compile(
    r"\s*(?:On|Am|Le|El|Il|Op|Em|Den)\b[^\n]{0,300}?(?:\n[^\n]{1,200}){0,2}?"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev)\b[^\n:]{0,120}:\s*$",
    re.MULTILINE,
)
_FORWARD: Final = re.compile(
    r"\s*(?:-{2,}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine)\s*-{2,}"
    r"|Begin forwarded message:)\s*",
    re.IGNORECASE,
)
_HEAD_FIRST: Final = re.compile(r"\s*\*?(?:From|Von|De|Da|Van)\s*:\*?\s+\S", re.IGNORECASE)
_HEAD_NEXT: Final = re.compile(
    r"\s*\*?(?:Sent|Date|To|Gesendet|Datum|An|Envoyé|Enviado|Subject)\s*:\*?\s+\S", re.IGNORECASE
)
_SIGNATURE: Final = re.compile(r"(?:--\s?|__+\s*)")
_DEVICE: Final = re.compile(
    r"\s*(?:Sent from (?:my|Mail|Outlook|Yahoo)\b.*|Get Outlook for .*|Von meinem .{1,30} gesendet|Envoyé de mon .*)",
    re.IGNORECASE,
)
_ATTRIBUTION_LINES: Final = 3


def own_words(text: str) -> str:
    """Return the writer's own words, a line a line, without blank ends."""
    lines = text.split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        after = _after_attribution(lines, at)
        if _ends(lines, at):
            break
        if after is not None:
            if not _is_quoted_next(lines, after):
                break
            at = after
            continue
        if not line.lstrip().startswith(">") and not _DEVICE.fullmatch(line):
            kept.append(line.rstrip())
        at += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _ends(lines: list[str], at: int) -> bool:
    """Whether all from here on is a signature, or a mail that this one answers."""
    line = lines[at]
    if _SIGNATURE.fullmatch(line) or _FORWARD.fullmatch(line):
        return True
    return bool(_HEAD_FIRST.match(line)) and any(_HEAD_NEXT.match(each) for each in lines[at + 1 : at + 4])


def _after_attribution(lines: list[str], at: int) -> int | None:
    """Where the lines end that say who wrote what follows; None where none begin here."""
    if lines[at].lstrip()[:3].strip() not in {"On", "Am", "Le", "El", "Il", "Op", "Em", "Den"}:
        return None
    for count in range(1, _ATTRIBUTION_LINES + 1):
        if at + count <= len(lines) and _ATTRIBUTION.fullmatch("\n".join(lines[at : at + count])[:800]):
            return at + count
    return None


def _is_quoted_next(lines: list[str], at: int) -> bool:
    return next((line.lstrip().startswith(">") for line in lines[at:] if line.strip()), False)
