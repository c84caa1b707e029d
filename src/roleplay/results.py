"""What sessions come to: scored, scored again by another scorecard or scorer, and overruled by a coach."""

import hashlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Final

from roleplay.content.case import Case
from roleplay.content.scorecard import FactCriterion, Scorecard
from roleplay.errors import MoveError, NotFoundError, StoreError
from roleplay.listener.reading import Listener
from roleplay.practice.clock import Clock
from roleplay.record.events import Event, SessionEnded
from roleplay.record.transcript import Turn, transcript_of
from roleplay.record.words import plain_words
from roleplay.scoring.calibration import Calibration, Compared, CriterionAgreement, calibrate
from roleplay.scoring.findings import short
from roleplay.scoring.folding import find_quote
from roleplay.scoring.judge import Judge
from roleplay.scoring.overruling import coach_decides, compared, overrule, possible_verdicts
from roleplay.scoring.result import Evidence, Overruling, Result, Verdict
from roleplay.scoring.scorer import VERSION, score_session
from roleplay.store.base import KeptResult, ScoredBy, SessionStore
from roleplay.values import Value

ALL: Final = 1_000_000_000
"""More sessions than a store ever holds."""


class Rescored(Value):
    """A session of many that are scored again."""

    session: str
    at: int
    """Which one it is, from 1 on."""
    of: int
    before: float | None
    """What it was listed with."""
    result: KeptResult | None = None
    """None where it had been scored so before, or couldn't be."""
    trouble: str | None = None
    """Why it couldn't be."""


@dataclass(frozen=True)
class Results:
    """The results in a store, and the scorer that adds to them."""

    store: SessionStore
    listener: Listener
    clock: Clock

    async def standing(self, session_id: str, case: Case) -> Result | None:
        """The latest result by the session's own scorecard, with what coaches said; None where it isn't scored."""
        kept = await self.store.result(session_id)
        if kept is None:
            return None
        return overrule(case.scorecard, Result.model_validate_json(kept), await self._words(session_id))

    async def score(
        self, session_id: str, case: Case, events: Sequence[Event], *, judge: Judge | None = None, judged_by: str = ""
    ) -> Result:
        """Score a session that is over by its own scorecard, keep the result, and give it with what coaches said."""
        result = await score_session(case, events, self.listener, judge)
        standing = overrule(case.scorecard, result, await self._words(session_id))
        by = self._by(case.scorecard, is_own=True, judged_by=judged_by)
        await self.store.keep_result(
            session_id,
            result.model_dump_json(),
            standing.score,
            standing.passed,
            by,
            standing=verdicts_of(standing),
        )
        return standing

    async def standing_or_scored(self, session_id: str, case: Case, events: Sequence[Event]) -> Result:
        """What a session that is over comes to; one that wasn't scored is scored now."""
        return await self.standing(session_id, case) or await self.score(session_id, case, events)

    async def score_again(
        self,
        session_id: str,
        scorecard: tuple[str, Scorecard] | None,
        *,
        judge: Judge | None = None,
        judged_by: str = "",
    ) -> tuple[Case, Result]:
        """Score a session once more, by `scorecard` with its id, or by its own; a new result beside the others.

        Gives the case with the scorecard that was used. What coaches said counts for the session's own alone.

        Raises:
            NotFoundError: no such session.
            MoveError: it isn't over.
        """
        case, events = await self._over(session_id)
        other, is_own = _asked_for(case, scorecard)
        if is_own:
            return case, await self.score(session_id, case, events, judge=judge, judged_by=judged_by)
        result = await score_session(other, events, self.listener, judge)
        by = self._by(other.scorecard, is_own=False, judged_by=judged_by)
        await self.store.keep_result(session_id, result.model_dump_json(), result.score, result.passed, by)
        return other, result

    async def score_once(
        self,
        session_id: str,
        scorecard: tuple[str, Scorecard] | None,
        *,
        judge: Judge | None = None,
        judged_by: str = "",
    ) -> bool:
        """Score a session unless this scorer has by this scorecard; returns whether it did, and nobody was quicker.

        Raises:
            NotFoundError: no such session.
            MoveError: it isn't over.
        """
        case, events = await self._over(session_id)
        used, is_own = _asked_for(case, scorecard)
        by = self._by(used.scorecard, is_own=is_own, judged_by=judged_by)
        if any(_is_same(kept.by, by) for kept in await self.store.results(session_id)):
            return False
        result = await score_session(used, events, self.listener, judge)
        standing = overrule(used.scorecard, result, await self._words(session_id)) if is_own else result
        return await self.store.keep_result(
            session_id,
            result.model_dump_json(),
            standing.score,
            standing.passed,
            by,
            standing=verdicts_of(standing),
            once=True,
        )

    async def score_all(self, scorecard: tuple[str, Scorecard] | None) -> AsyncGenerator[Rescored, None]:
        """Score all sessions that are over, but those that this scorer has scored by this scorecard already.

        Each result is kept before the next session begins, so that stopping loses nothing.
        """
        sessions = [session for session in await self.store.sessions(ALL) if session.is_over]
        for number, session in enumerate(sessions, 1):
            told = Rescored(session=session.id, at=number, of=len(sessions), before=session.score)
            if await self.has_result(session.id, scorecard, self.scorer()):
                yield told
                continue
            try:
                await self.score_again(session.id, scorecard)
            except StoreError as error:
                yield told.model_copy(update={"trouble": str(error)})
            else:
                yield told.model_copy(update={"result": (await self.store.results(session.id))[-1]})

    async def overrule(
        self,
        session_id: str,
        criterion: str,
        verdict: Verdict | None,
        because: str,
        *,
        by: str | None,
        turn: str | None = None,
        quote: str | None = None,
    ) -> tuple[Case, Result]:
        """Keep a coach's word on a verdict of the session's own scorecard; without a verdict, take the last one back.

        `criterion`: as `criterion_named` takes it. `turn`: the turn that it rests on, quoted as evidence. `quote`: the
        words of it that count; None: its beginning.

        Raises:
            NotFoundError: no such session, criterion, turn or words, or a verdict that the criterion can't have.
            MoveError: the session isn't over, or nothing stands that could be taken back.
        """
        case, events = await self._over(session_id)
        criterion_id = criterion_named(case, criterion)
        _check_verdict(case, criterion_id, verdict)
        evidence = () if turn is None else (_evidence(case, events, turn, quote),)
        standing = await self.standing_or_scored(session_id, case, events)
        if verdict is None and standing.criterion(criterion_id).overruled is None:
            raise MoveError(f"no coach's word stands on {criterion_id!r}; there is nothing to take back")
        word = Overruling(
            criterion=criterion_id, verdict=verdict, because=because, by=by, at=self.clock.now(), evidence=evidence
        )
        kept = await self.store.result(session_id)
        assert kept is not None, "it was scored above"
        words = [*await self._words(session_id), word]
        result = overrule(case.scorecard, Result.model_validate_json(kept), words)
        await self.store.keep_overruling(
            session_id, word.model_dump_json(), result.score, result.passed, standing=verdicts_of(result)
        )
        await self.keep_agreement(case.scorecard_id)
        return case, result

    async def agreement(self, scorecard_id: str | None = None) -> Calibration:
        """The scorer beside the coaches, over all sessions of which one said something, or those of one scorecard."""
        cases: list[Compared] = []
        for each in await self.store.overruled(scorecard_id):
            cases += compared(each.session, Result.model_validate_json(each.result), _overrulings(each.words))
        return calibrate(cases)

    async def left_to_coaches(self, scorecard_id: str) -> dict[str, CriterionAgreement]:
        """The criteria of a scorecard on which scorer and coaches agree too little, by their ids.

        As it was after a coach's last word: not everybody may see all that it is worked out from.
        """
        kept = await self.store.agreement(scorecard_id)
        agreement = await self.agreement(scorecard_id) if kept is None else Calibration.model_validate_json(kept)
        return {each.criterion: each for each in agreement.criteria if coach_decides(each)}

    async def keep_agreement(self, scorecard_id: str) -> None:
        """Work out anew how far scorer and coaches agree by a scorecard, for all to see."""
        agreement = (await self.agreement(scorecard_id)).model_copy(update={"misses": ()})
        await self.store.keep_agreement(scorecard_id, agreement.model_dump_json())

    async def _words(self, session_id: str) -> list[Overruling]:
        return _overrulings(await self.store.overrulings(session_id))

    async def _over(self, session_id: str) -> tuple[Case, list[Event]]:
        case, events = await self.store.read(session_id)
        if not any(isinstance(event, SessionEnded) for event in events):
            raise MoveError(f"session {session_id!r} isn't over; go on with: roleplay practice --resume {session_id}")
        return case, events

    async def has_result(self, session_id: str, scorecard: tuple[str, Scorecard] | None, scorer: str) -> bool:
        """Whether a session was scored by a scorer, or by it and more, by a scorecard or by the session's own."""
        digest = None if scorecard is None else digest_of(scorecard[1])
        return any(
            (kept.by.scorer or "").startswith(scorer)  # with a judge, it is more of the same
            and (kept.by.is_own if digest is None else kept.by.scorecard_digest == digest)
            for kept in await self.store.results(session_id)
        )

    def _by(self, scorecard: Scorecard, *, is_own: bool, judged_by: str) -> ScoredBy:
        return ScoredBy(
            is_own=is_own,
            scorecard_digest=digest_of(scorecard),
            scorer=self.scorer(judged_by),
            scored_at=self.clock.now(),
        )

    def scorer(self, judged_by: str = "") -> str:
        """How results keep what they were found by: the scorer's version, the listener's, and the judge's name."""
        judge = f", judge {judged_by}" if judged_by else ""
        return f"{VERSION}, {self.listener.name}{judge}"


def _asked_for(case: Case, scorecard: tuple[str, Scorecard] | None) -> tuple[Case, bool]:
    """The case with the scorecard that is to be used, and whether that is its own."""
    if scorecard is None or digest_of(scorecard[1]) == digest_of(case.scorecard):
        return case, True
    return scored_by(case, *scorecard), False


def _is_same(kept: ScoredBy, by: ScoredBy) -> bool:
    """Whether two results are by the same scorer and scorecard."""
    return (kept.scorer, kept.scorecard_digest, kept.is_own) == (by.scorer, by.scorecard_digest, by.is_own)


def verdicts_of(result: Result) -> dict[str, str]:
    """Its verdicts by criterion."""
    return {each.id: each.verdict.value for each in result.criteria}


def digest_of(scorecard: Scorecard) -> str:
    """SHA-256 of what the author wrote, in hexadecimal; a new field with a default changes none."""
    return hashlib.sha256(scorecard.model_dump_json(exclude_defaults=True).encode()).hexdigest()


def scored_by(case: Case, scorecard_id: str, scorecard: Scorecard) -> Case:
    """The case with another scorecard; what that asks of facts that the scenario doesn't have, has no occasion."""
    strange = [
        name
        for name, criterion in scorecard.criteria.items()
        if isinstance(criterion, FactCriterion) and not set(criterion.facts) & case.scenario.facts.keys()
    ]
    scenario = case.scenario.model_copy(update={"leaves_out": (*case.scenario.leaves_out, *strange)})
    return Case(
        scenario_id=case.scenario_id,
        scenario=scenario,
        personas=case.personas,
        scorecard_id=scorecard_id,
        scorecard=scorecard,
    )


def _overrulings(texts: Sequence[str]) -> list[Overruling]:
    return [Overruling.model_validate_json(text) for text in texts]


def criterion_named(case: Case, words: str) -> str:
    """The id of a criterion on a case's scorecard, by that id, its title, or a beginning that only its title has.

    Raises:
        NotFoundError: there is none, or several are; it says which there are, with their titles.
    """
    titles = {name: criterion.title for name, criterion in case.scorecard.criteria.items()}
    if words in titles:
        return words
    wanted = plain_words(words).casefold()
    begun = [name for name, title in titles.items() if wanted and title.casefold().startswith(wanted)]
    found = [name for name in begun if titles[name].casefold() == wanted] or begun
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"{name} ({titles[name]})" for name in found or titles)
    if found:
        raise NotFoundError(f"{words!r} could be {listed}; give the id")
    raise NotFoundError(f"no criterion {words!r} in {case.scorecard_id}; there are {listed}")


def _check_verdict(case: Case, criterion_id: str, verdict: Verdict | None) -> None:
    criterion = case.scorecard.criteria[criterion_id]
    if verdict is not None and verdict not in possible_verdicts(criterion):
        can_be = ", ".join(possible_verdicts(criterion))
        raise NotFoundError(f"{criterion_id} can't be {verdict.value!r}; it can be {can_be}")


def _evidence(case: Case, events: Sequence[Event], turn_id: str, quote: str | None) -> Evidence:
    for _, turn in transcript_of(case, events).turns():
        if turn.id == turn_id:
            words = short(turn.text) if quote is None else _words_of(turn, quote)
            return Evidence(turn=turn_id, quote=words)
    raise NotFoundError(f"no turn {turn_id!r} in this session; roleplay sessions shows them with their ids")


def _words_of(turn: Turn, quote: str) -> str:
    """The words of a turn that are quoted, as they stand there; a screen may have wrapped them since."""
    if quote in turn.text:
        return quote
    place = find_quote(quote, turn.text)
    if place is None:
        raise NotFoundError(f"{quote!r} doesn't stand in turn {turn.id!r}; quote words as they are there")
    return turn.text[slice(*place)]
