"""Files as meeting tools, editors and mail programs leave them, into turns and letters."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roleplay.errors import TranscriptError
from roleplay.exchange.building import transcript_from
from roleplay.exchange.found import Format, Found
from roleplay.exchange.reading import read_bytes, read_file
from roleplay.record.events import RECRUITER

FILES = Path(__file__).parent / "files"


def read(text: str) -> Found:
    return read_bytes(text.encode(), "call.txt")


def said(found: Found) -> list[tuple[str | None, str]]:
    return [(each.speaker, each.text) for each in found.spoken]


def test_webvtt_voices_with_notes_settings_tags_and_an_unclosed_end() -> None:
    found = read_file(FILES / "voices.vtt")
    assert found.format is Format.CUES
    assert said(found) == [
        ("Jen Ortiz", "Hi Tomas, thanks for picking up. What isn't getting done with that seat empty?"),
        (
            "Tomas Lindqvist",
            "The night shift runs without a controls engineer, so a jam at two stays a jam till six.",
        ),
        ("Jen Ortiz", "How often?"),
        ("Tomas Lindqvist", "Twice last week & once on Sunday."),
        ("Jen Ortiz", "By when do you need her?"),
    ]
    times = [(each.start_s, each.end_s) for each in found.spoken]
    assert times == [(3.12, 8.04), (9.0, 14.25), (15.1, None), (None, 19.0), (20.2, 23.0)]


def test_webvtt_names_without_hours_or_blank_lines_and_with_a_line_shown_twice() -> None:
    found = read_file(FILES / "names.vtt")
    assert said(found) == [
        ("Ruth Adeyemi", "Good morning, it's Ruth from Harbour Search. One thing first: who signs for this one?"),
        ("HOUSTON, BEN", "I do, up to the grade above it. After that it's finance. Nobody here fights them on it."),
        ("Ruth Adeyemi", "And if it takes a month longer?"),
        ("HOUSTON, BEN", "Then the ferry timetable goes out with a gap in it."),
    ]
    assert found.spoken[-1].start_s == 13.7
    assert found.spoken[-1].end_s is None


def test_srt_with_lost_numbers_blank_lines_inside_cues_and_cues_out_of_order() -> None:
    found = read_file(FILES / "capitals.srt")
    assert said(found) == [
        ("MARISOL", "Is this a bad moment?"),
        ("DEV", "It is always a bad moment."),
        ("MARISOL", "Then I will be quick. What breaks if nobody runs the lab by May?"),
        ("DEV", "Honestly? The accreditation visit. May the ninth."),
    ]
    assert [each.start_s for each in found.spoken] == [1.0, 3.6, 6.2, 9.1]


def test_a_time_in_brackets_before_each_name() -> None:
    found = read_file(FILES / "bracketed.txt")
    assert found.format is Format.PLAIN
    assert [name for name, _ in said(found)] == ["Sam Okafor", "Lena Fuchs", "Sam Okafor", "Lena Fuchs", "Sam Okafor"]
    assert found.spoken[3].text == (
        "The dispatcher. Here's the thing: without one, I do the rota myself, from ten at night. "
        "Note: I'm not complaining."
    )
    assert [each.start_s for each in found.spoken] == [2.0, 5.0, 7.0, 11.0, 3621.0]


def test_a_name_and_a_time_on_a_line_above_the_words() -> None:
    assert said(read_file(FILES / "headings.txt")) == [
        ("Priya N.", "Hello? I've got a stand-up in a minute."),
        ("Alex Moreau", "Then one question. Whose budget is it?"),
        ("Priya N.", "Mine, since January."),
    ]
    found = read_file(FILES / "parentheses.txt")
    assert said(found) == [
        ("Alex Moreau", "You said the audit is in June."),
        ("Priya N.", "In June, yes."),
        ("Alex Moreau", "What if she starts in July?"),
        ("Priya N.", "Then I sign it without her."),
    ]
    assert [each.start_s for each in found.spoken] == [4.0, 9.0, 12.0, 15.0]


def test_a_time_and_a_name_without_a_colon() -> None:
    found = read_file(FILES / "timed_words.txt")
    assert said(found)[2:] == [
        ("Jen", "And does HR know what it costs you?"),
        ("Dana", "They have never asked."),
    ]
    assert found.spoken[3].start_s == 13.0


def test_names_in_bold_with_a_heading_above() -> None:
    found = read_file(FILES / "markdown.txt")
    assert said(found)[1:3] == [
        ("Dana", "Two people left in one week: the lead and her deputy."),
        ("Jen", "And if nobody is there by autumn?"),
    ]
    assert all(each.start_s is None for each in found.spoken)


def test_a_thread_without_quotes_signatures_and_what_machines_answered() -> None:
    found = read_file(FILES / "thread.mbox")
    assert found.format is Format.MAIL
    assert found.title == "A quick word about the openings"
    assert [(letter.sender.address.partition("@")[0], letter.text) for letter in found.letters] == [
        (
            "jen",
            "Dana,\n\ncould I have three minutes by phone this week?\nFrom my side any day will do.\n\nJen",
        ),
        ("dana.whitfield", "Friday at four. HR says there’s no role, by the way."),
        ("jen", "Four it is; I'll ring your mobile.\n\nLet's keep that for the phone."),
    ]


def test_each_letter_is_a_touch_on_its_own_day() -> None:
    found = read_file(FILES / "thread.mbox")
    jen, dana = found.speakers
    transcript = transcript_from(found, {jen: RECRUITER, dana: "cto"})
    assert [(touch.day, touch.channel, touch.with_) for touch in transcript.touches] == [
        (0, "email", ("cto",)),
        (3, "email", ("cto",)),
        (4, "email", ("cto",)),
    ]


def test_an_html_letter_in_latin_1_is_what_its_reader_sees() -> None:
    found = read_file(FILES / "html_only.eml")
    assert found.title == "Rôle in Malmö"
    assert [letter.text for letter in found.letters] == [
        "Good morning Anneli,\n\nis the rôle in Malmö still open?\nI'd rather ask than guess.\n\nKind regards\nRuth"
    ]
    assert [speaker.name for speaker in found.speakers] == ["Ruth Adeyemi", "Anneli Berg"]


def test_tags_and_comments_that_never_end_are_read_in_no_time() -> None:
    head = b"From: a@b.example\nTo: c@d.example\nContent-Type: text/html\n\n<p>Still open?</p>"
    for broken in (b"<!--", b"<a "):
        [letter] = read_bytes(head + broken * 100_000, "f").letters
        assert letter.text.startswith("Still open?")


def test_json_segments_deep_inside_with_times_in_milliseconds() -> None:
    found = read_file(FILES / "segments.json")
    assert found.format is Format.SEGMENTS
    assert said(found) == [
        ("A", "What happens if nobody is there in May?"),
        ("B", "We rent a crane crew by the day. Four thousand a day."),
    ]
    assert [(each.start_s, each.end_s) for each in found.spoken] == [(1.2, 3.9), (4.1, 41.0)]


def test_json_words_with_names_in_objects_and_times_as_text() -> None:
    found = read_file(FILES / "words.json")
    assert said(found) == [("Jen", "Whose budget is it?"), ("Speaker 1", "Mine.")]
    assert [(each.start_s, each.end_s) for each in found.spoken] == [(1.5, 2.25), (3.0, None)]


def test_one_json_object_a_line() -> None:
    lines = '{"speaker": "Jen", "text": "Who signs?"}\n{"speaker": "Dana", "text": "I do."}\n'
    assert said(read(lines)) == [("Jen", "Who signs?"), ("Dana", "I do.")]


PLAIN = "Renée: Whose budget is it?\nÅsa: Mine, I’d say.\n"


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-32"),
        PLAIN.encode("cp1252"),
    ],
)
def test_the_encoding_does_not_matter(data: bytes) -> None:
    assert said(read_bytes(data, "x")) == [("Renée", "Whose budget is it?"), ("Åsa", "Mine, I’d say.")]


def test_the_ending_of_the_name_does_not_matter(tmp_path: Path) -> None:
    for name in ("voices.vtt", "thread.mbox", "segments.json", "bracketed.txt"):
        path = tmp_path / f"{name}.doc"
        path.write_bytes((FILES / name).read_bytes())
        assert read_file(path) == read_file(FILES / name)


def test_fillers_do_not_part_what_one_speaker_says() -> None:
    found = read(
        "Jen: We lost two people\nDana: [sighs]\nJen: in March\nDana: Uh-\nJen: and one in May.\nDana: Mm-hm.\n"
    )
    assert said(found) == [("Jen", "We lost two people in March and one in May."), ("Dana", "Mm-hm.")]


def test_what_a_terminal_would_obey_is_left_out() -> None:
    assert said(read("Jen: Who\x1b[2J signs?\x07\nDana: I do.\n")) == [("Jen", "Who[2J signs?"), ("Dana", "I do.")]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "f: nothing in it"),
        (b" \n\n", "f: nothing in it"),
        (b"We spoke about the openings.\n", "f: it doesn't say who speaks"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello there.\n", "f: it doesn't say who speaks"),
        (b"PK\x03\x04rest", "f: this is a Word or zip file"),
        (b"%PDF-1.7", "f: this is a PDF"),
        (b"\0\1\2\0\0\0", "f: not a text file"),
        (b'{"a": \n oops}', "f:2: not JSON"),
        (b'{"a": [1, 2]}', "f: JSON without a list of segments"),
        (b"[" * 100_000, "f: not JSON: nested too deep"),
        (b'{"format": "roleplay-transcript/1"}', "f: touches: Field required"),
        (b"From: a@b.example\nTo: " + b"(" * 20_000 + b"\n\nHi.", "f: nested too deep"),
        (b"From: a@b.example\nTo: c@d.example\n\n> only a quote\n", "f: no message with a sender"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(data: bytes, wanted: str) -> None:
    with pytest.raises(TranscriptError) as raised:
        read_bytes(data, "f")
    assert str(raised.value).startswith(wanted)
    assert "\n" not in str(raised.value)


PIECES = st.sampled_from(
    [
        "WEBVTT", "\n", "\n\n", "00:01.000 --> 00:02.000", "00:00:01,5 --> x", "-->", "<v Jen>", "</v>", "<v", "NOTE ",
        "Jen: ", "Dana:", "[00:01] ", "(1:2)", "99:99:99", "AM", "1", ": ", "**", ">> ", "> ", "On Monday Jen wrote:",
        "From jen Mon Mar  2 09:12:44 2026\n", "From: Jen <jen@x.example>\n", "To: =?utf-8?q?=FF?= <", "Date: x\n",
        "Date: Mon, 31 Dec 9999 23:59:59 -2300\n", "Date: Mon, 01 Jan 0001 00:00:00 +2300\n", "Subject: a\n",
        "Content-Type: text/html; charset=nope\n", "Content-Type: multipart/mixed; boundary=b\n", "--b\n", "--b--",
        "Content-Transfer-Encoding: base64\n", "<blockquote>", "<!--", "<![", "&#x110000;", "-- ", "{", "}", "[", "]",
        '"speaker": ', '"text": ', '"start": ', "1e999", "NaN", '"a"', ",", "\ud800", "\0", "\r", "\u2028", "é",
    ]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    never_breaks(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200) | st.text(max_size=60).map(lambda text: text.encode("utf-16", "surrogatepass")))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    never_breaks(data)


def never_breaks(data: bytes) -> None:
    """What can be read becomes a transcript that holds some words; the rest is one line."""
    try:
        found = read_bytes(data, "file")
    except TranscriptError as error:
        assert len(str(error).splitlines()) == 1
        return
    roles = {speaker: RECRUITER if number == 0 else "cto" for number, speaker in enumerate(found.speakers)}
    transcript = transcript_from(found, roles)
    assert found.transcript is not None or all(turn.text.strip() for _, turn in transcript.turns())
    again = type(transcript).model_validate(transcript.to_json())
    assert again == transcript
