"""A mail that points at pictures elsewhere is read, and nothing of it is fetched."""

import socket
from email.message import EmailMessage
from pathlib import Path

import pytest

from roleplay.cli.main import main

PAGE = """\
<html><head><link rel="stylesheet" href="{url}/look.css">
<style>body {{ background: url({url}/back.png) }}</style></head>
<body><p>Is the role in Malmö still open?</p><img src="{url}/pixel.gif?who=anneli" width="1" height="1">
<iframe src="{url}/frame"></iframe></body></html>
"""


def test_of_a_mail_with_remote_pictures_nothing_is_fetched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        mail = EmailMessage()
        mail["From"] = "Ruth Adeyemi <ruth@harbour.example>"
        mail["To"] = "Anneli Berg <anneli@malmo.example>"
        mail["Subject"] = "The role"
        mail["Date"] = "Tue, 10 Mar 2026 10:00:00 +0100"
        mail.set_content(PAGE.format(url=f"http://127.0.0.1:{server.getsockname()[1]}"), subtype="html")
        path = tmp_path / "mail.eml"
        path.write_bytes(bytes(mail))
        assert main(["import", str(path), "--speakers", "Ruth Adeyemi=recruiter,Anneli Berg=hr"]) == 0
        with pytest.raises(BlockingIOError):
            server.accept()
    told = capsys.readouterr().out
    assert "Is the role in Malmö still open?" in told
    assert "127.0.0.1" not in told
