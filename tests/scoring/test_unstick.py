"""`unstick` by the codebook's table, on transcripts whose turns say what they do."""

import pytest

from roleplay.content.library import Library
from roleplay.record.transcript import Transcript
from roleplay.scoring.result import CriterionResult, Verdict
from roleplay.scoring.scorer import score_transcript
from tests.doubles import TaggedListener

Touch = tuple[int, str, str, list[tuple[str, str]]]
"""Day, channel, with whom, (speaker, text)."""


async def verdict(library: Library, criterion: str, *touches: Touch) -> CriterionResult:
    data = [
        {
            "id": f"t{at}",
            "day": day,
            "channel": channel,
            "with": [role],
            "turns": [
                {"id": f"t{at}.{number}", "speaker": speaker, "text": text}
                for number, (speaker, text) in enumerate(turns, start=1)
            ],
        }
        for at, (day, channel, role, turns) in enumerate(touches, start=1)
    ]
    transcript = Transcript.model_validate({"touches": data})
    result = await score_transcript(transcript, "unstick", library.scorecard("unstick"), TaggedListener())
    return result.criterion(criterion)


def said(day: int, channel: str, words: str, *, by: str | None = None, role: str = "cto") -> Touch:
    turns = [("recruiter", words)]
    return (day, channel, role, turns if by is None else [*turns, (role, by)])


@pytest.mark.parametrize(
    ("touch", "wanted"),
    [
        (said(0, "voicemail", "[brief_ask] Three minutes?"), Verdict.MET),
        (said(0, "call", "[request_off_record] Between us?", by="Sure."), Verdict.MET),
        (said(0, "voicemail", "[ask_status] Where is it?"), Verdict.PARTIAL),
        (said(0, "email", "[brief_ask] Three minutes?"), Verdict.MISSED),
    ],
)
async def test_voice_first(library: Library, touch: Touch, wanted: Verdict) -> None:
    later = said(1, "call", "[brief_ask] And now?", by="Yes.")
    assert (await verdict(library, "voice_first", touch, later)).verdict is wanted


async def test_nothing_sensitive_in_writing(library: Library) -> None:
    call = said(0, "call", "[criticism] Greg is slow.", by="Hm.")
    clean, leak = (
        said(1, "email", "Could you ring me?"),
        said(2, "text", "[off_record criticism] Greg has no idea yet."),
    )
    assert (await verdict(library, "nothing_sensitive_in_writing", call)).verdict is Verdict.NOT_APPLICABLE
    assert (await verdict(library, "nothing_sensitive_in_writing", call, clean)).verdict is Verdict.MET
    violated = await verdict(library, "nothing_sensitive_in_writing", call, clean, leak)
    assert violated.verdict is Verdict.VIOLATED
    assert {item.turn for item in violated.evidence} == {"t3.1"}
    assert [item.quote for item in violated.evidence] == ["Greg has no idea yet."], "two kinds, one quote"


async def test_status_first(library: Library) -> None:
    ask, idea = said(0, "call", "[ask_status] Where is it?"), said(1, "call", "[request_joint_call] One call?")
    assert (await verdict(library, "status_first", ask, idea)).verdict is Verdict.MET
    assert (await verdict(library, "status_first", idea, ask)).verdict is Verdict.PARTIAL
    assert (await verdict(library, "status_first", idea)).verdict is Verdict.MISSED
    assert (await verdict(library, "status_first", ask)).verdict is Verdict.MET


TAKE = "[take_away] I take it that it's dead."


@pytest.mark.parametrize(
    ("touches", "wanted"),
    [
        ([said(0, "voicemail", "Call me."), said(10, "voicemail", TAKE)], Verdict.MET),
        ([said(0, "voicemail", "Call me."), said(9, "voicemail", TAKE)], Verdict.PARTIAL),
        ([said(0, "voicemail", "Call me."), said(12, "email", TAKE)], Verdict.PARTIAL),
        ([said(0, "voicemail", "Call me."), said(12, "voicemail", "Any news?")], Verdict.MISSED),
        ([said(0, "voicemail", "Call me."), said(5, "voicemail", "Any news?")], Verdict.NOT_APPLICABLE),
        ([said(0, "call", "Hello.", by="Hi."), said(12, "voicemail", TAKE)], Verdict.PARTIAL),
        (
            [
                said(0, "voicemail", "Call me."),
                said(3, "call", "Hello.", by="Yes?", role="hr"),
                said(11, "voicemail", TAKE),
            ],
            Verdict.MET,
        ),
        (
            [said(0, "email", "Call me."), (2, "email", "cto", [("cto", "Later.")]), said(11, "voicemail", TAKE)],
            Verdict.PARTIAL,
        ),
    ],
)
async def test_take_away_counts_days_of_silence(library: Library, touches: list[Touch], wanted: Verdict) -> None:
    assert (await verdict(library, "take_away", *touches)).verdict is wanted


@pytest.mark.parametrize(
    ("given", "played_back", "wanted"),
    [
        ("[tells_pain] The crane stands idle at weekends.", "You told me the crane stands idle.", Verdict.MET),
        ("It's a bit lively on the quay.", "You said it was lively on the quay.", Verdict.PARTIAL),
        ("[vague] We're plodding through the mud.", "You did tell me you're plodding through mud.", Verdict.PARTIAL),
        ("We're short by 14 welders.", "You told me you're 14 welders short.", Verdict.MET),
        ("It's lively on the quay.", "You told me the crane stands idle.", Verdict.MET),
    ],
)
async def test_what_was_vague_and_is_given_back_is_half_a_reason(
    library: Library, given: str, played_back: str, wanted: Verdict
) -> None:
    earlier = (0, "call", "cto", [("recruiter", "And how is it?"), ("cto", given)])
    later = said(1, "call", f"[restate_reason] {played_back}", by="Yes.")
    assert (await verdict(library, "restate_reason", earlier, later)).verdict is wanted


async def test_a_reason_beside_something_vague_counts(library: Library) -> None:
    earlier = (0, "call", "cto", [("cto", "It's lively on the quay."), ("cto", "[tells_pain] The crane stands idle.")])
    vague = said(1, "call", "[restate_reason] You said it was lively on the quay.", by="Yes.")
    specific = said(2, "call", "[restate_reason] You told me the crane stands idle.", by="Yes.")
    result = await verdict(library, "restate_reason", earlier, vague, specific)
    assert result.verdict is Verdict.MET
    assert result.evidence[0].turn == "t3.1"


@pytest.mark.parametrize(
    ("criterion", "act"),
    [
        ("restate_reason", "restate_reason"),
        ("cost_of_delay", "ask_slip"),
        ("cost_of_delay", "ask_consequence"),
        ("hr_aware", "ask_hr_aware"),
        ("joint_call", "request_joint_call"),
        ("agreement", "require_agreement"),
    ],
)
async def test_what_is_simply_said(library: Library, criterion: str, act: str) -> None:
    met = await verdict(library, criterion, said(0, "call", f"[{act}] So.", by="Yes."))
    assert met.verdict is Verdict.MET
    assert met.evidence[0].turn == "t1.1"
    assert (await verdict(library, criterion, said(0, "call", "So.", by="Yes."))).verdict is Verdict.MISSED
