"""Gold files: the verdicts that people gave a transcript, `NAME.gold.json` beside `NAME.json`."""

import json
from pathlib import Path
from typing import Final

from pydantic import Field, TypeAdapter, ValidationError

from roleplay.errors import NotFoundError, TranscriptError
from roleplay.scoring.result import Verdict
from roleplay.values import Value

SUFFIX: Final = ".gold.json"
EVIDENCE: Final = "evidence"
_VERDICTS: Final = TypeAdapter(dict[str, dict[str, Verdict]])
_EVIDENCE: Final = TypeAdapter(dict[str, tuple[str, ...]])


class Gold(Value):
    """What people found in one transcript."""

    verdicts: dict[str, dict[str, Verdict]]
    """By scorecard id, and criterion."""
    evidence: dict[str, tuple[str, ...]] = Field(default={})
    """By criterion: ids of the turns that it rests on."""


def pairs_in(folder: Path) -> list[tuple[Path, Path]]:
    """The transcripts in a folder that have a gold file, with it, by name.

    Raises:
        NotFoundError: where there is none, or a gold file has no transcript.
    """
    golds = sorted(folder.glob(f"*{SUFFIX}"))
    if not golds:
        raise NotFoundError(
            f"{folder}: no transcripts to compare with; it takes NAME.json and NAME{SUFFIX} in one folder"
        )
    pairs = [(path.with_name(path.name.removesuffix(SUFFIX) + ".json"), path) for path in golds]
    for transcript, gold in pairs:
        if not transcript.exists():
            raise NotFoundError(f"{gold}: there is no {transcript.name} beside it")
    return pairs


def read_gold(path: Path) -> Gold:
    """Read a gold file.

    Raises:
        TranscriptError: with the file, and the place or line where it is wrong.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise TranscriptError(f"{path}: can't be read: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise TranscriptError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise TranscriptError(f"{path}: no gold file: not UTF-8, or nested too deep") from error
    if not isinstance(data, dict):
        raise TranscriptError(f"{path}: no gold file: it is an object of scorecards with a verdict for each criterion")
    try:
        evidence = _EVIDENCE.validate_python(data.pop(EVIDENCE, {}))
        return Gold(verdicts=_VERDICTS.validate_python(data), evidence=evidence)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise TranscriptError(f"{path}: {where}: {first['msg']}") from error
