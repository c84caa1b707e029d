"""Posting to a learning record store: asked again while it is busy, told in one line where it refuses."""

import socket

import pytest
from pydantic import SecretStr

from roleplay.errors import RecordStoreError, RoleplayError, SettingsError
from roleplay.remembered import Remembered
from roleplay.reports import as_xapi
from roleplay.reports.lrs import Patience, RecordStore, post, store_from
from tests.reports.conftest import Played
from tests.reports.record_store import KEY, RecordStoreServer, serving

QUICK = Patience(attempts=4, first_s=0.001, longest_s=0.01)


class Keys:
    """A keyring with one key."""

    def get(self, host: str) -> str | None:
        """The key, for its host alone."""
        return "ring:key" if host == "ring.example" else None


def store_at(server: RecordStoreServer, auth: str = KEY) -> RecordStore:
    return RecordStore(url=server.url, auth=SecretStr(auth))


async def test_a_store_that_fails_twice_has_everything_once_in_the_end(played: Played) -> None:
    said = as_xapi.statements([await played()])
    with serving(RecordStoreServer(503, 429)) as server:
        assert await post(store_at(server), said, QUICK) == len(said)
    assert list(server.kept.values()) == said
    assert server.versions == ["1.0.3"] * 3


async def test_posting_twice_keeps_nothing_twice(played: Played) -> None:
    said = as_xapi.statements([await played()])
    with serving(RecordStoreServer()) as server:
        await post(store_at(server), said, QUICK)
        await post(store_at(server), said, QUICK)
    assert len(server.kept) == len(said)


async def test_many_statements_go_in_several_requests(played: Played) -> None:
    report = await played()
    said = as_xapi.statements([report.model_copy(update={"session": f"s-{number}"}) for number in range(30)])
    with serving(RecordStoreServer()) as server:
        assert await post(store_at(server), said, QUICK) == len(said)
    assert len(server.versions) == -(-len(said) // 100)
    assert len(server.kept) == len(said)


async def test_a_store_of_the_next_version_is_spoken_to_in_it(played: Played) -> None:
    said = as_xapi.statements([await played()])
    with serving(RecordStoreServer(version="2.0.0")) as server:
        await post(store_at(server), said, QUICK)
    assert server.versions == ["1.0.3", "2.0.0"]
    assert len(server.kept) == len(said)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (302, "sends elsewhere"),
        (400, "doesn't take them"),
        (401, "ROLEPLAY_LRS_AUTH"),
        (403, "the right to write"),
        (404, "no store at this address"),
        (409, "other statements under the same ids"),
        (413, "no more at once"),
    ],
)
async def test_a_refusal_is_one_line_and_isnt_asked_again(played: Played, status: int, words: str) -> None:
    said = as_xapi.statements([await played()])
    with serving(RecordStoreServer(status)) as server, pytest.raises(RecordStoreError, match=words) as refused:
        await post(store_at(server), said, QUICK)
    assert "\n" not in str(refused.value)
    assert str(status) in str(refused.value)
    assert KEY not in str(refused.value)
    assert len(server.versions) == 1
    assert not server.kept


async def test_a_wrong_key_is_refused(played: Played) -> None:
    with serving(RecordStoreServer()) as server, pytest.raises(RecordStoreError, match="doesn't know who posts"):
        await post(store_at(server, "key:wrong"), as_xapi.statements([await played()]), QUICK)


async def test_a_store_that_stays_busy_is_given_up(played: Played) -> None:
    with serving(RecordStoreServer(*[503] * 9)) as server, pytest.raises(RecordStoreError, match="busy or broken"):
        await post(store_at(server), as_xapi.statements([await played()]), QUICK)
    assert len(server.versions) == QUICK.attempts


async def test_a_store_may_not_name_a_longer_wait_than_is_patient(played: Played) -> None:
    said = as_xapi.statements([await played()])
    with serving(RecordStoreServer(429, retry_after="86400")) as server:
        assert await post(store_at(server), said, QUICK) == len(said)


async def test_a_page_that_is_no_store_isnt_taken_for_one(played: Played) -> None:
    with serving(RecordStoreServer()) as server:
        server.answer = b"<html>Welcome</html>"
        with pytest.raises(RecordStoreError, match="check the address"):
            await post(store_at(server), as_xapi.statements([await played()]), QUICK)


async def test_nobody_there_is_one_line(played: Played) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/xapi"
    with pytest.raises(RecordStoreError, match="can't be reached"):
        await post(RecordStore(url=url), as_xapi.statements([await played()]), QUICK)


def test_the_address_is_the_one_given_or_the_one_set() -> None:
    environment = {"ROLEPLAY_LRS_URL": "https://set.example/xapi/", "ROLEPLAY_LRS_AUTH": "a:b"}
    assert store_from(environment, None, Remembered()).url == "https://set.example/xapi"
    given = store_from({}, "https://given.example/xapi/statements", Remembered())
    assert (given.url, given.auth, given.shown) == ("https://given.example/xapi", None, "given.example")
    assert store_from({}, "http://given.example/xapi", Remembered()).shown == "given.example (not encrypted)"
    assert store_from({}, "http://127.0.0.1:8/xapi", Remembered()).shown == "127.0.0.1:8"


def test_the_key_that_was_set_goes_to_no_other_host_than_it_was_set_for() -> None:
    environment = {"ROLEPLAY_LRS_URL": "https://set.example/xapi", "ROLEPLAY_LRS_AUTH": "a:b"}
    same = store_from(environment, "https://set.example/other", Remembered())
    assert same.auth is not None
    assert same.auth.get_secret_value() == "a:b"
    assert "a:b" not in repr(same)
    assert store_from(environment, "https://given.example/xapi", Remembered(), Keys()).auth is None
    alone = store_from({"ROLEPLAY_LRS_AUTH": "a:b"}, "https://given.example/xapi", Remembered())
    assert alone.auth is not None


def test_a_key_in_the_keyring_is_asked_for_where_one_was_kept() -> None:
    remembered = Remembered(keys=("ring.example",))
    kept = store_from({}, "https://ring.example/xapi", remembered, Keys())
    assert kept.auth is not None
    assert kept.auth.get_secret_value() == "ring:key"
    assert store_from({}, "https://ring.example/xapi", Remembered(), Keys()).auth is None


@pytest.mark.parametrize(
    ("environment", "given", "words"),
    [
        ({}, None, "ROLEPLAY_LRS_URL"),
        ({}, "ftp://x.example", "no web address"),
        ({}, "https://key:secret@x.example/xapi", "without a key"),
        ({}, "https://x.example/xapi?token=1", "without a key"),
        ({"ROLEPLAY_LRS_AUTH": "no-colon"}, "https://x.example/xapi", "KEY:SECRET"),
    ],
)
def test_what_cant_be_used_is_one_line(environment: dict[str, str], given: str | None, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as refused:
        store_from(environment, given, Remembered())
    assert isinstance(refused.value, RoleplayError)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)
