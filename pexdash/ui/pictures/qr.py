"""A text as a QR code of characters; needs the extra `qr`."""

from __future__ import annotations

import importlib

MISSING = "QR codes need the extra `qr`: install pexdash[qr]"
_QUIET = 2
"""How many modules are light around the code, so that a camera finds its edge."""
# By whether the upper and the lower module are dark. A light module is drawn in a light colour.
_CELLS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
# The other way round: what was drawn is the ground.
_SWAPPED = str.maketrans(" ▄▀█", "█▀▄ ")


class NoCode(Exception):
    """There is no QR code; the text says why."""


def qr_lines(text: str, width: int, height: int, *, on_light: bool = False) -> list[str]:
    """The QR code of `text`, two modules to a cell; raises NoCode where it does not fit.

    `width` and `height` are in cells. The characters are light on a dark ground, or with
    `on_light` dark on a light one, for a terminal without colours.
    """
    try:
        segno = importlib.import_module("segno")
    except ImportError as fault:
        raise NoCode(MISSING) from fault
    try:
        code = segno.make_qr(text, error="l", boost_error=False)
    except ValueError as fault:  # too long for any QR code
        raise NoCode("The address is too long for a QR code") from fault
    modules = [[bool(dark) for dark in row] for row in code.matrix_iter(border=_QUIET)]
    if len(modules) % 2:
        modules.append([False] * len(modules[0]))
    rows, columns = len(modules) // 2, len(modules[0])
    if columns > width or rows > height:
        raise NoCode(f"The QR code needs {columns}x{rows} cells; here are {width}x{height}")
    pairs = zip(modules[::2], modules[1::2], strict=True)
    lines = [
        "".join(_CELLS[cell] for cell in zip(upper, lower, strict=True)) for upper, lower in pairs
    ]
    return [line.translate(_SWAPPED) for line in lines] if on_light else lines
