"""`roleplay check`: every mistake in content files, and what is doubtful in them."""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Mapping

from roleplay.cli.command import BAD_INPUT, DONE, FAILED
from roleplay.content.case import Case
from roleplay.content.library import FOLDERS, Checked, check_paths, shipped_root
from roleplay.settings import read_settings


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Check the given files or folders, or all content: the shipped and the user's own. A warning is no mistake."""
    roots = [shipped_root(), read_settings(environment).own_content]
    paths = options.paths or [root for root in roots if any((root / folder).is_dir() for folder in FOLDERS)]
    checked = check_paths(paths, roots)
    files, mistakes = checked.files, checked.mistakes
    warnings = [*_warnings(checked), *_drill_warnings(checked)]
    failed = [] if mistakes or not options.deep else _played(checked.cases, options.n)
    if options.json:
        told = {"files": files, "mistakes": mistakes, "warnings": warnings, "failures": failed}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    for line in (*mistakes, *warnings, *failed):
        print(line, file=sys.stderr)
    if not options.json and not mistakes:
        print(f"{files} {'file' if files == 1 else 'files'}, {'no mistakes' if warnings else 'all well'}")
    return BAD_INPUT if mistakes else FAILED if failed else DONE


def _played(cases: Mapping[str, Case], games: int) -> list[str]:
    """What fails when simulated recruiters play the scenarios that were checked."""
    from roleplay.cli.rehearse import rehearse
    from roleplay.listener.learned import LearnedListener
    from roleplay.listener.learned.model import RememberingModel
    from roleplay.rehearsal.recruiters import RecruiterKind
    from roleplay.rehearsal.report import failures, parrot_failures

    played = rehearse(cases, list(RecruiterKind), range(1, games + 1))
    parrots = asyncio.run(parrot_failures(cases, LearnedListener(RememberingModel())))
    return [*failures(cases, played), *parrots]


def _warnings(checked: Checked) -> Iterator[str]:
    """Acts of a scorecard's own that the listener can't tell apart."""
    if not checked.with_own_acts:
        return
    from roleplay.listener.learned.model import Model
    from roleplay.listener.learned.own_acts import OwnActs

    own_acts = OwnActs(Model())
    for card, file in checked.with_own_acts:
        for name, doubt in own_acts.doubts(card.acts):
            yield file.mistake(("acts", name), f"warning: {doubt}")


def _drill_warnings(checked: Checked) -> Iterator[str]:
    """Cards whose model answer isn't heard as one, or whose bad answer is."""
    if not checked.drills:
        return
    from roleplay.drill.doubts import card_doubts
    from roleplay.listener.learned import LearnedListener

    listener = LearnedListener()
    for drill, file in checked.drills:
        for card, key, doubt in asyncio.run(card_doubts(drill, listener)):
            yield file.mistake(("cards", card, key), f"warning: {doubt}")
