"""Signing in to a shared database: codes, passwords, tokens, who is refused, and words that look like SQL."""

import asyncio
import io
import json
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest
from argon2.low_level import Type, hash_secret_raw

from roleplay.cli.main import main
from roleplay.content.library import Library
from roleplay.errors import NotFoundError, PeopleError, SettingsError, SignInError
from roleplay.record.events import TurnSpoken
from roleplay.record.words import plain_words
from roleplay.roster.people import Person
from roleplay.scoring.result import Verdict
from roleplay.signed_in import FILE_NAME
from roleplay.store.sign_ins import digest_of
from roleplay.store.sql_team import SqlTeam
from roleplay.team import signing_in
from roleplay.team.people import Wanted
from tests.cli.test_team import Done, Run, refused
from tests.postgres import Server
from tests.store.firm import Shop, opened
from tests.team.office import POOR

T = TypeVar("T")
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that cost next to nothing."""
    monkeypatch.setattr(signing_in, "TIME_COST", 1)
    monkeypatch.setattr(signing_in, "MEMORY_COST_KIB", 64)


@pytest.fixture
def database(postgresql: Server) -> Iterator[str]:
    """An empty shared database."""
    name = postgresql.database()
    yield name
    postgresql.drop(name)


@pytest.fixture
async def shop(postgresql: Server, database: str, library: Library) -> AsyncIterator[Shop]:
    """A shop with an admin, a coach and two recruiters, who haven't signed in yet."""
    async with opened(postgresql, database, library) as there:
        await there.hire()
        yield there


@pytest.fixture
async def jen(shop: Shop) -> Person:
    """A recruiter."""
    return (await shop.people())["Jen"]


# Codes


async def test_a_code_works_once(shop: Shop, jen: Person) -> None:
    code = await shop.code(jen)
    person, token = await shop.door.by_code(f" {code}\n", PASSWORD)
    assert person == jen
    with pytest.raises(SignInError, match="isn't good, or not any more"):
        await shop.door.by_code(code, f"{PASSWORD}, too")
    assert await shop.door.sign_ins.who(token) == jen
    assert (await shop.door.by_password("Jen Ortiz", PASSWORD))[0] == jen


async def test_a_code_that_is_too_old_sets_no_password(shop: Shop, jen: Person) -> None:
    code = await shop.code(jen)
    shop.run("UPDATE invitations SET expires_at = now() - interval '1 second'")
    for _ in range(2):
        with pytest.raises(SignInError, match="isn't good, or not any more"):
            await shop.door.by_code(code, PASSWORD)
    with pytest.raises(SignInError, match="don't fit"):
        await shop.door.by_password("Jen Ortiz", PASSWORD)


async def test_a_code_outlives_a_password_that_is_too_short(shop: Shop, jen: Person) -> None:
    code = await shop.code(jen)
    with pytest.raises(SettingsError, match="10 characters or more"):
        await shop.door.by_code(code, "too short")
    assert (await shop.door.by_code(code, PASSWORD))[0] == jen


async def test_no_code_looks_like_an_option(shop: Shop, jen: Person) -> None:
    for _ in range(300):  # one in 64 would, if codes began with any letter
        assert not (await shop.code(jen)).startswith("-")


async def test_a_second_code_sets_a_new_password_and_ends_what_was_signed_in_before(shop: Shop, jen: Person) -> None:
    _, first = await shop.door.by_code(await shop.code(jen), PASSWORD)
    _, again = await shop.door.by_password("jen ortiz", PASSWORD)
    _, other = await shop.door.by_code(await shop.code(jen), f"{PASSWORD}, too")
    assert [await shop.door.sign_ins.who(token) for token in (first, again, other)] == [None, None, jen]
    with pytest.raises(SignInError, match="don't fit"):
        await shop.door.by_password("Jen Ortiz", PASSWORD)
    assert (await shop.door.by_password("Jen Ortiz", f"{PASSWORD}, too"))[0] == jen


# Passwords


async def answer(shop: Shop, name: str) -> str:
    """What is said of a wrong password."""
    with pytest.raises(SignInError) as caught:
        await shop.door.by_password(name, f"{PASSWORD}.")
    return str(caught.value).replace(name, "…")


async def be_wrong(shop: Shop, name: str, times: int = 5) -> None:
    for _ in range(times):
        assert "don't fit" in await answer(shop, name)


async def test_five_wrong_passwords_keep_one_waiting_for_a_quarter_of_an_hour(shop: Shop, jen: Person) -> None:
    sam = (await shop.people())["Sam"]
    for person in (jen, sam):
        await shop.door.by_code(await shop.code(person), PASSWORD)
    await be_wrong(shop, "Jen Ortiz")
    for _ in range(2):
        with pytest.raises(SignInError, match="five wrong passwords within a quarter of an hour"):
            await shop.door.by_password("JEN ORTIZ", PASSWORD)
        assert (await shop.door.by_password("Sam Field", PASSWORD))[0] == sam
        shop.run("UPDATE failed_sign_ins SET at = at - interval '7 minutes'")
    shop.run("UPDATE failed_sign_ins SET at = at - interval '1 minute'")
    assert (await shop.door.by_password("Jen Ortiz", PASSWORD))[0] == jen


async def test_the_right_password_ends_the_counting_of_wrong_ones(shop: Shop, jen: Person) -> None:
    await shop.door.by_code(await shop.code(jen), PASSWORD)
    for _ in range(2):
        await be_wrong(shop, "Jen Ortiz", times=4)
        assert (await shop.door.by_password("Jen Ortiz", PASSWORD))[0] == jen


async def test_wrong_passwords_count_together_by_name_and_by_e_mail(shop: Shop) -> None:
    zoe = await add(shop, Wanted(name="Zoe Hart", email="zoe@example.com"))
    assert zoe is not None
    await shop.door.by_code(await shop.code(zoe), PASSWORD)
    await be_wrong(shop, "Zoe Hart", times=4)
    await be_wrong(shop, "zoe@example.com", times=1)
    for name in ("zoe@example.com", "Zoe Hart"):
        with pytest.raises(SignInError, match="five wrong passwords"):
            await shop.door.by_password(name, PASSWORD)


async def test_a_name_that_is_not_there_is_answered_like_one_that_is(shop: Shop, jen: Person) -> None:
    await shop.door.by_code(await shop.code(jen), PASSWORD)
    strangers = "nobody like that", "nobody@example.com", "sam field"  # the last one never signed in
    salts = [[await shop.door.sign_ins.salt_of(name) for name in strangers] for _ in range(2)]
    assert salts[0] == salts[1], "or whoever asks twice would know"
    assert len({*salts[0], await shop.door.sign_ins.salt_of("jen ortiz")}) == len(strangers) + 1
    for salt in (*salts[0], await shop.door.sign_ins.salt_of("jen ortiz")):
        assert len(bytes.fromhex(salt)) == signing_in.SALT_BYTES
    told = {name: [await answer(shop, name) for _ in range(7)] for name in ("Nobody like that", "Jen Ortiz")}
    assert told["Nobody like that"] == told["Jen Ortiz"]


# What is kept


async def test_neither_password_nor_key_nor_code_nor_token_stands_in_the_database(shop: Shop, jen: Person) -> None:
    unused, code = await shop.code(jen), await shop.code(jen)
    _, by_code = await shop.door.by_code(code, PASSWORD)
    _, by_password = await shop.door.by_password("Jen Ortiz", PASSWORD)
    await be_wrong(shop, "Jen Ortiz", times=1)
    salt = bytes.fromhex(await shop.door.sign_ins.salt_of("jen ortiz"))
    costs = signing_in.TIME_COST, signing_in.MEMORY_COST_KIB, signing_in.LANES
    key = hash_secret_raw(PASSWORD.encode(), salt, *costs, hash_len=signing_in.KEY_BYTES, type=Type.ID).hex()
    held = json.dumps(shop.rows()).casefold()
    for kept in (digest_of(by_code), digest_of(by_password), digest_of(key)):
        assert kept in held, "so this is where it would stand"
    for secret in (PASSWORD, key, unused, code, by_code, by_password):
        assert secret.casefold() not in held
        assert secret.encode().hex() not in held


async def test_a_token_that_has_ended_or_was_made_up_is_nobodys(shop: Shop, jen: Person) -> None:
    _, token = await shop.door.by_code(await shop.code(jen), PASSWORD)
    for made_up in ("", " ", f"{token} ", token[:-1], digest_of(token), "%", "' OR 'a' = 'a"):
        assert await shop.door.sign_ins.who(made_up) is None
    shop.run("UPDATE sign_ins SET expires_at = now() - interval '1 second'")
    assert await shop.door.sign_ins.who(token) is None


async def test_nobody_stays_signed_in_for_longer_than_the_database_lets_them(shop: Shop, jen: Person) -> None:
    await shop.door.by_code(await shop.code(jen), PASSWORD)
    sign_ins = shop.door.sign_ins
    salt = await sign_ins.salt_of("jen ortiz")
    key = signing_in._key(PASSWORD, salt).value
    await sign_ins.sign_in("jen ortiz", key, "a token of my own", timedelta(days=3650))
    with psycopg.connect(shop.server.url(shop.name, "super")) as connection:
        found = connection.execute("SELECT max(expires_at - began_at) FROM sign_ins").fetchone()
    assert found == (timedelta(days=30),)


# On the command line


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, library: Library) -> Run:
    """Runs a command in this process; `given` is its standard input. The content is loaded once for all."""
    monkeypatch.setattr("roleplay.studio.library_of", lambda settings: library)

    def run_it(*arguments: str | Path, me: str | None = None, given: str = "") -> Done:
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        code = main([*(("--as", me) if me else ()), *map(str, arguments)])
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return run_it


@dataclass
class Counter:
    """A shared database as it is used from the command line."""

    server: Server
    name: str
    library: Library
    home: Path
    run: Run
    as_whom: Callable[[str], None]

    def with_shop(self, work: Callable[[Shop], Awaitable[T]]) -> T:
        """Do something in the shop."""

        async def do() -> T:
            async with opened(self.server, self.name, self.library) as shop:
                return await work(shop)

        return asyncio.run(do())

    def code(self, name: str) -> str:
        """A code for somebody, as the owner's command prints it."""
        self.as_whom("keeper")
        printed = self.run("team", "invite", name, me="Ada").out
        self.as_whom("desk")
        return printed.split("--code ")[1].strip()

    def sign_in(self, name: str) -> None:
        """Sign somebody in by a code."""
        done = self.run("signin", f"--code={self.code(name)}", given=f"{PASSWORD}\n")
        assert done.code == 0, done.err

    def kept(self) -> dict[str, str]:
        """The tokens on this machine, by name."""
        told = json.loads((self.home / FILE_NAME).read_text(encoding="utf-8"))
        (tokens,) = told["tokens"].values()
        return dict(tokens)


@pytest.fixture
def counter(
    postgresql: Server, database: str, library: Library, run: Run, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Counter:
    """A counter with an admin, a coach and two recruiters."""
    made = Counter(
        postgresql,
        database,
        library,
        own_home,
        run,
        lambda role: monkeypatch.setenv("ROLEPLAY_DB", postgresql.url(database, role)),
    )

    made.with_shop(Shop.hire)
    made.as_whom("desk")
    return made


def test_somebody_signs_in_by_a_code_and_then_by_a_password(counter: Counter) -> None:
    refused(counter.run("sessions", me="Jen"), "you aren't signed in at postgresql://127.0.0.1:")
    code = counter.code("Jen")
    refused(counter.run("signin", f"--code={code}", given="\n"), "no password was given")
    refused(counter.run("signin", f"--code={code}", given="short\n"), "the code is still good")
    done = counter.run("signin", f"--code={code}", given=f"{PASSWORD}\n")
    assert done.out == "Signed in as Jen Ortiz, for 14 days.\n"
    path = counter.home / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert PASSWORD not in path.read_text(encoding="utf-8")
    assert counter.run("sessions").out != ""
    refused(counter.run("signin", f"--code={code}", given=f"{PASSWORD}\n"), "isn't good, or not any more")
    refused(counter.run("signin", "Jen Ortiz", given="wrong\n"), "don't fit")
    refused(counter.run("signin", given=f"{PASSWORD}\n"), "say who you are")
    first = counter.kept()["Jen Ortiz"]
    assert counter.run("signin", "jen ortiz", given=f"{PASSWORD}\r\n").code == 0
    assert counter.kept()["Jen Ortiz"] != first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_token_that_has_ended_is_told_in_one_line_and_forgotten(counter: Counter) -> None:
    counter.sign_in("Jen")
    counter.sign_in("Sam")
    counter.server.run(
        "UPDATE sign_ins SET expires_at = now() WHERE person_id = (SELECT id FROM people WHERE name = 'Jen Ortiz')",
        counter.name,
    )
    refused(counter.run("sessions", me="Jen"), "Jen Ortiz: your sign-in has ended; sign in again: roleplay signin")
    assert list(counter.kept()) == ["Sam Field"]
    refused(counter.run("sessions", me="Jen"), "isn't signed in at")
    assert counter.run("sessions").code == 0, "Sam still is"


def test_a_stolen_token_is_worth_nothing_once_its_owner_signed_out(counter: Counter) -> None:
    counter.sign_in("Jen")
    path = counter.home / FILE_NAME
    stolen = path.read_bytes()
    assert counter.run("signout").out == "Jen Ortiz is signed out.\n"
    assert counter.kept() == {}
    refused(counter.run("sessions"), "you aren't signed in at")
    path.write_bytes(stolen)
    refused(counter.run("sessions"), "your sign-in has ended")


def test_who_was_removed_is_signed_in_no_more(counter: Counter) -> None:
    counter.sign_in("Jen")
    counter.sign_in("Ada")
    code = counter.code("Jen")
    assert counter.run("team", "remove", "Jen", me="Ada").code == 0
    refused(counter.run("sessions", me="Jen"), "your sign-in has ended")
    refused(counter.run("signin", f"--code={code}", given=f"{PASSWORD}\n"), "isn't good")
    refused(counter.run("signin", "Jen Ortiz", given=f"{PASSWORD}\n"), "don't fit")


async def play_in(shop: Shop) -> tuple[str, str, str]:
    """Jen hands one session in, Sam one of two; gives their ids."""
    people = await shop.people()
    jen, sam = people["Jen"], people["Sam"]
    (mine, _), (handed_in, _), (private, _) = [
        await shop.office(person).play(person, POOR) for person in (jen, sam, sam)
    ]
    await shop.office(jen).hand_in(jen, mine)
    await shop.office(sam).hand_in(sam, handed_in)
    return mine.id, handed_in.id, private.id


def test_a_recruiter_is_refused_what_a_coach_does(counter: Counter) -> None:
    mine, handed_in, private = counter.with_shop(play_in)
    counter.sign_in("Jen")
    before = counter.with_shop(rows_of)
    for command, why in {
        ("team", "add", "New One"): "only an admin adds people",
        ("team", "invite", "Sam"): "only an admin invites people",
        ("team", "change", "Jen", "--duty", "admin"): "only an admin changes people",
        ("team", "remove", "Sam"): "only an admin removes people",
        ("team", "erase", "Sam", "--yes"): "only an admin erases people",
        ("team", "export-person", "Sam"): "only an admin gives out",
        ("team", "keep", "30"): "only an admin says how long",
        ("team", "expire", "1"): "only an admin deletes old sessions",
        ("team", "log"): "only a coach reads what was done",
        ("assign", "first-call-cto", "--to", "Jen", "--due", "2035-01-01"): "only a coach assigns",
        ("review",): "only a coach",
        ("review", "--next"): "only a coach reviews",
        ("review", handed_in): "is somebody else's",
        ("review", private): "is somebody else's",
        ("review", handed_in, "--comment", "Hm."): "is somebody else's",
        ("review", mine, "--sign-off"): "only a coach reviews",
        ("review", mine, "--accept"): "only a coach reviews",
        ("review", mine, "--send-back", "Again."): "only a coach reviews",
        ("overrule", mine, "pain", "met", "--because", "Yes."): "only a coach reviews",
        ("overrule", handed_in, "pain", "met", "--because", "Yes."): "is somebody else's",
        ("progress", "Sam"): "only a coach sees others' progress",
    }.items():  # fmt: skip
        refused(counter.run(*command, me="Jen"), why)
    assert counter.with_shop(rows_of) == before


def test_a_recruiter_who_scores_everything_scores_their_own_and_keeps_no_worker_busy(counter: Counter) -> None:
    mine, handed_in, private = counter.with_shop(play_in)
    counter.sign_in("Jen")
    before = counter.with_shop(rows_of)
    assert [each["session"] for each in counter.run("score", "--all", "--json").told["scored"]] == [mine]
    after = counter.with_shop(rows_of)
    changed = {row for name, rows in after.items() for row in set(rows) - set(before[name])}
    assert changed
    assert not any(session in row for row in changed for session in (handed_in, private))
    assert after["procrastinate_jobs"] == []


async def rows_of(shop: Shop) -> dict[str, list[str]]:
    return shop.rows()


# Words that look like SQL

HOSTILE = {
    "a statement": "'; DROP TABLE sessions; --",
    "a condition": '" OR 1=1',
    "anything": "%",
    "any letter": "_",
    "a backslash": "\\",
    "a dollar quote": "$$",
    "a parameter": ":name %s %(a)s {0} $1",
    "letters of the world": "Zoë Ångström 李 🙂 ‘x’ İı ﬁ ß",
    "an escape": "\x1b[31m\u202e",
}
hostile = pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)


async def add(shop: Shop, wanted: Wanted) -> Person | None:
    """Let Ada add somebody; None where that is refused, in one line."""
    ada = (await shop.people())["Ada"]
    try:
        (person,) = await shop.office(ada).team.people.add(ada, [wanted])
    except PeopleError as error:
        assert "\n" not in str(error)
        return None
    found = {each.id: each for each in await SqlTeam(shop.owner).people()}[person.id]
    assert (found.name, found.email, found.teams) == (wanted.name, wanted.email, wanted.teams)
    return found


@hostile
async def test_names_passwords_and_codes_are_words(shop: Shop, words: str) -> None:
    tables = set(shop.rows())
    named = await add(shop, Wanted(name=words))
    assert (named is None) == (words == HOSTILE["an escape"])
    await add(shop, Wanted(name=f"Zoe {words}", teams=(words,)))
    for number, email in enumerate((words, f"{words}@example.com", f"x@{words}.com")):
        await add(shop, Wanted(name=f"Kim {number}", email=email))
    password = f"{words} {PASSWORD} {words}"
    person = named or (await shop.people())["Jen"]
    assert (await shop.door.by_code(await shop.code(person), password))[0] == person
    assert (await shop.door.by_password(person.name, password))[0] == person
    for name, tried in ((words, PASSWORD), (words, f"{password} "), ("Sam Field", words), (f"{words}%", password)):
        with pytest.raises(SignInError, match="don't fit"):
            await shop.door.by_password(name, tried)
    with pytest.raises(SignInError, match="isn't good"):
        await shop.door.by_code(words, password)
    assert set(shop.rows()) == tables


@hostile
async def test_what_is_said_and_written_is_read_back_as_it_was(shop: Shop, words: str) -> None:
    people, tables = await shop.people(), set(shop.rows())
    jen, cora = people["Jen"], people["Cora"]
    coaching, practising = shop.office(cora), shop.office(jen)
    assignment = await coaching.assign(cora, jen, title=words)
    plain = plain_words(words)
    (found,) = await SqlTeam(practising.store).assignments()
    assert found == assignment
    assert found.title == (plain or shop.library.case("first-call-cto").scenario.title)

    session, _ = await practising.play(jen, (*POOR, f"[ask_pain] {words}?"), assignment)
    _, events = await practising.store.read(session.id)
    spoken = [event.text for event in events if isinstance(event, TurnSpoken) and event.speaker == "recruiter"]
    assert spoken[-1] == plain_words(f"[ask_pain] {words}?")
    session = await practising.hand_in(jen, session)

    await coaching.team.reviewing.comment(cora, session, words)
    await coaching.team.reviewing.overrule(cora, session, "pain", Verdict.MISSED, words)
    await practising.team.reviewing.dispute(jen, session, "pain", words)
    await coaching.team.reviewing.send_back(cora, session, words)
    told = await practising.team.store.events(sessions=[session.id])
    assert [event.words for event in told if hasattr(event, "words")] == [words] * 3
    (said,) = await practising.store.overrulings(session.id)
    assert json.loads(said)["because"] == words

    await practising.store.keep_drill_card(jen.name, words, '{"a": 1}')
    assert await practising.store.drill_cards(jen.name) == {words: '{"a": 1}'}
    assert await practising.store.drill_cards(words) == {}
    for find in (practising.store.read, practising.store.session):
        with pytest.raises(NotFoundError):
            await find(words)
    assert set(shop.rows()) == tables


def test_what_is_named_on_the_command_line_and_is_not_there_is_one_line(counter: Counter) -> None:
    counter.sign_in("Jen")
    before = counter.with_shop(rows_of)
    for words in HOSTILE.values():
        for command, why in {
            ("sessions", words): "no session",
            ("replay", words): "no session",
            ("practice", words): "no scenario",
            ("practice", "--assignment", words): "no assignment",
            ("practice", "--again", f"{words}:t1.2"): "roleplay: ",
            ("drill", words): "no drill",
            ("submit", words): "no session",
            ("dispute", words, "pain", words): "no session",
            ("overrule", words, words, "met", "--because", words): "no session",
            ("review", words, "--comment", words): "no session",
            ("progress", words): "nobody in the team is called",
            ("team", "export-person", words): "nobody in the team is called",
            ("assign", words, "--to", "Jen", "--due", "2035-01-01"): "only a coach assigns",
        }.items():  # fmt: skip
            refused(counter.run(*command, me="Jen"), why)
        refused(counter.run("signin", f"--code={words}", given=f"{PASSWORD}\n"), "isn't good")
        refused(counter.run("sessions", me=words), "isn't signed in at")
    assert counter.with_shop(rows_of) == before
    for words in HOSTILE.values():
        refused(counter.run("signin", words, given=f"{PASSWORD}\n"), "don't fit")
    assert set(counter.with_shop(rows_of)) == set(before)
