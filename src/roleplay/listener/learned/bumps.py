"""Whether what is heard as a bump moves a date at all, or only says it back."""

import re
from typing import Final

from roleplay.listener.learned.sentences import split_sentences
from roleplay.record.specifics import specifics_of

_MOVES: Final = re.compile(
    r"\b(?:if|say|suppos\w+|imagin\w+|assum\w+|what(?= (?:about|then)\b)|instead|another|extra|more"
    r"|only (?:on|in|at|by|when)|still|lat(?:e|er|est)|longer|nearer|past|passing|beyond|after"
    r"|slip\w*|slid\w*|push\w*|bump\w*|mov(?:e[sd]?|ing)"
    r"|drift\w*|drag\w*|stretch\w*|miss\w*|wait\w*|delay\w*|without|nobody|no one|not|empty|hurt\w*|wouldn|slack"
    r"|live with|(?:comes?|goes|go) (?:and go\w*|by)|worst)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words that take a date away."""
_ASKS: Final = re.compile(r"\b(?:what|when|how(?! (?:many|old|big|large)\b)|happen\w*)\b", re.IGNORECASE)
"""Words that may ask what then; beside the very date that was named they ask about that date."""
_TIME: Final = re.compile(
    r"\b(?:weeks?|months?|quarters?|years?|spring|summer|autumn|winter|(?:a|the|next|by) fall|lent|whitsun|pentecost"
    r"|passover|eid|diwali|hogmanay|michaelmas|hilary|trinity"
    r"|(?:mother|father|valentine|new year|st\.? \w+)['’]?s?['’]? (?:day|eve))\b",
    re.IGNORECASE,
)
"""Times that `specifics` leaves out: seasons, terms and feasts, and how long."""


def moves_a_date(words: str, before: str | None) -> bool:
    """Whether `words` can be a bump of a date in `before`, the other side's last turn.

    They are where one of their sentences moves or supposes something, or names a time that `before` doesn't (codebook,
    `ask_slip`: "takes a date (or the need) and moves it out"). A question alone is none: "March. For all of them?", and
    neither is one about the date itself: "And what happens in March?"
    """
    return any(_moves(words[start:end], before or "") for start, end in split_sentences(words))


def _moves(sentence: str, before: str) -> bool:
    if _MOVES.search(sentence):
        return True
    times, named = _times(sentence), specifics_of(sentence).values
    if not times and not named:
        return _ASKS.search(sentence) is not None
    return not times <= _times(before) or not named <= specifics_of(before).values


def _times(text: str) -> frozenset[str]:
    return frozenset(match[0].lower() for match in _TIME.finditer(text))
