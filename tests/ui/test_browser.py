"""Whether there is a browser before the host's eyes, and that it cannot touch the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.ui.browser import browser_for, open_page
from tests.eventually import eventually


@pytest.mark.parametrize(
    ("environment", "platform", "opens"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}, "linux", False),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", False),
    ],
)
def test_a_page_opens_only_where_the_host_sits(
    environment: dict[str, str], platform: str, opens: bool
) -> None:
    assert (browser_for(environment, platform) is not None) is opens


async def test_the_browser_gets_the_address_and_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    noted = tmp_path / "noted"
    browser = tmp_path / "browser"
    browser.write_text(
        "#!/bin/sh\necho noise; echo noise >&2; (echo noise > /dev/tty) 2>/dev/null\n"
        f'echo "$1" > {noted}.new; mv {noted}.new {noted}\n'
    )
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", str(browser))
    await open_page("https://idp.example.com/?a=1&b=%20;$(touch x)")
    await eventually(noted.exists)
    assert noted.read_text() == "https://idp.example.com/?a=1&b=%20;$(touch x)\n"
    assert capfd.readouterr() == ("", "")


async def test_nothing_of_the_current_directory_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The host may have started pexdash in a directory of downloads."""
    (tmp_path / "webbrowser.py").write_text("open('ran', 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BROWSER", "true")
    await open_page("https://idp.example.com/")
    assert not (tmp_path / "ran").exists()
