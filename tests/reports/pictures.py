"""Pictures of exported pages, for looking at: `python -m tests.reports.pictures FOLDER` makes a PNG of every page in
it, wide, as wide as a phone, and dark. `roleplay export ID --format html -o FOLDER` puts one there."""

import sys
import tempfile
from pathlib import Path

from tests.reports.browser import browser


def main() -> None:
    """Take all pictures."""
    folder = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as profile, browser(Path(profile)) as page:
        for look in ("", "-dark"):
            if look:
                page.look_dark()
            for path in sorted(folder.glob("*.html")):
                for width in (1280, 390):
                    page.open(path, width=width)
                    path.with_name(f"{path.stem}-{width}{look}.png").write_bytes(page.picture())


if __name__ == "__main__":
    main()
