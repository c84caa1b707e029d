"""Cues: what a turn shows beside the codebook's acts, by a few careful patterns."""

import re
from collections.abc import Collection
from itertools import pairwise
from typing import Final

from roleplay.content.acts import Act
from roleplay.listener.reading import Cue

CLOSING_SENTENCES: Final = 2
GREETING_SENTENCES: Final = 4
MAX_CHARS: Final = 4_000
"""Of a longer text only the beginning and the end are looked at."""


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_STRAIGHT: Final = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "´": "'", "`": "'"})
_END: Final = re.compile(r"[.!?…\n;]+(?:\s+|$)")
_LEAD: Final = (
    r"^(?:(?:ok(?:ay)?|right|well|great|good|perfect|thanks|thank you|cheers|alright|all right|then|so|and|but|no)"
    r"\b[,. ]*)*"
)
_DAY: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|tonight"
_CLOSING: Final = _any(
    r"\b(?:bye(?:[- ]bye)?|good ?bye|cheerio|ta-?ta|ciao|take care|all the best|good night|cheers then|over and out)\b",
    rf"\b(?:see (?:you|ya)|(?:talk|speak)(?: to you)? (?:soon|then|later|on|{_DAY})|catch you (?:later|then|soon))\b",
    rf"\b(?:until|till) (?:then|{_DAY})[.!]?$",
    r"\bhave a (?:good|great|nice|lovely|pleasant|wonderful|safe) \w+",
    r"\benjoy (?:your|the) (?:day|weekend|evening|afternoon|holiday|lunch)\b",
    r"\bthank(?:s| you)(?: again| so much| very much)? for your time\b",
    r"\b(?:i'll|i will) (?:let you (?:go|get (?:back|on))|leave you to it)\b",
    r"\blook(?:ing)? forward to (?:it|speaking|talking|seeing you|our call|meeting you)\b",
)
_NOT_CLOSING: Final = _any(
    r"\bbefore (?:i|you|we)\b",
    r"\bsaid (?:good ?)?bye\b",
    r"\bsee (?:you|ya) (?:need|want|have|as|do|mean)\b",
    r"\bby the bye\b",
    rf"{_LEAD}if ",
)
_GREETING: Final = _any(
    rf"{_LEAD}(?:hi|hello|hey|hiya|greetings|g'day|howdy|good (?:morning|afternoon|evening|day)|morning|afternoon)\b",
    r"\bmy name(?:'s| is)\b",
    r"\b(?:this is|it's|it is|i'm|i am) \w+(?: \w+)? (?:from|at|with|of|here|again|calling)\b",
    r"\bthank(?:s| you) for (?:taking|picking up|making (?:the )?time|seeing|fitting|joining|having|calling back)\b",
    r"\b(?:nice|good|great|lovely|pleasure) to (?:meet|speak|hear|finally|talk|see|connect)\b",
    r"\bhow are (?:you|things)\b",
    r"\bhow(?:'s| is| was) your (?:weekend|day|week|morning|holiday|summer)\b",
    r"\bhope (?:you're|you are|all is|this finds|you had)\b",
)
_GO_ON: Final = (
    r"(?:talk|speak|chat|catch up|reconnect|meet|regroup|touch base|circle back|follow up|get back to you"
    r"|come back to you|(?:be|get|keep|stay) in touch)"
)
_SHALL: Final = r"(?:let's|let us|we should|shall we|we can|we could|i'll|i will|we'll|we will|maybe we)"
_VAGUE_STEP: Final = _any(
    rf"\b{_GO_ON}(?:\W+\w+){{0,3}}?\W+(?:soon|later|shortly|again|some ?time|another time|whenever)\b",
    rf"\b{_GO_ON}(?:\W+\w+){{0,3}}?\W+(?:at some (?:point|stage)|down the (?:line|road))\b",
    rf"\b{_SHALL} (?:\w+ )?{_GO_ON}\b",
    r"\b(?:let's|we(?:'ll| will| should| might| may| ought to)|maybe we(?: could| can| should)?) (?:\w+ )?have "
    r"(?:a|another) (?:\w+ ){0,2}(?:sit-?down|chat|catch-?up|natter|chinwag|coffee|conversation|talk|call)\b",
    rf"\b{_SHALL} (?:\w+ )?(?:take it from there|play it by ear|see how (?:it|things) go(?:es)?|find a time)\b",
    rf"\b{_SHALL} (?:\w+ )?(?:set|pick|sort) (?:something|this|it|that) (?:up|out)\b",
    rf"\b{_SHALL} (?:\w+ )?(?:jump|hop|get)(?: back)? on(?:to)? (?:a|the|another) (?:call|phone|line)\b",
    r"\b(?:i'll|i will|we'll|we will|let me) (?:\w+ )?(?:send|ping|shoot|email|drop) (?:(?:you|over|across|along) )*"
    r"(?:something|a few|a couple|profiles|cvs|the details|(?:(?:some|one|two|three|four|five|or) )+(?:good |strong )?"
    r"(?:names|cvs|profiles|info|people|candidates|r[ée]sum[ée]s))\b",
)
_TIMED: Final = _any(
    rf"\b(?:{_DAY}|today|noon|by (?:the )?(?:end|close))\b",
    r"\b\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|o'?clock)\b|\b\d{1,2}(?::\d\d|st|nd|rd|th)\b",
    r"\bat (?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)\b",
    r"\b(?:this|end of the) (?:morning|afternoon|evening|day|week)\b",
)
_PLEASANTRY: Final = _any(
    r"\bhow are (?:you|things)\b",
    r"\bhow(?:'s| is| was) (?:your|the) (?:weekend|day|week|morning|holiday|summer|family|weather)\b",
    r"\byou (?:ok|okay|well|all right)\?",
)
_QUESTION: Final = _any(
    rf"{_LEAD}(?:what|who|whose|when|where|why|how|which) (?:is|are|was|were|do|does|did|would|will|could|can)\b",
    rf"{_LEAD}(?:what|how) (?:has|have|had|many|much|long|often|far|soon|about|happens|if|else)\b",
    rf"{_LEAD}(?:what|who|where|when|how|why)(?:'s|'re|'d)\b",
    rf"{_LEAD}(?:do|does|did|is|are|can|could|would|will|have|has|should|shall|may) "
    r"(?:you|we|i|they|he|she|it|there|hr|that|this)\b",
    rf"{_LEAD}(?:tell me|talk me through|walk me through|help me understand|remind me|give me an update)\b",
    r"\bcan you tell me\b|\bi(?:'d| would) (?:like|love) to (?:know|hear|understand)\b",
)


def cues_of(text: str, acts: Collection[Act]) -> tuple[Cue, ...]:
    """Return the cues of a recruiter's turn in which `acts` were heard."""
    sentences = _sentences(text)
    asks = any(_asks(each) for each in sentences)
    cues: list[Cue] = []
    if any(_GREETING.search(each) for each in sentences[:GREETING_SENTENCES]):
        cues.append(Cue.GREETING)
    if any(_PLEASANTRY.search(each) for each in sentences[:GREETING_SENTENCES]):
        cues.append(Cue.PLEASANTRY)
    if Act.PROPOSE_NEXT_STEP not in acts and any(_is_vague_step(each) for each in sentences):
        cues.append(Cue.VAGUE_NEXT_STEP)
    if not asks and any(_says_goodbye(each) for each in sentences[-CLOSING_SENTENCES:]):
        cues.append(Cue.CLOSING)
    if asks:
        cues.append(Cue.QUESTION)
    return tuple(cues)


def _sentences(text: str) -> list[str]:
    """Return the sentences with their marks, apostrophes made straight, one space between words."""
    if len(text) > MAX_CHARS:
        text = f"{text[: MAX_CHARS // 2]}\n{text[-MAX_CHARS // 2 :]}"
    straight = text.translate(_STRAIGHT)
    borders = [0, *(match.end() for match in _END.finditer(straight)), len(straight)]
    pieces = (" ".join(straight[start:end].split()) for start, end in pairwise(borders))
    return [piece for piece in pieces if piece]


def _asks(sentence: str) -> bool:
    return not _PLEASANTRY.search(sentence) and ("?" in sentence[-3:] or bool(_QUESTION.search(sentence)))


def _says_goodbye(sentence: str) -> bool:
    return bool(_CLOSING.search(sentence)) and not _NOT_CLOSING.search(sentence)


def _is_vague_step(sentence: str) -> bool:
    return bool(_VAGUE_STEP.search(sentence)) and not _TIMED.search(sentence)
