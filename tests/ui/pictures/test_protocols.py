"""Which terminal gets what, and the bytes of both protocols read back."""

from __future__ import annotations

import base64
import io
import random
import re
from collections.abc import Mapping

import pytest
from PIL import Image

from pexdash.errors import UsageFault
from pexdash.ui.pictures.decoding import Pixels, decode
from pexdash.ui.pictures.protocols import (
    CHUNK,
    PNG_BYTES_AT_MOST,
    SIXEL_BYTES_AT_MOST,
    Drawing,
    drawing_for,
    kitty_delete,
    kitty_show,
    png,
    sixel,
)
from tests.ui.pictures.drawn import BLUE, GREEN, RED, WHITE, png_of


@pytest.mark.parametrize(
    ("environment", "drawing"),
    [
        ({}, "blocks"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "blocks"),
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-kitty", "SSH_CONNECTION": "1 2 3 4"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "blocks"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "foot-extra"}, "sixel"),
        ({"TERM": "mlterm-256color"}, "sixel"),
        ({"TERM": "yaft-256color"}, "sixel"),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, "blocks"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, "blocks"),
        ({"TERM": "screen.xterm-256color"}, "blocks"),
        ({"TERM": "xterm-kitty", "STY": "1.pts-0"}, "blocks"),
        ({"TERM": "linux"}, "blocks"),
        ({"TERM": "dumb", "TERM_PROGRAM": "WezTerm"}, "blocks"),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, "blocks"),
        ({"TERM": "xterm-kitty", "NO_COLOR": ""}, "kitty"),
        ({"TERM": "tmux", "TMUX": "x", "PEXDASH_PICTURES": "kitty"}, "kitty"),
        ({"TERM": "xterm", "PEXDASH_PICTURES": " Sixel "}, "sixel"),
        ({"TERM": "xterm-kitty", "PEXDASH_PICTURES": "blocks"}, "blocks"),
        ({"TERM": "xterm-kitty", "PEXDASH_PICTURES": "off"}, "off"),
        ({"TERM": "foot", "PEXDASH_PICTURES": ""}, "sixel"),
    ],
)
def test_the_terminal_is_told_by_its_environment(
    environment: Mapping[str, str], drawing: str
) -> None:
    assert drawing_for(environment) is Drawing(drawing)


def test_a_way_that_does_not_exist_is_a_usage_fault() -> None:
    with pytest.raises(UsageFault, match="one of kitty, sixel, blocks, off"):
        drawing_for({"PEXDASH_PICTURES": "\x1b[31mascii"})


def kitty_commands(text: str) -> list[tuple[dict[str, str], str]]:
    """The keys and the payload of each command; fails on any other byte."""
    commands = re.findall(r"\x1b_G([^;\x1b]*)(?:;([A-Za-z0-9+/=]*))?\x1b\\", text)
    assert re.sub(r"\x1b_G[^\x1b]*\x1b\\", "", text) == ""
    return [(dict(pair.split("=") for pair in keys.split(",")), body) for keys, body in commands]


def test_kitty_takes_a_png_in_chunks() -> None:
    data = png(decode(png_of([[RED, GREEN], [BLUE, WHITE]]), (400, 400)))
    commands = kitty_commands(kitty_show(data * 3, 77, 20, 10))
    first, last = commands[0][0], commands[-1][0]
    assert len(commands) > 1
    assert first.items() >= {"a": "T", "f": "100", "i": "77", "c": "20", "r": "10"}.items()
    assert first["C"] == "1"
    assert all(keys["q"] == "2" for keys, _ in commands)
    assert [keys["m"] for keys, _ in commands] == ["1"] * (len(commands) - 1) + ["0"]
    assert last.keys() == {"q", "m"}
    assert all(len(body) <= CHUNK and len(body) % 4 == 0 for _, body in commands)
    sent = base64.standard_b64decode("".join(body for _, body in commands))
    assert sent == data * 3
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG"
        assert image.size == (400, 400)


def test_kitty_forgets_a_picture_by_its_number() -> None:
    assert kitty_commands(kitty_delete(77)) == [({"a": "d", "d": "I", "i": "77", "q": "2"}, "")]


def read_sixel(text: str) -> tuple[tuple[int, int], list[list[tuple[int, ...] | None]]]:
    """Draw sixels, as a terminal does."""
    head = re.fullmatch(r'\x1bP0;1;0q"1;1;(\d+);(\d+)(.*)\x1b\\', text, re.DOTALL)
    assert head
    width, height = int(head[1]), int(head[2])
    lines: list[list[tuple[int, ...] | None]] = [[None] * width for _ in range(height)]
    colours: dict[int, tuple[int, ...]] = {}
    x = top = number = 0
    tokens = re.findall(r"#\d+(?:;2;\d+;\d+;\d+)?|!\d+[?-~]|[?-~]|[$-]|.", head[3], re.DOTALL)
    for token in tokens:
        if token[0] == "#":
            parts = [int(part) for part in token[1:].split(";")]
            number = parts[0]
            if len(parts) > 1:
                colours[number] = tuple(parts[2:])
        elif token == "$":
            x = 0
        elif token == "-":
            x, top = 0, top + 6
        else:
            times = int(token[1:-1]) if token[0] == "!" else 1
            bits = ord(token[-1]) - 63
            assert 0 <= bits < 64
            for line in range(6):
                if bits >> line & 1:
                    lines[top + line][x : x + times] = [colours[number]] * times
            x += times
    assert len(colours) <= 256
    return (width, height), lines


def test_sixels_draw_the_picture() -> None:
    data = png_of([[RED] * 9 + [GREEN], [BLUE] * 10, *[[WHITE] * 10] * 6])
    size, lines = read_sixel(sixel(decode(data, (10, 8))))
    assert size == (10, 8)
    assert lines[0] == [(100, 0, 0)] * 9 + [(0, 100, 0)]
    assert lines[1] == [(0, 0, 100)] * 10
    assert lines[2:] == [[(100, 100, 100)] * 10] * 6


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (7, 6), (7, 13)])
def test_every_size_can_be_sent(size: tuple[int, int]) -> None:
    pixels = Pixels(*size, bytes(size[0] * size[1] * 3))
    assert read_sixel(sixel(pixels)) == (size, [[(0, 0, 0)] * size[0]] * size[1])
    with Image.open(io.BytesIO(png(pixels))) as image:
        assert image.size == size


def test_what_is_sent_stays_within_bounds() -> None:
    width, height = 700, 400
    pixels = Pixels(width, height, random.Random(7).randbytes(width * height * 3))
    assert len(png(pixels)) <= PNG_BYTES_AT_MOST
    drawn = sixel(pixels)
    assert len(drawn) <= SIXEL_BYTES_AT_MOST
    assert drawn.startswith('\x1bP0;1;0q"1;1;700;400')
