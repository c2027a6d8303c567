"""Live captions: what is being said, as the node writes it down."""

from __future__ import annotations

from collections.abc import Iterator

from pexdash.model.captions import Caption
from pexdash.session.feed.feed import Feed
from pexdash.text import simple_width
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span
from pexdash.ui.drawing.wrapping import wrapped
from pexdash.ui.widgets.stage import name_of

_INDENT = 3


class CaptionsPane(Panel):
    """The latest lines, the newest at the bottom; it is there while the node sends us any."""

    DEFAULT_CSS = """
    CaptionsPane { display: none; height: 50%; }
    """

    def __init__(self, feed: Feed) -> None:
        super().__init__(id="captions-pane")
        self._feed = feed

    def lines(self, width: int, height: int) -> list[list[Span]]:
        title = [Span(" CAPTIONS", "heading")]
        found: list[list[Span]] = []
        for caption, is_growing in self._newest_first():
            found = self._told(caption, width, is_growing=is_growing) + found
            if len(found) >= height:
                break
        if not found:
            found = [[Span(" Nothing was said yet", "dim")]]
        return [title, *found[-(height - 1) :]] if height > 1 else [title]

    def _newest_first(self) -> Iterator[tuple[Caption, bool]]:
        captions = self._feed.conference.captions
        if captions.growing is not None:
            yield captions.growing, True
        for caption in reversed(captions.lines):
            yield caption, False

    def _told(self, caption: Caption, width: int, *, is_growing: bool) -> list[list[Span]]:
        conference = self._feed.conference
        names = ", ".join(name_of(conference, uuid) for uuid in caption.speakers)
        who = Span(f" {names}: " if names else " ", "strong")
        look = "dim" if is_growing else ""
        room = max(8, width - _INDENT - 1)
        texts = wrapped(simple_width(caption.text), max(1, width - who.width - 1), room)
        first = [who, Span(texts[0], look)]
        return [first, *([Span(" " * _INDENT + text, look)] for text in texts[1:])]
