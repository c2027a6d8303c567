"""Writes pictures to the terminal past the compositor, which knows only characters."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from textual.geometry import Offset, Size

from pexdash.ui.framework.terminal import Terminal
from pexdash.ui.pictures.decoding import decode, fit
from pexdash.ui.pictures.protocols import Drawing, kitty_delete, kitty_show, png, sixel

# The most pixels that are sent for one picture, on however large a screen.
PIXELS_AT_MOST = 800_000
CELL = (8, 16)

_identities = itertools.count(0x504558)


@dataclass(frozen=True)
class Graphic:
    """A picture ready to be sent, and the cells it takes."""

    columns: int
    rows: int
    body: bytes


class GraphicsPainter:
    """Keeps at most one picture on the terminal.

    `prepare` is slow and may run in a thread; the rest belongs to the event loop.
    """

    def __init__(self, drawing: Drawing, terminal: Terminal) -> None:
        self._drawing = drawing
        self._terminal = terminal
        self._identity = 0
        self._shown: tuple[Graphic, Offset] | None = None

    @property
    def shown(self) -> Graphic | None:
        """The picture on the terminal."""
        return self._shown[0] if self._shown else None

    def can_draw(self) -> bool:
        """Whether the terminal can take a picture; sixels need the size of a cell in pixels."""
        if self._drawing is Drawing.KITTY:
            return True
        return self._drawing is Drawing.SIXEL and self._terminal.cell_size() is not None

    def cell_size(self) -> tuple[int, int]:
        """The size of a cell in pixels; `CELL` where the terminal does not give it."""
        return self._terminal.cell_size() or CELL

    def prepare(self, data: bytes, area: Size, cell: tuple[int, int]) -> Graphic:
        """Turn a JPEG or PNG into a graphic that fits `area` (cells); raises PictureFault."""
        box = (max(1, area.width * cell[0]), max(1, area.height * cell[1]))
        share = min(1.0, (PIXELS_AT_MOST / (box[0] * box[1])) ** 0.5)
        pixels = decode(data, (max(1, int(box[0] * share)), max(1, int(box[1] * share))))
        if self._drawing is Drawing.KITTY:
            # A kitty terminal scales the picture over its cells.
            width, height = fit((pixels.width, pixels.height), box)
            body = png(pixels)
        else:
            width, height = pixels.width, pixels.height
            body = sixel(pixels).encode("ascii")
        return Graphic(-(-width // cell[0]), -(-height // cell[1]), body)

    def show(self, graphic: Graphic, place: Offset) -> bool:
        """Put `graphic` at `place` (cells); returns False, to try again, if the terminal is behind.

        Characters drawn over a sixel picture destroy it, so each call sends it. A kitty picture
        stays above the characters and is sent once.
        """
        if self._drawing is Drawing.KITTY and self._shown == (graphic, place):
            return True
        if self._terminal.is_behind():
            return False
        if self._drawing is Drawing.KITTY:
            # The new picture stands before the old one goes, so that nothing flickers.
            before, self._identity = self._identity, next(_identities)
            body = kitty_show(graphic.body, self._identity, graphic.columns, graphic.rows)
            if before:
                body += kitty_delete(before)
        else:
            if self._shown is not None and self._shown != (graphic, place):
                self._uncover()
            body = graphic.body.decode("ascii")
        self._terminal.write(f"\x1b7\x1b[{place.y + 1};{place.x + 1}H{body}\x1b8")
        self._shown = (graphic, place)
        return True

    def hide(self) -> None:
        """Take the picture off."""
        if self._identity:
            self._terminal.write(kitty_delete(self._identity))
        elif self._shown is not None:
            self._uncover()
        self._identity = 0
        self._shown = None

    def _uncover(self) -> None:
        """Remove a sixel picture by having the characters under it written again."""
        if self._shown is not None:
            graphic, place = self._shown
            self._terminal.forget(place.x, place.y, graphic.columns, graphic.rows)
