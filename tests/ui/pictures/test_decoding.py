"""What is drawn, what is refused, and that neither holds up the event loop."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time

import pytest
from PIL import Image

from pexdash.ui.pictures import decoding
from pexdash.ui.pictures.decoding import (
    BYTES_AT_MOST,
    THREADS_AT_MOST,
    PictureFault,
    bounded,
    decode,
    decoded,
    fit,
)
from tests.eventually import PATIENCE_SECONDS, a_moment
from tests.ui.pictures.drawn import BLUE, GREEN, RED, WHITE, bomb, plain, png_of, written

JPEG = written(Image.effect_noise((640, 360), 60).convert("RGB"), "JPEG")
PNG = png_of([[RED] * 40] * 40)

REFUSED = {
    "empty": (b"", "empty"),
    "html": (b"<html><body>Not Found</body></html>", "neither JPEG nor PNG"),
    "gif": (plain((8, 8), RED, "GIF"), "neither JPEG nor PNG"),
    "bmp": (plain((8, 8), RED, "BMP"), "neither JPEG nor PNG"),
    "six mebibytes": (JPEG + bytes(6 * 1024 * 1024), "larger than 5 MiB"),
    "truncated jpeg": (JPEG[: len(JPEG) // 2], "damaged"),
    "jpeg header": (JPEG[:3], "damaged"),
    "png signature": (PNG[:8], "damaged"),
    "png header": (PNG[:20], "damaged"),
    "truncated png": (PNG[:-30], "damaged"),
    "many scans": (JPEG[:-2] + b"\xff\xda" * 100, "too many layers"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused_in_a_sentence(name: str) -> None:
    data, words = REFUSED[name]
    with pytest.raises(PictureFault, match=words) as fault:
        decode(data, (80, 80))
    assert str(fault.value).isprintable()


@pytest.mark.parametrize("side", [20000, 12000, 9000])
def test_a_picture_of_many_pixels_is_refused_by_its_size(side: int) -> None:
    with pytest.raises(PictureFault, match=f"too large: {side} x {side}"):
        decode(bomb(side, side), (80, 80))


def test_the_size_is_checked_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_scaled", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(PictureFault, match="too large"):
        decode(bomb(20000, 20000), (80, 80))
    with pytest.raises(PictureFault, match="larger than"):
        decode(JPEG.ljust(BYTES_AT_MOST + 1), (80, 80))


def test_every_cut_of_a_picture_is_drawn_or_refused() -> None:
    for data in (plain((31, 17), RED, "JPEG"), png_of([[RED, GREEN, BLUE]] * 7)):
        for end in range(0, len(data), 7):
            try:
                decode(data[:end], (10, 10))
            except PictureFault:
                continue


def test_every_flipped_byte_is_drawn_or_refused() -> None:
    data = plain((31, 17), RED, "JPEG")
    for place in range(3, len(data), 5):
        flipped = bytearray(data)
        flipped[place] ^= 0xFF
        try:
            decode(bytes(flipped), (10, 10))
        except PictureFault:
            continue


def test_pixels_stay_what_they_are_at_their_own_size() -> None:
    pixels = decode(png_of([[RED, GREEN], [BLUE, WHITE]]), (2, 2))
    assert [pixels.at(x, y) for y in (0, 1) for x in (0, 1)] == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize(
    ("size", "box", "fitted"),
    [
        ((1920, 1080), (160, 160), (160, 90)),
        ((1080, 1920), (160, 160), (90, 160)),
        ((10, 10), (40, 100), (40, 40)),
        ((4000, 1), (80, 80), (80, 1)),
        ((1, 4000), (80, 80), (1, 80)),
    ],
)
def test_the_aspect_is_kept(
    size: tuple[int, int], box: tuple[int, int], fitted: tuple[int, int]
) -> None:
    assert fit(size, box) == fitted
    for format in ("PNG", "JPEG"):
        pixels = decode(plain(size, BLUE, format), box)
        assert (pixels.width, pixels.height) == fitted
        assert len(pixels.rgb) == fitted[0] * fitted[1] * 3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_of_png_becomes_colours(mode: str) -> None:
    top = 65535 if mode == "I;16" else "white"
    pixels = decode(written(Image.new(mode, (4, 4), top), "PNG"), (4, 4))
    assert pixels.at(2, 2) == WHITE


def test_cmyk_jpeg_and_transparency() -> None:
    assert len(decode(written(Image.new("CMYK", (9, 9)), "JPEG"), (3, 3)).rgb) == 27
    clear = written(Image.new("RGBA", (4, 4), (255, 255, 255, 0)), "PNG")
    assert decode(clear, (4, 4)).at(0, 0) == (0, 0, 0)


async def test_the_loop_runs_on_while_pictures_are_decoded() -> None:
    large = written(Image.effect_noise((2300, 1700), 90).convert("RGB"), "JPEG")
    refused = (bomb(20000, 20000), REFUSED["six mebibytes"][0])
    began = time.thread_time()
    decode(large, (236, 152))
    cost = time.thread_time() - began
    longest = 0.0
    done = False

    async def tick() -> None:
        nonlocal longest
        while not done:
            # How long the loop itself works: what it waits for a processor says nothing of us.
            before = time.thread_time()
            await a_moment()
            longest = max(longest, time.thread_time() - before)

    ticking = asyncio.create_task(tick())
    assert (await decoded(large, (236, 152))).width == 206
    for data in refused:
        with pytest.raises(PictureFault):
            await decoded(data, (80, 80))
    done = True
    await ticking
    assert longest < cost / 2


async def test_a_decoder_that_takes_too_long_is_given_up() -> None:
    begun: list[int] = []
    hold = threading.Event()

    def take_long() -> bool:
        begun.append(1)
        return hold.wait()

    try:
        # On a busy machine the time may be over before a thread has begun.
        while len(begun) < THREADS_AT_MOST:
            with pytest.raises(PictureFault, match=r"longer than 0\.01 seconds"):
                await bounded(take_long, 0.01)
        with pytest.raises(PictureFault, match="still being decoded"):
            await bounded(hold.wait)
    finally:
        hold.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                assert (await decoded(plain((4, 4), RED), (4, 4))).width == 4
                break
            except PictureFault:
                await a_moment()


def test_the_library_is_loaded_with_the_first_picture_only() -> None:
    code = (
        "import sys, pexdash.ui.dialogs.presentation\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'PIL'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
