"""The tables as queries see them, in SQLite and in PostgreSQL. What made them so stands in `migrations`."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    FetchedValue,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    cast,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.sql import ColumnElement
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

POSTGRESQL: Final = "postgresql"


class Json(UserDefinedType[str]):
    """JSON as the text that was written, key for key: `json` in PostgreSQL, text in SQLite."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name."""
        return "JSON"

    def column_expression(self, column: ColumnElement[str]) -> ColumnElement[str]:
        """Read it as text, which no driver parses."""
        return cast(column, Text)


class Moment(TypeDecorator[datetime]):
    """A time in UTC: `timestamptz` in PostgreSQL, ISO 8601 in SQLite, where its order is the text's."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """How the database keeps it."""
        kept = TIMESTAMP(timezone=True) if dialect.name == POSTGRESQL else String()
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Into the database."""
        if value is None or dialect.name == POSTGRESQL:
            return value
        return value.astimezone(UTC).isoformat()

    def process_result_value(self, value: Any, _: Dialect) -> datetime | None:
        """Out of it."""
        if value is None:
            return None
        return (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(UTC)


metadata = MetaData()

cases = Table("cases", metadata, Column("digest", Text, primary_key=True), Column("json", Json))

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("scenario_id", Text),
    Column("title", Text),
    Column("recruiter", Text),
    Column("case_digest", Text),
    Column("started_at", Moment),
    Column("changed_at", Moment),
    Column("is_over", Boolean),
    Column("turns", Integer),
    Column("mode", Text),
    Column("assignment_id", Text),
    Column("submitted_at", Moment),
    Column("score", Double),
    Column("passed", Boolean),
    Column("is_void", Boolean),
    Column("awaits_coach", Boolean),  # handed in, and not signed off or sent back since, or disputed after that
    Column("standing_no", Integer),  # counts the changes of its standing verdicts
)

events = Table(
    "events",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("kind", Text),
    Column("json", Json),
)

results = Table(
    "results",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("session_id", Text),
    Column("score", Double),
    Column("passed", Boolean),
    Column("json", Json),
    Column("is_own", Boolean),
    Column("scorecard_digest", Text),
    Column("scorer", Text),
    Column("scored_at", Moment),
)

overrulings = Table(
    "overrulings",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("session_id", Text),
    Column("json", Json),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("criterion", Text, primary_key=True),
    Column("verdict", Text),
)

agreements = Table(
    "agreements",
    metadata,
    Column("scorecard_id", Text, primary_key=True),
    Column("json", Json),
)
"""How far scorer and coaches agree by scorecard, as it was after the last coach's word."""

skills = Table(
    "skills",
    metadata,
    Column("recruiter", Text, primary_key=True),
    Column("made_from", Text),
    Column("json", Json),
)
"""Everybody's skills by what they handed in, and the state of their sessions that they were worked out from."""

opinions = Table(
    "opinions",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("asked_by", Text, primary_key=True, server_default=FetchedValue()),  # whoever asks, where they sign in
    Column("json", Json),
)

drill_cards = Table(
    "drill_cards",
    metadata,
    Column("recruiter", Text, primary_key=True),
    Column("card", Text, primary_key=True),
    Column("json", Json),
)

people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text),
    Column("name_key", Text),
    Column("email_key", Text),
    Column("json", Json),
)

assignments = Table(
    "assignments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_digest", Text),
    Column("due_at", Moment),
    Column("withdrawn_at", Moment),
    Column("json", Json),
)

team_events = Table(
    "team_events",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("kind", Text),
    Column("by_id", Text),
    Column("person_id", Text),
    Column("session_id", Text),
    Column("assignment_id", Text),
    Column("json", Json),
)

troubles = Table(
    "troubles",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("scorecard_digest", Text, primary_key=True),
    Column("reason", Text),
    Column("at", Moment),
)
"""Sessions that couldn't be scored by a scorecard, and why; an empty digest stands for their own."""

COPIED: Final = (
    cases,
    people,
    sessions,
    events,
    results,
    overrulings,
    verdicts,
    agreements,
    opinions,
    drill_cards,
    assignments,
    team_events,
    troubles,
)
"""What a copy of a database holds, in an order in which it can be written. Skills are worked out again."""
