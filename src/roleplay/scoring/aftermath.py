"""What became of a session over several days: its letters and where they went, its calendar, and the map. Pure."""

from collections.abc import Iterator, Sequence

from roleplay.content.acts import Channel, Sensitive
from roleplay.content.case import Case
from roleplay.content.job_order import NOBODY, ROLE_FIELDS
from roleplay.content.persona import QUOTING
from roleplay.record.events import (
    RECRUITER,
    AnswerDirected,
    Event,
    PromiseBroken,
    TouchStarted,
    TurnHeard,
    TurnSpoken,
    Way,
    WordsPassedOn,
)
from roleplay.scoring.job_map import FIELD_TITLES, Mapped, is_right, mapped_in
from roleplay.values import Value


class Mark(Value):
    """Words of a letter that shouldn't have been written."""

    category: Sensitive
    quote: str


class Travel(Value):
    """Where words went, and on which day."""

    to: str
    """A first name."""
    way: Way
    day: int


class Return(Value):
    """How they came back to the recruiter."""

    by: str
    day: int
    turn: str
    text: str


class Letter(Value):
    """Words of the recruiter's that went further than they were sent, or shouldn't have been written."""

    turn: str
    day: int
    channel: Channel
    to: tuple[str, ...]
    text: str
    marks: tuple[Mark, ...] = ()
    travels: tuple[Travel, ...] = ()
    returns: tuple[Return, ...] = ()
    closed: tuple[str, ...] = ()
    """First names of those whose confidence it broke."""


class MapLine(Value):
    """One field of the recruiter's map beside its key."""

    title: str
    yours: str | None
    key: str
    is_right: bool | None
    """None where words can't be compared, or nothing was filled in."""


class Aftermath(Value):
    """All of it."""

    days: int
    touches: int
    letters: tuple[Letter, ...] = ()
    page: tuple[MapLine, ...] = ()


def aftermath_of(case: Case, events: Sequence[Event]) -> Aftermath | None:
    """Gather it; None for a scenario of one call."""
    mapped = mapped_in(case, events)
    if mapped is None:
        return None
    touches = [event for event in events if isinstance(event, TouchStarted)]
    days = [event.day for event in events if event.kind in {"touch_started", "time_passed"}]
    return Aftermath(
        days=max(days, default=0),
        touches=sum(event.by == RECRUITER for event in touches),
        letters=tuple(_letters(case, events)),
        page=tuple(_page(case, mapped)),
    )


def _letters(case: Case, events: Sequence[Event]) -> Iterator[Letter]:
    touches = {event.touch: event for event in events if isinstance(event, TouchStarted)}
    spoken = {event.turn: event for event in events if isinstance(event, TurnSpoken)}
    heard = {event.turn: event.sensitive for event in events if isinstance(event, TurnHeard)}
    passed = [event for event in events if isinstance(event, WordsPassedOn)]
    for turn, words in spoken.items():
        touch = touches[turn.partition(".")[0]]
        went = [event for event in passed if event.turn == turn]
        marks = heard.get(turn, ())
        if words.speaker != RECRUITER or not (went or (marks and touch.channel.is_written)):
            continue
        yield Letter(
            turn=turn,
            day=touch.day,
            channel=touch.channel,
            to=tuple(_name(case, role) for role in touch.roles),
            text=words.text,
            marks=tuple(Mark(category=each.category, quote=each.quote) for each in marks),
            travels=tuple(Travel(to=_name(case, each.to), way=each.way, day=each.day) for each in went),
            returns=tuple(_returns(case, events, touches, {each.quote for each in went}, {each.to for each in went})),
            closed=tuple(
                _name(case, event.role) for event in events if isinstance(event, PromiseBroken) and event.turn == turn
            ),
        )


def _returns(
    case: Case, events: Sequence[Event], touches: dict[str, TouchStarted], quotes: set[str], by: set[str]
) -> Iterator[Return]:
    """The other side's turns that brought the words up."""
    brings_up = {
        beat.line
        for event in events
        if isinstance(event, AnswerDirected) and event.role in by
        for beat in event.beats
        if beat.about in QUOTING and any(quote in beat.line for quote in quotes)
    }
    for event in events:
        if isinstance(event, TurnSpoken) and event.speaker in by and any(line in event.text for line in brings_up):
            touch = touches[event.turn.partition(".")[0]]
            yield Return(by=_name(case, event.speaker), day=touch.day, turn=event.turn, text=event.text)


def _page(case: Case, mapped: Mapped) -> Iterator[MapLine]:
    yours, right = mapped.page.model_dump(mode="json"), mapped.key.model_dump(mode="json")
    for field, title in FIELD_TITLES.items():
        mine, true = (
            _role_words(case, values[field]) if field in ROLE_FIELDS else values[field] for values in (yours, right)
        )
        yield MapLine(title=title, yours=mine, key=str(true), is_right=is_right(field, mapped.page, mapped.key))


def _role_words(case: Case, role: str | None) -> str | None:
    return role if role in {None, NOBODY} else _name(case, str(role))


def _name(case: Case, role: str) -> str:
    persona = case.personas.get(role)
    return role if persona is None else persona.first_name
