"""What words must hold so that an act stands, whatever the model makes of them, and what is plain enough."""

from collections.abc import Sequence

import pytest

from roleplay.content.acts import Act, CounterpartAct, Sensitive
from roleplay.listener.learned import LearnedListener
from roleplay.listener.learned.model import Evidence, Model, Text
from roleplay.listener.reading import Utterance
from roleplay.listener.rows import Group

PITCH = (
    "We've been at this for twenty years, pumps and valves mostly, people know us, and of the last nine whom we placed "
    "eight are still there."
)


class Convinced(Model):
    """Hears `label` in every turn as surely as it is told to, and blame in all that is written."""

    def __init__(self, label: str, probability: float) -> None:
        super().__init__()
        self._label, self._probability = label, probability

    def read(self, texts: Sequence[Text]) -> list[list[Evidence]]:
        """Hear it in the words."""
        return [[self._heard(text)] for text in texts]

    def _heard(self, text: Text) -> Evidence:
        label = Sensitive.CRITICISM.value if text.group is Group.WRITTEN else self._label
        sure = 0.99 if text.group is Group.WRITTEN else self._probability
        return Evidence(label, sure, 0.4, (0.0, 0.0), ((len(text.text) - 2, len(text.text), 1.0),))


async def is_heard(
    act: Act, text: str, *, before: str | None = None, said: Sequence[str] = (), sure: float = 0.9
) -> bool:
    listener = LearnedListener(Convinced(act.value, sure))
    return (await listener.read(Utterance(text=text, before=before, by_counterpart=tuple(said)))).has(act)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("The ninth of May, for both.", "Ninth of May. And that goes for the pair of them?"),
        ("By the end of June, for the inspection.", "End of June. Is that all of them, or only the nurse?"),
        ("In September, with the new line.", "So by then they're all in and trained?"),
        ("In September, with the new line.", "In September. You'd be running three shifts by then, would you?"),
        ("It has to be before Easter.", "Is Easter your big one?"),
        ("It has to be before Easter.", "How many are we speaking of?"),
        ("By June.", "June it is. And what happens in June?"),
        ("In the spring, for the audit.", "What's so special about the spring?"),
    ],
)
async def test_a_question_that_moves_no_date_is_no_bump(before: str, text: str) -> None:
    assert not await is_heard(Act.ASK_SLIP, text, before=before)


@pytest.mark.parametrize(
    "text",
    [
        "And the week after that?",
        "Could you live with May?",
        "Let March go by. Do the auditors walk out?",
        "Push it to the summer. Who shouts first?",
        "So whitsun, really. Is that a sigh?",
        "And with nobody there on the day?",
    ],
)
async def test_a_question_that_moves_a_date_is_a_bump(text: str) -> None:
    assert await is_heard(Act.ASK_SLIP, text, before="By the end of March.")


@pytest.mark.parametrize(
    "text",
    [
        "You told me that the auditors are down on you like a ton of bricks.",
        "You said the inspectors had their eye on you twice over.",
        "As you told me, the neighbours were going to the papers about it.",
    ],
)
async def test_one_everyday_word_in_common_is_no_reason_given(text: str) -> None:
    given = ["We've no planner, and the press went down on us twice over the week, going by the log."]
    assert not await is_heard(Act.RESTATE_REASON, text, said=given)


@pytest.mark.parametrize(
    "text",
    [
        "You told me the press was down twice in a week, with no planner.",
        "You mentioned that press.",
        "It was you who said it: no planner, and it all goes by the log.",
    ],
)
async def test_a_reason_in_other_words_is_a_reason_given(text: str) -> None:
    given = ["It rains.", "We've no planner, and the press went down on us twice over the week, going by the log."]
    assert await is_heard(Act.RESTATE_REASON, text, said=given)


@pytest.mark.parametrize(
    ("text", "is_blame"),
    [
        ("A shop up the road had that for a year. I'm not saying it's your people, mind.", False),
        ("They took a year to find it. I am not suggesting that yours did.", False),
        ("They took a year to find it. That's no reflection on your lot.", False),
        ("It's been a year. It's nobody's fault.", False),
        ("I'm not saying she's slow, but I've seen glaciers get there first.", True),
        ("I don't blame him, they'd have driven anybody out.", True),
        ("That's a poor department, whoever's fault it is.", True),
    ],
)
async def test_who_says_that_nobody_is_blamed_blames_nobody_unless_a_but_follows(text: str, is_blame: bool) -> None:
    assert await is_heard(Act.DISPARAGE, text) is is_blame


@pytest.mark.parametrize(
    ("text", "is_joint"),
    [
        ("It might be easiest if Rob were to drop by on Monday and see the place, and HR can be squared later.", False),
        ("Could Karim pop over on Tuesday and have a look at the kitchen?", False),
        ("And that goes for the three of them, HR's too?", False),
        ("Could you and HR and I get round one table?", True),
        ("Why don't we get Petra on with us?", True),
        ("You, the bursar, me.", True),
        ("Would she hear it from the two of you at once?", True),
    ],
)
async def test_who_asks_for_a_joint_call_speaks_of_coming_together(text: str, is_joint: bool) -> None:
    assert await is_heard(Act.REQUEST_JOINT_CALL, text) is is_joint


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (Act.ASK_SLIP, f"{PITCH} If it took six weeks longer than you have in mind, what would you make of it?"),
        (Act.ASK_SLIP, f"{PITCH} Say it came a quarter later, how would that sit with the people upstairs?"),
        (Act.ASK_CONSEQUENCE, f"{PITCH} And suppose you never found one. Where's the yard by next winter?"),
        (Act.ASK_CONSEQUENCE, f"{PITCH} If that bench stays empty, what becomes of the clinic?"),
        (Act.DISPARAGE, f"I've always thought them about as much use as a paper umbrella. {PITCH}"),
        (Act.DISPARAGE, f"That department is about as quick as a glacier. {PITCH}"),
    ],
)
async def test_what_is_said_plainly_is_not_drowned_by_the_rest_of_the_turn(act: Act, text: str) -> None:
    assert await is_heard(act, text, sure=0.2)
    assert not await is_heard(act, PITCH, sure=0.2)


async def test_what_is_said_plainly_is_quoted() -> None:
    text = f"{PITCH} If it took six weeks longer, what then? Just so I know."
    reading = await LearnedListener(Convinced(Act.ASK_SLIP.value, 0.2)).read(Utterance(text=text))
    assert [each.span.of(text) for each in reading.acts] == ["If it took six weeks longer, what then?"]


@pytest.mark.parametrize(("sure", "is_said"), [(0.6, False), (0.9, True)])
async def test_the_best_person_over_speed_must_be_heard_surely(sure: float, is_said: bool) -> None:
    listener = LearnedListener(Convinced(CounterpartAct.PREFERS_PERFECT.value, sure))
    reading = await listener.read_counterpart(Utterance(text="No, go ahead, you're fine.", before="A bad time?"))
    assert reading.has(CounterpartAct.PREFERS_PERFECT) is is_said


@pytest.mark.parametrize(
    "text",
    [
        "I only ever put forward the very best, me.",
        "Top drawer or nothing, that's how I work.",
        "I turn down nine of ten before I've had my coffee.",
    ],
)
async def test_being_choosy_oneself_challenges_nobody(text: str) -> None:
    assert not await is_heard(Act.CHALLENGE_PERFECT, text, before="I'd sooner wait than take the wrong one.")


@pytest.mark.parametrize(
    "text",
    [
        "And if perfect never rings?",
        "so if she never turns up the chair stays empty",
        "There'll be a day when solid and here beats brilliant and not.",
        "At some point eighty per cent has to do.",
        "I wonder if you'd hire anybody at all.",
    ],
)
async def test_what_is_put_to_them_can_challenge_them(text: str) -> None:
    assert await is_heard(Act.CHALLENGE_PERFECT, text, before="I'd sooner wait than take the wrong one.")
