"""The recruiter's map of the job order, held against its key. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from roleplay.content.case import Case
from roleplay.content.job_order import ROLE_FIELDS, JobOrder
from roleplay.content.scorecard import MapCriterion
from roleplay.record.events import Event, MapFilled
from roleplay.record.specifics import specifics_of
from roleplay.scoring.findings import Finding
from roleplay.scoring.result import Source, Verdict
from roleplay.values import Value

FIELD_TITLES: Final[Mapping[str, str]] = {
    "why_open": "Why it's open",
    "cost": "What it costs",
    "deadline": "By when",
    "fee_payer": "Who pays the fee",
    "signer": "Who signs",
    "blocker": "Who blocks",
    "blocks_because": "Why they block",
    "grade": "Grade",
}
DATES: Final = ("month:", "number:", "day:", "when:")
"""What makes a date, of the specifics in a text."""
_CLAUSE: Final = re.compile(r"[.;]")


class Mapped(Value):
    """What the recruiter filled in, and how it really is."""

    page: JobOrder
    key: JobOrder


def mapped_in(case: Case, events: Sequence[Event]) -> Mapped | None:
    """The page that was filled in last, beside the scenario's key; None for a scenario of one call."""
    if case.scenario.campaign is None:
        return None
    page = next((event.page for event in reversed(events) if isinstance(event, MapFilled)), JobOrder())
    return Mapped(page=page, key=case.scenario.campaign.key)


def is_right(field: str, page: JobOrder, key: JobOrder) -> bool | None:
    """Whether a field is filled in as the key has it; None where nothing is, or where words can't be compared.

    Of a deadline, the date is compared: it names the first one in the key, and none that isn't there.
    """
    yours, right = getattr(page, field), getattr(key, field)
    if yours is None or right is None:
        return None
    if field in {*ROLE_FIELDS, "grade"}:
        return bool(yours == right)
    if field != "deadline":
        return None
    wanted, named = dates_in(_CLAUSE.split(right)[0]), dates_in(yours)
    return bool(named & wanted) and named <= dates_in(right) if wanted else None


def map_finding(criterion: MapCriterion, mapped: Mapped) -> Finding:
    """Count the fields that are right."""
    right = [field for field in criterion.fields if is_right(field, mapped.page, mapped.key)]
    others = [field for field in criterion.fields if field not in right]
    bounds = ((criterion.met_from, Verdict.MET), (criterion.partial_from, Verdict.PARTIAL))
    verdict = next((verdict for bound, verdict in bounds if len(right) >= bound), Verdict.MISSED)
    return Finding(verdict, Source.MAP, _reason(right, others, mapped.page))


def _reason(right: Sequence[str], others: Sequence[str], page: JobOrder) -> str:
    if all(getattr(page, field) is None for field in (*right, *others)):
        return "You left your map empty."
    wrong = [field for field in others if getattr(page, field) is not None]
    empty = [field for field in others if getattr(page, field) is None]
    parts = [f"{len(right)} of {len(right) + len(others)} fields of your map are right"]
    parts += [f"wrong: {_titles(wrong)}"] if wrong else []
    parts += [f"left empty: {_titles(empty)}"] if empty else []
    return "; ".join(parts) + "."


def _titles(fields: Sequence[str]) -> str:
    return ", ".join(FIELD_TITLES[field].lower() for field in fields)


def dates_in(text: str) -> frozenset[str]:
    """The days, months and numbers that a text names, each in one spelling."""
    return frozenset(value for value in specifics_of(text).values if value.startswith(DATES))
