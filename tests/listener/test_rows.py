"""Labelled rows are read line by line, and agreement is counted label by label."""

from pathlib import Path

import pytest

from roleplay.errors import RowsError
from roleplay.listener.agreement import agreement
from roleplay.listener.rows import Group, read_rows


def rows_file(folder: Path, *lines: str) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_row_is_read_with_its_labels_and_without_the_speakers_name(tmp_path: Path) -> None:
    line = (
        '{"id": "u1", "channel": "voicemail", "before": "Dana: By May.", "text": "June?", "acts": ["ask_slip"], "x": 1}'
    )
    [row] = read_rows(rows_file(tmp_path, "", line), Group.RECRUITER)
    assert (row.id, row.channel, row.words_before, row.labels) == ("u1", "voicemail", "By May.", ("ask_slip",))


def test_a_message_has_what_was_known(tmp_path: Path) -> None:
    line = '{"id": 7, "channel": "email", "known": ["x (public)"], "text": "Hi", "sensitive": []}'
    [row] = read_rows(rows_file(tmp_path, line), Group.WRITTEN)
    assert (row.id, row.known, row.labels) == ("7", ("x (public)",), ())


def test_labels_may_be_absent(tmp_path: Path) -> None:
    [row] = read_rows(rows_file(tmp_path, '{"id": "a", "text": "Hm: well."}'), Group.COUNTERPART)
    assert row.labels is None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("not json", "rows.jsonl:2: Invalid JSON"),
        ('{"id": "a"}', "rows.jsonl:2: text: Field required"),
        ('["a"]', "rows.jsonl:2: Input should be an object"),
        ('{"id": "a", "text": "x", "channel": "fax"}', "rows.jsonl:2: channel: Input should be"),
        ('{"id": "a", "text": "x", "acts": ["ask_pian"]}', "rows.jsonl:2: 'ask_pian' is no label of these rows"),
    ],
)
def test_a_bad_line_is_told_with_its_number(tmp_path: Path, line: str, told: str) -> None:
    path = rows_file(tmp_path, '{"id": "a", "text": "x"}', line)
    with pytest.raises(RowsError) as caught:
        list(read_rows(path, Group.RECRUITER))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(RowsError, match="can't be read"):
        list(read_rows(tmp_path / "none.jsonl", Group.RECRUITER))
    path = tmp_path / "latin.jsonl"
    path.write_bytes(b'{"id": "a", "text": "caf\xe9"}')
    with pytest.raises(RowsError, match="not UTF-8"):
        list(read_rows(path, Group.RECRUITER))


def test_agreement_counts_each_label() -> None:
    pairs = [
        (frozenset("a"), frozenset("a")),
        (frozenset("ab"), frozenset("a")),
        (frozenset(), frozenset("b")),
        (frozenset("b"), frozenset("b")),
    ]
    figures = agreement(("a", "b", "c"), pairs)
    assert (figures.rows, figures.exact) == (4, 2)
    assert (figures.labels["a"].precision, figures.labels["a"].recall) == (1.0, 1.0)
    assert (figures.labels["b"].precision, figures.labels["b"].recall, figures.labels["b"].f1) == (0.5, 0.5, 0.5)
    assert figures.labels["c"].support == 0
    assert figures.macro_f1 == 0.75, "a label that occurs nowhere doesn't count"
    assert figures.micro_f1 == 0.75
