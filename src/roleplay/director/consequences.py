"""What happens when words reach somebody whom they weren't meant for. Pure."""

from datetime import datetime

from roleplay.content.acts import Channel, Sensitive
from roleplay.content.case import Case
from roleplay.director.reactions import source_of
from roleplay.record.events import Event, PromiseBroken, Reaction, ReactionKind, ReactionPlanned, Way, WordsPassedOn
from roleplay.world.state import State


def pass_on(case: Case, state: State, reaction: Reaction, at: datetime) -> tuple[Event, ...]:
    """Return what a `PASS_ON` on its day amounts to.

    Somebody reads or hears the words. Who had told them in confidence learns of it, and closes for good. Who was
    forwarded a message writes about it a day later, unless they talk before.
    """
    assert reaction.to is not None
    assert reaction.way is not None
    events: list[Event] = [
        WordsPassedOn(
            at=at,
            turn=reaction.about,
            by=reaction.role,
            to=reaction.to,
            way=reaction.way,
            day=state.day,
            quote=reaction.quote,
            categories=reaction.categories,
            reaction=reaction.id,
        )
    ]
    source = source_of(case, state, state.turn(reaction.about).known_to, reaction.quote)
    if Sensitive.OFF_RECORD in reaction.categories and source is not None and not state.contacts[source].is_closed:
        by = reaction.to if source != reaction.to else reaction.role
        events.append(PromiseBroken(at=at, role=source, by=by, turn=reaction.about, quote=reaction.quote))
    if reaction.way is Way.FORWARDED and reaction.to != source:
        events.append(ReactionPlanned(at=at, reaction=_writes_about_it(state, reaction)))
    return tuple(events)


def _writes_about_it(state: State, reaction: Reaction) -> Reaction:
    assert reaction.to is not None
    return Reaction(
        id=f"r{state.reactions + 1}",
        role=reaction.to,
        kind=ReactionKind.CONFRONT,
        day=state.day + 1,
        minute=reaction.minute,
        about=reaction.about,
        because="forwarded",
        channel=Channel.EMAIL,
        quote=reaction.quote,
    )
