"""The dialog with everything the node says of a participant, and the avatar."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from pexdash.api.fields import node_fields
from pexdash.errors import PexdashError
from pexdash.model.facts import FACTS, Fact
from pexdash.model.participant import Participant
from pexdash.ui.dialogs.overlay import Overlay
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.pictures.picture_view import PictureView


class Details(Overlay[None]):
    """What `text` returns of a participant, below the picture of `avatar` or why there is none.

    It is scrolled by the arrow keys.
    """

    DEFAULT_CSS = """
    Details .text { height: 1fr; }
    Details .text Static { height: auto; }
    Details PictureView { width: 16; height: 8; margin-bottom: 1; }
    """

    SIZE = "-long"
    BINDINGS = [Binding("escape,q,enter", "dismiss", "Close", show=False)]

    def __init__(
        self,
        title: str,
        text: Callable[[], Content],
        avatar: Callable[[], Awaitable[bytes]],
        features: TerminalFeatures,
    ) -> None:
        super().__init__(title, "up, down   page up, page down   esc closes")
        self._text = text
        self._shown: Content | None = None
        self._avatar = avatar
        self._view = PictureView(
            drawing=features.drawing,
            glyphs=features.glyphs,
            colours=features.colours,
            words="Avatar…",
        )

    def inside(self) -> ComposeResult:
        with VerticalScroll(classes="text"):
            yield self._view
            yield Static(id="text")

    def on_mount(self) -> None:
        self._draw()
        self.set_interval(0.5, self._draw)
        self._fetch()

    def _draw(self) -> None:
        text = self._text()
        if text == self._shown:
            return
        self._shown = text
        self.query_one("#text", Static).update(text)

    @work(exit_on_error=True)
    async def _fetch(self) -> None:
        try:
            self._view.show(await self._avatar())
        except PexdashError as fault:
            self._view.clear(str(fault))


def details_text(
    one: Participant, source: bytes, beside: Sequence[tuple[str, str]] = ()
) -> Content:
    """What is known of a participant in words, then every field of `source`, the node's JSON.

    `beside`, titles and words, comes first: we have counted it ourselves.
    """
    told = [*beside, *((title, _in_words(value(one))) for title, value in FACTS)]
    lines = [Content.assemble((f"{title:<24}", "$dim"), words) for title, words in told if words]
    sent = node_fields(source)
    if sent:
        lines += [Content(""), Content.styled("As the node sent it", "bold")]
        lines += [Content.assemble((f"{name:<32} ", "$dim"), value) for name, value in sent]
    return Content("\n").join(lines)


def _in_words(fact: Fact) -> str:
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, int | float):
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(fact))
    return fact or ""
