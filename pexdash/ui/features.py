"""What the terminal can show, settled once at the start."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec import Struct

from pexdash.ui.calling import Calling
from pexdash.ui.drawing.glyphs import UNICODE, Glyphs
from pexdash.ui.pictures.protocols import Drawing


class TerminalFeatures(Struct, frozen=True):
    """The set of signs, whether the terminal has colours, and how it draws pictures.

    `open_page` opens a web page before the host's eyes; None where no browser can. `calling` says
    how the terminal calls the host.
    """

    glyphs: Glyphs = UNICODE
    colours: bool = True
    drawing: Drawing = Drawing.BLOCKS
    open_page: Callable[[str], Awaitable[None]] | None = None
    calling: Calling = Calling()


DEFAULT_FEATURES = TerminalFeatures()
"""Those of a terminal that can do everything but open a page."""
