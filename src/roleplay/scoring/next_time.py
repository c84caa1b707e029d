"""What to say next time: a criterion's model lines, or the other side's own reason from the history. Pure."""

import re
from typing import Final

from roleplay.content.acts import Act, Topic
from roleplay.content.case import Case
from roleplay.content.scenario import PastTurn
from roleplay.content.scorecard import ActCriterion, Criterion
from roleplay.record.events import RECRUITER

REASONS: Final = (Topic.CONSEQUENCE, Topic.PAIN)
"""What somebody acts on; what it costs before what hurts."""
MOST_WORDS: Final = 30
"""Of a reason that is given back, so many words in whole sentences; the first sentence always."""
_SENTENCE: Final = re.compile(r".+?(?:[.!?]+(?=\s|$)|$)", re.DOTALL)


def lines_for(case: Case, criterion: Criterion) -> tuple[str, ...]:
    """Return what could be said; of a criterion to give a reason back, the reason of whoever is called, then anybody's.

    What was told in confidence is left out.
    """
    if not isinstance(criterion, ActCriterion) or set(criterion.acts) != {Act.RESTATE_REASON}:
        return criterion.say
    told = [past for past in case.scenario.history if past.speaker != RECRUITER and not past.off_record]
    reason = min((past for past in told if past.topic in REASONS), key=lambda past: _rank(case, past), default=None)
    if reason is None:
        return criterion.say
    date = next((past for past in told if past.topic is Topic.DATE and past.speaker == reason.speaker), None)
    words = _opening(reason.text) if date is None else f"{_opening(date.text, 1)} {_opening(reason.text)}"
    name = case.personas[reason.speaker].first_name
    return (
        f"{name}, you told me: “{words}” How does that look today?",
        f"“{_opening(reason.text, 1)}” Those were your words, {name}. Does that still stand?",
    )


def _rank(case: Case, past: PastTurn) -> tuple[bool, int]:
    assert past.topic is not None, "a reason has a topic"
    return past.speaker != case.scenario.calls, REASONS.index(past.topic)


def _opening(text: str, most_words: int = MOST_WORDS) -> str:
    """The first sentences of a text, whole."""
    kept = ""
    for match in _SENTENCE.finditer(text.strip()):
        longer = text.strip()[: match.end()]
        if kept and len(longer.split()) > most_words:
            break
        kept = longer
    return kept
