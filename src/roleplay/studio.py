"""What a face is built on: the parts put together, and the few things that every face does with them."""

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from roleplay.actor.base import Actor
from roleplay.actor.scripted import ScriptedActor
from roleplay.around import library_of, listening, look_around, meter_of, seat
from roleplay.content.case import Case
from roleplay.content.difficulty import Difficulty
from roleplay.content.library import Library
from roleplay.content.mode import Mode
from roleplay.content.scorecard import Scorecard
from roleplay.drill.sitting import Sitting
from roleplay.errors import NotFoundError, SettingsError, VoiceError
from roleplay.judging import asks, begin_day, judge_name, judging, judging_session
from roleplay.keys import SystemKeyring
from roleplay.listener.learned import LearnedListener
from roleplay.listener.reading import Listener
from roleplay.llm.abilities import RememberedInFile
from roleplay.llm.base import ChatModel
from roleplay.llm.breaker import Breaker
from roleplay.llm.budget import Meter
from roleplay.llm.discovery import FoundServer
from roleplay.llm.gguf import GgufModel, Lent
from roleplay.practice.clock import Clock, SystemClock
from roleplay.practice.loop import Practice
from roleplay.practice.spending import spending_kept
from roleplay.record.events import Event, SessionStarted
from roleplay.record.transcript import Transcript
from roleplay.remembered import read_remembered, write_remembered
from roleplay.results import Results
from roleplay.roster.people import Person
from roleplay.scoring.ahead import score_call
from roleplay.scoring.debrief import Debrief, debrief_of, debrief_of_transcript, with_remarks
from roleplay.scoring.judge import Scope
from roleplay.scoring.result import Result
from roleplay.settings import Settings, Source, Wanted, read_settings
from roleplay.store.base import SessionStore, StoredSession, Viewer
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team.doubts import doubtful
from roleplay.team.privacy import Privacy
from roleplay.team.together import Team

PREPARE_S = 3.0
"""How long a call waits for an endpoint to tell its model's name; it is asked again when it is to speak."""

FIRST_SCENARIO = "first-call-cto"
"""What is played where nobody chose."""


@dataclass
class Studio:
    """Settings, content, store, listener and clock, handed to a face. Close it when the face ends."""

    settings: Settings
    library: Library
    store: SessionStore
    listener: Listener
    clock: Clock
    closing: AsyncExitStack = field(default_factory=AsyncExitStack)
    meter: Meter = field(default_factory=Meter)
    breaker: Breaker = field(default_factory=Breaker)
    me: Person | None = None
    """Who sits here; None where there is no team."""
    _inside: GgufModel | None = None
    """The model inside, once somebody spoke with it; it stays loaded from call to call."""

    @classmethod
    async def open(
        cls,
        environment: Mapping[str, str],
        *,
        wanted: Wanted | None = None,
        has_library: bool = True,
        name: str | None = None,
    ) -> "Studio":
        """Build everything from the command line's wishes and environment variables.

        Without a library only past sessions are there, which hold their own content. `name`: who sits down to it; None:
        who is set. Where there is a team, they must be in it, and see only what is theirs to see.

        Raises:
            SettingsError, ContentError, StoreError, DutyError: with one line each on what to do.
        """
        settings = await asyncio.to_thread(read_settings, environment, wanted, keys=SystemKeyring())
        meter, breaker = meter_of(settings), Breaker()
        library = library_of(settings) if has_library else Library({}, {}, {})
        async with AsyncExitStack() as stack:
            store = await SqlStore.open(settings.sessions)
            stack.push_async_callback(store.aclose)
            clock = SystemClock()
            store, me = await seat(settings, store, name, clock)
            if me is not None:
                await Privacy(SqlTeam(store), clock).enforce()
            seen = store.seen_by(None if me is None else Viewer(me.name, coaches=me.duty.coaches))
            listener = await stack.enter_async_context(listening(settings, store, breaker=breaker, meter=meter))
            return cls(settings, library, seen, listener, clock, stack.pop_all(), meter, breaker, me)

    @property
    def goes_to(self) -> str | None:
        """The host that a practice's words would go to; None where the script speaks."""
        if self.settings.model_file is not None:
            return self.settings.model_file.host
        return None if self.settings.endpoint is None else self.settings.endpoint.host

    @property
    def voice_name(self) -> str | None:
        """The model's name as far as it is known; None for an endpoint's first model, and for the script."""
        if self.settings.model_file is not None:
            return self.settings.model_file.path.name
        return None if self.settings.endpoint is None else self.settings.endpoint.model

    @property
    def judge_host(self) -> str | None:
        """The host that a judge is asked at; None where no server is set."""
        return None if self.settings.endpoint is None else self.settings.endpoint.host

    @property
    def load_s(self) -> float | None:
        """How long the model inside took to load; None where none is loaded."""
        return None if self._inside is None else self._inside.load_s

    @property
    def team(self) -> Team:
        """The team that shares the store, should there be one."""
        assert isinstance(self.store, SqlStore), "a team shares a database"
        return Team(SqlTeam(self.store), self.store, self.results, self.clock)

    @property
    def member(self) -> Person:
        """Whoever of the team sits here.

        Raises:
            SettingsError: there is no team.
        """
        if self.me is None:
            raise SettingsError("there is no team here; roleplay team add NAME --duty admin begins one")
        return self.me

    @property
    def recruiter(self) -> str | None:
        """The name that sessions are played under."""
        return self.settings.recruiter if self.me is None else self.me.name

    @property
    def results(self) -> Results:
        """What sessions came to, and the scorer."""
        return Results(self.store, self.listener, self.clock)

    async def find_voice(self) -> FoundServer | None:
        """Look for a server on this machine where nobody named a voice.

        One that the user allowed before becomes the voice; returned is the first that they weren't asked about.
        """
        if self.settings.source is not Source.NOBODY:
            return None
        around = await look_around(self.settings)
        if around.settings is not self.settings:
            await self._speak_by(around.settings)
        return around.unasked

    async def answer(self, server: FoundServer, *, may_voice: bool) -> None:
        """Remember whether `server` may voice the other side; it does from the next session on, if so.

        Raises:
            SettingsError: the answer can't be written.
        """
        remembered = read_remembered(self.settings.home)
        answers = {**remembered.answers, server.host: may_voice}
        write_remembered(self.settings.home, remembered.model_copy(update={"answers": answers}))
        if may_voice:
            await self._speak_by(self.settings.voiced_by(server.endpoint(), Source.FOUND))

    async def _speak_by(self, settings: Settings) -> None:
        self.settings = settings
        hearing = listening(self.settings, self.store, breaker=self.breaker, meter=self.meter)
        self.listener = await self.closing.enter_async_context(hearing)

    def actor(self) -> Actor:
        """The voice that is set: a language model's where there is one, else the script's."""
        model = self._model()
        if model is None:
            return ScriptedActor()
        from roleplay.actor.model import ModelActor

        # What it says is listened to by no model, which would be asked about every sentence.
        return ModelActor(model, self._local_listener)

    @property
    def _local_listener(self) -> Listener:
        """The listener on this machine, even where a model is set that is asked where it is unsure."""
        return self.listener.alone if isinstance(self.listener, LearnedListener) else self.listener

    def _model(self) -> ChatModel | None:
        if self.settings.model_file is not None:
            if self._inside is None:
                self._inside = GgufModel(self.settings.model_file)
                self.closing.push_async_callback(self._inside.aclose)
            return Lent(self._inside)
        if self.settings.endpoint is None:
            return None
        from roleplay.llm.client import OpenAIChatModel

        known = RememberedInFile(self.settings.abilities)
        return OpenAIChatModel(self.settings.endpoint, breaker=self.breaker, meter=self.meter, remembered=known)

    async def start(
        self,
        scenario_id: str,
        *,
        seed: int | None = None,
        recruiter: str | None = None,
        difficulty: Difficulty = Difficulty.NORMAL,
        mode: Mode = Mode.COACHED,
    ) -> Practice:
        """Begin a session of `scenario_id`; without a seed, one is drawn and recorded.

        Raises:
            NotFoundError: no such scenario.
        """
        name = self.recruiter if self.me is not None else recruiter or self.recruiter
        return await self._begin(self.library.case(scenario_id), seed, name, difficulty, mode)

    async def _begin(
        self,
        case: Case,
        seed: int | None,
        recruiter: str | None,
        difficulty: Difficulty,
        mode: Mode,
        assignment: str | None = None,
    ) -> Practice:
        async with self._ready_actor() as actor:
            return await Practice.start(
                case,
                seed=random.SystemRandom().randrange(1_000_000) if seed is None else seed,
                recruiter=recruiter,
                store=self.store,
                listener=self.listener,
                actor=actor,
                clock=self.clock,
                difficulty=difficulty,
                mode=mode,
                assignment=assignment,
                meter=self.meter,
            )

    async def attempt(self, assignment_id: str, *, seed: int | None = None) -> Practice:
        """Begin an attempt at an assignment.

        Raises:
            SettingsError: there is no team.
            NotFoundError, DutyError, MoveError: it isn't there, isn't for them, or can't begin now.
        """
        me = self.member
        assignment, case = await self.team.assigning.begin(me, assignment_id)
        return await self._begin(case, seed, me.name, assignment.difficulty, assignment.mode, assignment.id)

    def sitting(self, deck: str | None = None, *, recruiter: str | None = None) -> Sitting:
        """A sitting of one deck or of all, to be opened. No answer leaves this machine.

        Raises:
            NotFoundError: no such deck, or none at all.
        """
        drills = self.library.drills if deck is None else {deck: self.library.drill(deck)}
        if not drills:
            raise NotFoundError("no drills; put one into drills/ in your content folder")
        name = self.recruiter if self.me is not None else recruiter or self.recruiter
        return Sitting(drills, self.store, self._local_listener, name)

    async def resume(self, session_id: str) -> Practice:
        """Take up a session where it was left.

        Raises:
            NotFoundError: no such session.
        """
        async with self._ready_actor() as actor:
            return await Practice.resume(
                session_id,
                store=self.store,
                listener=self.listener,
                actor=actor,
                clock=self.clock,
                meter=self.meter,
            )

    async def again(self, session_id: str, turn: str) -> Practice:
        """Try again from one of the recruiter's turns on, in a session of its own.

        Raises:
            NotFoundError: no such session, or no such turn of the recruiter's.
            MoveError: it was an exam, which is played once.
        """
        async with self._ready_actor() as actor:
            return await Practice.again(
                session_id,
                turn,
                store=self.store,
                listener=self.listener,
                actor=actor,
                clock=self.clock,
                meter=self.meter,
            )

    @asynccontextmanager
    async def _ready_actor(self) -> AsyncGenerator[Actor, None]:
        """A voice that is ready, with listener and meter; closed again only where what it is for doesn't come about."""
        await self.listener.prepare()
        await begin_day(self.meter, self.store, self.clock)
        actor = self.actor()
        try:
            # An endpoint that fails now will say so when it is to speak, where the script can take over.
            with suppress(VoiceError, TimeoutError):
                async with asyncio.timeout(PREPARE_S):
                    await actor.prepare()
            yield actor
        except BaseException:
            await actor.aclose()
            raise

    async def last_unfinished(self) -> StoredSession:
        """The session that was left most recently before its end.

        Raises:
            NotFoundError: there is none.
        """
        unfinished = await self.unfinished()
        if unfinished is None:
            raise NotFoundError("no unfinished session to go on with; roleplay practice starts one")
        return unfinished

    async def unfinished(self) -> StoredSession | None:
        """The session that was left most recently before its end."""
        return await self.store.last_unfinished(recruiter=None if self.me is None else self.me.name)

    def judge_after(self, case: Case) -> str | None:
        """The host that is asked about a session of `case` once it is over; None where nothing needs a judge."""
        return self.judge_host if asks(case.scorecard, Scope.JUDGED) else None

    async def finish(self, practice: Practice) -> Debrief:
        """Score a session that is over, keep the result, and give the debrief.

        Where a server is set, its model judges what needs one; one that fails leaves just that not judged.
        """
        case, events = practice.case, practice.events
        if self.judge_after(case) is None:
            result = await self.results.score(practice.id, case, events)
        else:
            async with (
                spending_kept(self.store, practice.id, self.meter, self.clock),
                judging(self.settings, Scope.JUDGED, 1, self.meter, opinions=self.store, breaker=self.breaker) as judge,
            ):
                by = judge_name(Scope.JUDGED, 1)
                result = await self.results.score(practice.id, case, events, judge=judge, judged_by=by)
        await self._hand_in_exam(practice.id)
        return await self._debrief(practice.id, case, events, result)

    async def debrief(self, session_id: str) -> Debrief | None:
        """The debrief of a past session, by the result that was kept; None while it isn't over.

        Raises:
            NotFoundError: no such session.
        """
        case, events = await self.store.read(session_id)
        if not any(event.kind == "session_ended" for event in events):
            return None
        result = await self.results.standing_or_scored(session_id, case, events)
        await self._hand_in_exam(session_id)
        return await self._debrief(session_id, case, events, result)

    async def debrief_of_call(
        self, transcript: Transcript, scorecard_id: str, names: Mapping[str, Sequence[str]]
    ) -> Debrief:
        """Score a real call by the listener on this machine, and give the debrief; nothing of it is kept.

        `names`: whole names of all who share a role.

        Raises:
            NotFoundError: no such scorecard.
        """
        scorecard = self.library.scorecard(scorecard_id)
        listener = None if isinstance(self.listener, LearnedListener) else self.listener
        scoring = score_call(transcript, scorecard_id, scorecard, listener=listener)
        result = await asyncio.to_thread(asyncio.run, scoring)  # a long one would hold the keys up
        return debrief_of_transcript(transcript, scorecard, result, names)

    async def judge(
        self, session_id: str, scope: Scope, *, votes: int = 1, scorecard: tuple[str, Scorecard] | None = None
    ) -> tuple[Case, Result]:
        """Score a session again with the model that is set as its judge, by `scorecard` with its id, or by its own.

        Raises:
            NotFoundError: no such session.
            MoveError: it isn't over.
            VoiceError: nothing could be judged; the result stands as it was.
        """
        asking = judging_session(self.settings, self.store, session_id, scope, votes, self.clock)
        async with asking as (judge, by):
            return await self.results.score_again(session_id, scorecard, judge=judge, judged_by=by)

    async def _hand_in_exam(self, session_id: str) -> None:
        """Hand an attempt at an exam in, which is over and wasn't handed in."""
        if self.me is None:
            return
        session = await self.store.session(session_id)
        is_mine = session.recruiter == self.me.name and session.submitted_at is None
        if is_mine and session.mode is Mode.EXAM and session.assignment is not None:
            await self.team.assigning.submit(self.me, session)

    async def _debrief(self, session_id: str, case: Case, events: Sequence[Event], result: Result) -> Debrief:
        left = await self.results.left_to_coaches(case.scorecard_id)
        debrief = debrief_of(case, events, result, await self._first(events), left)
        if self.me is None:
            return debrief
        session = await self.store.session(session_id)
        is_review = self.me.duty.coaches and session.submitted_at is not None
        doubts = doubtful(result, events, coach_decides=left) if is_review else ()
        return with_remarks(debrief, await self.team.reviewing.remarks(session, doubts))

    async def _first(self, events: Sequence[Event]) -> Result | None:
        """The result of the session that this is another try at."""
        started = next(event for event in events if isinstance(event, SessionStarted))
        if started.tried_before is None:
            return None
        case, _ = await self.store.read(started.tried_before.session)
        return await self.results.standing(started.tried_before.session, case)

    async def aclose(self) -> None:
        """Close the store and the listener's connections."""
        await self.closing.aclose()
