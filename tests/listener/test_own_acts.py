"""A coach's own acts are heard by a few examples, and the scorecard that defines them scores by them."""

from pathlib import Path

import pytest

from roleplay.content.library import load_library, shipped_root
from roleplay.content.scorecard import OwnAct
from roleplay.errors import ContentError
from roleplay.listener.learned import LearnedListener
from roleplay.listener.reading import Utterance
from roleplay.record.transcript import Transcript
from roleplay.scoring.result import Verdict
from roleplay.scoring.scorer import score_transcript
from tests.doubles import TaggedListener

LEAVERS = OwnAct(
    does="asks who has left the team lately, or how long people stay",
    examples=(
        "Who has left the team in the last year?",
        "How long do people usually stay with you?",
        "Have you lost anybody recently?",
        "What's turnover like in that group?",
        "Did anyone resign over the summer?",
        "When somebody quits, where do they tend to go?",
        "How many have walked out since the merger?",
    ),
    counter_examples=("When did you join the company?", "How big is the team?", "Who will she report to?"),
)
SCORECARD = """\
title: Leavers
about: A call in which one asks who has left.
pass_mark: 50
acts:
  ask_leavers:
    does: asks who has left the team lately
    examples:
      - Who has left the team in the last year?
      - How long do people usually stay with you?
      - Have you lost anybody recently?
      - What's turnover like in that group?
      - Did anyone resign over the summer?
      - When somebody quits, where do they tend to go?
criteria:
  leavers:
    title: Ask who has left
    kind: act
    acts: [ask_leavers]
    weight: 10
    why: People who leave tell you what the job is like.
    say:
      - Who has left in the last year?
      - How long do people stay?
"""


@pytest.fixture(scope="module")
def listener() -> LearnedListener:
    return LearnedListener()


@pytest.mark.parametrize(
    "text",
    [
        "And has anyone left you this year?",
        "Okay. One thing I always ask: how long do your engineers stay, on average?",
        "Did you have people quit after the takeover?",
    ],
)
async def test_hears_it_in_other_words(listener: LearnedListener, text: str) -> None:
    [heard] = await listener.read_own(Utterance(text=text), {"ask_leavers": LEAVERS})
    assert heard.act == "ask_leavers"
    assert heard.confidence > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "When do you need her by?",
        "We placed forty engineers last year.",
        "Mm, I see.",
        "Who will she report to?",
        "🙂",
        "",
    ],
)
async def test_leaves_other_turns_alone(listener: LearnedListener, text: str) -> None:
    assert not await listener.read_own(Utterance(text=text), {"ask_leavers": LEAVERS})


async def test_quotes_the_sentence_that_is_like_it(listener: LearnedListener) -> None:
    text = "Thanks, that's helpful. Has anybody resigned lately? I'm asking because I've seen the reviews."
    [heard] = await listener.read_own(Utterance(text=text), {"ask_leavers": LEAVERS})
    assert "Has anybody resigned lately?" in heard.span.of(text)


def scorecards(folder: Path, text: str) -> Path:
    path = folder / "scorecards" / "leavers.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return folder


async def test_a_scorecard_is_scored_by_its_own_act(tmp_path: Path) -> None:
    card = load_library([shipped_root(), scorecards(tmp_path, SCORECARD)]).scorecard("leavers")
    said = "[ask_leavers] Who walked out?"
    turns = [{"id": "t1.1", "speaker": "recruiter", "text": said}]
    transcript = Transcript.model_validate({"touches": [{"id": "t1", "day": 0, "channel": "call", "turns": turns}]})
    result = await score_transcript(transcript, "leavers", card, TaggedListener())
    [criterion] = result.criteria
    assert criterion.verdict is Verdict.MET
    assert [(item.turn, item.quote) for item in criterion.evidence] == [("t1.1", said)]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "acts: [ask_leavers]",
            "acts: [ask_leavres]",
            "leavers.yaml:18: criteria.leavers.acts.0: no act 'ask_leavres'",
        ),
        ("  ask_leavers:\n", "  ask_pain:\n", "acts.ask_pain: is an act of the codebook already"),
        ("Have you lost anybody recently?", "Who has left the team in the last year?", "stands twice"),
        ("      - Did anyone resign over the summer?\n", "", "acts.ask_leavers.examples: "),
    ],
)
def test_a_mistake_in_an_own_act_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(ContentError) as caught:
        load_library([shipped_root(), scorecards(tmp_path, SCORECARD.replace(old, new))])
    assert told in str(caught.value)
