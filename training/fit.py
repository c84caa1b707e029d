"""Fine-tunes the net, and reads rows with it."""

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from roleplay.listener.learned.inputs import Tokens, Window
from roleplay.listener.rows import LABELS, Group
from training.data import ALL_LABELS, OFFSET, Example
from training.net import Listener, pretrained

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
    likeness: float = 1.0
    """Weight of keeping to the published encoder's likeness of texts, which a coach's own acts are heard by."""
    contrastive_epochs: int = 0
    """Epochs, before the others, that only draw turns of like labels together."""
    soft: float = 0.5
    """Share of the teacher's word in the targets, where there is a teacher."""
    has_context: bool = True
    """Whether the words before are read."""
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
        rate = settings.encoder_rate * settings.layer_decay ** (len(net.layers) - 1 - at)
        groups.append({"params": list(layer.parameters()), "lr": rate})
    groups.append({"params": list(net.heads.parameters()), "lr": settings.head_rate})
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


def loss_function(positive_weight: float) -> nn.BCEWithLogitsLoss:
    """Return the loss by cell; a missed act weighs more than a false one."""
    return nn.BCEWithLogitsLoss(pos_weight=torch.full((len(ALL_LABELS),), positive_weight), reduction="none")


def rising_and_falling(optimizer: torch.optim.Optimizer, steps: int, warm_up: float) -> LambdaLR:
    """Return a schedule: up over the first `warm_up` of the steps, then down in a line."""
    warm = max(1, int(steps * warm_up))
    return LambdaLR(
        optimizer, lambda step: (step + 1) / warm if step < warm else max(0.02, (steps - step) / (steps - warm))
    )


def contrast(vectors: Tensor, gold: Tensor, warmth: float = 0.1) -> Tensor:
    """Return the supervised contrastive loss (Khosla et al., 2020), pairs weighed by the overlap of their labels."""
    both = gold @ gold.T
    either = gold.sum(1, keepdim=True) + gold.sum(1) - both
    others = 1.0 - torch.eye(len(gold))
    like = both / either.clamp_min(1.0) * others
    logits = vectors @ vectors.T / warmth - (1.0 - others) * 1e4
    spread = logits - logits.logsumexp(1, keepdim=True)
    has_like = like.sum(1) > 0
    return -((like * spread).sum(1) / like.sum(1).clamp_min(1e-6))[has_like].sum() / len(gold)


def fit(
    examples: Sequence[Example],
    tokens: Tokens,
    settings: Settings,
    likeness: np.ndarray | None = None,
    taught: np.ndarray | None = None,
) -> Listener:
    """Fine-tune the pretrained encoder on `examples`; the same seed gives the same net.

    `likeness` (rows, 384): vectors of length one that the text's own should be near to.
    `taught` (rows, all labels): a teacher's probabilities.
    """
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    net = pretrained(len(ALL_LABELS), settings.dropout)
    if not settings.has_context:
        examples = [example._replace(before=None, known=()) for example in examples]
    windows = [windows_of(tokens, example)[0] for example in examples]
    gold, asked = targets(examples)
    smooth = gold * (1 - settings.smoothing) + (1 - gold) * settings.smoothing / 4
    if taught is not None:
        smooth = smooth * (1 - settings.soft) + torch.tensor(taught, dtype=torch.float32) * settings.soft
    wanted = None if likeness is None else torch.tensor(likeness, dtype=torch.float32)
    loss_of = loss_function(settings.positive_weight)
    optimizer = torch.optim.AdamW(parameter_groups(net, settings), weight_decay=settings.weight_decay)
    epochs = settings.contrastive_epochs + settings.epochs
    schedule = rising_and_falling(optimizer, epochs * -(-len(examples) // settings.batch), settings.warm_up)
    net.train()
    started = time.monotonic()
    for epoch in range(epochs):
        total = 0.0
        mixed = with_foreign_context(windows, examples, settings, rng)
        for rows in batches([len(window.ids) for window in mixed], settings.batch, rng):
            chosen = [mixed[row] for row in rows]
            logits, _, vectors = net(*disturbed(collate(chosen), chosen, settings, rng))
            if epoch < settings.contrastive_epochs:
                loss = contrast(vectors, gold[rows])
            else:
                loss = (loss_of(logits, smooth[rows]) * asked[rows]).sum() / len(rows)
                if wanted is not None:
                    loss = loss + settings.likeness * (1.0 - (vectors * wanted[rows]).sum(1)).mean()
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
