"""Looks at every segment on its way from the widgets to the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual._compositor import Compositor

from tests.unclean import unclean

Offences = list[tuple[str, str]]


def offence(segment: Segment) -> str:
    """What is wrong with a segment: unclean text, a link, or an action on a click; "" if nothing.

    Segments of pure control are the program's own: the framework's and the pictures'.
    """
    return "" if segment.control else _offence(segment.text, segment.style)


@lru_cache(100_000)
def _offence(text: str, style: Style | None) -> str:
    if found := unclean(text):
        return f"unclean {sorted(map(hex, map(ord, found)))}"
    if style is not None and style.link:
        return f"a link to {style.link}"
    if style is not None and "@click" in style.meta:
        return f"an action {style.meta}"
    return ""


@contextmanager
def watching() -> Iterator[Offences]:
    """Collect the offences of all that is drawn meanwhile, each with the text it stands in."""
    offences: Offences = []
    original = Compositor._get_renders

    def looked_at(self: Compositor, *arguments: Any, **more: Any) -> Iterator[Any]:
        for render in original(self, *arguments, **more):
            for strip in render[2]:
                offences.extend(
                    (wrong, segment.text) for segment in strip if (wrong := offence(segment))
                )
            yield render

    Compositor._get_renders = looked_at  # type: ignore[method-assign]
    try:
        yield offences
    finally:
        Compositor._get_renders = original  # type: ignore[method-assign]
