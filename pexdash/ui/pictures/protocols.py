"""How a terminal can draw pictures, and pictures encoded in its graphics protocols."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING

from pexdash.errors import UsageFault
from pexdash.text import clean

if TYPE_CHECKING:
    from PIL.Image import Image

    from pexdash.ui.pictures.decoding import Pixels

SETTING = "PEXDASH_PICTURES"
CHUNK = 4096
PNG_BYTES_AT_MOST = 768 * 1024
SIXEL_BYTES_AT_MOST = 1024 * 1024
SIXEL_COLOURS = (64, 24, 8)

_KITTY_TERMS = {"kitty", "ghostty", "wezterm"}
_SIXEL_TERMS = {"foot", "mlterm", "yaft"}
_BETWEEN = ("tmux", "screen", "dumb", "linux")


class Drawing(Enum):
    """How pictures are drawn."""

    KITTY = "kitty"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    OFF = "off"


def drawing_for(environment: Mapping[str, str]) -> Drawing:
    """The best way a terminal of this environment has; raises UsageFault for a bad setting.

    Pictures are characters where NO_COLOR is set or a multiplexer stands between, unless
    PEXDASH_PICTURES says otherwise.
    """
    if wanted := environment.get(SETTING, "").strip().casefold():
        try:
            return Drawing(wanted)
        except ValueError:
            ways = ", ".join(drawing.value for drawing in Drawing)
            raise UsageFault(f"{SETTING} is one of {ways}, not {clean(wanted, 40)!r}") from None
    if environment.get("NO_COLOR") or not may_ask_for_pictures(environment):
        return Drawing.BLOCKS
    term = environment.get("TERM", "").casefold()
    parts = set(term.split("-"))
    program = environment.get("TERM_PROGRAM", "").casefold()
    if parts & _KITTY_TERMS or program in _KITTY_TERMS or environment.get("KITTY_WINDOW_ID"):
        return Drawing.KITTY
    return Drawing.SIXEL if parts & _SIXEL_TERMS else Drawing.BLOCKS


def may_ask_for_pictures(environment: Mapping[str, str]) -> bool:
    """Whether what reads our output takes a picture for one: no multiplexer, no bare console."""
    if environment.get("TMUX") or environment.get("STY"):
        return False
    return not environment.get("TERM", "").casefold().startswith(_BETWEEN)


def kitty_show(png: bytes, identity: int, columns: int, rows: int) -> str:
    """The sequences that place a PNG at the cursor, over `columns` x `rows` cells.

    They ask the terminal to answer nothing (q=2) and to leave the cursor where it is (C=1).
    """
    payload = base64.standard_b64encode(png).decode("ascii")
    chunks = [payload[start : start + CHUNK] for start in range(0, len(payload), CHUNK)]
    head = f"a=T,f=100,t=d,i={identity},p=1,c={columns},r={rows},C=1,q=2,"
    commands = []
    for place, chunk in enumerate(chunks, start=1):
        more = int(place < len(chunks))
        keys = f"{head}m={more}" if place == 1 else f"q=2,m={more}"
        commands.append(f"\x1b_G{keys};{chunk}\x1b\\")
    return "".join(commands)


def kitty_delete(identity: int) -> str:
    """The sequence that takes a picture off the screen and out of the terminal's memory."""
    return f"\x1b_Ga=d,d=I,i={identity},q=2\x1b\\"


def png(pixels: Pixels) -> bytes:
    """The picture as a PNG of at most 768 KiB: a larger one loses colours, and then pixels."""
    from PIL import Image as Images

    image = Images.frombytes("RGB", (pixels.width, pixels.height), pixels.rgb)
    written = _png(image)
    while len(written) > PNG_BYTES_AT_MOST:
        written = _png(image.quantize(256, dither=Images.Dither.NONE))
        image = image.reduce(2)
    return written


def sixel(pixels: Pixels) -> str:
    """The picture in sixels, in at most 64 colours of its own; in fewer where it is over 1 MiB."""
    from PIL import Image as Images

    image = Images.frombytes("RGB", (pixels.width, pixels.height), pixels.rgb)
    for colours in SIXEL_COLOURS:
        written = _sixels(pixels, image.quantize(colours))
        if len(written) <= SIXEL_BYTES_AT_MOST:
            break
    return written


def _sixels(pixels: Pixels, image: Image) -> str:
    palette = image.getpalette() or []
    indices = image.tobytes()
    parts = [f'\x1bP0;1;0q"1;1;{pixels.width};{pixels.height}']
    for number in sorted(set(indices)):
        red, green, blue = (round(value * 100 / 255) for value in palette[number * 3 :][:3])
        parts.append(f"#{number};2;{red};{green};{blue}")
    stride = pixels.width * 6
    starts = range(0, len(indices), stride)
    bands = (_sixel_band(indices[start : start + stride], pixels.width) for start in starts)
    return "".join(parts) + "-".join(bands) + "\x1b\\"


_RUN = re.compile(rb"([?-~])\1{3,}")
_TO_SIXELS = bytes(63 + value if value < 64 else 63 for value in range(256))


def _sixel_band(band: bytes, width: int) -> str:
    """The sixels of up to six lines of palette numbers: one pass for each colour.

    Each line is one large integer, so that a few operations serve all of its pixels.
    """
    passes = []
    for number in sorted(set(band)):
        mask = bytearray(256)
        mask[number] = 1
        marked = band.translate(mask)
        sixels = 0
        for line in range(len(band) // width):
            sixels |= int.from_bytes(marked[line * width : (line + 1) * width], "big") << line
        drawn = sixels.to_bytes(width, "big").translate(_TO_SIXELS).rstrip(b"?")
        short = _RUN.sub(lambda run: b"!%d%b" % (len(run[0]), run[1]), drawn)
        passes.append(f"#{number}{short.decode('ascii')}")
    return "$".join(passes)


def _png(image: Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "PNG", compress_level=4)
    return written.getvalue()
