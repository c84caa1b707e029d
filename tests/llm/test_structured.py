"""Answers in a given shape, from servers that can and from servers that can't."""

import json
from pathlib import Path
from typing import Literal

import pytest
from pydantic import JsonValue

from roleplay.errors import VoiceError
from roleplay.llm.abilities import Abilities, RememberedInFile, RememberedInMemory
from roleplay.llm.base import ChatMessage, ChatRole
from roleplay.llm.client import OpenAIChatModel
from roleplay.llm.structured import Mistake, StructuredMode, read_as, refuses_form
from roleplay.values import Value
from tests.llm.stand_in import KEY, Behaviour, StandInServer, by_form, fails, messages_of, replies, says

SECRET_WORDS = "the water company may leave"
PROMPT = (ChatMessage(role=ChatRole.USER, text=SECRET_WORDS),)


class Verdict(Value):
    """A shape."""

    stands: bool
    colour: Literal["red", "green"]


GOOD = '{"stands": true, "colour": "red"}'
RIGHT = Verdict(stands=True, colour="red")
NO_SCHEMA = fails(400, says="This response_format type is unavailable now")
NO_JSON_MODE = fails(400, says="'response_format.type' must be 'json_schema' or 'text'")


async def asked(server: StandInServer, remembered: RememberedInMemory | RememberedInFile | None = None) -> Verdict:
    model = OpenAIChatModel(server.endpoint(), max_retries=0, remembered=remembered)
    try:
        return await model.ask(PROMPT, Verdict, max_tokens=50)
    finally:
        await model.aclose()


def forms(server: StandInServer) -> list[JsonValue]:
    """Which form of reply each request asked for."""
    found: list[JsonValue] = []
    for request in server.requests:
        form = request.get("response_format")
        found.append(form["type"] if isinstance(form, dict) else None)
    return found


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Sure! Here it is: {GOOD} Anything else?",
        f"<think>{{maybe {{green}}?</think>\n{GOOD}",
        f'{{"stands": "perhaps"}} or rather {GOOD}',
        '{"colour": "red",\n "stands": true}',
    ],
)
def test_the_object_is_found_whatever_stands_round_it(text: str) -> None:
    assert read_as(text, Verdict) == RIGHT


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "there is no whole JSON object in it"),
        ("yes, it does", "there is no whole JSON object in it"),
        ('{"stands": tr', "there is no whole JSON object in it"),
        ("{" * 5000, "there is no whole JSON object in it"),
        ('{"a":' * 5000, "there is no whole JSON object in it"),
        ('{"stands": true, "colour": "blue"}', "colour: Input should be 'red' or 'green'"),
        ('{"stands": true}', "colour: Field required"),
    ],
)
def test_what_is_wrong_is_said_without_the_words(text: str, mistake: str) -> None:
    assert read_as(text, Verdict) == Mistake(words=mistake)


@pytest.mark.parametrize(
    ("status", "said", "refuses"),
    [
        (400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported", True),
        (422, "json_schema: extra inputs are not permitted", True),
        (500, "failed to parse grammar", True),
        (501, "Grammar is not implemented", True),
        (404, "no such route for response_format", True),
        (400, "context too long", False),
        (401, "response_format", False),
        (429, "response_format", False),
    ],
)
def test_a_refused_form_is_told_from_other_failures(status: int, said: str, refuses: bool) -> None:
    assert refuses_form(status, said) is refuses


async def test_a_server_with_json_schema_is_sent_a_strict_one() -> None:
    async with StandInServer(replies(GOOD)) as server:
        assert await asked(server) == RIGHT
    (request,) = server.requests
    form = request["response_format"]
    assert isinstance(form, dict)
    assert form["json_schema"] == {"name": "Verdict", "schema": Verdict.model_json_schema(), "strict": True}
    assert messages_of(request) == [("user", SECRET_WORDS)]


@pytest.mark.parametrize("schema", [NO_SCHEMA, fails(500, says="failed to parse grammar"), replies("yes, it does")])
async def test_where_there_is_no_schema_json_mode_is_asked_with_the_schema_in_the_prompt(schema: Behaviour) -> None:
    async with StandInServer(by_form(schema=schema, json_mode=replies(GOOD))) as server:
        assert await asked(server) == RIGHT
    assert forms(server) == ["json_schema", "json_object"]
    ((_, words),) = messages_of(server.requests[-1])
    assert words.startswith(SECRET_WORDS)
    assert json.dumps(Verdict.model_json_schema()) in words


async def test_where_there_is_neither_the_prompt_asks() -> None:
    plain = replies(f"Of course:\n```json\n{GOOD}\n```")
    async with StandInServer(by_form(schema=NO_SCHEMA, json_mode=NO_JSON_MODE, plain=plain)) as server:
        assert await asked(server) == RIGHT
    assert forms(server) == ["json_schema", "json_object", None]


async def test_the_last_reply_is_mended_once_and_the_model_is_shown_what_is_wrong() -> None:
    wrong = '{"stands": true, "colour": "blue"}'
    async with StandInServer(NO_SCHEMA, NO_JSON_MODE, replies(wrong), replies(GOOD)) as server:
        assert await asked(server) == RIGHT
    words = messages_of(server.requests[-1])
    assert words[-2] == ("assistant", wrong)
    assert "colour: Input should be 'red' or 'green'" in words[-1][1]


@pytest.mark.parametrize("reply", ["yes, it does", '{"stands": "perhaps"}', "", '{"stands": tr'])
async def test_a_model_that_never_keeps_to_the_form_is_one_plain_line(reply: str) -> None:
    async with StandInServer(replies(reply)) as server:
        with pytest.raises(VoiceError) as failure:
            await asked(server)
        assert len(server.requests) == 4
        host = server.host
    line = str(failure.value)
    assert line.startswith(f"{host} has a model that doesn't keep to the form")
    assert KEY not in line and SECRET_WORDS not in line


@pytest.mark.parametrize(
    ("behaviour", "cause", "requests"),
    [
        pytest.param(replies('{"stands": tr', finish="length"), "keep to the form", 1, id="no room left"),
        pytest.param(replies('{"stands": tr', finish=None), "stopped in the middle", 1, id="cut"),
        pytest.param(replies("", refusal="I won't"), "declined", 1, id="refusal"),
        pytest.param(replies("I", finish="content_filter"), "declined", 1, id="filtered"),
        pytest.param(fails(400, says="response_format"), "keep to the form", 3, id="refuses every form"),
        pytest.param(fails(400), "refused the request (400)", 1, id="another 400"),
        pytest.param(says("a stream"), "isn't a chat answer", 1, id="a stream"),
    ],
)
async def test_what_no_other_way_mends_is_told_at_once(behaviour: Behaviour, cause: str, requests: int) -> None:
    async with StandInServer(behaviour) as server:
        with pytest.raises(VoiceError, match=cause.replace("(", r"\(").replace(")", r"\)")):
            await asked(server)
        assert len(server.requests) == requests


async def test_the_way_that_works_is_found_once() -> None:
    remembered = RememberedInMemory()
    async with StandInServer(by_form(schema=NO_SCHEMA, json_mode=replies(GOOD))) as server:
        for _ in range(3):
            assert await asked(server, remembered) == RIGHT
    assert forms(server) == ["json_schema", "json_object", "json_object", "json_object"]


async def test_one_bad_reply_to_a_known_way_is_mended_in_it_and_changes_nothing() -> None:
    remembered = RememberedInMemory()
    async with StandInServer(replies(GOOD), replies("hm"), replies(GOOD)) as server:
        for _ in range(2):
            assert await asked(server, remembered) == RIGHT
        assert forms(server) == ["json_schema"] * 3
        known = remembered.get(server.base_url, "stand-in-1")
    assert known == Abilities(structured=StructuredMode.SCHEMA)


async def test_a_known_way_that_is_refused_now_is_found_anew() -> None:
    remembered = RememberedInMemory()
    async with StandInServer(by_form(schema=NO_SCHEMA, json_mode=replies(GOOD))) as server:
        remembered.keep(server.base_url, "stand-in-1", Abilities(structured=StructuredMode.SCHEMA, tells_usage=False))
        assert await asked(server, remembered) == RIGHT
        known = remembered.get(server.base_url, "stand-in-1")
    assert known == Abilities(structured=StructuredMode.JSON, tells_usage=False)


COLOUR = '{"colour": "green"}'


@pytest.mark.parametrize(
    ("behaviour", "mode"),
    [
        (replies(COLOUR), StructuredMode.SCHEMA),
        (by_form(schema=NO_SCHEMA, json_mode=replies(COLOUR)), StructuredMode.JSON),
        (by_form(schema=NO_SCHEMA, json_mode=NO_JSON_MODE, plain=replies(COLOUR)), StructuredMode.PROMPT),
        (replies("green, of course"), None),
    ],
)
async def test_a_doctor_is_told_which_way_works(behaviour: Behaviour, mode: StructuredMode | None) -> None:
    remembered = RememberedInMemory()
    async with StandInServer(behaviour) as server:
        remembered.keep(server.base_url, "stand-in-1", Abilities(structured=StructuredMode.JSON))
        model = OpenAIChatModel(server.endpoint(), max_retries=0, remembered=remembered)
        assert await model.probe() is mode
        assert remembered.get(server.base_url, "stand-in-1") == Abilities(structured=mode)
        await model.aclose()


async def test_a_doctor_is_told_why_a_server_cannot_be_asked() -> None:
    async with StandInServer(fails(401)) as server:
        model = OpenAIChatModel(server.endpoint(), max_retries=0)
        with pytest.raises(VoiceError, match="refused the key"):
            await model.probe()
        await model.aclose()


def test_what_was_found_out_is_kept_in_a_file_without_passwords(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "servers.json"
    found = Abilities(structured=StructuredMode.PROMPT, tells_usage=False)
    RememberedInFile(path).keep("https://me:hush@host.example/v1", "m", found)
    RememberedInFile(path).keep("https://host.example/v1", "other", Abilities())
    again = RememberedInFile(path)
    assert again.get("https://host.example/v1", "m") == found
    assert again.get("https://host.example/v1", "other") == Abilities()
    assert again.get("https://host.example:81/v1", "m") is None
    assert "hush" not in path.read_text(encoding="utf-8")
    assert [each.name for each in path.parent.iterdir()] == ["servers.json"], "nothing half-written is left"


@pytest.mark.parametrize("broken", [b"", b"{", b"\xff", b"[]", b'{"x": {"structured": "magic"}}'])
def test_a_broken_file_is_started_anew(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "servers.json"
    path.write_bytes(broken)
    kept = RememberedInFile(path)
    assert kept.get("http://x/v1", "m") is None
    kept.keep("http://x/v1", "m", Abilities(structured=StructuredMode.JSON))
    assert RememberedInFile(path).get("http://x/v1", "m") == Abilities(structured=StructuredMode.JSON)


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    kept = RememberedInFile(tmp_path / "file" / "servers.json")
    kept.keep("http://x/v1", "m", Abilities())
    assert kept.get("http://x/v1", "m") is None
