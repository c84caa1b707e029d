"""The context of a turn: what was said before it, and by whom."""

from hypothesis import given
from hypothesis import strategies as st

from roleplay.content.acts import Channel
from roleplay.listener.context import Conversation, Said, utterance_after

TALK = [Said("recruiter", "a"), Said("cto", "b"), Said("hr", "c"), Said("cto", "d"), Said("cto", "e")]


def test_before_is_the_last_turn_by_anybody_else() -> None:
    assert utterance_after(TALK, Said("recruiter", "f"), Channel.CALL).before == "e"
    assert utterance_after(TALK, Said("cto", "f"), Channel.CALL).before == "c"
    assert utterance_after(TALK[:1], Said("recruiter", "f"), Channel.CALL).before is None
    assert utterance_after([], Said("cto", "f"), Channel.CALL).before is None


def test_earlier_is_all_but_that_turn_and_the_other_sides_words_stand_apart() -> None:
    utterance = utterance_after(TALK, Said("cto", "f"), Channel.CALL)
    assert utterance.earlier == ("a", "b", "d", "e")
    assert utterance.by_counterpart == ("b", "c", "d", "e")


@given(st.lists(st.tuples(st.sampled_from(["recruiter", "cto", "hr"]), st.text(max_size=2)), max_size=12))
def test_going_on_with_a_conversation_is_as_good_as_beginning_anew(talk: list[tuple[str, str]]) -> None:
    conversation = Conversation()
    past: list[Said] = []
    for said in (Said(*each) for each in talk):
        utterance = conversation.utterance(said, Channel.CALL)
        others = [each.text for each in past if each.speaker != said.speaker]
        assert utterance == utterance_after(past, said, Channel.CALL)
        assert utterance.before == (others[-1] if others else None)
        assert len(utterance.earlier) == len(past) - bool(others)
        conversation.add(said)
        past.append(said)
