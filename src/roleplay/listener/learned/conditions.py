"""What words must hold, by the codebook's rows, so that they can be an act at all; what is said plainly enough."""

import re
from typing import Final

from roleplay.content.acts import Act
from roleplay.listener.learned.sentences import split_sentences
from roleplay.listener.reading import Span

PLAIN_FROM: Final = {Act.ASK_SLIP: 0.0, Act.ASK_CONSEQUENCE: 0.1, Act.DISPARAGE: 0.1}
"""From so much confidence on, an act that is said plainly is heard: long turns wash a sentence out."""
_TOGETHER: Final = re.compile(
    r"\b(?:calls?|(?:tele)?phone|ring|talk\w*|speak\w*|convers\w*|chat\w*|conven\w*|meet\w*|together|sit(?:s|ting|-down)?"
    r"|join\w*|room|tables?|line|loop\w*|dial\w*|conference|zoom|teams|video|screen|huddle\w*|patch|in with|one round"
    r"|minutes?|half (?:an )?hour|quarter of an hour|us|me|myself|everybody|everyone|each other|face to face"
    r"|side by side|all (?:three|four|of (?:us|you))|both|(?:three|four|five|lot|pair|rest) of (?:us|you)"
    r"|at once|(?:three|four|five|two|all)[- ]?(?:way|hander|sided|party)|same (?:time|page|place)|bring\w*|gather\w*"
    r"|invite\w*|hear\w*|coffee|tea|lunch|breakfast)\b",
    re.IGNORECASE,
)
_DENIES_BLAME: Final = re.compile(
    r"^\W*(?:(?:and|mind you|now|well|look|no)\W+)*(?:i['’]m|i am) not (?:saying|suggesting|implying|claiming)\b"
    r"|^\W*(?:(?:and|well)\W+)?(?:(?:it|that)(?:['’]s| is| was) )?(?:no|not) (?:a )?(?:dig|reflection|criticism)\b"
    r"|^\W*(?:(?:and|well)\W+)?(?:it|that)(?:['’]s| is| was) (?:not (?:\w+ )?|(?:nobody|no one)['’]s )fault\b",
    re.IGNORECASE,
)
_BUT: Final = re.compile(r"\b(?:but|though|only|except|still|however|yet)\b", re.IGNORECASE)
_PUT_TO_THEM: Final = re.compile(
    r"\?|\b(?:you\w*|y['’]all|seats?|chairs?|desks?|spots?|roles?|positions?|openings?|vacanc\w+|empty|vacant|unfilled"
    r"|wait\w*|(?:good|is|be) enough|at some point|(?:a|some|no) (?:day|date|point)|is there|what if)\b",
    re.IGNORECASE,
)
_HOW_LONG: Final = (
    r"(?:a|an|one|two|three|four|five|six|a few|a couple of|another|an extra)(?: (?:whole|full|good|extra|more))?"
    r" (?:weeks?|months?|quarters?)(?: or (?:two|three|so))?"
)
_NEVER_FILLED: Final = (
    r"(?:never (?:get|got|find|found|fill\w*|hired?|had|come|came|turn\w*|show\w*)"
    r"|nobody(?: ever)? (?:comes?|came|turn\w*|show\w*|in|sits?|there|takes?|took)\b"
    r"|(?:stay|stays|stayed|sat|sits?|stood|remain\w*|is|was) (?:open|empty|vacant)\b"
    r"|(?:do|did)n['’]t (?:get|find|fill|hire) (?:one|any\w*|her|him|them|some\w*|it)\b)"
)
_SUPPOSES: Final = r"\b(?:if|suppos(?:e|ing)|say|imagine|assum(?:e|ing)|pretend)\b"
_PLAIN: Final = {
    Act.ASK_SLIP: re.compile(
        rf"{_SUPPOSES}[^?]{{0,80}}\b{_HOW_LONG} (?:longer|later|late|more|extra)\b[^?]{{0,120}}\?", re.IGNORECASE
    ),
    Act.ASK_CONSEQUENCE: re.compile(rf"{_SUPPOSES}[^?]{{0,80}}\b{_NEVER_FILLED}[^?]{{0,160}}\?", re.IGNORECASE),
    Act.DISPARAGE: re.compile(
        r"\b(?:her|him|them|they|she|he|crowd|lot|department|agency|HR|people)\b[^.!?;]{0,40}\b"
        r"(?:as much use|about as (?:much use|useful|helpful|handy|quick|sharp|organi[sz]ed)) as an?\b",
        re.IGNORECASE,
    ),
}
"""Ways to say an act that say nothing else: a delay, or a seat that stays empty, and what then; to be of no use."""


def plain_words(act: Act, probability: float, text: str) -> Span | None:
    """Return the sentences of `text` that say `act` so plainly that it stands though it was heard weakly."""
    match = _PLAIN[act].search(text) if act in _PLAIN and probability >= PLAIN_FROM[act] else None
    if match is None:
        return None
    held = [(start, end) for start, end in split_sentences(text) if start < match.end() and match.start() < end]
    return Span(start=held[0][0], end=held[-1][1])


def gets_together(words: str) -> bool:
    """Whether `words` can ask to get people together: they must speak of talking, or of us (`request_joint_call`)."""
    return _TOGETHER.search(words) is not None


def is_put_to_them(words: str) -> bool:
    """Whether `words` can test if they'll hire: they ask, or speak of them, the seat or the wait (`challenge_perfect`).

    A recruiter who only says how choosy they are themselves agrees that quality comes first.
    """
    return _PUT_TO_THEM.search(words) is not None


def denies_blame(words: str, following: str) -> bool:
    """Whether each sentence of `words` says that nobody is blamed, with no "but" after it, in `following` neither."""
    sentences = [words[start:end] for start, end in split_sentences(words)]
    turns = _BUT.search(words) or re.match(r"\W*(?:but|only|still|though)\b", following, re.IGNORECASE)
    return bool(sentences) and not turns and all(_DENIES_BLAME.search(sentence) for sentence in sentences)
