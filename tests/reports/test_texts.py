"""JSON, Markdown and tables: they say what was played, and words from outside stay words."""

import csv
import io
import json
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from roleplay.record.transcript import Transcript
from roleplay.reports import as_csv, as_json, as_markdown
from roleplay.reports.formats import Format, file_bytes, file_name, written
from roleplay.reports.report import Comment
from roleplay.scoring.result import Result
from tests.reports.conftest import ONE_CALL, SOME_DAYS, WROTE, Played
from tests.reports.hostile import ATTACKS, hostile

PLAIN_TAGS = {
    "h1",
    "h2",
    "h3",
    "p",
    "ul",
    "li",
    "strong",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "hr",
    "blockquote",
    "br",
    "softbreak",
    "hardbreak",
}
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "\t", "\r", "\n")


async def test_json_holds_the_shared_formats(played: Played) -> None:
    reports = [await played(), await played(SOME_DAYS, WROTE, recruiter=None)]
    data = json.loads(as_json.written(reports))
    assert data["format"] == "roleplay-export/1"
    assert [each["recruiter"] for each in data["sessions"]] == ["Jen Ortiz", None]
    for report, each in zip(reports, data["sessions"], strict=True):
        assert each["session"] == report.session
        assert Transcript.model_validate(each["transcript"]) == report.debrief.transcript
        assert Result.model_validate_json(json.dumps(each["result"])) == report.debrief.result


async def test_markdown_says_what_the_debrief_says(played: Played) -> None:
    comment = Comment(turn="t1.4", by="Kim Roe", text="Just so.")
    text = as_markdown.written([await played(comments=(comment,)), await played(SOME_DAYS, WROTE)])
    for words in (
        "# First call with a new CTO",
        "**Keep:**",
        "**Next time say:**",
        "| ✓ met | Ask what hurts | 12 of 12",
    ):
        assert words in text
    for words in ("## What you never learned", "## What you said, and where it went", "Kim Roe: Just so", "day 1"):
        assert words in text


@pytest.mark.parametrize("dialect", ["commonmark", "gfm-like"])
async def test_no_foreign_word_becomes_markup(played: Played, dialect: str) -> None:
    reports = [hostile(await played(SOME_DAYS, WROTE)), hostile(await played())]
    parser = MarkdownIt(dialect, {"html": True}).enable("table")
    headings = 0
    for token in parser.parse(as_markdown.written(reports)):
        for each in (token, *(token.children or ())):
            assert each.type not in {"fence", "code_block", "code_inline", "image", "html_block"}, each
            assert each.type != "html_inline" or each.content == "<br>", each
            assert not each.tag or each.tag in PLAIN_TAGS, each
        headings += token.type == "heading_open"
    ours = as_markdown.written([await played(SOME_DAYS, WROTE), await played()])
    assert headings <= sum(line.startswith("#") for line in ours.splitlines()) + 4, "titles are headings, no more"


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_escaped_reads_as_it_was_written(attack: str) -> None:
    from roleplay.record.words import plain_words

    rendered = MarkdownIt("commonmark").parse(as_markdown.safe(attack))
    inline = [token for token in rendered if token.type == "inline"]
    shown = "".join(child.content for token in inline for child in token.children or ())
    assert shown == plain_words(attack)
    assert len(inline) == 1


async def test_a_table_has_a_row_a_criterion_a_session(played: Played) -> None:
    reports = [await played(), await played(SOME_DAYS, WROTE)]
    rows = list(csv.DictReader(io.StringIO(as_csv.written(reports), newline="")))
    assert len(rows) == sum(len(report.debrief.rows) for report in reports)
    first = rows[0]
    assert (first["recruiter"], first["criterion"], first["verdict"]) == ("Jen Ortiz", "pain", "met")
    assert (first["points"], first["max_points"]) == ("12", "12")
    assert first["turn"] == "t1.4"


async def test_no_cell_is_a_formula_for_any_separator(played: Played) -> None:
    report = await played()
    for attack in ATTACKS:
        text = as_csv.written([hostile(report, attack)])
        for delimiter in (",", ";"):
            for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
                for cell in cells:
                    for part in cell.split(";"):
                        assert not part.lstrip(' "').startswith(FORMULA_STARTS), (attack, part)
        assert not any(ord(character) < 32 and character not in "\r\n" for character in text)


async def test_only_a_table_in_a_file_begins_with_the_mark_that_excel_needs(played: Played) -> None:
    report = await played()
    for wanted in (Format.CSV, Format.JSON, Format.MARKDOWN, Format.HTML, Format.XAPI):
        text = written(wanted, [report])
        assert isinstance(text, str)
        assert not text.startswith("\ufeff")
        assert file_bytes(wanted, text).startswith(b"\xef\xbb\xbf") == (wanted is Format.CSV)


@pytest.mark.parametrize("attack", [*ATTACKS, "..", "CON", "a/b\\c", "日本", "x" * 400])
async def test_a_file_is_never_named_by_what_somebody_else_wrote(played: Played, attack: str) -> None:
    report = (await played()).model_copy(update={"session": attack, "recruiter": attack})
    name = file_name(Format.HTML, [report])
    assert Path(name).name == name
    assert name.startswith("roleplay")
    assert len(name) < 120
    assert all(character.isalnum() or character in "-." for character in name)
    assert name.count(".") == 1


async def test_many_sessions_have_a_name_of_their_own(played: Played) -> None:
    report = await played(ONE_CALL)
    assert file_name(Format.CSV, [report, report]) == "roleplay-2-sessions.csv"
