"""Decodes a JPEG or PNG from the node to pixels, within bounds of size and time."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from pexdash.errors import PexdashError

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

BYTES_AT_MOST = 5 * 1024 * 1024
PIXELS_AT_MOST = 4_000_000
# A progressive JPEG may hold thousands of scans of a few bytes; each costs as much as the picture.
SCANS_AT_MOST = 64
LIMIT_SECONDS = 2.0
"""How long we wait for one picture to be decoded; then it is refused."""
# Nobody can stop a thread. While this many threads are busy, every further picture is refused.
THREADS_AT_MOST = 4

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_SCAN = b"\xff\xda"

_threads = ThreadPoolExecutor(THREADS_AT_MOST, thread_name_prefix="picture")
_places = threading.BoundedSemaphore(THREADS_AT_MOST)

Result = TypeVar("Result")


class PictureFault(PexdashError):
    """The picture cannot or must not be drawn."""


class Pixels(Struct, frozen=True):
    """An opaque picture: three bytes (red, green, blue) a pixel, line after line."""

    width: int
    height: int
    rgb: bytes

    def at(self, x: int, y: int) -> tuple[int, int, int]:
        """The colour of a pixel."""
        place = (y * self.width + x) * 3
        red, green, blue = self.rgb[place : place + 3]
        return red, green, blue


def fit(size: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the same aspect within `box`, at least one pixel each way."""
    scale = min(box[0] / size[0], box[1] / size[1])
    width = max(1, min(box[0], round(size[0] * scale)))
    height = max(1, min(box[1], round(size[1] * scale)))
    return width, height


def decode(data: bytes, box: tuple[int, int]) -> Pixels:
    """Return the picture scaled to fit `box` (pixels) in its own aspect; raises PictureFault.

    The format and the size are checked before anything is decompressed.
    """
    if not data:
        raise PictureFault("The node sent an empty picture")
    if len(data) > BYTES_AT_MOST:
        raise PictureFault("The picture is larger than 5 MiB")
    image = _open(data)
    width, height = image.size
    if width < 1 or height < 1:
        raise PictureFault("The picture is damaged")
    if width * height > PIXELS_AT_MOST:
        raise PictureFault(f"The picture is too large: {width} x {height} pixels")
    target = fit((width, height), (max(1, box[0]), max(1, box[1])))
    try:
        return _scaled(image, target)
    except Exception as fault:
        raise PictureFault("The picture is damaged") from fault


def _open(data: bytes) -> ImageFile:
    """Read the header only, with the one decoder that the first bytes call for.

    `PIL.Image.open` would try every format it knows, and warn where we refuse.
    """
    from PIL import JpegImagePlugin, PngImagePlugin

    try:
        if data.startswith(_PNG):
            return PngImagePlugin.PngImageFile(io.BytesIO(data))
        if data.startswith(_JPEG):
            # Compressed data holds no _SCAN: there 0x00 or a restart mark follows every 0xFF.
            if data.count(_SCAN) > SCANS_AT_MOST:
                raise PictureFault("The picture has too many layers")
            return JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    except PictureFault:
        raise
    except Exception as fault:
        raise PictureFault("The picture is damaged") from fault
    raise PictureFault("The picture is neither JPEG nor PNG")


def _scaled(image: ImageFile, target: tuple[int, int]) -> Pixels:
    from PIL.Image import Resampling

    image.draft("RGB", target)
    opaque = _opaque(image)
    if opaque.size != target:
        opaque = opaque.resize(target, Resampling.HAMMING, reducing_gap=2.0)
    return Pixels(opaque.width, opaque.height, opaque.tobytes())


def _opaque(image: Image) -> Image:
    """The picture in plain RGB; transparent parts lie on black."""
    from PIL import Image as Images

    if image.mode.startswith("I"):
        # In a grey picture of 16 bits, `convert` would cut every value at 255.
        return (
            image.convert("I").point([value // 256 for value in range(65536)], "L").convert("RGB")
        )
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    ground = Images.new("RGBA", layer.size, (0, 0, 0, 255))
    return Images.alpha_composite(ground, layer).convert("RGB")


async def bounded(work: Callable[[], Result], limit: float = LIMIT_SECONDS) -> Result:
    """Run `work` in a thread and return its result; raises PictureFault after `limit` seconds.

    Raises PictureFault at once where every thread is busy.
    """
    if not _places.acquire(blocking=False):
        raise PictureFault("Earlier pictures are still being decoded")
    job = _threads.submit(work)
    # The callback runs once for every job, even one that is cancelled before a thread took it.
    job.add_done_callback(lambda _: _places.release())
    try:
        async with asyncio.timeout(limit):
            return await asyncio.wrap_future(job)
    except TimeoutError as fault:
        raise PictureFault(f"The picture took longer than {limit:g} seconds to decode") from fault


async def decoded(data: bytes, box: tuple[int, int], *, limit: float = LIMIT_SECONDS) -> Pixels:
    """Run `decode` in a thread; raises PictureFault, after `limit` seconds at the latest."""
    return await bounded(partial(decode, data, box), limit)
