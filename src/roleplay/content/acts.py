"""The closed sets that content, listener, director and scorecards share: the codebook's identifiers."""

from enum import StrEnum


class Act(StrEnum):
    """What a recruiter's turn does. A turn carries several, or none."""

    ASK_PAIN = "ask_pain"
    ASK_CONSEQUENCE = "ask_consequence"
    ASK_DEADLINE = "ask_deadline"
    ASK_SLIP = "ask_slip"
    ASK_BUDGET_OWNER = "ask_budget_owner"
    ASK_PRIORITY = "ask_priority"
    CHALLENGE_PERFECT = "challenge_perfect"
    REQUIRE_AGREEMENT = "require_agreement"
    ASK_STATUS = "ask_status"
    RESTATE_REASON = "restate_reason"
    ASK_HR_AWARE = "ask_hr_aware"
    REQUEST_JOINT_CALL = "request_joint_call"
    REQUEST_OFF_RECORD = "request_off_record"
    BRIEF_ASK = "brief_ask"
    TAKE_AWAY = "take_away"
    PROPOSE_NEXT_STEP = "propose_next_step"
    PITCH = "pitch"
    DISPARAGE = "disparage"
    PRESSURE = "pressure"
    ASK_OPEN = "ask_open"


class CounterpartAct(StrEnum):
    """What the other side's turn does."""

    TELLS_PAIN = "tells_pain"
    TELLS_CONSEQUENCE = "tells_consequence"
    TELLS_DATE = "tells_date"
    TELLS_BUDGET_OWNER = "tells_budget_owner"
    TELLS_PRIORITY = "tells_priority"
    PREFERS_PERFECT = "prefers_perfect"
    VAGUE = "vague"
    DECLINES = "declines"
    ACCEPTS = "accepts"
    SAYS_NO_ROLE = "says_no_role"
    TRUST_ME = "trust_me"


class Sensitive(StrEnum):
    """What makes a written message dangerous to have written."""

    OFF_RECORD = "off_record"
    BYPASS_HR = "bypass_hr"
    CRITICISM = "criticism"
    FEE_POLITICS = "fee_politics"
    CANDIDATE_PRIVATE = "candidate_private"
    COMPANY_CONFIDENTIAL = "company_confidential"


class Channel(StrEnum):
    """How a touch is made. Calls are live, a voicemail is recorded, the rest is written."""

    CALL = "call"
    JOINT_CALL = "joint_call"
    VOICEMAIL = "voicemail"
    EMAIL = "email"
    TEXT = "text"

    @property
    def is_live(self) -> bool:
        """Whether both sides speak in it."""
        return self in {Channel.CALL, Channel.JOINT_CALL}

    @property
    def is_written(self) -> bool:
        """Whether what is said stays, can be forwarded and read by others."""
        return self in {Channel.EMAIL, Channel.TEXT}


class Topic(StrEnum):
    """What a fact is about, and so which question reaches for it."""

    BACKGROUND = "background"
    PAIN = "pain"
    CONSEQUENCE = "consequence"
    DATE = "date"
    SLIP = "slip"
    BUDGET_OWNER = "budget_owner"
    PRIORITY = "priority"
    STANDARD = "standard"
    STATUS = "status"
    HR_AWARE = "hr_aware"


TOPIC_OF_ACT: dict[Act, Topic] = {
    Act.ASK_PAIN: Topic.PAIN,
    Act.ASK_CONSEQUENCE: Topic.CONSEQUENCE,
    Act.ASK_DEADLINE: Topic.DATE,
    Act.ASK_SLIP: Topic.SLIP,
    Act.ASK_BUDGET_OWNER: Topic.BUDGET_OWNER,
    Act.ASK_PRIORITY: Topic.PRIORITY,
    Act.CHALLENGE_PERFECT: Topic.STANDARD,
    Act.ASK_STATUS: Topic.STATUS,
    Act.ASK_HR_AWARE: Topic.HR_AWARE,
    Act.ASK_OPEN: Topic.BACKGROUND,
}

TOLD_BY_TOPIC: dict[Topic, CounterpartAct] = {
    Topic.PAIN: CounterpartAct.TELLS_PAIN,
    Topic.CONSEQUENCE: CounterpartAct.TELLS_CONSEQUENCE,
    Topic.SLIP: CounterpartAct.TELLS_CONSEQUENCE,
    Topic.DATE: CounterpartAct.TELLS_DATE,
    Topic.STANDARD: CounterpartAct.TELLS_DATE,
    Topic.BUDGET_OWNER: CounterpartAct.TELLS_BUDGET_OWNER,
    Topic.PRIORITY: CounterpartAct.TELLS_PRIORITY,
}
