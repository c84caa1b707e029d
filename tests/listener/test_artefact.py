"""The shipped model is what the rows and the code in training/ made; `make train-check` makes it again to compare."""

from roleplay.listener.learned.labels import ArtefactLabels
from roleplay.listener.learned.model import ARTEFACT, Model
from roleplay.listener.rows import LABELS, Group
from training.data import code_digest, data_digest, load_examples

MAX_BYTES = 40_000_000


def test_it_was_made_with_these_rows_and_this_code() -> None:
    about = ArtefactLabels.load(ARTEFACT / "labels.json").about
    assert about["rows"] == len(load_examples())
    assert about["data"] == data_digest()
    assert about["code"] == code_digest()


def test_it_knows_every_label_and_where_it_is_unsure() -> None:
    labels = Model().labels
    for group in Group:
        assert tuple(label.label for label in labels.groups[group]) == LABELS[group]
        for label in labels.groups[group]:
            low, high = label.unsure
            assert low <= label.threshold <= high


def test_it_is_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in ARTEFACT.iterdir()) <= MAX_BYTES
