"""Fine-tunes the net, and reads rows with it."""

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from roleplay.listener.learned.inputs import Group, Tokens, Window
from training.data import ALL_LABELS, LABELS, OFFSET, Example
from training.net import LAYERS, Listener, pretrained

MASK = 103
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What a training run is made of."""

    epochs: int = 6
    batch: int = 16
    encoder_rate: float = 2e-4
    head_rate: float = 2e-3
    layer_decay: float = 0.9
    frozen_layers: int = 2
    weight_decay: float = 0.01
    warm_up: float = 0.1
    positive_weight: float = 2.0
    dropout: float = 0.1
    mask_words: float = 0.08
    drop_context: float = 0.15
    foreign_context: float = 0.2
    """How often a recruiter's turn, if it means the same after any words, gets the words before another turn."""
    smoothing: float = 0.02
    seed: int = 1
    logs: bool = True


Batch = tuple[Tensor, Tensor, Tensor]
CONTEXTUAL = frozenset({"ask_slip", "ask_consequence", "challenge_perfect", "restate_reason", "pitch"})
"""What a turn with these may turn into, or out of, when other words stand before it."""


def collate(windows: Sequence[Window]) -> Batch:
    """Return ids, kinds (1 on the text and its last mark's left) and mask, padded."""
    width = max(len(window.ids) for window in windows)
    ids, kinds, mask = (torch.zeros(len(windows), width, dtype=torch.long) for _ in range(3))
    for row, window in enumerate(windows):
        length = len(window.ids)
        ids[row, :length] = torch.tensor(window.ids)
        mask[row, :length] = 1
        kinds[row, window.context_length : length] = 1
    return ids, kinds, mask


def targets(examples: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """Return the gold labels over all groups, and which of them the row was labelled for."""
    gold, asked = (torch.zeros(len(examples), len(ALL_LABELS)) for _ in range(2))
    for row, example in enumerate(examples):
        start = OFFSET[example.group]
        for at, label in enumerate(LABELS[example.group]):
            asked[row, start + at] = 1
            gold[row, start + at] = float(label in example.labels)
    return gold, asked


def windows_of(tokens: Tokens, example: Example) -> list[Window]:
    """Return the windows of a row."""
    return tokens.windows(example.group, example.channel, example.before, example.text, example.known)


def parameter_groups(net: Listener, settings: Settings) -> list[dict[str, object]]:
    """Give each layer its rate: lower ones learn slower, the embeddings and frozen layers not at all."""
    for frozen in (net.words, net.positions, net.kinds, net.norm):
        frozen.requires_grad_(requires_grad=False)
    groups: list[dict[str, object]] = []
    for at, layer in enumerate(net.layers):
        if at < settings.frozen_layers:
            layer.requires_grad_(requires_grad=False)
            continue
        rate = settings.encoder_rate * settings.layer_decay ** (LAYERS - 1 - at)
        groups.append({"params": list(layer.parameters()), "lr": rate})
    heads = [part for head in (net.weigh, net.judge, net.whole) for part in head.parameters()]
    groups.append({"params": heads, "lr": settings.head_rate})
    return groups


def disturbed(batch: Batch, windows: Sequence[Window], settings: Settings, rng: random.Random) -> Batch:
    """Mask some words, and take some rows' context away."""
    ids, kinds, mask = batch
    ids, mask = ids.clone(), mask.clone()
    for row, window in enumerate(windows):
        for at in range(window.context_length, len(window.ids) - 1):
            if rng.random() < settings.mask_words:
                ids[row, at] = MASK
        if rng.random() < settings.drop_context:
            mask[row, 4 : window.context_length - 1] = 0
    return ids, kinds, mask


def with_foreign_context(
    windows: Sequence[Window], examples: Sequence[Example], settings: Settings, rng: random.Random
) -> list[Window]:
    """Give some turns the words before another one, so that those alone carry no act."""
    donors = [
        window
        for window, example in zip(windows, examples, strict=True)
        if example.group is Group.RECRUITER and example.before and example.channel == "call"
    ]
    mixed = []
    for window, example in zip(windows, examples, strict=True):
        is_free = example.group is Group.RECRUITER and example.channel == "call" and not example.labels & CONTEXTUAL
        if donors and is_free and rng.random() < settings.foreign_context:
            donor = rng.choice(donors)
            ids = [*donor.ids[: donor.context_length], *window.ids[window.context_length :]]
            mixed.append(Window(ids, donor.context_length, window.offsets))
        else:
            mixed.append(window)
    return mixed


def batches(lengths: Sequence[int], size: int, rng: random.Random) -> list[list[int]]:
    """Deal rows to batches of like length, in random order."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    chunk = size * 12
    dealt = []
    for start in range(0, len(order), chunk):
        part = sorted(order[start : start + chunk], key=lambda at: lengths[at])
        dealt += [part[at : at + size] for at in range(0, len(part), size)]
    rng.shuffle(dealt)
    return dealt


def fit(examples: Sequence[Example], tokens: Tokens, settings: Settings) -> Listener:
    """Fine-tune the pretrained encoder on `examples`; the same seed gives the same net."""
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    net = pretrained(len(ALL_LABELS), settings.dropout)
    windows = [windows_of(tokens, example)[0] for example in examples]
    gold, asked = targets(examples)
    smooth = gold * (1 - settings.smoothing) + (1 - gold) * settings.smoothing / 4
    weight = torch.full((len(ALL_LABELS),), settings.positive_weight)
    loss_of = nn.BCEWithLogitsLoss(pos_weight=weight, reduction="none")
    optimizer = torch.optim.AdamW(parameter_groups(net, settings), weight_decay=settings.weight_decay)
    steps = settings.epochs * -(-len(examples) // settings.batch)
    warm = max(1, int(steps * settings.warm_up))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: (step + 1) / warm if step < warm else max(0.02, (steps - step) / (steps - warm))
    )
    net.train()
    started = time.monotonic()
    for epoch in range(settings.epochs):
        total = 0.0
        mixed = with_foreign_context(windows, examples, settings, rng)
        for rows in batches([len(window.ids) for window in mixed], settings.batch, rng):
            chosen = [mixed[row] for row in rows]
            logits, _ = net(*disturbed(collate(chosen), chosen, settings, rng))
            loss = (loss_of(logits, smooth[rows]) * asked[rows]).sum() / len(rows)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        if settings.logs:
            spent = time.monotonic() - started
            log.info("epoch %d: loss %.4f, %.0f s", epoch + 1, total / len(examples), spent)
    return net.eval()


@torch.no_grad()
def logits_of(net: Listener, examples: Sequence[Example], tokens: Tokens, size: int = 32) -> np.ndarray:
    """Return logits (rows, all labels); of a text in several windows, the highest."""
    owners: list[int] = []
    windows: list[Window] = []
    for row, example in enumerate(examples):
        for window in windows_of(tokens, example):
            owners.append(row)
            windows.append(window)
    result = np.full((len(examples), len(ALL_LABELS)), -np.inf, dtype=np.float32)
    order = sorted(range(len(windows)), key=lambda at: len(windows[at].ids))
    for start in range(0, len(order), size):
        part = order[start : start + size]
        logits = net(*collate([windows[at] for at in part]))[0].numpy()
        for at, row in zip(part, logits, strict=True):
            result[owners[at]] = np.maximum(result[owners[at]], row)
    return result
