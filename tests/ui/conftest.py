"""Everything that any test of the screen draws is looked at: nothing unclean may be in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pexdash.ui.framework import changed_cells
from tests.ui.drawn_terminal import DrawnTerminal
from tests.ui.drawn_text import Offences, watching
from tests.ui.parsed_styles import parsed_once


@pytest.fixture(scope="session", autouse=True)
def style_sheets() -> Iterator[None]:
    """Most of what a dashboard costs before its first frame is the parsing of its style sheets."""
    with parsed_once():
        yield


@pytest.fixture(autouse=True)
def drawn_text() -> Iterator[Offences]:
    """What was drawn that no terminal may get; the test fails where there is any at its end."""
    with watching() as offences:
        yield offences
    assert offences == []


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> DrawnTerminal:
    """The terminal of the next dashboard, which under a test has none of its own."""
    terminal = DrawnTerminal()
    monkeypatch.setattr(changed_cells, "terminal_of", lambda _: terminal)
    return terminal
