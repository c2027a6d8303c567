"""What lies below a dialog is dimmed as the framework would dim it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen

from pexdash.ui.dialogs.overlay import Overlay
from pexdash.ui.drawing.dimmed import DimmedScreen, _dimmed
from tests.ui.dashboard import dashboard

SEGMENTS = [
    Segment("plain"),
    Segment("red", Style(color="red")),
    Segment("on blue", Style(bgcolor="#0000ff", bold=True)),
    Segment("both", Style(color="#112233", bgcolor="#445566", underline=True)),
    Segment("again", Style(color="red")),
    Segment("a link", Style(color="red", link="https://example.com")),
    Segment("a click", Style(color="red", meta={"@click": "app.quit"})),
    Segment("", None, [(ControlType.BELL,)]),
]


@pytest.mark.parametrize("color", ["#ff0000", "#00ff0080", "#00000000"])
def test_each_segment_is_as_the_framework_would_have_it(color: str) -> None:
    def dimmed(how: type[BackgroundScreen]) -> Iterable[Segment]:
        return list(how.process_segments(SEGMENTS, Color.parse(color)))

    assert dimmed(DimmedScreen) == dimmed(BackgroundScreen)


async def test_a_dialog_dims_what_it_is_open_over() -> None:
    async with dashboard("Ann") as shown:
        below, kept = shown.lines()[0], _dimmed.cache_info().hits
        await shown.press("o")
        assert isinstance(shown.app.screen, Overlay)
        assert shown.lines()[0] == below
        assert _dimmed.cache_info().hits > kept
