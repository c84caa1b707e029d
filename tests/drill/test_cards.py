"""Every shipped card, held against the listener that ships too."""

import pytest

from roleplay.content.drill import Drill, DrillKind
from roleplay.content.library import load_library, shipped_root
from roleplay.drill.deck import CardRef, refs_of
from roleplay.drill.feedback import feedback_words
from roleplay.drill.scoring import Scored, score_answer
from roleplay.listener.learned import LearnedListener

DRILLS = load_library([shipped_root()]).drills
REFS = refs_of(DRILLS)
CARDS = pytest.mark.parametrize("ref", REFS, ids=[ref.key for ref in REFS])


@pytest.fixture(scope="session")
def listener() -> LearnedListener:
    return LearnedListener()


async def scored(ref: CardRef, answer: str, listener: LearnedListener) -> Scored:
    drill = DRILLS[ref.deck]
    result = await score_answer(drill, drill.cards[ref.card], answer, listener)
    for quote in [found.quote for found in result.faults if found.quote]:
        assert quote in answer
    return result


@CARDS
async def test_a_model_answer_passes(ref: CardRef, listener: LearnedListener) -> None:
    drill = DRILLS[ref.deck]
    result = await scored(ref, drill.cards[ref.card].model, listener)
    assert result.passed, feedback_words(drill, result)
    assert result.wanted is not None
    assert result.wanted.quote in feedback_words(drill, result)


@CARDS
async def test_a_bad_answer_fails(ref: CardRef, listener: LearnedListener) -> None:
    drill = DRILLS[ref.deck]
    result = await scored(ref, drill.cards[ref.card].fails, listener)
    assert not result.passed
    words = feedback_words(drill, result)
    assert "\n" not in words
    assert words.endswith(".")


@pytest.mark.parametrize("ref", [ref for ref in REFS if DRILLS[ref.deck].kind is DrillKind.REWRITE], ids=str)
async def test_a_risky_draft_as_it_stands_fails(ref: CardRef, listener: LearnedListener) -> None:
    assert not (await scored(ref, DRILLS[ref.deck].cards[ref.card].says, listener)).passed


@CARDS
async def test_small_talk_passes_nowhere(ref: CardRef, listener: LearnedListener) -> None:
    assert not (await scored(ref, "Thanks for telling me, that's good to know.", listener)).passed


@pytest.mark.parametrize("drill", DRILLS.values(), ids=list(DRILLS))
def test_a_deck_has_cards_enough(drill: Drill) -> None:
    assert len(drill.cards) >= 8
