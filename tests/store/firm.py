"""A small firm in PostgreSQL, put there row by row, and connections that use it as each of its people.

Ada is its admin, Cora its coach, Jen and Sam are recruiters. Each recruiter has a private session and one that was
handed in. A session's id says whose it is. A shop is the same firm's people, through the program.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import psycopg

from roleplay.content.library import Library
from roleplay.practice.clock import SystemClock
from roleplay.roster.people import Duty, Person
from roleplay.store.sign_ins import SignIns
from roleplay.store.sql import SqlStore
from roleplay.store.sql_team import SqlTeam
from roleplay.team.signing_in import SigningIn
from tests.doubles import FakeClock
from tests.postgres import Server
from tests.team.office import Office

PEOPLE: Final = {
    "ada": ("Ada Admin", Duty.ADMIN),
    "cora": ("Cora Coach", Duty.COACH),
    "jen": ("Jen Ortiz", Duty.RECRUITER),
    "sam": ("Sam Field", Duty.RECRUITER),
}
RECRUITERS: Final = ("jen", "sam")
OLD_TOKEN: Final = "jen's token of last month"
CASE: Final = '{"of": "a case"}'
Row = Mapping[str, object]


def digest_of(words: str) -> str:
    """SHA-256, as the database has it."""
    return hashlib.sha256(words.encode()).hexdigest()


def token_of(viewer: str) -> str:
    """What somebody of the firm is signed in with; empty for nobody."""
    return {"nobody": "", "robot": "", "ended": OLD_TOKEN}.get(viewer, f"{viewer}'s token")


def told_of(kind: str, by: str | None, **about: object) -> dict[str, object]:
    """A row of `team_events`, its columns and its JSON saying the same."""
    said = {"kind": kind, "by": by, "at": "2026-11-02T09:00:00Z", **about}
    columns = {f"{name}_id": about[name] for name in ("person", "session", "assignment") if name in about}
    return {"kind": kind, "by_id": by, "json": json.dumps(said)} | columns


@dataclass
class Firm:
    """The firm's database."""

    server: Server
    database: str
    _lines: dict[str, psycopg.Connection[Any]] = field(default_factory=dict)
    _closing: ExitStack = field(default_factory=ExitStack)

    @contextmanager
    def seen_by(self, viewer: str, about: str = "") -> Iterator[psycopg.Connection[Any]]:
        """A connection with a token of `viewer`'s, in a transaction of which nothing stays.

        `viewer`: somebody of the firm, `nobody`, `ended` for a token that has, or `robot` for a worker.
        """
        line = self._line("robot" if viewer == "robot" else "desk")
        line.execute("SELECT set_config('roleplay.token', %s, false)", [token_of(viewer)])
        with line.transaction(force_rollback=True):
            line.execute("SELECT set_config('roleplay.about', %s, true)", [about])
            yield line

    @contextmanager
    def while_it_is(self, *statements: tuple[str, str]) -> Iterator[None]:
        """Let the owner change something, and change it back afterwards: pairs of what does and what undoes it."""
        try:
            for does, _ in statements:
                self.as_owner(does)
            yield
        finally:
            for _, undoes in statements:
                self.as_owner(undoes)

    def as_owner(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Run a statement that sees everything, and stays; gives its rows."""
        done = self._line("keeper").execute(statement, values)
        return [] if done.description is None else done.fetchall()

    def put(self, table: str, *rows: Row) -> None:
        """Put rows into a table."""
        for row in rows:
            places = ", ".join(["%s"] * len(row))
            self.as_owner(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", [*row.values()])

    def close(self) -> None:
        """Close its connections."""
        self._closing.close()

    def _line(self, role: str) -> psycopg.Connection[Any]:
        if role not in self._lines:
            url = self.server.url(self.database, role)
            self._lines[role] = self._closing.enter_context(psycopg.connect(url, autocommit=True))
        return self._lines[role]


def found_firm(server: Server) -> Firm:
    """Put the firm into a new database."""
    firm = Firm(server, server.database())
    firm.put("cases", {"digest": digest_of(CASE), "json": CASE})
    for key, (name, duty) in PEOPLE.items():
        _put_person(firm, key, name, duty)
    firm.put("sign_ins", _sign_in(OLD_TOKEN, "jen"))
    # A token ends by itself; the superuser only makes that sooner.
    server.run(
        f"UPDATE sign_ins SET expires_at = now() - interval '1 second' WHERE token_digest = '{digest_of(OLD_TOKEN)}'",
        firm.database,
    )
    for key in RECRUITERS:
        _put_work(firm, key)
    firm.put("failed_sign_ins", {"name_key": "sam field"})
    firm.put("writes", {"mark": "6d1a0d2e-0c58-4f0e-9d0f-0a53f1f1a002"})
    firm.put("agreements", {"scorecard_id": "unstick", "json": "{}"})
    firm.put("scorecards", {"digest": "d", "scorecard_id": "unstick", "json": "{}"})
    firm.put("team_events", told_of("retention_set", "p-ada", days=None))
    firm.as_owner("INSERT INTO procrastinate_workers DEFAULT VALUES")
    firm.put("procrastinate_jobs", {"queue_name": "scoring", "task_name": "score"})
    (job,) = firm.as_owner("SELECT id FROM procrastinate_jobs")
    firm.put("procrastinate_periodic_defers", {"task_name": "score", "job_id": job[0]})
    return firm


def _put_person(firm: Firm, key: str, name: str, duty: Duty) -> None:
    joined = datetime(2026, 1, 1, tzinfo=UTC)
    person = Person(id=f"p-{key}", name=name, email=f"{key}@example.com", duty=duty, joined_at=joined)
    kept = {"name": name, "name_key": name.casefold(), "email_key": person.email, "json": person.model_dump_json()}
    firm.put("people", {"id": person.id, **kept})
    firm.put("passwords", {"person_id": person.id, "salt": "00" * 16, "key_digest": "0" * 64})
    firm.put("invitations", {"code_digest": f"code of {key}", "person_id": person.id, "expires_at": "2099-01-01"})
    firm.put("sign_ins", _sign_in(token_of(key), key))
    firm.put("opinions", {"digest": f"asked by {key}", "asked_by": person.id, "json": "{}"})
    firm.put("drill_cards", {"recruiter": name, "card": f"bump/{key}", "json": "{}"})


def _sign_in(token: str, key: str) -> Row:
    return {"token_digest": digest_of(token), "person_id": f"p-{key}", "expires_at": "2099-01-01"}


def _put_work(firm: Firm, key: str) -> None:
    name, _ = PEOPLE[key]
    assignment = {"case_digest": digest_of(CASE), "due_at": "2099-01-01", "json": f'{{"people": ["p-{key}"]}}'}
    firm.put("assignments", {"id": f"a-{key}", **assignment})
    firm.put("skills", {"recruiter": name, "made_from": "1", "json": "{}"})
    firm.put("team_events", told_of("person_added", "p-ada", person=f"p-{key}", duty="recruiter"))
    firm.put("team_events", told_of("assignment_made", "p-cora", assignment=f"a-{key}", people=[f"p-{key}"]))
    for session, submitted_at in ((f"{key}-private", None), (f"{key}-handed-in", datetime.now(UTC))):
        firm.put("sessions", session_row(session, name) | {"is_over": True, "submitted_at": submitted_at})
        firm.put("events", {"session_id": session, "position": 0, "kind": "turn_spoken", "json": turn("Why?")})
        firm.put("results", {"session_id": session, "score": 50, "passed": False, "json": "{}"})
        firm.put("verdicts", {"session_id": session, "criterion": "pain", "verdict": "met"})
        firm.put("troubles", {"session_id": session, "scorecard_digest": "d", "reason": "x", "at": datetime.now(UTC)})
    firm.as_owner("UPDATE sessions SET awaits_coach = true WHERE id = %s", [f"{key}-handed-in"])
    firm.put("overrulings", {"session_id": f"{key}-handed-in", "json": '{"by": "Cora Coach"}'})
    firm.put("team_events", told_of("session_submitted", f"p-{key}", session=f"{key}-handed-in"))
    firm.put("team_events", told_of("comment_made", "p-cora", session=f"{key}-handed-in", words="Good."))


def session_row(session: str, recruiter: str) -> dict[str, object]:
    """A session that has just begun."""
    now = datetime.now(UTC)
    about = {"scenario_id": "first-call-cto", "title": "First call", "case_digest": digest_of(CASE)}
    return {"id": session, "recruiter": recruiter, "started_at": now, "changed_at": now} | about


def turn(words: str) -> str:
    """A turn's event, as JSON."""
    return json.dumps({"kind": "turn_spoken", "text": words})


@dataclass
class Shop:
    """A shared database, and the ways to it: the owner's, and that of everybody else."""

    server: Server
    name: str
    library: Library
    owner: SqlStore
    desk: SqlStore
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def door(self) -> SigningIn:
        """Where people sign in."""
        return SigningIn(SignIns(self.desk.database), SystemClock())

    async def code(self, person: Person) -> str:
        """A code that the owner makes."""
        return await SigningIn(SignIns(self.owner.database), SystemClock()).invite(
            None, person, SqlTeam(self.owner), ""
        )

    async def hire(self) -> None:
        """Let the owner take in an admin, a coach and two recruiters, who haven't signed in yet."""
        await Office(self.owner, self.library, self.clock).hire("Jen Ortiz", "Sam Field")

    def office(self, person: Person) -> Office:
        """The office as somebody uses it who has signed in."""
        return Office(self.desk.signed_in_with(self.token(person)), self.library, self.clock)

    def token(self, person: Person) -> str:
        """A token of theirs, for tests that aren't about how one comes by it."""
        token = f"token of {person.id}"
        values = f"'{digest_of(token)}', '{person.id}', now(), now() + interval '1 day'"
        self.run(f"INSERT INTO sign_ins VALUES ({values}) ON CONFLICT DO NOTHING")
        return token

    async def people(self) -> dict[str, Person]:
        """Everybody, by first name."""
        return {person.name.split()[0]: person for person in await SqlTeam(self.owner).people()}

    def run(self, statement: str) -> None:
        """Run a statement as the superuser."""
        self.server.run(statement, self.name)

    def rows(self) -> dict[str, list[str]]:
        """All that the database holds, by table, but for the marks of transactions that wrote."""
        with psycopg.connect(self.server.url(self.name, "super")) as connection:
            named = "SELECT relname FROM pg_stat_user_tables WHERE relname <> 'writes' ORDER BY relname"
            tables = connection.execute(named).fetchall()
            return {
                name: sorted(row[0] for row in connection.execute(f"SELECT t::text FROM {name} AS t"))
                for (name,) in tables
            }


@asynccontextmanager
async def opened(server: Server, name: str, library: Library) -> AsyncIterator[Shop]:
    """A shop on a database that is there."""
    owner, desk = await SqlStore.open(server.url(name, "keeper")), await SqlStore.open(server.url(name))
    yield Shop(server, name, library, owner, desk)
    await owner.aclose()
    await desk.aclose()


def into(table: str, row: Row) -> str:
    """A statement that puts a row into a table."""
    values = ["NULL" if value is None else "'" + str(value).replace("'", "''") + "'" for value in row.values()]
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(values)})"


def told(kind: str, by: str | None, **about: object) -> str:
    """A statement that tells what was done."""
    return into("team_events", told_of(kind, by, **about))


def happened(kind: str, said: str) -> str:
    """A statement that adds an event to the session `<s>`; `said`: its JSON."""
    return into("events", {"session_id": "<s>", "position": 7, "kind": kind, "json": said})


def appended(kind: str, said: str) -> str:
    """A statement that does so by the function that the program uses."""
    return (
        "SELECT append_events(current_setting('roleplay.token'), gen_random_uuid(), '<s>', 7,"
        f" ARRAY['{kind}'], ARRAY['{said}'], 1, now(), false)"
    )


def scored(table: str, **values: object) -> str:
    """A statement that adds a row to what hangs on the session `<s>`."""
    return into(table, {"session_id": "<s>", **values})


def meant(statement: str, viewer: str, session: str = "") -> str:
    """A statement with its places filled in.

    `<s>`: the session; `<me>`, `<name>`: who does it; `<other>`, `<other name>`: somebody else, a coach where one is.
    """
    me = viewer if viewer in PEOPLE else "jen"
    other = "ada" if me == "cora" else "cora"
    places = {"<s>": session, "<me>": f"p-{me}", "<name>": PEOPLE[me][0], "<other>": f"p-{other}"}
    for place, words in (places | {"<other name>": PEOPLE[other][0]}).items():
        statement = statement.replace(place, words)
    return statement


TO_ALL: Final = {"jen", "sam", "cora", "ada"}
"""Whoever is signed in."""
COACHES: Final = {"cora", "ada"}
SOMEBODY: Final = "UPDATE people SET json = jsonb_set(json::jsonb, '{<field>}', '\"<value>\"')::json WHERE id = '<who>'"


def changed(who: str, field: str, value: str) -> str:
    """A statement that changes something in a person's JSON."""
    return SOMEBODY.replace("<field>", field).replace("<value>", value).replace("<who>", who)


NEW_PERSON: Final = into("people", {"id": "p-new", "name": "New One", "name_key": "new one", "json": "{}"})
NEW_CASE: Final = into("cases", {"digest": digest_of("[1]"), "json": "[1]"})
NEW_TERMS: Final = {"id": "a-new", "case_digest": digest_of(CASE), "due_at": "2099-01-01", "json": '{"people": []}'}
HANDED_IN_AT_ONCE: Final = session_row("new", "<name>") | {"submitted_at": "2026-11-02"}
NO_ONE: Final[set[str]] = set()
ALONE: Final = {"ada"}

# What may be done, and by whom

SPENT: Final = '{"kind": "tokens_spent"}'
WAITS: Final = "WHERE id = '<s>' AND submitted_at IS NOT NULL"
NOBODY: Final = "·· ·· ·· ··"
COACH: Final = "·· ·· ·✓ ·✓"
OWN: Final = "✓✓ ·· ·✓ ·✓"
ON_SESSIONS: Final[dict[str, tuple[str, str]]] = {
    # what is done: (how; whether it may be, on a private session and on one that was handed in, by
    #                Jen on her own, Jen on Sam's, Cora on Sam's, Ada on Sam's)
    "add a turn": (happened("turn_spoken", turn("Hi.")), "✓· ·· ·· ··"),
    "add a turn by the function": (appended("turn_spoken", turn("Hi.")), "✓· ·· ·· ··"),
    "add what was spent": (happened("tokens_spent", SPENT), OWN),
    "add what was spent by the function": (appended("tokens_spent", SPENT), OWN),
    "add a turn as if it were spent": (happened("tokens_spent", turn("Hi.")), NOBODY),
    "change a turn": ("UPDATE events SET json = '{}' WHERE session_id = '<s>'", NOBODY),
    "delete a turn": ("DELETE FROM events WHERE session_id = '<s>'", NOBODY),
    "count a turn": ("UPDATE sessions SET turns = turns + 1 WHERE id = '<s>'", OWN),
    "hand it in": ("UPDATE sessions SET submitted_at = now() WHERE id = '<s>' AND NOT awaits_coach", "✓· ·· ·· ··"),
    "take it back": (f"UPDATE sessions SET submitted_at = NULL {WAITS}", NOBODY),
    "let it wait": (f"UPDATE sessions SET awaits_coach = true {WAITS}", "·✓ ·· ·✓ ·✓"),
    "let it wait no more": (f"UPDATE sessions SET awaits_coach = false {WAITS}", COACH),
    "date it back": ("UPDATE sessions SET started_at = '2020-01-01' WHERE id = '<s>'", NOBODY),
    "take it over": ("UPDATE sessions SET recruiter = '<name>' WHERE id = '<s>' AND recruiter <> '<name>'", NOBODY),
    "give it away": ("UPDATE sessions SET recruiter = '<other name>' WHERE id = '<s>'", NOBODY),
    "say it was no exam": ("UPDATE sessions SET mode = 'coached' WHERE id = '<s>'", NOBODY),
    "say it was for nothing": ("UPDATE sessions SET assignment_id = NULL WHERE id = '<s>'", NOBODY),
    "delete it": ("DELETE FROM sessions WHERE id = '<s>'", NOBODY),
    "add a result": (scored("results", score=9, passed=False, json="{}"), OWN),
    "change a result": ("UPDATE results SET score = 100 WHERE session_id = '<s>'", COACH),
    "delete a result": ("DELETE FROM results WHERE session_id = '<s>'", NOBODY),
    "add a verdict": (scored("verdicts", criterion="deadline", verdict="met"), OWN),
    "change a verdict": ("UPDATE verdicts SET verdict = 'met' WHERE session_id = '<s>'", NOBODY),
    "delete a verdict": ("DELETE FROM verdicts WHERE session_id = '<s>'", OWN),
    "overrule": (scored("overrulings", json='{"by": "<name>"}'), COACH),
    "overrule as another": (scored("overrulings", json='{"by": "<other name>"}'), NOBODY),
    "overrule as nobody": (scored("overrulings", json="{}"), NOBODY),
    "change a word": ("UPDATE overrulings SET json = '{\"by\": \"<name>\"}' WHERE session_id = '<s>'", NOBODY),
    "forget whose word": ("UPDATE overrulings SET json = '{\"by\": null}' WHERE session_id = '<s>'", NOBODY),
    "delete a word": ("DELETE FROM overrulings WHERE session_id = '<s>'", NOBODY),
    "set it aside": (scored("troubles", scorecard_digest="e", reason="x", at="now"), NOBODY),
    "try it again": ("DELETE FROM troubles WHERE session_id = '<s>'", COACH),
    "tell that it was handed in": (told("session_submitted", "<me>", session="<s>"), "·✓ ·· ·· ··"),
    "comment": (told("comment_made", "<me>", session="<s>", words="Good."), "·✓ ·· ·✓ ·✓"),
    "comment as another": (told("comment_made", "<other>", session="<s>", words="Good."), NOBODY),
    "comment as nobody": (told("comment_made", None, session="<s>", words="Good."), NOBODY),
    "dispute": (told("verdict_disputed", "<me>", session="<s>", criterion="pain", words="No."), "·✓ ·· ·· ··"),
    "tell a verdict": (told("verdict_overruled", "<me>", session="<s>", criterion="pain", verdict="met"), COACH),
    "accept": (told("verdicts_accepted", "<me>", session="<s>", criteria=["pain"]), COACH),
    "sign off": (told("signed_off", "<me>", session="<s>"), COACH),
    "send back": (told("sent_back", "<me>", session="<s>", words="Again."), COACH),
    "change what was done": ("UPDATE team_events SET json = '{}' WHERE session_id = '<s>'", NOBODY),
    "delete what was done": ("DELETE FROM team_events WHERE session_id = '<s>'", NOBODY),
}
ON_THE_REST: Final[dict[str, tuple[str, set[str]]]] = {
    # what is done: (how; by whom it may be)
    "begin a session": (into("sessions", session_row("new", "<name>")), TO_ALL),
    "begin one as another": (into("sessions", session_row("new", "<other name>")), NO_ONE),
    "begin one as nobody": (into("sessions", {**session_row("new", ""), "recruiter": None}), NO_ONE),
    "begin one that is handed in": (into("sessions", HANDED_IN_AT_ONCE), NO_ONE),
    "keep a case": (NEW_CASE, TO_ALL),
    "change a case": ("UPDATE cases SET json = '[]'", NO_ONE),
    "delete a case": ("DELETE FROM cases", NO_ONE),
    "add somebody": (NEW_PERSON, ALONE),
    "remove somebody": ("DELETE FROM people WHERE id = 'p-sam'", ALONE),
    "change another's duty": (changed("<other>", "duty", "recruiter"), ALONE),
    "put another on the board": (changed("p-sam", "is_on_board", "true"), {"sam", "ada"}),
    "stand on the board": (changed("<me>", "is_on_board", "true").replace("'\"true\"'", "'true'"), TO_ALL),
    "raise one's own duty": (changed("<me>", "duty", "admin"), ALONE),
    "take another name": ("UPDATE people SET name = 'Other' WHERE id = '<me>'", NO_ONE),
    "give another a name": ("UPDATE people SET name = 'Other' WHERE id = '<other>'", NO_ONE),
    "be shown by another name": (changed("<me>", "name", "Other"), NO_ONE),
    "sign in by another name": ("UPDATE people SET name_key = 'other' WHERE id = '<me>'", NO_ONE),
    "sign in by another's name": ("UPDATE people SET email_key = 'cora coach' WHERE id = '<me>'", ALONE),
    "change one's own e-mail": (changed("<me>", "email", "x@example.com"), ALONE),
    "change one's own teams": (changed("<me>", "teams", "x").replace("'\"x\"'", "'[\"x\"]'"), ALONE),
    "become another": (changed("<me>", "id", "p-new"), NO_ONE),
    "assign": (into("assignments", NEW_TERMS), COACHES),
    "withdraw": ("UPDATE assignments SET withdrawn_at = now() WHERE id = 'a-sam'", COACHES),
    "delete an assignment": ("DELETE FROM assignments", NO_ONE),
    "keep an agreement": (into("agreements", {"scorecard_id": "new", "json": "{}"}), COACHES),
    "change an agreement": ("UPDATE agreements SET json = '[]'", COACHES),
    "keep skills": (into("skills", {"recruiter": "New One", "made_from": "1", "json": "{}"}), COACHES),
    "change skills": ("UPDATE skills SET json = '[]'", COACHES),
    "keep an opinion": (into("opinions", {"digest": "new", "asked_by": "<me>", "json": "{}"}), TO_ALL),
    "keep an opinion for another": (into("opinions", {"digest": "new", "asked_by": "<other>", "json": "{}"}), NO_ONE),
    "change another's opinion": ("UPDATE opinions SET json = '[]' WHERE asked_by = 'p-sam'", {"sam"}),
    "keep a card": (into("drill_cards", {"recruiter": "<name>", "card": "new", "json": "{}"}), TO_ALL),
    "keep a card for another": (into("drill_cards", {"recruiter": "<other name>", "card": "n", "json": "{}"}), NO_ONE),
    "change another's card": ("UPDATE drill_cards SET json = '[]' WHERE recruiter = 'Sam Field'", {"sam"}),
    "give a card away": ("UPDATE drill_cards SET recruiter = '<other name>' WHERE recruiter = '<name>'", NO_ONE),
    "say how long sessions are kept": (told("retention_set", "<me>", days=1), ALONE),
    "tell that old ones went": (told("sessions_expired", None, days=1, sessions=1), TO_ALL),
    "tell that somebody joined": (told("person_added", "<me>", person="p-sam", duty="admin"), ALONE),
    "tell that somebody left": (told("person_removed", "<me>", person="p-sam"), ALONE),
    "tell that somebody is erased": (told("person_erased", "<me>", person="p-sam", sessions=1), ALONE),
    "tell that another was given out": (told("person_exported", "<me>", person="p-sam"), {"sam", "ada"}),
    "tell of a change of one's own": (told("person_changed", "<me>", person="<me>", what=["is_on_board"]), TO_ALL),
    "tell that it was assigned": (told("assignment_made", "<me>", assignment="a-sam", people=["p-sam"]), COACHES),
    "tell it as another": (told("assignment_made", "<other>", assignment="a-sam", people=["p-sam"]), NO_ONE),
    "invite": (into("invitations", {"code_digest": "n", "person_id": "p-sam", "expires_at": "2099-01-01"}), ALONE),
    "set a password": (into("passwords", {"person_id": "<me>", "salt": "", "key_digest": ""}), NO_ONE),
    "change a password": ("UPDATE passwords SET key_digest = ''", NO_ONE),
    "sign somebody in": (into("sign_ins", {"token_digest": "n", "person_id": "p-ada", "expires_at": "now"}), NO_ONE),
    "stay signed in": ("UPDATE sign_ins SET expires_at = '2099-01-01'", NO_ONE),
    "forget wrong passwords": ("DELETE FROM failed_sign_ins", NO_ONE),
    "change the pepper": ("UPDATE pepper SET secret = ''", NO_ONE),
    "forget what was written": ("DELETE FROM writes", NO_ONE),
    "keep a scorecard": (into("scorecards", {"digest": "n", "scorecard_id": "n", "json": "{}"}), COACHES),
    "change a scorecard": ("UPDATE scorecards SET json = '[]'", NO_ONE),
    "put a job in": (into("procrastinate_jobs", {"queue_name": "scoring", "task_name": "score"}), COACHES),
    "change a job": ("UPDATE procrastinate_jobs SET status = 'doing'", NO_ONE),
    "delete a job": ("DELETE FROM procrastinate_jobs", NO_ONE),
    "say that the tables are of another step": ("UPDATE alembic_version SET version_num = '0'", NO_ONE),
}
