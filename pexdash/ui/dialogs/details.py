"""Everything the node said of a participant, with the avatar."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.content import Content

from pexdash.errors import PexdashError
from pexdash.ui.dialogs.reading import Reading
from pexdash.ui.look import Look
from pexdash.ui.pictures.picture_view import PictureView


class Details(Reading):
    """A participant's fields below the picture that `avatar` brings, or words why there is none."""

    DEFAULT_CSS = """
    Details PictureView { width: 16; height: 8; margin-bottom: 1; }
    """

    def __init__(
        self,
        title: str,
        text: Callable[[], Content],
        avatar: Callable[[], Awaitable[bytes]],
        look: Look,
    ) -> None:
        super().__init__(title, text)
        self._avatar = avatar
        self._view = PictureView(
            drawing=look.drawing, glyphs=look.glyphs, colours=look.colours, words="Avatar…"
        )

    def picture(self) -> ComposeResult:
        yield self._view

    def on_mount(self) -> None:
        super().on_mount()
        self.run_worker(self._fetch(), exit_on_error=True)

    async def _fetch(self) -> None:
        try:
            self._view.show(await self._avatar())
        except PexdashError as fault:
            self._view.clear(str(fault))
