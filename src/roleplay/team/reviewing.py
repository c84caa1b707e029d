"""Reviewing what was handed in: the queue, comments, coaches' words, disputes, and being done with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from roleplay.content.case import Case
from roleplay.errors import DutyError, MoveError, NotFoundError
from roleplay.record.transcript import transcript_of
from roleplay.results import Results, criterion_named
from roleplay.roster.events import (
    MAX_WORDS,
    CommentMade,
    SentBack,
    SignedOff,
    TeamEvent,
    VerdictDisputed,
    VerdictOverruled,
    VerdictsAccepted,
)
from roleplay.roster.people import Duty, Person
from roleplay.roster.review import Queued, Review, Why, review_of
from roleplay.scoring.remarks import Remarks
from roleplay.scoring.result import Result, Verdict
from roleplay.store.base import StoredSession
from roleplay.store.team import TeamStore
from roleplay.team.assigning import Overdue
from roleplay.team.doubts import doubtful
from roleplay.team.people import must_be
from roleplay.team.remarks import remarks_of

QUEUE_SHOWN = 200
"""How much of each kind stands in a queue at most; nobody reads further down."""
E = TypeVar("E", CommentMade, VerdictOverruled, VerdictsAccepted, VerdictDisputed, SignedOff, SentBack)


@dataclass(frozen=True)
class Reviewing:
    """What a coach and a recruiter do about a session that was handed in, and that the store let them see."""

    store: TeamStore
    results: Results

    async def queue(self, me: Person, overdue: Sequence[Overdue]) -> list[Queued]:
        """What waits for a coach: what is disputed first, then what the simulator spoilt, what came in, who is late.

        `overdue`: as `Assigning.overdue` gives it; empty where only what was handed in is wanted.

        Raises:
            DutyError: it isn't for `me` to see.
        """
        people = {person.id: person for person in await self.store.people()}
        must_be(me, Duty.COACH, "reviews", list(people.values()))
        waiting = await self.store.submitted(QUEUE_SHOWN, unsigned=True)
        events = await self.store.events(sessions=[session.id for session in waiting])
        by_session: dict[str, list[TeamEvent]] = {}
        for event in events:
            by_session.setdefault(str(getattr(event, "session", "")), []).append(event)
        queued = [_queued(session, review_of(session.id, by_session.get(session.id, ()))) for session in waiting]
        queued += [
            Queued(
                why=Why.OVERDUE,
                person=people[person].name,
                title=assignment.title,
                since=assignment.due_at,
                assignment=assignment.id,
            )
            for assignment, person in overdue
            if person in people
        ]
        order = {why: place for place, why in enumerate(Why)}
        return sorted(queued, key=lambda each: (order[each.why], each.since))

    async def of(self, session: StoredSession) -> Review:
        """A session's review."""
        return review_of(session.id, await self.store.events(sessions=[session.id]))

    async def remarks(self, session: StoredSession, doubts: tuple[str, ...] = ()) -> Remarks:
        """A session's review in words. `doubts`: for a coach, the criteria that aren't sure."""
        names = {person.id: person.name for person in await self.store.people()}
        return remarks_of(await self.of(session), names, doubts)

    async def doubts(self, session_id: str) -> tuple[str, ...]:
        """The criteria that a coach should look at."""
        case, events = await self.results.store.read(session_id)
        standing = await self.results.standing_or_scored(session_id, case, events)
        left = await self.results.left_to_coaches(case.scorecard_id)
        return doubtful(standing, events, coach_decides=left)

    async def comment(self, me: Person, session: StoredSession, words: str, turn: str | None = None) -> CommentMade:
        """Write something about a turn, or about all of a session.

        Raises:
            MoveError: it wasn't handed in, or nothing was written, or too much.
            NotFoundError: there is no such turn.
        """
        _check_submitted(session)
        if turn is not None:
            case, events = await self.results.store.read(session.id)
            if turn not in {each.id for _, each in transcript_of(case, events).turns()}:
                raise NotFoundError(f"no turn {turn!r} in session {session.id!r}")
        return await self._keep(CommentMade, me, session, turn=turn, words=words)

    async def overrule(
        self,
        me: Person,
        session: StoredSession,
        criterion: str,
        verdict: Verdict | None,
        because: str,
        turn: str | None = None,
        quote: str | None = None,
    ) -> tuple[Case, Result]:
        """Keep a coach's word on a verdict, as `Results.overrule` does; without a verdict, take the last one back.

        Raises:
            DutyError: it isn't for `me` to do.
            NotFoundError: no such criterion, turn or words, or a verdict that the criterion can't have.
            MoveError: it wasn't handed in, or nothing stands that could be taken back.
        """
        await self._check_coach(me, session)
        case, result = await self.results.overrule(
            session.id, criterion, verdict, because, by=me.name, turn=turn, quote=quote
        )
        said = None if verdict is None else verdict.value
        await self._keep(VerdictOverruled, me, session, criterion=criterion_named(case, criterion), verdict=said)
        return case, result

    async def accept(
        self, me: Person, session: StoredSession, criteria: Collection[str] | None = None
    ) -> tuple[str, ...]:
        """Let verdicts stand; without `criteria`, all that the scorer is sure of. Returns which.

        Raises:
            DutyError: it isn't for `me` to do.
            NotFoundError: no such criterion.
            MoveError: it wasn't handed in, or nothing is left to accept.
        """
        await self._check_coach(me, session)
        case, _ = await self.results.store.read(session.id)
        if criteria is None:
            doubts = await self.doubts(session.id)
            review = await self.of(session)
            disputed = {each.criterion for each in review.disputes}
            chosen = [
                name
                for name in case.scorecard.criteria
                if name not in doubts and name not in disputed and name not in review.settled
            ]
            if not chosen:
                raise MoveError("nothing is left that the scorer is sure of and you haven't decided")
        else:
            chosen = [criterion_named(case, name) for name in criteria]
        await self._keep(VerdictsAccepted, me, session, criteria=tuple(chosen))
        return tuple(chosen)

    async def sign_off(self, me: Person, session: StoredSession) -> None:
        """Be done with a session.

        Raises:
            DutyError: it isn't for `me` to do.
            MoveError: it wasn't handed in, or a dispute is open.
        """
        await self._check_coach(me, session)
        open_ones = (await self.of(session)).disputes
        if open_ones:
            names = ", ".join(each.criterion for each in open_ones)
            raise MoveError(f"{names}: disputed; decide or accept it before you sign off")
        await self._keep(SignedOff, me, session)

    async def send_back(
        self, me: Person, session: StoredSession, words: str, *, drill: str | None = None, scenario: str | None = None
    ) -> SentBack:
        """Ask for more practice: a drill, another scenario, or what the words say.

        Raises:
            DutyError: it isn't for `me` to do.
            MoveError: it wasn't handed in, or nothing was written, or too much.
        """
        await self._check_coach(me, session)
        return await self._keep(SentBack, me, session, words=words, drill=drill, scenario=scenario)

    async def dispute(self, me: Person, session: StoredSession, criterion: str, words: str) -> None:
        """Say that a verdict should be otherwise; a coach decides.

        Raises:
            DutyError: it is somebody else's.
            NotFoundError: no such criterion.
            MoveError: it wasn't handed in, or nothing was written, or too much.
        """
        if session.recruiter != me.name:
            raise DutyError(f"session {session.id!r} isn't yours, {me.name}; only its recruiter disputes a verdict")
        _check_submitted(session)
        case, _ = await self.results.store.read(session.id)
        name = criterion_named(case, criterion)
        await self._keep(VerdictDisputed, me, session, criterion=name, words=words)

    async def _check_coach(self, me: Person, session: StoredSession) -> None:
        must_be(me, Duty.COACH, "reviews", await self.store.people())
        _check_submitted(session)

    async def _keep(self, kind: type[E], me: Person, session: StoredSession, **values: object) -> E:
        told: Mapping[str, object] = {"at": self.results.clock.now(), "by": me.id, "session": session.id, **values}
        try:
            event = kind.model_validate(told)
        except ValidationError as error:
            raise MoveError(f"write a line, of at most {MAX_WORDS:,} characters") from error
        await self.store.keep_event(event)
        return event


def _check_submitted(session: StoredSession) -> None:
    if session.submitted_at is None:
        raise MoveError(f"session {session.id!r} wasn't handed in; roleplay submit {session.id} does that")


def _queued(session: StoredSession, review: Review) -> Queued:
    why = Why.DISPUTED if review.disputes else Why.LOW_FIDELITY if session.is_void else Why.SUBMITTED
    assert session.submitted_at is not None, "only what was handed in waits"
    return Queued(
        why=why,
        person=session.recruiter or "",
        title=session.title,
        since=review.disputes[0].at if review.disputes else session.submitted_at,
        session=session.id,
        assignment=session.assignment,
        score=session.score,
        passed=session.passed,
    )
