"""`roleplay overrule`: a coach's verdict over the scorer's."""

import argparse
import asyncio
from collections.abc import Mapping

from roleplay.cli.command import DONE
from roleplay.cli.text import result_lines, wrapped
from roleplay.content.case import Case
from roleplay.errors import SettingsError
from roleplay.results import criterion_named
from roleplay.scoring.debrief import rows_of
from roleplay.scoring.overruling import MOST_CHARACTERS
from roleplay.scoring.result import Result, Verdict
from roleplay.studio import Studio
from roleplay.wording import score_words


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Keep a coach's word and show what the session comes to."""
    return asyncio.run(_run(options, environment, _verdict(options)))


async def _run(options: argparse.Namespace, environment: Mapping[str, str], verdict: Verdict | None) -> int:
    studio = await Studio.open(environment, has_library=False, name=options.me)
    try:
        case, result = await _overrule(studio, options, verdict)
    finally:
        await studio.aclose()
    if options.json:
        print(result.model_dump_json(indent=2))
        return DONE
    print(wrapped(f"{case.scenario.title}: {score_words(result, case.scorecard.pass_mark)}"))
    criterion = criterion_named(case, options.criterion)
    rows = [row for row in rows_of(case.scorecard, result) if row.result.id == criterion]
    for line in result_lines(tuple(rows)):
        print(line)
    return DONE


async def _overrule(studio: Studio, options: argparse.Namespace, verdict: Verdict | None) -> tuple[Case, Result]:
    because, turn, quote = options.because.strip(), options.turn, options.quote and options.quote.strip()
    if studio.me is None:
        by = (options.me or "").strip() or studio.settings.recruiter
        return await studio.results.overrule(
            options.session, options.criterion, verdict, because, by=by, turn=turn, quote=quote
        )
    session = await studio.store.session(options.session)
    reviewing = studio.team.reviewing
    return await reviewing.overrule(studio.me, session, options.criterion, verdict, because, turn, quote)


def _verdict(options: argparse.Namespace) -> Verdict | None:
    """The verdict that was given; None where one is taken back.

    Raises:
        SettingsError: the options don't fit together.
    """
    if options.withdraw:
        if any(given is not None for given in (options.verdict, options.turn, options.quote)):
            raise SettingsError("--withdraw takes back what was said; leave the verdict, --turn and --quote out")
        return None
    if options.verdict is None:
        raise SettingsError("roleplay overrule takes a verdict after the criterion, or --withdraw")
    if not options.because.strip():
        raise SettingsError('say why: --because "…"; the recruiter reads it beside the verdict')
    if options.quote is not None and (options.turn is None or not options.quote.strip()):
        raise SettingsError("--quote gives words of the turn that --turn names; give both")
    if len(options.because) > MOST_CHARACTERS:
        raise SettingsError(f"--because takes up to {MOST_CHARACTERS} characters; say it shorter")
    try:
        return Verdict(options.verdict)
    except ValueError:
        known = ", ".join(verdict for verdict in Verdict if verdict is not Verdict.NOT_JUDGED)
        raise SettingsError(f"{options.verdict!r} is no verdict; there are {known}") from None
