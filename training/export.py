"""Writes the net as an int8 ONNX file beside its tokenizer and its labels."""

import random
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from roleplay.listener.learned.labels import ArtefactLabels, CalibratedLabel
from roleplay.listener.learned.model import Model
from roleplay.listener.learned.own_acts import pieces_of
from roleplay.listener.rows import LABELS, Group
from training.calibrate import Calibration
from training.data import Example
from training.net import HEAD, HIDDEN, Layer, Listener, base_weights

ARTEFACT = Path(__file__).resolve().parent.parent / "src" / "roleplay" / "listener" / "learned" / "artefact"
VERSION: Final = 3
ORDINARY_ROWS: Final = 1200
"""How many ordinary turns a coach's own acts are held against."""
About: TypeAlias = dict[str, str | int | float]
"""What labels.json tells of how the artefact was made."""


class SmallWords(nn.Module):
    """The word embeddings in eight bits, with a scale a row."""

    def __init__(self, weight: Tensor) -> None:
        """Round `weight` (words, hidden)."""
        super().__init__()
        scale = weight.abs().amax(1, keepdim=True).clamp_min(1e-8) / 127
        self.register_buffer("rounded", (weight / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: Tensor) -> Tensor:
        """Return the vectors of `ids`."""
        return self.rounded[ids].to(torch.float32) * self.scale[ids]  # type: ignore[index]


def export(net: Listener, labels: ArtefactLabels, folder: Path, examples: Sequence[Example]) -> None:
    """Write model.onnx, tokenizer.json, labels.json and ordinary.npy to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch) / "plain.onnx"
        write_onnx(net, plain)
        quantize_dynamic(
            plain,
            folder / "model.onnx",
            op_types_to_quantize=["MatMul", "Gemm"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=_head_nodes(plain),
            extra_options={"MatMulConstBOnly": True},
        )
    shutil.copyfile(base_weights() / "tokenizer.json", folder / "tokenizer.json")
    labels.save(folder / "labels.json")
    write_ordinary(folder, examples)


def labels_of(calibrations: dict[Group, list[Calibration]], about: About) -> ArtefactLabels:
    """Return each group's labels in the order of the model's columns, with their calibration."""
    groups = {
        group: tuple(
            CalibratedLabel(label=label, **each._asdict())
            for label, each in zip(LABELS[group], calibrations[group], strict=True)
        )
        for group in Group
    }
    return ArtefactLabels(version=VERSION, about=about, groups=groups)


def write_ordinary(folder: Path, examples: Sequence[Example]) -> None:
    """Write vectors of pieces of recruiters' turns, rounded to eight bits: what a coach's own acts are held against."""
    turns = [example.text for example in examples if example.group is Group.RECRUITER]
    chosen = random.Random(1).sample(turns, min(ORDINARY_ROWS, len(turns)))
    pieces = [text[piece.start : piece.end] for text in chosen for piece in pieces_of(text)]
    pieces = random.Random(2).sample(pieces, min(ORDINARY_ROWS, len(pieces)))
    np.save(folder / "ordinary.npy", np.round(Model(folder).vectors(pieces) * 127).astype(np.int8))


class OneWindow(nn.Module):
    """The net as it is run: one window by itself, without a batch, a mask or what nobody asks for.

    The last layer goes on with the text and the mark at the window's beginning only; nothing else is read off it.
    """

    def __init__(self, net: Listener) -> None:
        """Take the net."""
        super().__init__()
        self.words = SmallWords(net.words.weight.detach())
        self.positions, self.kinds, self.norm, self.heads = net.positions, net.kinds, net.norm, net.heads
        self.layers = nn.ModuleList(LayerOfOne(layer) for layer in net.layers)  # type: ignore[arg-type]

    def forward(self, context: Tensor, text: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits (labels), what each token of the text gave to each (tokens, labels), and a vector (HIDDEN).

        `context` and `text` are the numbers of the tokens on either side of where the text begins.
        """
        kinds = self.kinds.weight
        words = torch.cat([self.words(context) + kinds[0], self.words(text) + kinds[1]])
        hidden = self.norm(words + self.positions.weight[: words.shape[0]])
        *layers, last = self.layers
        for layer in layers:
            hidden = layer(hidden)
        hidden = last(hidden, context.shape[0])
        return self.heads.of_text(hidden[0], hidden[1:])  # type: ignore[no-any-return]


class LayerOfOne(nn.Module):
    """A layer for one window, its three incoming products in one."""

    def __init__(self, layer: Layer) -> None:
        """Take the layer."""
        super().__init__()
        parts = (layer.query, layer.key, layer.value)
        self.layer = layer
        self.together = nn.Linear(HIDDEN, sum(part.out_features for part in parts))
        self.together.weight.data = torch.cat([part.weight.data for part in parts])
        self.together.bias.data = torch.cat([part.bias.data for part in parts])

    def forward(self, hidden: Tensor, start: int | None = None) -> Tensor:
        """Return the states (tokens, HIDDEN) after the layer: all, or the first and those from `start` on."""
        query, key, value = self.together(hidden).unflatten(1, (3, self.layer.size.heads, HEAD)).permute(1, 2, 0, 3)
        if start is not None:
            query = torch.cat([query[:, :1], query[:, start:]], 1)
            hidden = torch.cat([hidden[:1], hidden[start:]])
        scores = query @ key.transpose(1, 2) * HEAD**-0.5
        return self.layer.finished(hidden, (scores.softmax(-1) @ value).transpose(0, 1).flatten(1))


def write_onnx(net: Listener, path: Path) -> None:
    """Write the net in floating point, but for its word embeddings."""
    context, text = torch.randint(5, 500, (5,)), torch.randint(5, 500, (7,))
    torch.onnx.export(
        OneWindow(net).eval(),
        (context, text),
        str(path),
        input_names=["context", "text"],
        output_names=["logits", "given", "vector"],
        dynamic_axes={"context": {0: "before"}, "text": {0: "tokens"}, "given": {0: "tokens"}},
        opset_version=18,
        dynamo=False,
    )


def _head_nodes(path: Path) -> list[str]:
    """Return the heads' products: they are small, and rounding them costs the most."""
    nodes = onnx.load(str(path)).graph.node
    return [node.name for node in nodes if "/heads/" in node.name]
