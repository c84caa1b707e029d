"""What each kind of server is sent."""

import pytest

from roleplay.llm.base import ChatMessage, ChatRole
from roleplay.llm.dialect import dialect_of, fold_late_system

SYSTEM, USER, ASSISTANT = ChatRole.SYSTEM, ChatRole.USER, ChatRole.ASSISTANT


def messages(*pairs: tuple[ChatRole, str]) -> tuple[ChatMessage, ...]:
    return tuple(ChatMessage(role=role, text=text) for role, text in pairs)


@pytest.mark.parametrize(
    ("base_url", "limit_field"),
    [
        ("https://api.openai.com/v1", "max_completion_tokens"),
        ("https://API.OpenAI.com:443/v1", "max_completion_tokens"),
        ("http://localhost:11434/v1", "max_tokens"),
        ("https://api.openai.com.example.org/v1", "max_tokens"),
    ],
)
def test_only_openai_itself_is_sent_its_newer_name_for_the_limit(base_url: str, limit_field: str) -> None:
    assert dialect_of(base_url).limit_field == limit_field


def test_openai_is_sent_no_stop_since_its_reasoning_models_refuse_it() -> None:
    assert not dialect_of("https://api.openai.com/v1").takes_stop


def test_a_late_system_message_goes_under_the_words_before_it() -> None:
    given = messages((SYSTEM, "a"), (USER, "b"), (ASSISTANT, "c"), (USER, "d"), (SYSTEM, "e"))
    assert fold_late_system(given) == messages((SYSTEM, "a"), (USER, "b"), (ASSISTANT, "c"), (USER, "d\n\ne"))


def test_a_late_system_message_after_the_models_words_becomes_the_users() -> None:
    given = messages((SYSTEM, "a"), (USER, "b"), (ASSISTANT, "c"), (SYSTEM, "d"))
    assert fold_late_system(given) == messages((SYSTEM, "a"), (USER, "b"), (ASSISTANT, "c"), (USER, "d"))
