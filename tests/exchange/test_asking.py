"""What is asked of a file, whoever asks: roles, channel, openings, and where things are."""

from pathlib import Path

import pytest

from roleplay.content.acts import Channel
from roleplay.errors import SettingsError, TranscriptError
from roleplay.exchange.asking import (
    MOST_ASKED,
    channel_named,
    check_askable,
    fitting_channel,
    known_roles,
    names_by_role,
    openings_in,
)
from roleplay.exchange.reading import path_typed, read_bytes
from roleplay.exchange.saving import check_target, path_beside


def test_a_channel_is_named_as_people_write_it() -> None:
    named = [channel_named(text) for text in ("call", "E-mail", " joint call ", "joint_call", "Voice mail")]
    assert named == [Channel.CALL, Channel.EMAIL, Channel.JOINT_CALL, Channel.JOINT_CALL, Channel.VOICEMAIL]
    with pytest.raises(TranscriptError, match=r"'fax' is no channel; there are call, joint_call"):
        channel_named("fax")


@pytest.mark.parametrize("text", ["", "0", "-1", "10001", "99999999", "eleven", "1.5", "²"])
def test_what_is_no_number_of_openings_is_told(text: str) -> None:
    with pytest.raises(TranscriptError, match="from 1 to 10000"):
        openings_in(text)


def test_openings_are_read() -> None:
    assert [openings_in(text) for text in ("1", " 11 ", "10000")] == [1, 11, 10000]


def test_nobody_is_asked_about_more_speakers_than_a_call_has() -> None:
    cues = [f"\n00:{at:02}.000 --> 00:{at:02}.900\n<v Person {at}>Hello there.\n" for at in range(MOST_ASKED + 1)]
    check_askable(read_bytes("".join(["WEBVTT\n", *cues[:-1]]).encode(), "call.vtt"))
    with pytest.raises(TranscriptError, match=f"{MOST_ASKED + 1} speakers are named in it, and no more than"):
        check_askable(read_bytes("".join(["WEBVTT\n", *cues]).encode(), "call.vtt"))


def test_two_others_make_it_a_joint_call_and_who_is_skipped_makes_none() -> None:
    found = read_bytes(b"Jen: Who\nDana: I.\nGreg: After me.\nBot: I record.\n", "call.txt")
    jen, dana, greg, bot = found.speakers
    assert fitting_channel({jen: "recruiter", dana: "cto", greg: "hr", bot: "skip"}) == Channel.JOINT_CALL
    assert fitting_channel({jen: "recruiter", dana: "cto", greg: "cto", bot: "skip"}) == Channel.CALL
    shared = {jen: "recruiter", dana: "cto", greg: "cto", bot: "skip"}
    assert names_by_role(shared) == {"recruiter": ["Jen"], "cto": ["Dana", "Greg"]}


def test_a_speaker_called_recruiter_is_known_and_has_no_other_name() -> None:
    found = read_bytes(b"Recruiter: Who signs?\nDana: I.\n", "call.txt")
    recruiter, dana = found.speakers
    assert known_roles(found) == {recruiter: "recruiter"}
    assert names_by_role({recruiter: "recruiter", dana: "cto"}) == {"cto": ["Dana"]}


def test_a_path_is_read_as_it_is_typed_or_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    file = tmp_path / "two words.vtt"
    typed = (str(file), f" '{file}' ", f'"{file}"', str(file).replace(" ", "\\ "), file.as_uri(), "~/two words.vtt")
    assert {path_typed(text) for text in typed} == {file}
    with pytest.raises(TranscriptError, match="no file yet"):
        path_typed("  ")
    with pytest.raises(TranscriptError, match="there is no such home folder"):
        path_typed("~nobody-of-that-name/call.vtt")


def test_a_file_whose_name_holds_a_backslash_is_found(tmp_path: Path) -> None:
    file = tmp_path / "back\\slash.vtt"
    file.write_text("x", encoding="utf-8")
    assert path_typed(str(file)) == file


def test_a_transcript_is_proposed_beside_its_source_and_never_over_it(tmp_path: Path) -> None:
    assert path_beside(tmp_path / "call.vtt") == tmp_path / "call.json"
    source = tmp_path / "call.json"
    source.write_text("{}", encoding="utf-8")
    assert path_beside(source) == tmp_path / "call.transcript.json"
    link = tmp_path / "link.json"
    link.hardlink_to(source)
    for target in (source, tmp_path / "." / "call.json", link):
        with pytest.raises(SettingsError, match="would overwrite the file that is imported"):
            check_target(target, source)
