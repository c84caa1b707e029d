"""One line on an answer, which quotes what was heard."""

from typing import Final

from roleplay.content.acts import Act
from roleplay.content.drill import Drill
from roleplay.drill.scoring import SECONDS_A_WORD, Fault, Found, Scored
from roleplay.scoring.touches import SENSITIVE_WORDS

SKIPPED: Final = "Skipped."
"""What is said where nobody answered."""
ACT_WORDS: Final = {
    Act.ASK_PAIN: "asks what hurts",
    Act.ASK_CONSEQUENCE: "asks what an empty seat leads to",
    Act.ASK_DEADLINE: "asks for the date",
    Act.ASK_SLIP: "moves the date out",
    Act.ASK_BUDGET_OWNER: "asks whose budget pays",
    Act.ASK_PRIORITY: "asks what comes first",
    Act.CHALLENGE_PERFECT: "tests “the best person”",
    Act.REQUIRE_AGREEMENT: "asks for the agreement first",
    Act.ASK_STATUS: "asks where it stands",
    Act.RESTATE_REASON: "gives them their own reason back",
    Act.ASK_HR_AWARE: "asks whether they know what it costs",
    Act.REQUEST_JOINT_CALL: "asks for one call with everybody",
    Act.REQUEST_OFF_RECORD: "asks to talk in private",
    Act.BRIEF_ASK: "asks for a few minutes",
    Act.TAKE_AWAY: "takes it away",
    Act.PROPOSE_NEXT_STEP: "proposes a day or a time",
    Act.PITCH: "sells",
    Act.DISPARAGE: "runs somebody down",
    Act.PRESSURE: "pushes",
    Act.ASK_OPEN: "asks an open question",
}
"""What an act does, to stand after its quote."""


def feedback_words(drill: Drill, scored: Scored) -> str:
    """Say in one line what was heard, and the worst of what is wrong."""
    if not scored.faults:
        heard = scored.wanted
        assert heard is not None
        return f"“{heard.quote}” {ACT_WORDS[heard.act]}."
    return _fault_words(drill, scored, scored.faults[0])


def _fault_words(drill: Drill, scored: Scored, found: Found) -> str:
    match found.fault:
        case Fault.SENSITIVE:
            told = "what isn't for others" if found.category is None else SENSITIVE_WORDS[found.category]
            return f"“{found.quote}” puts {told} where others will see or hear it."
        case Fault.UNWANTED:
            assert found.act is not None
            return f"“{found.quote}” {ACT_WORDS[found.act]}."
        case Fault.MISSING if scored.instead is not None:
            heard = scored.instead
            return f"“{heard.quote}” {ACT_WORDS[heard.act]}; nothing was heard that {drill.does}."
        case Fault.MISSING:
            return f"Nothing was heard that {drill.does}."
        case Fault.LOST:
            return f"What it was for got lost: nothing about “{found.lost}” any more."
        case Fault.TOO_LONG:
            return (
                f"{scored.words} words are about {round(scored.words * SECONDS_A_WORD)} seconds; say {drill.max_words}."
            )
