"""What an installation brings: the licence, the manual page, and a version that is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import chdir
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import pytest
from flit_core import buildapi

import pexdash
from pexdash.cli.main import COMMANDS
from tests.man_page import PAGE, page

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pexdash"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    with chdir(ROOT):
        name = buildapi.build_wheel(str(folder))
    with ZipFile(folder / name) as opened:
        yield opened


def _only(wheel: ZipFile, end: str) -> bytes:
    (name,) = [one for one in wheel.namelist() if one.endswith(end)]
    return wheel.read(name)


def test_the_wheel_brings_the_licence_and_names_it(wheel: ZipFile) -> None:
    told = message_from_bytes(_only(wheel, ".dist-info/METADATA"))
    assert told["License-Expression"] == "MIT"
    assert told["Version"] == pexdash.__version__
    assert b"MIT License" in wheel.read("pexdash/LICENSE")


def test_the_wheel_brings_the_manual_page(wheel: ZipFile) -> None:
    assert _only(wheel, ".data/data/share/man/man1/pexdash.1") == PAGE.read_bytes()


def test_the_wheel_brings_the_page_of_the_screens(wheel: ZipFile) -> None:
    for name in ("page.html", "page.css", "page.js"):
        assert wheel.read(f"pexdash/web/page/{name}") == (PACKAGE / "web/page" / name).read_bytes()


def test_the_wheel_brings_what_goes_with_the_metrics(wheel: ZipFile) -> None:
    for name in ("grafana.json", "alerts.yaml"):
        path = f"plain/metrics/{name}"
        assert wheel.read(f"pexdash/{path}") == (PACKAGE / path).read_bytes()


def test_the_manual_page_is_that_of_this_command_line() -> None:
    assert PAGE.read_text("utf-8") == page(), "make man writes it anew"


def test_the_manual_page_has_every_command_and_variable() -> None:
    text = page()
    for name in COMMANDS:
        assert f".SS pexdash {name}" in text
    assert "env var: PEXDASH_PIN_FILE" in text


def test_no_line_of_the_manual_page_is_a_request_by_accident() -> None:
    requests = {".TH", ".nh", ".ad", ".SH", ".SS", ".B", ".br", ".PP", ".TP"}
    for line in page().splitlines():
        if line.startswith((".", "'")):
            assert line.split()[0] in requests, line


def test_the_readme_tells_of_this_version() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    changes = readme.partition("## Changes")[2]
    told = re.findall(r"^- \*\*(\d+)\.(\d+)\.(\d+)\*\*", changes, re.MULTILINE)
    versions = [tuple(map(int, one)) for one in told]
    assert ".".join(map(str, versions[0])) == pexdash.__version__
    assert versions == sorted(set(versions), reverse=True)
