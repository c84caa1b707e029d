"""Who may see and do what in a shared database, straight at PostgreSQL: no program stands between that could refuse."""

from collections.abc import Iterator
from typing import Final

import psycopg
import pytest
from psycopg import errors

from tests.postgres import Server
from tests.store.firm import (
    CASE,
    COACHES,
    NEW_CASE,
    NEW_PERSON,
    NEW_TERMS,
    ON_SESSIONS,
    ON_THE_REST,
    SPENT,
    TO_ALL,
    Firm,
    changed,
    digest_of,
    found_firm,
    happened,
    into,
    meant,
    scored,
    session_row,
    told,
    told_of,
)

PRIVATE: Final = {"jen-private", "sam-private"}
HANDED_IN: Final = {"jen-handed-in", "sam-handed-in"}
JENS_OWN: Final = "jen-handed-in"
JENS, SAMS = {"jen-private", "jen-handed-in"}, {"sam-private", "sam-handed-in"}
NOTHING: Final[set[str]] = set()
REFUSED: Final = None
"""The table can't be read at all."""
REFUSALS: Final = (errors.InsufficientPrivilege, errors.CheckViolation, errors.RaiseException)
"""How a database says no, where it doesn't behave as if nothing were there."""
ALL_IDS = {"p-ada", "p-cora", "p-jen", "p-sam"}


@pytest.fixture(scope="module")
def firm(postgresql: Server) -> Iterator[Firm]:
    """The firm; what a test does in it doesn't stay."""
    founded = found_firm(postgresql)
    yield founded
    founded.close()
    postgresql.drop(founded.database)


def rows_touched(firm: Firm, viewer: str, statement: str, about: str = "") -> int:
    """How many rows a statement changes for somebody; none where it is refused."""
    with firm.seen_by(viewer, about) as connection:
        try:
            return connection.execute(statement).rowcount
        except REFUSALS:
            return 0


def seen(firm: Firm, viewer: str, table: str, label: str, about: str = "") -> set[str] | None:
    """The rows that somebody sees, by what tells them apart; None where they can't look."""
    with firm.seen_by(viewer, about) as connection:
        try:
            rows = connection.execute(f"SELECT {label} FROM {table}").fetchall()
        except errors.InsufficientPrivilege:
            return REFUSED
    labels = [str(row[0]) for row in rows]
    assert len(labels) == len(set(labels)), "a label tells one row"
    return set(labels)


# What holds for the logins


def test_no_login_but_the_owners_owns_anything_or_is_above_policies(firm: Firm) -> None:
    for login in ("desk", "robot"):
        (row,) = firm.as_owner(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication"
            " OR EXISTS (SELECT 1 FROM pg_class WHERE pg_has_role(pg_roles.oid, relowner, 'member'))"
            " OR EXISTS (SELECT 1 FROM pg_proc WHERE pg_has_role(pg_roles.oid, proowner, 'member'))"
            " OR pg_has_role(pg_roles.oid, 'keeper', 'member') OR has_schema_privilege(oid, 'public', 'CREATE')"
            " FROM pg_roles WHERE rolname = %s",
            [login],
        )
        assert row == (False,), login


def test_every_table_has_policies_and_stands_in_this_test(firm: Firm) -> None:
    tables = dict(
        firm.as_owner(
            "SELECT relname, relrowsecurity FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
    )
    assert [name for name, is_secured in tables.items() if not is_secured] == ["alembic_version"]
    assert set(SEEN) | {"alembic_version"} == set(tables)
    others = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'f')"
    assert firm.as_owner(others) == [], "a view is read with its owner's eyes"


def test_a_function_that_runs_as_the_owner_looks_only_where_the_owner_said(firm: Firm) -> None:
    for name, settings in firm.as_owner(
        "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    ):
        assert settings == ["search_path=pg_catalog, public, pg_temp"], name


# What is seen


def by_session(handed_in_only: bool = False) -> dict[str, set[str] | None]:
    """What hangs on a session is seen by whoever sees the session."""
    there = HANDED_IN if handed_in_only else PRIVATE | HANDED_IN
    return {"jen": JENS & there, "sam": SAMS & there, "cora": HANDED_IN, "ada": HANDED_IN, "robot": there}


def same(labels: set[str], viewers: set[str], robot: set[str] | None = REFUSED) -> dict[str, set[str] | None]:
    """The same for all of these viewers, and nothing for others."""
    return {"robot": robot} | dict.fromkeys(viewers, labels)


def nobodys(robot: set[str] | None = REFUSED) -> dict[str, set[str] | None]:
    """What no login of people's reads at all."""
    return dict.fromkeys((*TO_ALL, "nobody", "ended"), REFUSED) | {"robot": robot}


DONE_TO_ALL = {"retention_set"}
DONE_TO_JEN = {"person_added p-jen", "session_submitted jen-handed-in", "comment_made jen-handed-in"}
DONE_TO_SAM = {each.replace("jen", "sam") for each in DONE_TO_JEN}
ASSIGNED = {"assignment_made a-jen", "assignment_made a-sam"}
DONE = DONE_TO_ALL | DONE_TO_JEN | DONE_TO_SAM | ASSIGNED
DONE_LABEL = "concat_ws(' ', kind, coalesce(person_id, session_id, assignment_id))"
OWN_OPINION: dict[str, set[str] | None] = {who: {f"asked by {who}"} for who in TO_ALL}
OWN_CARD: dict[str, set[str] | None] = {who: {f"bump/{who}"} for who in TO_ALL}

SEEN: Final[dict[str, tuple[str, dict[str, set[str] | None]]]] = {
    # table: (what tells a row, who sees which; whoever doesn't stand here sees nothing)
    "sessions": ("id", by_session()),
    "events": ("session_id", by_session()),
    "results": ("session_id", by_session()),
    "verdicts": ("session_id", by_session()),
    "troubles": ("session_id", by_session()),
    "overrulings": ("session_id", by_session(handed_in_only=True)),
    "people": ("id", same(ALL_IDS, TO_ALL, robot=ALL_IDS)),
    "cases": ("digest", same({digest_of(CASE)}, TO_ALL, robot={digest_of(CASE)})),
    "assignments": ("id", same({"a-jen", "a-sam"}, COACHES) | {"jen": {"a-jen"}, "sam": {"a-sam"}}),
    "agreements": ("scorecard_id", same({"unstick"}, TO_ALL)),
    "skills": ("recruiter", same({"Jen Ortiz", "Sam Field"}, COACHES)),
    "opinions": ("digest", OWN_OPINION | {"robot": {f"asked by {who}" for who in TO_ALL}}),
    "drill_cards": ("card", OWN_CARD | {"robot": REFUSED}),
    "team_events": (
        DONE_LABEL,
        same(DONE, COACHES) | {"jen": DONE_TO_ALL | DONE_TO_JEN, "sam": DONE_TO_ALL | DONE_TO_SAM},
    ),
    "scorecards": ("digest", same({"d"}, COACHES, robot={"d"})),
    "procrastinate_jobs": ("task_name", same({"score"}, COACHES, robot={"score"})),
    "procrastinate_workers": ("1", same({"1"}, COACHES, robot={"1"})),
    "procrastinate_events": ("type", nobodys(robot={"deferred"})),
    "procrastinate_periodic_defers": ("task_name", nobodys(robot={"score"})),
    "passwords": ("person_id", nobodys()),
    "invitations": ("person_id", nobodys()),
    "sign_ins": ("token_digest", nobodys()),
    "failed_sign_ins": ("name_key", nobodys()),
    "pepper": ("secret", nobodys()),
    "writes": ("mark::text", nobodys()),
}


@pytest.mark.parametrize("viewer", ["nobody", "ended", "jen", "sam", "cora", "ada", "robot"])
@pytest.mark.parametrize("table", SEEN)
def test_everybody_sees_what_is_theirs_and_a_coach_what_was_handed_in(firm: Firm, table: str, viewer: str) -> None:
    label, expected = SEEN[table]
    assert seen(firm, viewer, table, label) == expected.get(viewer, NOTHING)


def test_the_owner_sees_each_row_that_stands_in_this_test(firm: Firm) -> None:
    for table, (label, expected) in SEEN.items():
        everything = {str(row[0]) for row in firm.as_owner(f"SELECT {label} FROM {table}")}
        seen_by_any = set().union(*(rows for rows in expected.values() if rows))
        assert everything, f"{table} is empty, so that nothing is shown by what isn't seen"
        assert seen_by_any <= everything, table


def test_a_connection_that_never_said_who_it_is_sees_nothing(firm: Firm) -> None:
    with psycopg.connect(firm.server.url(firm.database)) as connection:
        for table, (_, expected) in SEEN.items():
            if expected.get("nobody", NOTHING) is not REFUSED:
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


ABOUT_JEN: Final = {
    "sessions": HANDED_IN | JENS,
    "events": HANDED_IN | JENS,
    "results": HANDED_IN | JENS,
    "verdicts": HANDED_IN | JENS,
    "drill_cards": {"bump/ada", "bump/jen"},
}


@pytest.mark.parametrize("table", ABOUT_JEN)
def test_what_is_held_on_somebody_is_seen_by_who_leads_once_it_is_about_them(firm: Firm, table: str) -> None:
    label, expected = SEEN[table]
    assert seen(firm, "ada", table, label, about="Jen Ortiz") == ABOUT_JEN[table]
    for viewer in ("nobody", "ended", "jen", "sam", "cora"):
        assert seen(firm, viewer, table, label, about="Jen Ortiz") == expected.get(viewer, NOTHING), viewer


def test_what_models_said_to_others_is_not_seen_whomever_it_is_about(firm: Firm) -> None:
    found = seen(firm, "ada", "opinions", "digest", about="Jen Ortiz")
    assert found is not REFUSED
    assert not found & {"asked by sam", "asked by cora"}


def test_a_coach_leads_only_where_there_is_no_admin(firm: Firm) -> None:
    no_admin = changed("p-ada", "duty", "recruiter"), changed("p-ada", "duty", "admin")
    assert seen(firm, "cora", "sessions", "id", about="Jen Ortiz") == HANDED_IN
    with firm.while_it_is(no_admin):
        assert seen(firm, "cora", "sessions", "id", about="Jen Ortiz") == HANDED_IN | JENS
        assert seen(firm, "sam", "sessions", "id", about="Jen Ortiz") == SAMS
        assert rows_touched(firm, "cora", NEW_PERSON) == 1


# What is done about sessions

WHO: Final = (("jen", "jen"), ("jen", "sam"), ("cora", "sam"), ("ada", "sam"))
"""Who does it, and whose session it is, in the order of the columns of `ON_SESSIONS`."""
SITUATIONS: Final = [(who, f"{whose}-{state}") for who, whose in WHO for state in ("private", "handed-in")]


@pytest.mark.parametrize("done", ON_SESSIONS)
def test_a_recruiter_writes_their_own_and_a_coach_reviews_what_was_handed_in(firm: Firm, done: str) -> None:
    statement, expected = ON_SESSIONS[done]
    found = [rows_touched(firm, who, meant(statement, who, session)) for who, session in SITUATIONS]
    marks = "".join("✓" if rows else "·" for rows in found)
    assert " ".join(marks[at : at + 2] for at in range(0, len(marks), 2)) == expected


@pytest.mark.parametrize("done", ON_SESSIONS)
def test_who_is_not_signed_in_does_nothing_about_sessions(firm: Firm, done: str) -> None:
    statement, _ = ON_SESSIONS[done]
    for viewer in ("nobody", "ended"):
        for session in JENS:
            assert rows_touched(firm, viewer, meant(statement, viewer, session)) == 0, (viewer, session)


# What is done about the rest


@pytest.mark.parametrize("done", ON_THE_REST)
def test_each_duty_does_what_is_its_own(firm: Firm, done: str) -> None:
    statement, expected = ON_THE_REST[done]
    viewers = ("nobody", "ended", "jen", "sam", "cora", "ada")
    assert {who for who in viewers if rows_touched(firm, who, meant(statement, who))} == expected


def test_nobody_keeps_a_case_by_a_digest_that_is_not_its_own(firm: Firm) -> None:
    wrong = into("cases", {"digest": digest_of("[1]"), "json": "[2]"})
    for viewer in TO_ALL:
        with firm.seen_by(viewer) as connection, pytest.raises(errors.CheckViolation):
            connection.execute(wrong)
    with pytest.raises(errors.CheckViolation):
        firm.as_owner(wrong)


UNNAMED: Final = {
    # a statement without a condition, which needs no right to see a row: what it touches
    "DELETE FROM verdicts": {"jen": 2, "sam": 2, "cora": 2, "ada": 2},
    "DELETE FROM troubles": {"cora": 2, "ada": 2},
    "DELETE FROM opinions": {"jen": 1, "sam": 1, "cora": 1, "ada": 1},
    "DELETE FROM drill_cards": {"jen": 1, "sam": 1, "cora": 1, "ada": 1},
    "UPDATE drill_cards SET json = '[]'": {"jen": 1, "sam": 1, "cora": 1, "ada": 1},
    "UPDATE opinions SET json = '[]'": {"jen": 1, "sam": 1, "cora": 1, "ada": 1},
    "UPDATE results SET score = 1": {"cora": 2, "ada": 2},
    "UPDATE sessions SET turns = 1": {"jen": 2, "sam": 2, "cora": 2, "ada": 2},
    "UPDATE overrulings SET json = '{\"by\": null}'": {},
    "DELETE FROM overrulings": {},
    "DELETE FROM events": {},
    "DELETE FROM results": {},
    "DELETE FROM sessions": {},
    "DELETE FROM team_events": {},
    "DELETE FROM people": {"ada": 4},
}


@pytest.mark.parametrize("statement", UNNAMED)
def test_a_statement_that_names_no_row_touches_no_other_rows(firm: Firm, statement: str) -> None:
    viewers = ("nobody", "ended", "jen", "sam", "cora", "ada")
    assert {who: rows for who in viewers if (rows := rows_touched(firm, who, statement))} == UNNAMED[statement]


FORGED: Final = {
    # what the columns say is in order for Jen; what the JSON says isn't
    "a coach's review": told_of("comment_made", "<me>", session=JENS_OWN) | {"json": '{"kind": "signed_off"}'},
    "in a coach's name": told_of("comment_made", "p-cora", session=JENS_OWN) | {"by_id": "<me>"},
    "about another's session": told_of("comment_made", "<me>", session="sam-handed-in") | {"session_id": JENS_OWN},
    "about another": told_of("person_changed", "<me>", person="p-sam") | {"person_id": "<me>"},
    "of an assignment": told_of("session_submitted", "<me>", session=JENS_OWN) | {"assignment_id": "a-sam"},
    "a policy": told_of("sessions_expired", None) | {"json": '{"kind": "retention_set", "by": null, "days": 1}'},
}


@pytest.mark.parametrize("what", FORGED)
def test_what_is_told_says_the_same_in_its_columns_and_in_its_words(firm: Firm, what: str) -> None:
    assert rows_touched(firm, "jen", meant(into("team_events", FORGED[what]), "jen")) == 0


# What is held on somebody

GIVEN_UP: Final = ("team_events", "troubles", "results", "events")


def deleted(firm: Firm, viewer: str, table: str, about: str = "") -> set[str]:
    """The sessions of which somebody can delete rows of a table."""
    with firm.seen_by(viewer, about) as connection:
        rows = connection.execute(f"DELETE FROM {table} WHERE session_id IS NOT NULL RETURNING session_id").fetchall()
    return {str(row[0]) for row in rows}


@pytest.mark.parametrize("table", GIVEN_UP)
def test_somebody_is_erased_by_who_leads_and_nobody_else_is(firm: Firm, table: str) -> None:
    there = JENS - {"jen-private"} if table == "team_events" else JENS
    coaches = HANDED_IN if table == "troubles" else NOTHING
    assert deleted(firm, "ada", table, about="Jen Ortiz") == there | coaches
    for viewer in ("nobody", "ended", "jen", "sam", "cora"):
        expected = coaches if viewer == "cora" else NOTHING
        assert deleted(firm, viewer, table, about="Jen Ortiz") == expected, viewer


def test_a_coach_who_is_erased_is_forgotten_and_nobody_put_in_their_place(firm: Firm) -> None:
    forget = "UPDATE overrulings SET json = '{\"by\": null}'"
    assert rows_touched(firm, "ada", forget, about="Cora Coach") == 2
    assert rows_touched(firm, "ada", forget, about="Jen Ortiz") == 0
    assert rows_touched(firm, "cora", forget, about="Cora Coach") == 0
    assert rows_touched(firm, "ada", forget.replace("null", '"Ada Admin"'), about="Cora Coach") == 0


def test_old_sessions_are_deleted_by_their_own_recruiter_once_they_are_kept_no_longer(firm: Firm) -> None:
    kept = told("retention_set", "p-ada", days=30), "DELETE FROM team_events WHERE json ->> 'days' = '30'"
    old = (
        "UPDATE sessions SET started_at = started_at - interval '31 days'",
        "UPDATE sessions SET started_at = started_at + interval '31 days'",
    )
    with firm.while_it_is(kept):
        assert deleted(firm, "jen", "events") == NOTHING, "they are of today"
    with firm.while_it_is(old):
        assert deleted(firm, "jen", "events") == NOTHING, "sessions are kept for good"
    with firm.while_it_is(kept, old):
        for viewer, expected in {"jen": JENS, "sam": SAMS, "cora": NOTHING, "ada": NOTHING, "nobody": NOTHING}.items():
            assert deleted(firm, viewer, "events") == expected, viewer


def test_others_learn_of_the_board_only_who_stands_on_it_and_how_high(firm: Firm) -> None:
    stands = changed("p-jen", "is_on_board", "true"), changed("p-jen", "is_on_board", "false")
    was_scored = "UPDATE sessions SET score = 50", "UPDATE sessions SET score = NULL"
    with firm.while_it_is(stands, was_scored):
        for viewer, expected in {"sam": [("Jen Ortiz", 50.0, 1)], "nobody": [], "ended": []}.items():
            with firm.seen_by(viewer) as connection:
                assert connection.execute("SELECT * FROM board(5)").fetchall() == expected, viewer


# Workers

BY_WORKERS: Final = {
    # what is done: (how; whether it may be)
    "keep a result": (scored("results", score=9, passed=False, json="{}"), True),
    "keep a verdict": (scored("verdicts", criterion="deadline", verdict="met"), True),
    "replace verdicts": ("DELETE FROM verdicts WHERE session_id = '<s>'", True),
    "list a score": ("UPDATE sessions SET score = 9 WHERE id = '<s>'", True),
    "set a session aside": (scored("troubles", scorecard_digest="e", reason="x", at="now"), True),
    "tell what was spent": (happened("tokens_spent", SPENT), True),
    "keep an opinion": (into("opinions", {"digest": "n", "json": "{}"}), True),
    "take a job": ("UPDATE procrastinate_jobs SET status = 'doing'", True),
    "begin a session": (into("sessions", session_row("new", "Jen Ortiz")), False),
    "add somebody": (NEW_PERSON, False),
    "change people": ("UPDATE people SET name = 'Other'", False),
    "remove people": ("DELETE FROM people", False),
    "keep a case": (NEW_CASE, False),
    "assign": (into("assignments", NEW_TERMS), False),
    "invite": (ON_THE_REST["invite"][0], False),
    "keep a card": (ON_THE_REST["keep a card"][0], False),
    "keep a scorecard": (ON_THE_REST["keep a scorecard"][0], False),
    "change a password": ("UPDATE passwords SET key_digest = ''", False),
    "end sign-ins": ("DELETE FROM sign_ins", False),
}


@pytest.mark.parametrize("done", BY_WORKERS)
def test_a_worker_scores_and_does_nothing_else(firm: Firm, done: str) -> None:
    statement, may = BY_WORKERS[done]
    assert bool(rows_touched(firm, "robot", meant(statement, "robot", "jen-private"))) is may
