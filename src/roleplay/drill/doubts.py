"""What is doubtful in a deck: answers that the listener takes otherwise than their author."""

from roleplay.content.drill import Drill, DrillKind
from roleplay.drill.feedback import feedback_words
from roleplay.drill.scoring import score_answer
from roleplay.listener.reading import Listener


async def card_doubts(drill: Drill, listener: Listener) -> list[tuple[str, str, str]]:
    """Return a card's id, the key in it, and the doubt, for each that there is."""
    doubts = []
    for name, card in drill.cards.items():
        model = await score_answer(drill, card, card.model, listener)
        if not model.passed:
            doubts.append((name, "model", f"doesn't pass: {feedback_words(drill, model)}"))
        bad = {"fails": card.fails} | ({"says": card.says} if drill.kind is DrillKind.REWRITE else {})
        for key, answer in bad.items():
            scored = await score_answer(drill, card, answer, listener)
            if scored.passed:
                doubts.append((name, key, f"passes: {feedback_words(drill, scored)}"))
    return doubts
