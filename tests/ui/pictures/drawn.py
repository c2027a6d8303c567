"""Pictures made for the tests, and a terminal that keeps what is written to it."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

RED = (255, 0, 0)
GREEN = (0, 255, 0)
BLUE = (0, 0, 255)
WHITE = (255, 255, 255)
BLACK = (0, 0, 0)


def png_of(lines: list[list[tuple[int, int, int]]]) -> bytes:
    """A PNG of exactly these pixels."""
    image = Image.new("RGB", (len(lines[0]), len(lines)))
    for y, line in enumerate(lines):
        for x, colour in enumerate(line):
            image.putpixel((x, y), colour)
    return written(image, "PNG")


def plain(size: tuple[int, int], colour: tuple[int, int, int], format: str = "PNG") -> bytes:
    """A picture of one colour."""
    return written(Image.new("RGB", size, colour), format)


def written(image: Image.Image, format: str) -> bytes:
    """An image as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, format)
    return file.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG of one bit a pixel that is huge when unpacked."""
    packed = zlib.compress(bytes((1 + (width + 7) // 8) * height), 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", packed), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


class Paper:
    """Plays the terminal: `behind` says that it has not yet read; it was `asked` so many times."""

    def __init__(self, cell: tuple[int, int] | None = (8, 16)) -> None:
        self.written: list[str] = []
        self.behind = False
        self.asked = 0
        self.cell = cell
        self.forgotten: list[tuple[int, int, int, int]] = []

    def write(self, text: str) -> None:
        self.written.append(text)

    def is_behind(self) -> bool:
        self.asked += 1
        return self.behind

    def cell_size(self) -> tuple[int, int] | None:
        return self.cell

    def forget(self, x: int, y: int, width: int, height: int) -> None:
        self.forgotten.append((x, y, width, height))

    @property
    def text(self) -> str:
        return "".join(self.written)
