"""Pictures written to the terminal past the compositor, which knows of characters alone."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Protocol

from textual.app import App
from textual.geometry import Offset, Size

from pexdash.ui.pictures.decoding import decode, fit
from pexdash.ui.pictures.protocols import Drawing, kitty_delete, kitty_show, png, sixel

# What is sent in one piece at most, whatever the size of the screen.
PIXELS_AT_MOST = 800_000
CELL = (8, 16)
QUEUE_AT_MOST = 1

_identities = itertools.count(0x504558)


class Terminal(Protocol):
    """Where the bytes of a picture go."""

    def write(self, text: str) -> None:
        """Hand on `text` as it is."""
        ...

    def is_behind(self) -> bool:
        """Whether the terminal has not yet taken what was written before."""
        ...

    def cell_size(self) -> tuple[int, int] | None:
        """Width and height of a cell in pixels, where the terminal tells."""
        ...


class DriverTerminal:
    """The terminal of a running app, by the thread that writes the app's own output."""

    def __init__(self, app: App[object]) -> None:
        self._app = app

    def _queue_length(self) -> int | None:
        thread = getattr(self._app._driver, "_writer_thread", None)
        if thread is None or not thread.is_alive():
            return None
        length: int = thread._queue.qsize()
        return length

    def write(self, text: str) -> None:
        driver = self._app._driver
        if driver is not None and self._queue_length() is not None:
            driver.write(text)

    def is_behind(self) -> bool:
        length = self._queue_length()
        return length is None or length > QUEUE_AT_MOST

    def cell_size(self) -> tuple[int, int] | None:
        try:
            import fcntl
            import struct
            import termios

            number = getattr(self._app._driver, "fileno", -1)
            answer = fcntl.ioctl(number, termios.TIOCGWINSZ, bytes(8))
            lines, columns, width, height = struct.unpack("HHHH", answer)
        except (ImportError, OSError, TypeError, ValueError):
            return None
        if not (lines and columns and width >= columns and height >= lines):
            return None
        return width // columns, height // lines


def terminal_of(app: App[object]) -> Terminal | None:
    """The terminal of `app`, None where it has none of its own (tests, a browser)."""
    driver = app._driver
    if app.is_headless or driver is None or driver.is_inline or driver.is_web:
        return None
    return DriverTerminal(app) if hasattr(driver, "_writer_thread") else None


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
        """What stands on the terminal."""
        return self._shown[0] if self._shown else None

    def can_draw(self) -> bool:
        """Sixels are of the terminal's own pixels: without the size of a cell none are sent."""
        if self._drawing is Drawing.KITTY:
            return True
        return self._drawing is Drawing.SIXEL and self._terminal.cell_size() is not None

    def cell_size(self) -> tuple[int, int]:
        """The size of a cell in pixels, a usual one where the terminal does not tell."""
        return self._terminal.cell_size() or CELL

    def prepare(self, data: bytes, area: Size, cell: tuple[int, int]) -> Graphic:
        """Make of a JPEG or PNG what is to be sent for `area` (cells); raises PictureFault."""
        box = (max(1, area.width * cell[0]), max(1, area.height * cell[1]))
        share = min(1.0, (PIXELS_AT_MOST / (box[0] * box[1])) ** 0.5)
        pixels = decode(data, (max(1, int(box[0] * share)), max(1, int(box[1] * share))))
        if self._drawing is Drawing.KITTY:
            # The terminal scales it over its cells.
            width, height = fit((pixels.width, pixels.height), box)
            body = png(pixels)
        else:
            width, height = pixels.width, pixels.height
            body = sixel(pixels).encode("ascii")
        return Graphic(-(-width // cell[0]), -(-height // cell[1]), body)

    def show(self, graphic: Graphic, place: Offset) -> bool:
        """Put `graphic` at `place` (cells); False where the terminal is behind: try again.

        Characters drawn over a sixel picture have destroyed it, so it is sent each time; one of
        kitty stays above them and is sent once.
        """
        if self._drawing is Drawing.KITTY and self._shown == (graphic, place):
            return True
        if self._terminal.is_behind():
            return False
        if self._drawing is Drawing.KITTY:
            # The new one stands before the old one goes, so that nothing flickers.
            before, self._identity = self._identity, next(_identities)
            body = kitty_show(graphic.body, self._identity, graphic.columns, graphic.rows)
            if before:
                body += kitty_delete(before)
        else:
            body = graphic.body.decode("ascii")
        self._terminal.write(f"\x1b7\x1b[{place.y + 1};{place.x + 1}H{body}\x1b8")
        self._shown = (graphic, place)
        return True

    def hide(self) -> None:
        """Take the picture off; what stood under a sixel picture the caller draws again."""
        if self._identity:
            self._terminal.write(kitty_delete(self._identity))
        self._identity = 0
        self._shown = None
