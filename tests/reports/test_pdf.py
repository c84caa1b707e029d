"""PDFs: the page's words on paper, with a title and no door to anywhere."""

import io
import subprocess
import sys

import pytest
from pypdf import PdfReader

from roleplay.reports import as_pdf
from tests.reports.conftest import ASKED, SOME_DAYS, WROTE, Played
from tests.reports.hostile import ATTACKS, hostile


@pytest.mark.usefixtures("pdf_library")
async def test_a_pdf_has_the_pages_words(played: Played) -> None:
    reader = PdfReader(io.BytesIO(as_pdf.written([await played(), await played(SOME_DAYS, WROTE)])))
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for told in ("First call with a new CTO", "Ask what hurts", "HR says there is no role", "And if it takes a month"):
        assert told in words
    assert reader.metadata is not None
    assert reader.metadata.title == "2 sessions"
    assert str(reader.root_object["/Lang"]) == "en"
    assert "'/Marked': True" in str(reader.root_object["/MarkInfo"])


@pytest.mark.usefixtures("pdf_library")
async def test_a_pdf_of_hostile_words_does_nothing(played: Played) -> None:
    reader = PdfReader(io.BytesIO(as_pdf.written([hostile(await played(says=ASKED[:1]), "\n".join(ATTACKS[:6]))])))
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(reader.root_object)
    assert not reader.attachments
    for page in reader.pages:
        for note in page.annotations or ():
            assert "/A" not in note.get_object(), "a link within the page has a place to go to, and no action"


def test_without_the_extra_a_line_says_what_to_install() -> None:
    code = (
        "import sys\nsys.modules['weasyprint'] = None\nfrom roleplay.errors import SettingsError\n"
        "from roleplay.reports import as_pdf\n"
        "try:\n    as_pdf.written([])\nexcept SettingsError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "a PDF needs an extra: pip install 'roleplay-practice[pdf]'\n"
