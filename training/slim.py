"""Makes a slim net that says what a whole one says: fewer heads and inner units in each layer, then taught by it.

What a layer keeps is chosen by what its output hangs on most, and its outgoing weights are fitted anew by least
squares (He et al. 2017); then the slim net learns the whole one's last states, token by token, as in TinyBERT (Jiao et
al. 2020), and its logits. Labels play no part in it.
"""

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from roleplay.content.acts import Channel
from roleplay.listener.learned.inputs import Tokens, Window
from roleplay.listener.rows import Group
from training.data import ALL_LABELS, Example
from training.fit import Batch, Settings, batches, collate, disturbed, rising_and_falling, targets, windows_of
from training.net import HEAD, Layer, Listener, Size

log = logging.getLogger(__name__)
STATES: Final = 20_000
"""How many tokens' states the outgoing weights are fitted on."""
RIDGE: Final = 1e-3
NEARLY_HEARD: Final = -2.0
"""From which logit on a label is worth agreeing about."""


@dataclass(frozen=True)
class Slimming:
    """What a slim net is, and how it is taught."""

    sizes: tuple[Size, ...] = (
        Size(8, 512),
        Size(8, 512),
        Size(8, 640),
        Size(8, 640),
        Size(8, 768),
        Size(10, 1024),
    )
    """The last layer goes on with the text alone, so that it may be wider for the same time."""
    epochs: int = 6
    batch: int = 16
    rate: float = 3e-4
    weight_decay: float = 0.01
    warm_up: float = 0.05
    seed: int = 1


@torch.no_grad()
def slimmed(whole: Listener, slimming: Slimming, windows: Sequence[Window]) -> Listener:
    """Return a net of `slimming`'s sizes with what `whole` has that matters most on `windows`."""
    net = Listener(len(ALL_LABELS), 0.0, slimming.sizes)
    for name in ("words", "positions", "kinds", "norm", "heads"):
        getattr(net, name).load_state_dict(getattr(whole, name).state_dict())
    rng = random.Random(slimming.seed)
    seen = rng.sample(list(windows), min(STATES // 40, len(windows)))
    taken = [_Taken(layer) for layer in whole.layers]  # type: ignore[arg-type]
    for start in range(0, len(seen), 32):
        batch = collate(seen[start : start + 32])
        for each in taken:
            each.kept = batch[2].bool()
        whole(*batch)
    for layer, each in zip(net.layers, taken, strict=True):
        each.copy_to(layer)  # type: ignore[arg-type]
    return net.eval()


class _Taken:
    """A layer of the whole net, with what went into its two outgoing products."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.kept: Tensor
        self.mixed: list[Tensor] = []
        self.inner: list[Tensor] = []
        self._hooks = [
            layer.attended.register_forward_pre_hook(lambda _, given: self.mixed.append(given[0][self.kept])),
            layer.outer.register_forward_pre_hook(lambda _, given: self.inner.append(given[0][self.kept])),
        ]

    def copy_to(self, slim: Layer) -> None:
        for hook in self._hooks:
            hook.remove()
        for name in ("attended_norm", "outer_norm"):
            getattr(slim, name).load_state_dict(getattr(self.layer, name).state_dict())
        layer, size = self.layer, slim.size
        heads = _best(torch.cat(self.mixed), layer.attended.weight, size.heads, HEAD)
        columns = (heads[:, None] * HEAD + torch.arange(HEAD)).flatten()
        for name in ("query", "key", "value"):
            _copy(getattr(layer, name), getattr(slim, name), columns)
        _fit(torch.cat(self.mixed), layer.attended, slim.attended, columns)
        units = _best(torch.cat(self.inner), layer.outer.weight, size.units, 1)
        _copy(layer.inner, slim.inner, units)
        _fit(torch.cat(self.inner), layer.outer, slim.outer, units)


def _best(given: Tensor, weight: Tensor, number: int, width: int) -> Tensor:
    """Return which columns' groups of `width` the product's output hangs on most, in order."""
    power = given.var(0) * weight.pow(2).sum(0)
    return power.view(-1, width).sum(1).topk(number).indices.sort().values


def _copy(whole: nn.Linear, slim: nn.Linear, rows: Tensor) -> None:
    slim.weight.copy_(whole.weight[rows])
    slim.bias.copy_(whole.bias[rows])


def _fit(given: Tensor, whole: nn.Linear, slim: nn.Linear, columns: Tensor) -> None:
    """Fit the product's weights on the columns that are left, so that its output stays what it was."""
    wanted = whole(given)
    left = torch.cat([given[:, columns], torch.ones(len(given), 1)], 1).double()
    square = left.T @ left
    square += RIDGE * square.diagonal().mean() * torch.eye(len(square))
    solved = torch.linalg.solve(square, left.T @ wanted.double()).float()
    slim.weight.copy_(solved[:-1].T)
    slim.bias.copy_(solved[-1])


def taught(whole: Listener, slimming: Slimming, examples: Sequence[Example], tokens: Tokens) -> Listener:
    """Return the slim net after it was taught what `whole` says; the same seed gives the same net."""
    torch.manual_seed(slimming.seed)
    rng = random.Random(slimming.seed)
    whole = whole.eval()
    net = slimmed(whole, slimming, [windows_of(tokens, example)[0] for example in examples])
    for part in (net.words, net.positions, net.kinds):
        part.requires_grad_(requires_grad=False)
    learning = [each for each in net.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=slimming.rate, weight_decay=slimming.weight_decay)
    steps = slimming.epochs * -(-len(examples) // slimming.batch)
    schedule = rising_and_falling(optimizer, steps, slimming.warm_up)
    settings, started = Settings(), time.monotonic()
    for epoch in range(slimming.epochs):
        apart = torch.zeros(2)
        lessons = [varied(example, examples, rng) for example in examples]
        windows = [rng.choice(windows_of(tokens, example)) for example in lessons]
        asked = targets(lessons)[1]
        dealt = batches([len(window.ids) for window in windows], slimming.batch, rng)
        for rows in dealt:
            chosen = [windows[row] for row in rows]
            losses = _apart(whole, net, disturbed(collate(chosen), chosen, settings, rng), asked[rows])
            losses.sum().backward()
            nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            apart += losses.detach()
        states, logits = apart / len(dealt)
        spent = time.monotonic() - started
        log.info("lesson %d: states apart %.3f, logits %.3f, %.0f s", epoch + 1, states, logits, spent)
    return net.eval()


def varied(example: Example, others: Sequence[Example], rng: random.Random) -> Example:
    """Return a row as it is or, half the time, as the whole net hasn't seen it: it can be asked about any words."""
    other = rng.choice(others)
    chance = rng.random()
    if chance < 0.12:
        return example._replace(before=None, known=())
    if chance < 0.24:
        if example.group is Group.RECRUITER:
            return example._replace(group=Group.WRITTEN, channel=Channel.EMAIL.value, before=None, known=())
        return example
    if chance < 0.36:
        return example._replace(text=f"{example.text} {other.text}")
    if chance < 0.5:
        return example._replace(before=other.before, known=other.known)
    return example


def _apart(whole: Listener, net: Listener, batch: Batch, asked: Tensor) -> Tensor:
    """Return how far the slim net's last states and logits are from the whole one's (2), as mean squares.

    States by the spread of the whole net's. A logit counts fully where one of the two comes near to being heard.
    """
    _, kinds, mask = batch
    with torch.no_grad():
        with _in_sixteen_bits():
            wanted = whole.encode(*batch)
        wanted = wanted.float()
        said = whole.heads(wanted, kinds, mask)[0]
    with _in_sixteen_bits():
        states = net.encode(*batch)
    states = states.float()
    logits = net.heads(states, kinds, mask)[0]
    read = (kinds * mask).bool()
    read[:, 0] = True
    off = (states - wanted)[read].pow(2).mean() / wanted[read].var(0).mean()
    weight = asked * torch.where(torch.maximum(logits.detach(), said) > NEARLY_HEARD, 1.0, 0.1)
    return torch.stack([off, ((logits - said).pow(2) * weight).sum() / weight.sum()])


def _in_sixteen_bits() -> torch.autocast:
    """Products in bfloat16, in two thirds of the time; it moves the whole net's logits by less than rounding does."""
    return torch.autocast("cpu", torch.bfloat16)
