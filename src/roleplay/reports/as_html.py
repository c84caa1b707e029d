"""Reports as one HTML page that needs nothing beside it: no script, no font, no picture from anywhere. Pure.

What others wrote stands there as words: the template escapes all that is put into it, and what a screen or a reading
direction would obey is left out before. The page's own policy forbids the browser to load or run anything.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from roleplay.record.words import plain_words
from roleplay.reports import charts
from roleplay.reports.report import Report, figures, headed, reviewed, who
from roleplay.scoring.touches import SENSITIVE_WORDS
from roleplay.verdicts import beside, mark_words
from roleplay.wording import (
    PRODUCT,
    chance_words,
    channel_words,
    ladder_words,
    letter_story,
    points_words,
    score_words,
    verdict_words,
    when,
    whole,
)

TEMPLATE: Final = "report.html.j2"


def written(reports: Sequence[Report]) -> str:
    """All reports as one page."""
    places = [
        {turn.id: f"s{number}-turn-{place}" for place, (_, turn) in enumerate(report.debrief.transcript.turns(), 1)}
        for number, report in enumerate(reports, 1)
    ]
    return _environment().get_template(TEMPLATE).render(reports=reports, places=places, title=_title(reports))


def _title(reports: Sequence[Report]) -> str:
    if len(reports) != 1:
        return f"{len(reports)} sessions"
    (report,) = reports
    return f"{report.debrief.title}: {report.recruiter}" if report.recruiter else report.debrief.title


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("roleplay.reports"),
        autoescape=True,
        finalize=_plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        PRODUCT=PRODUCT,
        SENSITIVE_WORDS=SENSITIVE_WORDS,
        beside=beside,
        chance_words=chance_words,
        channel_words=channel_words,
        charts=charts,
        figures=figures,
        headed=headed,
        ladder_words=ladder_words,
        letter_story=letter_story,
        mark_words=mark_words,
        points_words=points_words,
        reviewed=reviewed,
        score_words=score_words,
        verdict_words=verdict_words,
        when=when,
        who=who,
        whole=whole,
    )
    return environment


def _plain(value: object) -> object:
    """Leave out of a text what would be obeyed; lines stay lines, and what the template made itself stays whole."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return "\n".join(plain_words(line) for line in value.splitlines())
