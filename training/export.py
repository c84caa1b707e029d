"""Writes the net as an int8 ONNX file beside its tokenizer and its labels."""

import json
import random
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from roleplay.listener.learned.model import Model
from roleplay.listener.learned.own_acts import pieces_of
from roleplay.listener.rows import LABELS, Group
from training.calibrate import Calibration
from training.data import Example
from training.net import Listener, base_weights

ARTEFACT = Path(__file__).resolve().parent.parent / "src" / "roleplay" / "listener" / "learned" / "artefact"
VERSION = 2
ORDINARY_ROWS = 1200
"""How many ordinary turns a coach's own acts are held against."""


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


def export(
    net: Listener,
    calibrations: dict[Group, list[Calibration]],
    folder: Path,
    about: dict[str, object],
    examples: Sequence[Example],
) -> None:
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
    write_labels(calibrations, folder, about)
    write_ordinary(folder, examples)


def write_labels(calibrations: dict[Group, list[Calibration]], folder: Path, about: dict[str, object]) -> None:
    """Write labels.json: for each group its labels in the order of the model's columns, with their calibration."""
    groups = {
        group.value: [
            {"label": label, **each._asdict()} for label, each in zip(LABELS[group], calibrations[group], strict=True)
        ]
        for group in Group
    }
    text = json.dumps({"version": VERSION, "about": about, "groups": groups}, indent=1)
    (folder / "labels.json").write_text(text + "\n", encoding="utf-8")


def write_ordinary(folder: Path, examples: Sequence[Example]) -> None:
    """Write vectors of pieces of recruiters' turns, rounded to eight bits: what a coach's own acts are held against."""
    turns = [example.text for example in examples if example.group is Group.RECRUITER]
    chosen = random.Random(1).sample(turns, min(ORDINARY_ROWS, len(turns)))
    pieces = [text[piece.start : piece.end] for text in chosen for piece in pieces_of(text)]
    pieces = random.Random(2).sample(pieces, min(ORDINARY_ROWS, len(pieces)))
    np.save(folder / "ordinary.npy", np.round(Model(folder).vectors(pieces) * 127).astype(np.int8))


def write_onnx(net: Listener, path: Path) -> None:
    """Write the net in floating point, but for its word embeddings."""
    net = net.eval()
    words = net.words
    net.words = SmallWords(words.weight.detach())  # type: ignore[assignment]
    ids = torch.randint(5, 500, (2, 12))
    kinds = torch.cat([torch.zeros(2, 5, dtype=torch.long), torch.ones(2, 7, dtype=torch.long)], 1)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        net,
        (ids, kinds, torch.ones_like(ids)),
        str(path),
        input_names=["ids", "kinds", "mask"],
        output_names=["logits", "given", "vector"],
        dynamic_axes={
            "ids": axes,
            "kinds": axes,
            "mask": axes,
            "logits": {0: "batch"},
            "given": axes,
            "vector": {0: "batch"},
        },
        opset_version=18,
        dynamo=False,
    )
    net.words = words


def _head_nodes(path: Path) -> list[str]:
    """Return the heads' products: they are small, and rounding them costs the most."""
    nodes = onnx.load(str(path)).graph.node
    return [node.name for node in nodes if node.name.startswith("/heads/")]
