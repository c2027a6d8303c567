"""Avatars and slides as JPEG pictures; drawn pictures are cached."""

from __future__ import annotations

import io
import random
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from pexdash.node.presenting import PAGES, Slide

WIDTH, HEIGHT = 1280, 720
_MARGIN = 80
_INK, _FAINT, _PAPER = (32, 36, 44), (120, 126, 138), (250, 250, 247)
_ACCENTS = ((0, 94, 162), (146, 43, 62), (24, 110, 84), (108, 70, 160), (176, 92, 18))
_TITLES = (
    "Roadmap",
    "Results of the third quarter",
    "Budget",
    "Open questions",
    "Schedule",
    "What our users say",
    "Risks",
    "Next steps",
)
_POINTS = (
    "Three teams, one plan",
    "First users in spring",
    "Costs are as expected",
    "Two decisions are due today",
    "Figures are on page 12",
    "Feedback by the end of next week",
    "Tests go on until December",
    "Half of the sites are connected",
    "Training starts in January",
)


@lru_cache(maxsize=128)
def draw_avatar(initials: str, uuid: str, width: int, height: int) -> bytes:
    """`initials` on a colour the uuid decides, `width` by `height` pixels."""
    rng = random.Random(uuid)
    colour = (rng.randint(40, 150), rng.randint(40, 150), rng.randint(40, 150))
    picture = Image.new("RGB", (width, height), colour)
    middle, size = (width / 2, height / 2), min(width, height) * 0.45
    ImageDraw.Draw(picture).text(middle, initials, "white", ImageFont.load_default(size), "mm")
    return _bytes(picture, "JPEG")


@lru_cache(maxsize=32)
def draw_slide(slide: Slide, form: str) -> bytes:
    """A page of 1280 by 720 pixels: title, points, a chart, presenter and page number.

    `form` is "JPEG" or "PNG".
    """
    deck = random.Random(slide.seed)
    accent = deck.choice(_ACCENTS)
    titles = deck.sample(_TITLES, len(_TITLES))
    page = random.Random(f"{slide.seed} {slide.page}")
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, 16), accent)
    title = titles[(slide.page - 1) % len(titles)]
    draw.text((_MARGIN, 60), title, accent, ImageFont.load_default(60))
    for row, point in enumerate(page.sample(_POINTS, 4)):
        top = 190 + row * 74
        draw.ellipse((_MARGIN, top + 10, _MARGIN + 16, top + 26), accent)
        draw.text((_MARGIN + 40, top), point, _INK, ImageFont.load_default(32))
    _draw_chart(draw, page, accent)
    foot = ImageFont.load_default(26)
    draw.line((_MARGIN, 640, WIDTH - _MARGIN, 640), _FAINT, 2)
    draw.text((_MARGIN, 656), slide.presenter, _FAINT, foot)
    draw.text((WIDTH - _MARGIN, 656), f"{slide.page} / {PAGES}", _FAINT, foot, "ra")
    return _bytes(picture, form)


def _draw_chart(
    draw: ImageDraw.ImageDraw, rng: random.Random, accent: tuple[int, int, int]
) -> None:
    left, floor = 800, 560
    for column in range(6):
        height, x = rng.randint(40, 360), left + column * 66
        draw.rectangle((x, floor - height, x + 46, floor), accent if column % 2 else _FAINT)
    draw.line((left - 12, floor + 2, WIDTH - _MARGIN, floor + 2), _INK, 4)


def _bytes(picture: Image.Image, form: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, quality=85)
    return file.getvalue()
