"""What a person says aloud, out of what a language model writes; piece by piece, as it streams.

Three sieves, one behind the other: marks (templates' tokens, thoughts, stage directions), labels (who speaks, and
everything from where the model speaks for the caller), length. Each holds back only what it can't judge yet, and how
a reply is cut into pieces makes no difference to what is said.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from roleplay.actor.tokens import CHAT_TOKEN
from roleplay.record.events import GuardCheck
from roleplay.record.words import plain_words

WHOLE_FROM_WORDS: Final = 40
"""From here on a sentence is said when it is whole, so that one that is cut off can be left out."""
ENOUGH_WORDS: Final = 70
"""The turn ends with the sentence that reaches this."""
MOST_WORDS: Final = 100
"""The turn ends here, whole sentence or not."""
CALLER_LABELS: Final = ("Recruiter", "Caller", "You", "User", "Human")
OWN_LABELS: Final = ("Assistant", "AI", "Answer", "Response")

_RUN: Final = re.compile(r"\S+")
_ENDS_SENTENCE: Final = re.compile(r"[.!?…][\"'”’)]*$")
_OPENING: Final = re.compile(r"[<\[*(]")
_BEGUN_TOKEN: Final = re.compile(r"<(?:[|｜][^<>\s]{0,40}|/?[a-z_]{0,14})$|<<?/?[A-Z]{0,4}>?$", re.IGNORECASE)
_TURN: Final = re.compile(
    r"(?:<\|im_start\|>|<start_of_turn>|<\|start_header_id\|>)\w+\s*(?:\n|<\|end_header_id\|>)\s*"
)
_BEGUN_TURN: Final = re.compile(r"(?:<\|im_start\|>|<start_of_turn>|<\|start_header_id\|>)\w*(?:[ \r]*|<[|a-z_]*)$")
_TAG: Final = re.compile(r"</?[a-z][a-z0-9_-]{0,15}(?:\s[^<>\n]{0,60})?/?>", re.IGNORECASE)
_THOUGHT: Final = re.compile(r"<(think|thinking|thought)>", re.IGNORECASE)
_THOUGHT_END: Final = re.compile(r"</(?:think|thinking|thought)>\s*", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"\[[^\]\n]{0,80}\]")
_BEGUN_BRACKETED: Final = re.compile(r"\[[^\]\n]{0,80}$")
_ASIDE: Final = re.compile(r"\((?P<words>[^()\n]{1,60})\)")
_BEGUN_ASIDE: Final = re.compile(r"\([^()\n]{0,60}$")
_STARRED: Final = re.compile(r"(?P<stars>\*{1,3})(?P<words>[^*\s][^*\n]{0,160})(?P=stars)")
_BEGUN_STARRED: Final = re.compile(r"\*{1,3}(?:[^*\s][^*\n]{0,160}\*{0,2})?$")
_ACTS: Final = re.compile(r"[a-z]+(?:s|ing)\b")
_ASIDE_WORDS: Final = 4
_QUOTES: Final = str.maketrans("", "", '"“”„«»')


class Cut(NamedTuple):
    """What was taken out of a reply, and why."""

    check: GuardCheck
    words: str


class SpokenWords:
    """Cleans one reply of `speaker` to `caller`. Feed it what arrives; what comes back is said."""

    def __init__(self, speaker: str, caller: str | None, labels: Iterable[str] = ()) -> None:
        """`labels`: what stands before words in the prompt, and may be copied from there."""
        self._marks = _Marks()
        self._labels = _Labels((*_names(speaker), *labels), _names(caller) if caller else ())
        self._length = _Length()

    @property
    def is_done(self) -> bool:
        """Whether nothing that follows would be said."""
        return self._marks.is_done or self._labels.is_done or self._length.is_done

    @property
    def cut(self) -> tuple[Cut, ...]:
        """What was taken out so far: what is done rather than said, and what is said for the caller."""
        stage = [Cut(GuardCheck.STAGE, words) for words in self._marks.cut]
        return (*stage, *(Cut(GuardCheck.ROLE_SWAP, words) for words in self._labels.cut))

    def feed(self, piece: str) -> str:
        """Take the next piece; return what can be said now, maybe nothing."""
        # What a screen shows while words arrive is as harmless as what the record keeps of them.
        shown = _RUN.sub(lambda run: plain_words(run.group()), piece)
        return self._length.feed(self._labels.feed(self._marks.feed(shown)))

    def end(self) -> str:
        """The reply is over; return what was held back and can be said."""
        rest = self._length.feed(self._labels.feed(self._marks.end()))
        return rest + self._length.feed(self._labels.end()) + self._length.end()


class _Marks:
    """Drops templates' tokens, thoughts and stage directions; a token after words ends the reply."""

    def __init__(self) -> None:
        self.is_done = False
        self.cut: list[str] = []
        self._held = ""
        self._last = ""
        """The last character let through that isn't blank."""

    def feed(self, piece: str) -> str:
        self._held += piece
        return self._let_through(is_end=False)

    def end(self) -> str:
        return self._let_through(is_end=True)

    def _let_through(self, *, is_end: bool) -> str:
        said = ""
        while not self.is_done and (opening := _OPENING.search(self._held)):
            said += self._pass(self._held[: opening.start()])
            self._held = self._held[opening.start() :]
            judged = _JUDGES[opening.group()](self, is_end)
            if judged is None:
                return said
            length, words = judged
            if not words and opening.group() != "<":
                self.cut.append(self._held[:length])
            self._held = self._held[length:]
            said += self._pass(words)
        said += self._pass(self._held)
        self._held = ""
        return said

    def _pass(self, text: str) -> str:
        if self.is_done:
            return ""
        self._last = (self._last + text).rstrip(" \t")[-1:]
        return text

    def _judge_angle(self, is_end: bool) -> tuple[int, str] | None:
        if _THOUGHT.match(self._held):
            end = _THOUGHT_END.search(self._held)
            if end is None:
                return (len(self._held), "") if is_end else None
            return end.end(), ""
        if _BEGUN_TURN.match(self._held) and not is_end:
            return None
        if token := (_TURN.match(self._held) or CHAT_TOKEN.match(self._held)):
            self.is_done = bool(self._last.strip())
            return token.end(), ""
        if tag := _TAG.match(self._held):
            return tag.end(), ""
        if _BEGUN_TOKEN.match(self._held):
            return (len(self._held), "") if is_end else None
        return 1, ""

    def _judge_bracket(self, is_end: bool) -> tuple[int, str] | None:
        if whole := _BRACKETED.match(self._held):
            return whole.end(), ""
        if _BEGUN_BRACKETED.match(self._held):
            return (len(self._held), "") if is_end else None
        return 1, ""

    def _judge_aside(self, is_end: bool) -> tuple[int, str] | None:
        if whole := _ASIDE.match(self._held):
            words = whole["words"]
            is_stage = len(words.split()) <= _ASIDE_WORDS and not any(char.isdigit() for char in words)
            return whole.end(), "" if is_stage else whole.group()
        return None if _BEGUN_ASIDE.match(self._held) and not is_end else (1, "(")

    def _judge_stars(self, is_end: bool) -> tuple[int, str] | None:
        whole = _STARRED.match(self._held)
        if whole and (is_end or whole.end() < len(self._held)):
            return whole.end(), "" if self._is_stage(whole["words"], len(whole["stars"])) else whole["words"]
        if _BEGUN_STARRED.match(self._held) and not is_end:
            return None
        return len(self._held) - len(self._held.lstrip("*")), ""

    def _is_stage(self, words: str, stars: int) -> bool:
        """Whether starred words are something done (`*sighs*`), not something stressed (`*two* people`)."""
        if any(char.isdigit() for char in words) or words.rstrip().endswith(":"):
            return False
        starts = self._last in {"", "\n", *".!?…"}
        return bool(_ACTS.match(words)) or (starts and stars == 1)


_Judge = Callable[[_Marks, bool], tuple[int, str] | None]
_JUDGES: Final[dict[str, _Judge]] = {
    "<": _Marks._judge_angle,
    "[": _Marks._judge_bracket,
    "(": _Marks._judge_aside,
    "*": _Marks._judge_stars,
}
"""By opening character: how many characters are judged and what stays of them; None: more must be seen."""


class _Labels:
    """Drops the speaker's own name before the words, and everything from where the caller's stands."""

    def __init__(self, own: Iterable[str], callers: Iterable[str]) -> None:
        self.is_done = False
        self.cut: list[str] = []
        own_labels = tuple(dict.fromkeys((*own, *OWN_LABELS)))
        labels = (*own_labels, *(label for label in (*callers, *CALLER_LABELS) if label not in own_labels))
        self._own = re.compile(rf"(?:{_any_of(own_labels)})\s*:\s*", re.IGNORECASE)
        self._label = re.compile(rf"(?:{_any_of(labels)})\s*:", re.IGNORECASE)
        self._labels = tuple(f"{label.lower()}:" for label in labels)
        self._held = ""
        self._is_start = True
        self._is_quoted: bool | None = None
        """Whether the reply stands in quotation marks; None while nothing was seen of it."""
        self._last = ""

    def feed(self, text: str) -> str:
        self._held += text
        return self._let_through(is_end=False)

    def end(self) -> str:
        return self._let_through(is_end=True)

    def _let_through(self, *, is_end: bool) -> str:
        said = ""
        while self._held and not self.is_done:
            if self._is_start and not self._pass_label(is_end):
                break
            blank = re.search(r"\s+", self._held)
            chunk = self._held[: blank.end()] if blank else self._held
            self._held = self._held[len(chunk) :]
            said += chunk
            self._last = (self._last + chunk)[-8:]
            self._is_start = bool(blank) and ("\n" in chunk or bool(_ENDS_SENTENCE.search(self._last.rstrip())))
        return said.translate(_QUOTES) if self._is_quoted else said

    def _pass_label(self, is_end: bool) -> bool:
        """Deal with a label at the start of a line or sentence; False while it can't be told whether it is one."""
        if self._is_quoted is None:
            self._held = self._held.lstrip()
            if not self._held:
                return False
            self._is_quoted = self._held.translate(_QUOTES)[:1] != self._held[:1]
        start = self._held.lstrip().translate(_QUOTES) if self._is_quoted else self._held.lstrip()
        own = self._own.match(start)
        if own:
            self._held, self._is_quoted = start[own.end() :], self._is_quoted or None
            return bool(self._held) and self._pass_label(is_end)
        if self._label.match(start):
            self.cut.append(start)
            self.is_done = True
            return False
        if not is_end and any(label.startswith(start.lower()) for label in self._labels):
            return False
        self._is_start = False
        return True


class _Length:
    """Ends a turn that is too long, with a whole sentence where there is one; blanks become single."""

    def __init__(self) -> None:
        self.is_done = False
        self._words = 0
        self._words_in_whole = 0
        """Words in the sentences that are whole."""
        self._held = ""
        self._last = ""
        self._is_gap = False

    @property
    def _is_holding(self) -> bool:
        return self._words_in_whole >= WHOLE_FROM_WORDS

    def feed(self, text: str) -> str:
        said = ""
        for chunk in re.findall(r"\s+|\S+", text):
            if self.is_done:
                break
            said += self._pass_gap() if chunk.isspace() else self._pass_word(chunk)
        return said

    def end(self) -> str:
        if self.is_done or not _ENDS_SENTENCE.search(self._last):
            self._held = ""
        said, self._held, self.is_done = self._held, "", True
        return said

    def _pass_word(self, chunk: str) -> str:
        is_new = self._is_gap or not self._words
        if is_new and self._words >= MOST_WORDS:
            self.is_done = True
            return "" if self._is_holding else "…"
        said = f" {chunk}" if self._is_gap and self._words else chunk
        self._words += is_new
        self._is_gap = False
        self._last = (self._last + said)[-8:]
        if self._is_holding:
            self._held += said
            return ""
        return said

    def _pass_gap(self) -> str:
        if self._is_gap or not self._words:
            return ""
        self._is_gap = True
        if not _ENDS_SENTENCE.search(self._last):
            return ""
        said, self._held = self._held, ""
        self._words_in_whole = self._words
        self.is_done = self._words >= ENOUGH_WORDS
        return said


def _names(full: str) -> tuple[str, ...]:
    """A name as a label shows it: whole, and the first name."""
    return tuple(dict.fromkeys(name for name in (full.strip(), *full.split()[:1]) if name))


def _any_of(labels: Iterable[str]) -> str:
    return "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
