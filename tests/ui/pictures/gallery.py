"""An app with one picture in it, and what it shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.color import Color
from textual.app import App, ComposeResult

from pexdash.ui.pictures.picture_view import PictureView
from tests.eventually import eventually


class Gallery(App[None]):
    def __init__(self, view: PictureView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.view


@asynccontextmanager
async def gallery(view: PictureView) -> AsyncIterator[Gallery]:
    app = Gallery(view)
    async with app.run_test(size=(20, 10), notifications=True) as pilot:
        await pilot.pause()
        yield app


def text(app: App[None]) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def colours(view: PictureView) -> set[tuple[int, ...]]:
    """The colours of the half blocks on the screen."""
    found = set()
    for y in range(view.size.height):
        for segment in view.render_line(y):
            if "▀" in segment.text and segment.style and isinstance(segment.style.color, Color):
                found.add(tuple(segment.style.color.get_truecolor()))
    return found


async def shows(view: PictureView, colour: tuple[int, int, int]) -> None:
    await eventually(lambda: colours(view) == {colour}, f"{colour} in {colours(view)}")
