"""The dialog of the presentation: who presents, and the picture itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding

from pexdash.clock import Clock, SystemClock
from pexdash.errors import PexdashError
from pexdash.ui.dialogs.overlay import Overlay
from pexdash.ui.drawing.glyphs import UNICODE, Glyphs
from pexdash.ui.pictures.picture_view import PictureView
from pexdash.ui.pictures.protocols import Drawing

FETCHING = "Fetching the presentation"
STOPPED = "Nobody presents any more"
FRAMES_PER_SECOND = 2.0
"""How many pictures the dialog fetches in a second at most."""


class PresentationDialog(Overlay[None]):
    """Draws the picture that `fetch` returns: once at the start, and once for each new frame.

    One request runs at a time, and at most one more is owed: it brings a newer picture than any
    frame that the node announces meanwhile. Requests are half a second apart.
    """

    SIZE = "-whole"

    BINDINGS = [Binding("escape,q,P", "dismiss", "Close", show=False)]

    def __init__(
        self,
        title: Callable[[], str],
        fetch: Callable[[], Awaitable[bytes]],
        *,
        drawing: Drawing = Drawing.BLOCKS,
        glyphs: Glyphs = UNICODE,
        colours: bool = True,
        clock: Clock | None = None,
    ) -> None:
        super().__init__("", "esc closes")
        self._who = title
        self._fetch = fetch
        self._clock = clock or SystemClock()
        self._is_open = False
        self._is_fetching = False
        self._is_owed = False
        self._is_over = False
        self.view = PictureView(
            drawing=drawing,
            glyphs=glyphs,
            colours=colours,
            words=f"{FETCHING}{glyphs.ellipsis}",
            frames_per_second=FRAMES_PER_SECOND,
            clock=self._clock,
        )

    def inside(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self._is_open = True
        self.frame_available()

    def frame_available(self) -> None:
        """Fetch the picture now, or when the running request has ended."""
        self._is_over = False
        if not self._is_open:
            return
        self._write_title()
        self._is_owed = True
        if not self._is_fetching:
            self._is_fetching = True
            self._fetch_owed()

    def on_unmount(self) -> None:
        self._is_open = False

    def stopped(self) -> None:
        """Say that the presentation has ended; a picture still on its way is not shown."""
        self._is_over = True
        self._is_owed = False
        if self._is_open:
            self._write_title()
            self.view.clear(STOPPED)

    @work(group="presentation", name="presentation")
    async def _fetch_owed(self) -> None:
        try:
            while self._is_owed:
                self._is_owed = False
                try:
                    data = await self._fetch()
                except PexdashError as fault:
                    if not self._is_over:
                        self.view.clear(str(fault))
                else:
                    if not self._is_over:
                        self.view.show(data)
                await self._clock.sleep(1 / FRAMES_PER_SECOND)
        finally:
            self._is_fetching = False

    def _write_title(self) -> None:
        self.entitle(self._who())
