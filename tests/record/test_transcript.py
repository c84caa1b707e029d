"""Transcripts: read strictly where it matters, viewed from a record, refused in one line."""

import json
from pathlib import Path

import pytest

from roleplay.content.library import Library
from roleplay.errors import TranscriptError
from roleplay.record.transcript import Transcript, read_transcript, transcript_of
from roleplay.record.words import plain_words
from roleplay.store.sql import SqlStore
from tests.doubles import play, start


async def test_a_sessions_transcript_survives_a_round_trip(library: Library, store: SqlStore, tmp_path: Path) -> None:
    practice = await start(library.case("role-was-filled"), store)
    await play(practice, ["[ask_status] Where does it stand?", "[ask_open] And?"])
    transcript = transcript_of(practice.case, practice.events)
    path = tmp_path / "talk.json"
    path.write_text(json.dumps(transcript.to_json()), encoding="utf-8")
    assert read_transcript(path) == transcript
    data = transcript.to_json()
    assert data["format"] == "roleplay-transcript/1"
    assert data["scenario"] == "role-was-filled"
    assert data["touches"][0]["with"] == ["hr"]  # type: ignore[index]
    assert [turn.speaker for _, turn in transcript.turns()] == ["hr", "recruiter", "hr", "recruiter", "hr"]


def test_unknown_fields_of_other_programs_are_let_through(tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    turn = {"id": "t1.1", "speaker": "recruiter", "text": "Hi.", "seconds": 2}
    touch = {"id": "t1", "day": 0, "channel": "call", "with": ["cto"], "turns": [turn], "mood": "fine"}
    path.write_text(json.dumps({"format": "roleplay-transcript/1", "touches": [touch], "x": 1}), encoding="utf-8")
    assert [turn.text for _, turn in read_transcript(path).turns()] == ["Hi."]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"{", ":1: not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "the file:"),
        (b'{"format": "roleplay-transcript/2", "touches": []}', "format:"),
        (b'{"format": "roleplay-transcript/1"}', "touches:"),
        (b'{"touches": [{"id": "t1", "day": 0, "channel": "fax"}]}', "touches.0.channel:"),
        (b'{"touches": [{"id": "t1", "day": -1, "channel": "call"}]}', "touches.0.day:"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"touches": [{"id": "t1", "day": 1' + b"0" * 5000 + b"}]}", "not a transcript"),
        (
            b'{"touches": [{"id": "t1", "day": 0, "channel": "call", "turns": '
            b'[{"id": "t1.1", "speaker": "recruiter", "text": "\\ud800"}]}]}',
            "half a character",
        ),
    ],
)
def test_a_file_that_is_no_transcript_is_one_line(tmp_path: Path, content: bytes, wanted: str) -> None:
    path = tmp_path / "talk.json"
    path.write_bytes(content)
    with pytest.raises(TranscriptError) as caught:
        read_transcript(path)
    message = str(caught.value)
    assert message.startswith(f"{path}")
    assert wanted in message
    assert "\n" not in message


def test_a_real_call_needs_a_recruiter(tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    turn = {"id": "t1.1", "speaker": "Recruiter", "text": "Hi."}
    touch = {"id": "t1", "day": 0, "channel": "call", "turns": [turn]}
    path.write_text(json.dumps({"touches": [touch]}), encoding="utf-8")
    with pytest.raises(TranscriptError, match="nobody is 'recruiter'; the speakers are Recruiter"):
        read_transcript(path)


@pytest.mark.parametrize("name", ["call.vtt", "call.SRT", "call.txt", "mail.eml", "mail.mbox"])
@pytest.mark.parametrize("content", [b"Jen: Hello.", b"\xff\xfeJ\0"])
def test_what_import_reads_is_sent_there(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TranscriptError, match=f"use roleplay import .*{name}$"):
        read_transcript(path)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="can't be read"):
        read_transcript(tmp_path / "none.json")


def test_turn_ids_are_unique() -> None:
    turn = {"id": "t1.1", "speaker": "recruiter", "text": "Hi."}
    touch = {"id": "t1", "day": 0, "channel": "call", "turns": [turn, turn]}
    with pytest.raises(ValueError, match=r"'t1\.1' stands twice"):
        Transcript.model_validate({"touches": [touch]})


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  a \n\t b  ", "a b"),
        ("\x1b[2Jcleared", "[2Jcleared"),
        ("left\u202eright", "leftright"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("family 👨\u200d👩\u200d👧 stays", "family 👨\u200d👩\u200d👧 stays"),
        ("日本語 العربية", "日本語 العربية"),
    ],
)
def test_words_are_made_plain(text: str, plain: str) -> None:
    assert plain_words(text) == plain
