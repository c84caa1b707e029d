"""The whole net that a slim one is taught by: as training leaves it, or out of an artefact that once shipped."""

from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from roleplay.listener.learned.labels import ArtefactLabels
from training.data import ALL_LABELS
from training.net import WHOLE, Listener

NET: Final = "net.pt"
MODEL: Final = "model.onnx"
LABELS_FILE: Final = "labels.json"


def save_whole(net: Listener, folder: Path) -> None:
    """Keep the net's weights in `folder`, where its labels.json stands."""
    torch.save(net.state_dict(), folder / NET)


def load_whole(folder: Path) -> tuple[Listener, ArtefactLabels, str]:
    """Return the net in `folder`, its labels, and the SHA-256 of the file that its weights came from."""
    path = folder / NET if (folder / NET).is_file() else folder / MODEL
    state = torch.load(path, weights_only=True) if path.name == NET else weights_of(path)
    net = Listener(len(ALL_LABELS), 0.0)
    net.load_state_dict(state)
    return net.eval(), ArtefactLabels.load(folder / LABELS_FILE), sha256(path.read_bytes()).hexdigest()


def weights_of(path: Path) -> dict[str, Tensor]:
    """Return the weights in a model.onnx of six whole layers in eight bits, by the names that they have in the net."""
    graph = onnx.load(str(path)).graph
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    state = {name: value for name, value in stored.items() if name.endswith((".bias", "norm.weight"))}
    state["words.weight"] = stored["words.rounded"].astype(np.float32) * stored["words.scale"]
    state |= {name: stored[name] for name in ("positions.weight", "kinds.weight")}
    for node in graph.node:
        name = ".".join(node.name.strip("/").split("/")[:-1]) + ".weight"
        if node.op_type == "MatMulInteger":
            rounded, zero = stored[node.input[1]].astype(np.float32), stored[node.input[3]].astype(np.float32)
            state[name] = ((rounded - zero) * stored[node.input[1].replace("_quantized", "_scale")]).T
        elif node.op_type == "MatMul" and node.input[1] in stored:
            state[name] = stored[node.input[1]].T
    net = set(Listener(len(ALL_LABELS), 0.0, WHOLE).state_dict())
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in state.items() if name in net}
