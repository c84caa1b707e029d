"""Personas: who the other side is, how they talk, what they say when nothing else is decided."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from roleplay.content.acts import Act, CounterpartAct, Topic
from roleplay.content.base import Content, Role, Slug, Words


class Situation(StrEnum):
    """What a director can choose that isn't a fact or an objection. Each needs lines that don't repeat."""

    GREETING = "greeting"
    """Picks up the phone."""
    INTRODUCED = "introduced"
    """The recruiter has said who they are: takes note, and wants to know what it is about."""
    SMALL_TALK = "small_talk"
    """Asked how they are, or after their weekend; moves on."""
    GO_ON = "go_on"
    """The recruiter said something that asks nothing: an acknowledgement that gives nothing away."""
    RUNNING_OUT = "running_out"
    """Patience is nearly gone, and the recruiter said nothing of use: a last warning."""
    TOLD_ALREADY = "told_already"
    """Asked again for what was told twice."""
    DONT_KNOW = "dont_know"
    """Asked for something that this person has nothing on."""
    ONE_AT_A_TIME = "one_at_a_time"
    """Three or more questions at once; said after the answer to the first ones."""
    PITCHED = "pitched"
    """The recruiter sells."""
    DISPARAGED = "disparaged"
    """The recruiter ran somebody down."""
    PRESSURED = "pressured"
    """The recruiter pushes by threat, guilt or scarcity."""
    INTERRUPT = "interrupt"
    """Cuts into a turn that goes on too long."""
    AGREEMENT = "agreement"
    """Accepts that nothing starts without an agreement."""
    OFF_RECORD_ACCEPTED = "off_record_accepted"
    """Will talk privately."""
    OFF_RECORD_DECLINED = "off_record_declined"
    """Won't talk off the record with this person."""
    BRIEF_ACCEPTED = "brief_accepted"
    """Grants a few minutes."""
    JOINT_CALL_ACCEPTED = "joint_call_accepted"
    """Will get the parties on one call."""
    JOINT_CALL_DECLINED = "joint_call_declined"
    """Won't, for now."""
    RESTATED_TRUE = "restated_true"
    """Hears their own reason played back, rightly."""
    RESTATED_FALSE = "restated_false"
    """Hears a reason played back that they never gave."""
    TAKEN_AWAY = "taken_away"
    """The recruiter says they'll take it that the role is dead and stop."""
    NEXT_STEP_ACCEPTED = "next_step_accepted"
    """Agrees to a dated next step."""
    NEXT_STEP_DECLINED = "next_step_declined"
    """Won't commit to one."""
    NEXT_STEP_VAGUE = "next_step_vague"
    """The recruiter proposed to go on with no day or time: as vague an answer."""
    TIME_SHORT = "time_short"
    """The time granted is nearly up."""
    TIME_UP = "time_up"
    """The time is up; ends the call."""
    HANG_UP = "hang_up"
    """Patience is gone; ends the call."""
    NOTHING_NEW = "nothing_new"
    """The talk goes in circles; ends the call politely."""
    GOODBYE = "goodbye"
    """The recruiter says goodbye; so do they."""

    # Over several days and channels

    VOICEMAIL_GREETING = "voicemail_greeting"
    """What their voicemail says."""
    CALLS_BACK = "calls_back"
    """Rings the recruiter, who had asked for a few private minutes."""
    COMES_BACK = "comes_back"
    """Rings the recruiter, who had taken it away: they do want it."""
    SAW_MESSAGE = "saw_message"
    """Opens with what the recruiter wrote to `{who}`, which was forwarded: `{quote}` are its words."""
    HEARD_BLAME = "heard_blame"
    """Opens with what the recruiter said of them, as `{who}` has told them: `{quote}` are its words."""
    BETRAYED = "betrayed"
    """What they had said in confidence was repeated in `{quote}`; nothing more will be said."""
    CLOSED = "closed"
    """Asked for anything, after that."""
    COLD_TEXT = "cold_text"
    """Writes a text: enough voicemails."""
    WRITES_CALL_ME = "writes_call_me"
    """Answers a message: not in writing; ring me."""
    WRITES_YES = "writes_yes"
    """Answers a message: agrees to what it proposed."""
    WRITES_NO = "writes_no"
    """Answers a message: declines."""
    WRITES_FORMAL = "writes_formal"
    """Answers a message correctly, with nothing in it."""
    WRITES_ABOUT_MESSAGE = "writes_about_message"
    """Writes about what the recruiter wrote to `{who}`, which was forwarded: `{quote}` are its words."""
    DOOR_SHUT = "door_shut"
    """Writes that this is the end of it: a take-away that came too early, or with a reproach."""
    CONFIRMS_DEAD = "confirms_dead"
    """Confirms that the role doesn't exist, to somebody who has taken it away decently."""
    JOINS = "joins"
    """Joins a call with several people."""


CAMPAIGN_SITUATIONS: Final = tuple(
    situation
    for at, situation in enumerate(Situation)
    if at > list(Situation).index(Situation.GOODBYE) and situation is not Situation.CONFIRMS_DEAD
)
"""What everybody in a scenario over several days must have lines for."""
QUOTING: Final = frozenset(
    {Situation.SAW_MESSAGE, Situation.HEARD_BLAME, Situation.BETRAYED, Situation.WRITES_ABOUT_MESSAGE}
)
"""Situations whose lines may hold `{quote}` and `{who}`."""

MIN_LINES: dict[Situation, int] = {
    Situation.GREETING: 4,
    Situation.INTRODUCED: 5,
    Situation.SMALL_TALK: 6,
    Situation.GO_ON: 12,
    Situation.RUNNING_OUT: 4,
    Situation.PITCHED: 5,
    Situation.DISPARAGED: 4,
    Situation.PRESSURED: 4,
    Situation.INTERRUPT: 4,
    Situation.TOLD_ALREADY: 5,
    Situation.DONT_KNOW: 5,
    Situation.VOICEMAIL_GREETING: 2,
    Situation.CALLS_BACK: 4,
    Situation.SAW_MESSAGE: 4,
    Situation.CLOSED: 5,
    Situation.WRITES_CALL_ME: 4,
    Situation.WRITES_FORMAL: 4,
}
MIN_LINES_DEFAULT = 3
"""How many lines a situation, and a topic to deflect, needs where `MIN_LINES` says nothing."""


class Part(StrEnum):
    """A part of a working day."""

    MORNING = "morning"
    MIDDAY = "midday"
    AFTERNOON = "afternoon"


Chance = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[tuple[int, int], Field(description="From and to, in whole days.")]


class CallHabit(Content):
    """Whether they pick up, by the part of the day."""

    morning: Chance = 0.5
    midday: Chance = 0.3
    afternoon: Chance = 0.5


class VoicemailHabit(Content):
    """What they do with a voicemail."""

    calls_back_after: Days = (1, 2)
    overheard_by: Role | None = Field(default=None, description="Who may be standing by when it is played.")
    overheard: Chance = 0.0


class WritingHabit(Content):
    """What they do with a message."""

    answers: Chance = 0.6
    after: Days = (1, 2)
    max_words: int = Field(default=120, ge=5, description="A longer one is not answered.")


class Habits(Content):
    """How somebody deals with each channel."""

    call: CallHabit = CallHabit()
    voicemail: VoicemailHabit = VoicemailHabit()
    email: WritingHabit = WritingHabit()
    text: WritingHabit = WritingHabit(after=(0, 1), max_words=40)


class Temper(Content):
    """How long somebody puts up with things and how readily they talk."""

    patience: int = Field(
        ge=1, le=12, description="What a call can cost before they hang up. 5 short, 8 usual, 12 saintly."
    )
    candour: int = Field(ge=1, le=3, description="How many facts they give in one turn at the most.")
    warmth: int = Field(
        ge=-2,
        le=3,
        description="Rapport when the call starts. Each good question adds 1; gates ask for a floor.",
    )


class Objection(Content):
    """What a persona puts in the way, and what moves it."""

    raised_by: tuple[Act, ...] = Field(min_length=1, description="The recruiter's acts that bring it up.")
    unless_rapport: int | None = Field(
        default=None, description="With this much rapport or more they don't raise it and simply answer."
    )
    tells: tuple[CounterpartAct, ...] = Field(
        default=(),
        description="What saying it amounts to: prefers_perfect, trust_me, says_no_role, declines.",
    )
    lines: tuple[Words, ...] = Field(min_length=3, description="Ways to raise it.")
    resolved_by: tuple[Act, ...] = Field(min_length=1, description="The acts that move it once it has been raised.")
    resolved: tuple[Words, ...] = Field(min_length=3, description="What they say when it has been moved.")
    resolved_tells: tuple[CounterpartAct, ...] = Field(
        default=(), description="What the resolved line amounts to: accepts, mostly."
    )


class Persona(Content):
    """One person. Knows nothing of any case: facts and their lines belong to a scenario."""

    name: Words = Field(description="Full name.")
    title: Words = Field(description="Their job, as a caller would read it.")
    about: Words = Field(description="Who they are, in the third person, public; a model gets it.")
    style: Words = Field(description="How they talk: rhythm, habits, words; a model gets it.")
    never: tuple[Words, ...] = Field(default=(), description="What they would never say or do; a model gets it.")
    temper: Temper
    habits: Habits = Field(
        default=Habits(), description="How they deal with each channel, in scenarios over several days."
    )
    sore_points: dict[Act, int] = Field(
        default_factory=dict, description="Patience lost on top of the usual, by the recruiter's act."
    )
    objections: dict[Slug, Objection] = Field(default_factory=dict)
    deflections: dict[Topic, tuple[Words, ...]] = Field(
        description="A gated topic, asked before it was earned: turned aside, giving nothing away."
    )
    lines: dict[Situation, tuple[Words, ...]] = Field(description="What they say in each situation.")

    @property
    def first_name(self) -> str:
        """The name that a caller would use."""
        return self.name.split()[0]
