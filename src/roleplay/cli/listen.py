"""`roleplay listen`: what the listener hears in labelled rows, and how far that agrees with the labels."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

from roleplay.around import listening
from roleplay.cli.command import DONE
from roleplay.errors import RowsError, SettingsError
from roleplay.keys import SystemKeyring
from roleplay.listener.agreement import Agreement, agreement
from roleplay.listener.learned import Evidence, LearnedListener, Text
from roleplay.listener.rows import LABELS, Group, Row, read_rows
from roleplay.settings import read_settings

BATCH: Final = 64
WORST: Final = 20
"""How many of the rows that were read wrongly are shown."""


class Heard(NamedTuple):
    """A row and what was heard in it."""

    row: Row
    evidence: list[Evidence]
    local: list[Evidence]
    """What the local model made of it, before anybody else was asked."""
    failure: str | None

    @property
    def gold(self) -> frozenset[str]:
        """What it is labelled as."""
        return frozenset(self.row.labels or ())

    @property
    def was_asked(self) -> bool:
        """Whether a second opinion was worth asking for."""
        return any(each.is_unsure for each in self.local)

    @property
    def local_labels(self) -> list[str]:
        """What the local model heard."""
        return [each.label for each in self.local if each.is_heard]

    @property
    def labels(self) -> list[str]:
        """The labels that were heard, in the codebook's order."""
        return [each.label for each in self.evidence if each.is_heard]

    @property
    def wrongness(self) -> float:
        """How sure the listener was of what the row isn't labelled as: the probabilities it gave away, added up."""
        return sum(
            1 - each.probability if each.label in self.gold else each.probability
            for each in self.evidence
            if each.is_heard != (each.label in self.gold)
        )


def run(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Read a file's rows; print a line a row, or figures against the labels."""
    group = Group.WRITTEN if options.written else Group.COUNTERPART if options.other else Group.RECRUITER
    rows = read_rows(options.file, group)
    return asyncio.run(_run(options, environment, group, rows))


async def _run(options: argparse.Namespace, environment: Mapping[str, str], group: Group, rows: Iterator[Row]) -> int:
    settings = await asyncio.to_thread(read_settings, environment, keys=SystemKeyring())
    if options.ear and (settings.endpoint is None or not settings.asks_model):
        raise SettingsError("--ear asks a language model, and none is set; set OPENAI_BASE_URL or OPENAI_API_KEY")
    kept: list[Heard] = []
    async with listening(settings if options.ear else settings.model_copy(update={"endpoint": None})) as listener:
        await listener.prepare()
        started = time.perf_counter()
        async for heard in _heard(listener, group, rows):
            if options.eval and heard.row.labels is None:
                raise RowsError(f"{options.file}: row {heard.row.id!r} has no labels to compare with")
            if not options.eval:
                print(json.dumps(_line(heard, group), ensure_ascii=False))
            if options.eval or options.ear:
                kept.append(heard)
        spent_s = time.perf_counter() - started
    if options.eval:
        _print_figures(kept, group, spent_s, as_json=options.json)
    if options.ear:
        print(_ear_words(kept), file=sys.stderr)
    return DONE


async def _heard(listener: LearnedListener, group: Group, rows: Iterator[Row]) -> AsyncGenerator[Heard, None]:
    while some := list(islice(rows, BATCH)):
        texts = [Text(group, row.text, row.channel.value, row.words_before, row.known) for row in some]
        alone = await listener.weigh(texts)
        asked = await listener.consider(texts, alone)
        for row, local, final in zip(some, alone, asked, strict=True):
            yield Heard(row, final.evidence, local, final.failure)


def _print_figures(kept: list[Heard], group: Group, spent_s: float, *, as_json: bool) -> None:
    figures = agreement(LABELS[group], [(heard.gold, frozenset(heard.labels)) for heard in kept])
    worst = sorted((heard for heard in kept if heard.wrongness), key=lambda heard: -heard.wrongness)[:WORST]
    if as_json:
        print(json.dumps(figures.model_dump() | {"worst": [_line(heard, group) for heard in worst]}, indent=2))
    else:
        print("\n".join(_figures(figures, worst, spent_s)))


def _ear_words(kept: list[Heard]) -> str:
    """How many rows the model was asked about, and what that changed."""
    asked = [heard for heard in kept if heard.was_asked]
    changed = [heard for heard in asked if heard.labels != heard.local_labels]
    failed = [heard.failure for heard in kept if heard.failure]
    right = sum(frozenset(heard.labels) == heard.gold for heard in changed)
    words = f"the model was asked about {len(asked)} of {len(kept)} rows and changed {len(changed)}"
    words += f", {right} of them to what they are labelled as" if any(heard.row.labels for heard in changed) else ""
    return f"{words}; it failed {len(failed)} times ({failed[-1]})" if failed else words


def _line(heard: Heard, group: Group) -> dict[str, object]:
    return {
        "id": heard.row.id,
        "sensitive" if group is Group.WRITTEN else "acts": heard.labels,
        "scores": {each.label: round(each.probability, 4) for each in heard.evidence},
    }


def _figures(figures: Agreement, worst: list[Heard], spent_s: float) -> Iterator[str]:
    yield f"{'label':<22}{'rows':>6}{'precision':>11}{'recall':>8}{'F1':>7}"
    for label, score in figures.labels.items():
        shares = f"{score.precision:>11.3f}{score.recall:>8.3f}{score.f1:>7.3f}" if score.support else ""
        yield f"{label:<22}{score.support:>6}{shares}"
    rate = figures.rows / spent_s if spent_s else 0.0
    yield f"macro-F1 {figures.macro_f1:.3f}, micro-F1 {figures.micro_f1:.3f}"
    yield f"{figures.rows} rows, {figures.exact} heard one and all; {rate:.0f} rows a second"
    if worst:
        yield ""
        yield "the worst:"
    for heard in worst:
        missed = sorted(heard.gold - set(heard.labels))
        false = sorted(set(heard.labels) - heard.gold)
        told = [f"missed {', '.join(missed)}"] * bool(missed) + [f"heard {', '.join(false)}"] * bool(false)
        yield f"  {heard.row.id}: {'; '.join(told)}"
        yield f"      {' '.join(heard.row.text.split())[:200]}"
