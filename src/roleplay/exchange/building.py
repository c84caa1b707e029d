"""What a file holds, and who is who in it, into a transcript."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from roleplay.content.acts import Channel
from roleplay.exchange.found import Found, Letter, Speaker
from roleplay.exchange.people import SKIPPED
from roleplay.exchange.tidying import turns_of
from roleplay.record.events import RECRUITER
from roleplay.record.transcript import Touch, Transcript, Turn
from roleplay.record.words import plain_words


def transcript_from(
    found: Found,
    roles: Mapping[Speaker, str],
    *,
    channel: Channel | None = None,
    title: str | None = None,
    openings: int | None = None,
) -> Transcript:
    """Return the transcript of a file in which each speaker has a role.

    Without a channel, mail is e-mail, and speech a call, or a joint call with more than one on the other side.
    """
    by_key = {speaker.address or speaker.name.casefold(): role for speaker, role in roles.items()}
    if found.transcript is not None:
        transcript = _renamed(found.transcript, by_key, channel)
    else:
        touches = _letters(found.letters, by_key, channel) if found.letters else (_talk(found, by_key, channel),)
        transcript = Transcript(title=found.title, touches=touches)
    context = transcript.context if openings is None else transcript.context.model_copy(update={"openings": openings})
    return transcript.model_copy(update={"title": title or transcript.title, "context": context})


def _talk(found: Found, roles: Mapping[str, str], channel: Channel | None) -> Touch:
    """Speech as one touch; after somebody is left out, neighbours may be one speaker's again."""
    spoken = (
        each._replace(speaker=role)
        for each in found.spoken
        if each.speaker is not None and (role := roles[each.speaker.casefold()]) != SKIPPED
    )
    turns = tuple(
        Turn(
            id=f"t1.{number}", speaker=each.speaker or RECRUITER, text=each.text, start_s=each.start_s, end_s=each.end_s
        )
        for number, each in enumerate(turns_of(spoken), start=1)
    )
    others = _others(turn.speaker for turn in turns) or _others(roles.values())
    fitting = Channel.JOINT_CALL if len(others) > 1 else Channel.CALL
    return Touch(id="t1", day=0, channel=channel or fitting, with_=others, turns=turns)


def _letters(letters: Sequence[Letter], roles: Mapping[str, str], channel: Channel | None) -> tuple[Touch, ...]:
    """Each letter as a touch of its own, with the days counted from the first."""
    touches: list[Touch] = []
    kept = [letter for letter in letters if _role_of(letter.sender, roles) != SKIPPED]
    first = next((letter.sent for letter in kept if letter.sent is not None), None)
    for number, letter in enumerate(kept, start=1):
        day = _day_of(letter.sent, first)
        if day is None:
            day = touches[-1].day if touches else 0
        speaker = _role_of(letter.sender, roles)
        others = _others([speaker, *(_role_of(person, roles) for person in letter.to)]) or _others(roles.values())
        text = "\n".join(plain_words(line) for line in letter.text.split("\n"))
        turn = Turn(id=f"t{number}.1", speaker=speaker, text=text)
        touches.append(Touch(id=f"t{number}", day=day, channel=channel or Channel.EMAIL, with_=others, turns=(turn,)))
    return tuple(touches)


def _role_of(person: tuple[str, str], roles: Mapping[str, str]) -> str:
    name, address = person
    return roles.get(address or name.casefold(), SKIPPED)


def _day_of(sent: datetime | None, first: datetime | None) -> int | None:
    """Whole days after the first letter's, by the calendar where that was written."""
    if sent is None or first is None:
        return None
    try:
        return max(0, (sent.astimezone(first.tzinfo).date() - first.date()).days)
    except OverflowError:  # at the first or the last day that there is
        return 0


def _renamed(transcript: Transcript, roles: Mapping[str, str], channel: Channel | None) -> Transcript:
    """A transcript with the roles that its speakers were given, and without who is left out."""
    touches = []
    for touch in transcript.touches:
        turns = tuple(
            turn.model_copy(update={"speaker": role})
            for turn in touch.turns
            if (role := roles.get(turn.speaker.casefold(), turn.speaker)) != SKIPPED
        )
        others = _others(
            [*(roles.get(role.casefold(), role) for role in touch.with_), *(turn.speaker for turn in turns)]
        )
        update = {"turns": turns, "with_": others, "channel": channel or touch.channel}
        touches.append(touch.model_copy(update=update))
    return transcript.model_copy(update={"touches": tuple(touches)})


def _others(roles: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(role for role in roles if role not in {RECRUITER, SKIPPED}))
