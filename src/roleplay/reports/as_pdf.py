"""Reports as PDF, from the same page as the HTML. The library is an extra, and loaded when it is wanted."""

import importlib
from collections.abc import Sequence
from typing import Any, Final

from roleplay.errors import SettingsError
from roleplay.reports import as_html
from roleplay.reports.report import Report

INSTALL: Final = "a PDF needs an extra: pip install 'roleplay-practice[pdf]'"
INSTALL_PANGO: Final = (
    "a PDF needs Pango, which isn't on this machine (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 "
    "libharfbuzz-subset0 fonts-dejavu-core); or export html, and print that"
)


def written(reports: Sequence[Report]) -> bytes:
    """All reports as one PDF.

    Raises:
        SettingsError: the extra, or what it stands on, isn't installed.
    """
    library = _library()
    # The page needs nothing from anywhere; should it ever ask, the answer is no.
    fetcher = library.urls.URLFetcher(allowed_protocols=())
    page = library.HTML(string=as_html.written(reports), url_fetcher=fetcher)
    pdf: bytes = page.write_pdf(pdf_tags=True, pdf_variant="pdf/ua-1")
    return pdf


def _library() -> Any:
    try:
        return importlib.import_module("weasyprint")
    except ImportError as error:
        raise SettingsError(INSTALL) from error
    except OSError as error:
        raise SettingsError(INSTALL_PANGO) from error
