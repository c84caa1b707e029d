"""`roleplay calibrate --coach`: the scorer against what coaches said of past sessions."""

import argparse
import asyncio
import json
from collections.abc import Iterator, Mapping

from roleplay.cli.command import DONE
from roleplay.errors import SettingsError
from roleplay.scoring.calibration import Calibration
from roleplay.scoring.overruling import KAPPA_BAR, LEAST_CASES, coach_decides
from roleplay.studio import Studio
from roleplay.verdicts import kappa_text


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Show how far scorer and coaches agree, criterion by criterion."""
    if options.folder is not None:
        raise SettingsError("--coach compares with past sessions; leave the folder out")
    calibration = asyncio.run(_agreement(environment, options.me))
    chosen = [each for each in calibration.criteria if options.scorecard in {None, each.scorecard}]
    shown = calibration.model_copy(update={"criteria": tuple(chosen)})
    if options.json:
        print(json.dumps(_json(shown), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(shown)))
    return DONE


async def _agreement(environment: Mapping[str, str], name: str | None) -> Calibration:
    studio = await Studio.open(environment, has_library=False, name=name)
    try:
        return await studio.results.agreement()
    finally:
        await studio.aclose()


def _json(calibration: Calibration) -> dict[str, object]:
    return {
        "criteria": [
            each.model_dump(mode="json") | {"coach_decides": coach_decides(each)} for each in calibration.criteria
        ]
    }


def _lines(calibration: Calibration) -> Iterator[str]:
    if not calibration.criteria:
        yield "No coach has looked at a verdict yet; roleplay overrule keeps a coach's word, a confirming one too."
        return
    shown = None
    for each in calibration.criteria:
        if each.scorecard != shown:
            shown = each.scorecard
            yield f"{shown:<32}{'cases':>6}{'accuracy':>10}{'kappa':>8}"
        mark = "  coach decides" if coach_decides(each) else ""
        yield f"  {each.criterion:<30}{each.cases:>6}{each.accuracy:>10.2f}{kappa_text(each.kappa):>8}{mark}"
    yield ""
    yield f"A coach decides where kappa is under {KAPPA_BAR:g} over {LEAST_CASES} cases or more."
