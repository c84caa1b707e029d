"""The HTML page: whole in itself, readable for everybody, and dead, whatever stands in it."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from roleplay.reports import as_html
from roleplay.reports.report import Comment, Report
from tests.reports.browser import Page
from tests.reports.conftest import ASKED, SOME_DAYS, WROTE, Played
from tests.reports.hostile import hostile

FORBIDDEN = {"script", "link", "iframe", "img", "object", "embed", "form", "base", "audio", "video", "foreignobject"}
WIDTHS = (1280, 390)


class Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep every tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words += data

    def values(self, name: str) -> list[str]:
        """All values of one attribute."""
        return [value for _, given in self.tags if (value := given.get(name)) is not None]


async def both(played: Played) -> list[Report]:
    """A call and some days."""
    notes = (Comment(turn="t1.2", by="Kim Roe", text="Just so."), Comment(turn=None, by="Kim Roe", text="Well done."))
    return [await played(comments=notes), await played(SOME_DAYS, WROTE), await played(says=ASKED[:2])]


async def test_a_page_has_every_part_of_the_debrief(played: Played) -> None:
    reports = await both(played)
    outline = Outline(as_html.written(reports))
    for words in (
        "Keep",
        "Next time say",
        "Ask what hurts",
        "The deadline",
        "What there was to find out",
        "Transcript",
    ):
        assert words in outline.words
    for words in ("What you said, and where it went", "Kim Roe", "Just so.", "Well done.", "could have come here"):
        assert words in outline.words
    for report in reports:
        for _, turn in report.debrief.transcript.turns():
            assert turn.text in outline.words


async def test_a_page_is_marked_up_for_screen_readers(played: Played) -> None:
    outline = Outline(as_html.written(await both(played)))
    tags = outline.tags
    assert ("html", {"lang": "en"}) in tags
    assert {"main", "h1", "h2", "article", "title"} <= {tag for tag, _ in tags}
    assert all(given.get("scope") in {"col", "row"} for tag, given in tags if tag == "th")
    assert sum(tag == "table" for tag, _ in tags) == sum(tag == "caption" for tag, _ in tags)
    pictures = sum(tag == "svg" for tag, _ in tags)
    assert pictures > len("both")
    assert pictures == sum(tag == "desc" for tag, _ in tags)
    ids = outline.values("id")
    assert len(ids) == len(set(ids))
    assert set(outline.values("aria-labelledby")) <= set(ids)


async def test_every_link_leads_to_a_turn_or_session_of_the_page(played: Played) -> None:
    for reports in (await both(played), [hostile(each) for each in await both(played)]):
        outline = Outline(as_html.written(reports))
        links = outline.values("href")
        assert any("turn" in link for link in links)
        assert {link.removeprefix("#") for link in links} <= set(outline.values("id"))
        assert all(link.startswith("#") for link in links)


async def test_hostile_words_make_no_tag_attribute_or_address(played: Played) -> None:
    reports = await both(played)
    ours, theirs = Outline(as_html.written(reports)), Outline(as_html.written([hostile(each) for each in reports]))
    assert {tag for tag, _ in theirs.tags} <= {tag for tag, _ in ours.tags}
    assert not {tag for tag, _ in theirs.tags} & FORBIDDEN
    names = {name for _, given in theirs.tags for name in given}
    assert names <= {name for _, given in ours.tags for name in given}
    assert not {name for name in names if name.startswith("on")} | names & {"src", "style", "srcset", "action"}
    assert "<script>document.title='owned'</script>" in theirs.words, "it is there to be read"
    assert "{{ 7 * 7 }}" in theirs.words
    assert not set(theirs.words) & set("\x00\x07\x1b\u202e\u2066")


async def test_the_policy_forbids_everything_from_outside(played: Played) -> None:
    outline = Outline(as_html.written([await played()]))
    policies = [given["content"] for tag, given in outline.tags if given.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


async def test_no_sessions_are_a_page_too() -> None:
    assert "0 sessions" in Outline(as_html.written([])).words


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("is_hostile", [False, True])
async def test_a_browser_loads_nothing_and_complains_of_nothing(
    played: Played, page: Page, tmp_path: Path, width: int, is_hostile: bool
) -> None:
    reports = await both(played)
    path = tmp_path / "report.html"
    written = as_html.written([hostile(each) for each in reports] if is_hostile else reports)
    path.write_bytes(written.encode(errors="replace"))
    page.open(path, width=width)
    assert page.asked == [path.as_uri()]
    assert page.said == []
    assert page.value("document.title") == "3 sessions"
    assert page.value("document.documentElement.scrollWidth") <= width, "nothing stands over the edge"
    assert page.value("document.scripts.length") == 0


async def test_the_browser_would_say_if_a_page_asked_for_more(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "talking.html"
    path.write_text("<title>x</title><img src='other.png'><script>console.log('here')</script>", encoding="utf-8")
    page.open(path, width=1280)
    assert (tmp_path / "other.png").as_uri() in page.asked
    assert page.said


async def test_a_phone_shows_one_column(played: Played, page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(as_html.written([await played()]), encoding="utf-8")
    shown = "getComputedStyle(document.querySelector('.scorecard td')).display"
    page.open(path, width=1280)
    assert page.value(shown) == "table-cell"
    page.open(path, width=390)
    assert page.value(shown) == "block"


async def test_a_dark_screen_has_a_dark_page(played: Played, page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(as_html.written([await played()]), encoding="utf-8")
    page.open(path, width=1280)
    light = page.value("getComputedStyle(document.body).backgroundColor")
    page.look_dark()
    assert page.value("getComputedStyle(document.body).backgroundColor") != light
