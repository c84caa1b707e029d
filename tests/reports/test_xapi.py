"""xAPI statements: valid by the specification's rules, the same each time, and about nothing but the playing."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import pytest

from roleplay.reports import as_xapi
from roleplay.scoring.result import Verdict
from tests.reports.conftest import SOME_DAYS, WROTE, Played
from tests.reports.hostile import hostile

IRI: Final = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
DURATION: Final = re.compile(r"P(?!$)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
STATEMENT: Final = {"id", "actor", "verb", "object", "result", "context", "timestamp"}
RESULT: Final = {"score", "success", "completion", "response", "duration", "extensions"}
CONTEXT: Final = {"registration", "contextActivities", "platform", "revision", "language", "extensions"}
IDENTIFIERS: Final = {"mbox", "mbox_sha1sum", "openid", "account"}


def check_statement(statement: Mapping[str, Any]) -> None:
    """Hold one against the rules of parts 2.1 to 2.5 of the specification (Data, 1.0.3; 4.2 of IEEE 9274.1.1)."""
    assert set(statement) <= STATEMENT
    assert {"actor", "verb", "object"} <= set(statement)
    assert str(UUID(statement["id"])) == statement["id"]
    _no_nulls(statement)
    _actor(statement["actor"])
    assert IRI.fullmatch(statement["verb"]["id"])
    _language_map(statement["verb"]["display"])
    _activity(statement["object"])
    _result(statement["result"])
    _context(statement["context"])
    assert TIMESTAMP.fullmatch(statement["timestamp"])
    assert datetime.fromisoformat(statement["timestamp"]).utcoffset() is not None
    assert not statement["timestamp"].endswith("-00:00")


def _no_nulls(value: Any) -> None:
    assert value is not None
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _no_nulls(each)


def _actor(actor: Mapping[str, Any]) -> None:
    assert actor["objectType"] == "Agent"
    assert isinstance(actor["name"], str)
    assert len(IDENTIFIERS & set(actor)) == 1, "exactly one identifier"
    assert set(actor) <= {"objectType", "name"} | IDENTIFIERS
    if "mbox" in actor:
        assert re.fullmatch(r"mailto:[^@\s]+@[^@\s]+", actor["mbox"])
    else:
        assert set(actor["account"]) == {"homePage", "name"}
        assert re.fullmatch(r"https?://\S+", actor["account"]["homePage"])
        assert actor["account"]["name"]


def _language_map(words: Mapping[str, Any]) -> None:
    assert all(
        re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", tag) and isinstance(text, str) for tag, text in words.items()
    )


def _activity(activity: Mapping[str, Any]) -> None:
    assert set(activity) == {"objectType", "id", "definition"}
    assert activity["objectType"] == "Activity"
    assert IRI.fullmatch(activity["id"]), activity["id"]
    assert set(activity["definition"]) <= {"type", "name", "description"}
    assert IRI.fullmatch(activity["definition"]["type"])
    _language_map(activity["definition"]["name"])
    _language_map(activity["definition"].get("description", {}))


def _result(result: Mapping[str, Any]) -> None:
    assert set(result) <= RESULT
    assert all(isinstance(result[name], bool) for name in ("success", "completion") if name in result)
    if "duration" in result:
        assert DURATION.fullmatch(result["duration"]), result["duration"]
    _extensions(result.get("extensions", {}))
    if "score" in result:
        score = result["score"]
        assert set(score) <= {"scaled", "raw", "min", "max"}
        assert -1 <= score["scaled"] <= 1
        assert score["min"] < score["max"]
        assert score["min"] <= score["raw"] <= score["max"]


def _context(context: Mapping[str, Any]) -> None:
    assert set(context) <= CONTEXT
    UUID(context["registration"])
    assert set(context["contextActivities"]) <= {"parent", "grouping", "category", "other"}
    for activities in context["contextActivities"].values():
        for activity in activities:
            _activity(activity)
    _extensions(context["extensions"])


def _extensions(extensions: Mapping[str, Any]) -> None:
    assert all(IRI.fullmatch(name) for name in extensions)


async def test_every_statement_keeps_the_rules(played: Played) -> None:
    reports = [await played(), await played(SOME_DAYS, WROTE, recruiter=None)]
    said = json.loads(as_xapi.written([*reports, *map(hostile, reports)]))
    assert len(said) > len(reports)
    for statement in said:
        check_statement(statement)


@pytest.mark.parametrize("name", sorted(STATEMENT - {"context", "result", "timestamp"}))
async def test_the_rules_are_checked(played: Played, name: str) -> None:
    statement = dict(as_xapi.statements([await played()])[0])
    del statement[name]
    with pytest.raises((AssertionError, KeyError)):
        check_statement(statement)


async def test_a_session_is_passed_failed_or_completed(played: Played) -> None:
    report = await played()
    result = report.debrief.result
    verdicts = {
        "failed": result.model_copy(update={"passed": False, "score": 40.0}),
        "passed": result.model_copy(update={"passed": True, "score": 90.0}),
        "completed": result.model_copy(update={"void": "the voice didn't keep to its part"}),
    }
    for verb, each in verdicts.items():
        told = report.model_copy(update={"debrief": report.debrief.model_copy(update={"result": each})})
        statement: dict[str, Any] = as_xapi.statements([told])[0]
        assert statement["verb"]["id"] == f"http://adlnet.gov/expapi/verbs/{verb}"
        assert statement["result"]["completion"] is True
        assert ("score" in statement["result"]) == (verb != "completed")
        if verb != "completed":
            assert statement["result"]["success"] == each.passed
            assert statement["result"]["score"] == {"scaled": each.score / 100, "raw": each.score, "min": 0, "max": 100}


async def test_a_criterion_with_points_is_scored_and_one_without_is_left_out(played: Played) -> None:
    report = await played()
    said: list[dict[str, Any]] = as_xapi.statements([report])[1:]
    counted = [row for row in report.debrief.rows if row.result.points is not None]
    assert len(counted) < len(report.debrief.rows)
    assert [each["object"]["id"].rsplit("/", 1)[1] for each in said] == [row.result.id for row in counted]
    for row, each in zip(counted, said, strict=True):
        assert each["verb"]["id"] == "http://adlnet.gov/expapi/verbs/scored"
        assert each["result"]["score"]["raw"] == row.result.points
        assert each["result"]["success"] == (row.result.verdict is Verdict.MET)
        assert each["context"]["contextActivities"]["parent"][0]["id"].endswith(f"/scenarios/{report.scenario}")


async def test_the_same_result_has_the_same_ids_and_another_one_has_others(played: Played) -> None:
    report = await played()
    ids = [each["id"] for each in as_xapi.statements([report])]
    assert ids == [each["id"] for each in as_xapi.statements([report])]
    assert len(set(ids)) == len(ids)
    better = report.debrief.result.model_copy(update={"score": 99.0, "passed": True})
    again = report.model_copy(update={"debrief": report.debrief.model_copy(update={"result": better})})
    assert as_xapi.statements([again])[0]["id"] not in ids


async def test_the_actor_is_an_e_mail_where_one_is_known_and_an_account_else(played: Played) -> None:
    report = await played()
    said: dict[str, Any] = as_xapi.statements([report])[0]
    assert said["actor"]["account"]["name"] == "Jen Ortiz"
    told: dict[str, Any] = as_xapi.statements([report.model_copy(update={"email": "jen@ridgeline.example"})])[0]
    assert told["actor"] == {"objectType": "Agent", "name": "Jen Ortiz", "mbox": "mailto:jen@ridgeline.example"}
    assert told["context"]["registration"] == said["context"]["registration"]


async def test_nobodys_words_are_posted(played: Played) -> None:
    report = await played(SOME_DAYS, WROTE)
    text = as_xapi.written([report])
    for _, turn in report.debrief.transcript.turns():
        assert turn.text not in text
    assert "Dana" not in text


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "PT0S"), (10, "PT10S"), (754.5, "PT754.5S"), (3600, "PT3600S"), (0.004, "PT0S")]
)
def test_a_duration_is_written_as_iso_8601_has_it(seconds: float, words: str) -> None:
    assert as_xapi.duration(seconds) == words
    assert DURATION.fullmatch(words)


async def test_time_played_leaves_breaks_out(played: Played) -> None:
    report = await played()
    assert report.spent_s is not None
    assert report.ended_at is not None
    assert 0 < report.spent_s <= (report.ended_at - report.started_at).total_seconds()
