"""The answers of available_layouts and layout_svgs, with the places of people in their pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from pexdash.api.coerce import as_text
from pexdash.errors import BadAnswer
from pexdash.model.layouts import Box, Layout
from pexdash.text import NAME_LIMIT

_MOST_LAYOUTS = 100
_MOST_TAGS = 10
_LONGEST_SVG = 65_536
_MOST_BOXES = 100
_DEEPEST = 20
_NUMBER = re.compile(r"\s*([+-]?(?:\d{1,9}\.?\d{0,9}|\.\d{1,9}))(%|px)?\s*")
_MOVE = re.compile(r"\s*translate\(([^(),]+?)(?:[\s,]+([^(),]+?))?\)\s*")


def layouts_of(result: object) -> list[Layout]:
    """The layouts of an available_layouts answer, with or without tags (annotate).

    What has no name is left out. Raises BadAnswer where the result is no list.
    """
    if not isinstance(result, list):
        raise BadAnswer("the node's layouts are not a list")
    found: dict[str, Layout] = {}
    for entry in result[:_MOST_LAYOUTS]:
        fields = entry if isinstance(entry, dict) else {"name": entry}
        name = as_text(fields.get("name"), NAME_LIMIT)
        tags = fields.get("tags")
        told = tags[:_MOST_TAGS] if isinstance(tags, list) else []
        if name:
            words = (as_text(tag, NAME_LIMIT) for tag in told)
            found.setdefault(name, Layout(name, tuple(filter(None, words))))
    return list(found.values())


def pictures_of(result: object) -> dict[str, tuple[Box, ...]]:
    """The places of people by layout in a layout_svgs answer.

    A picture that cannot be read, or has no rectangles, is left out. Raises BadAnswer where the
    result is no object.
    """
    if not isinstance(result, Mapping):
        raise BadAnswer("the node's pictures of layouts are not an object")
    found = {}
    for name, svg in list(result.items())[:_MOST_LAYOUTS]:
        if isinstance(svg, str) and (boxes := boxes_in(svg)):
            found[as_text(name, NAME_LIMIT)] = boxes
    return found


def boxes_in(svg: str) -> tuple[Box, ...]:
    """The rectangles of a picture in SVG as parts of the whole, in the order they are drawn.

    Empty for what is no SVG, is longer than 64 kB, has a document type or an entity of its own, has
    more than 100 rectangles or moves them in another way than by `translate`.
    """
    if len(svg) > _LONGEST_SVG:
        return ()
    reader = _Rectangles()
    try:
        reader.read(svg)
    except (_Unfit, expat.ExpatError, ValueError):
        return ()
    return reader.boxes()


class _Unfit(Exception):
    """A picture that we do not read."""


class _Rectangles:
    """Collects the rectangles of one picture (SVG 2, sections 8 and 10.2)."""

    def __init__(self) -> None:
        self._view: tuple[float, float, float, float] | None = None
        self._moved = [(0.0, 0.0)]
        self._hidden = 0
        self._found: list[tuple[float, float, float, float]] = []

    def read(self, svg: str) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.Parse(svg, True)

    def _refuse(self, *_: object) -> None:
        raise _Unfit

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._moved) > _DEEPEST:
            raise _Unfit
        kind = name.rpartition(":")[2]
        if len(self._moved) == 1:
            if kind != "svg":
                raise _Unfit
            self._view = _view_of(attributes)
        right, down = self._moved[-1]
        x, y = _moved_by(attributes.get("transform", ""))
        self._moved.append((right + x, down + y))
        if self._hidden or kind in _NOT_DRAWN:
            self._hidden += 1
        elif kind == "rect":
            self._add(attributes)

    def _end(self, _: str) -> None:
        self._moved.pop()
        self._hidden = max(0, self._hidden - 1)

    def _add(self, attributes: Mapping[str, str]) -> None:
        if len(self._found) == _MOST_BOXES:
            raise _Unfit
        _, _, wide, high = self._view or (0.0, 0.0, 0.0, 0.0)
        right, down = self._moved[-1]
        x, y = (_length(attributes.get(name, "0"), of) for name, of in (("x", wide), ("y", high)))
        width, height = (
            _length(attributes.get(name, "0"), of)
            for name, of in (("width", wide), ("height", high))
        )
        if width > 0 and height > 0:
            self._found.append((x + right, y + down, width, height))

    def boxes(self) -> tuple[Box, ...]:
        """The rectangles within the view; where it has none, within what they cover."""
        if not self._found:
            return ()
        left, top, wide, high = self._view or _covered(self._found)
        if wide <= 0 or high <= 0:
            return ()
        parts = []
        for x, y, width, height in self._found:
            x1, x2 = (min(max((at - left) / wide, 0.0), 1.0) for at in (x, x + width))
            y1, y2 = (min(max((at - top) / high, 0.0), 1.0) for at in (y, y + height))
            if x2 > x1 and y2 > y1:
                parts.append(Box(x1, y1, x2 - x1, y2 - y1))
        return tuple(parts)


_NOT_DRAWN = frozenset(("defs", "clipPath", "mask", "pattern", "symbol", "marker"))


def _covered(found: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    left, top = min(one[0] for one in found), min(one[1] for one in found)
    right, low = max(one[0] + one[2] for one in found), max(one[1] + one[3] for one in found)
    return left, top, right - left, low - top


def _view_of(attributes: Mapping[str, str]) -> tuple[float, float, float, float] | None:
    """What part of the plane is seen: by the viewBox, else by width and height."""
    numbers = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    if len(numbers) == 4:
        left, top, wide, high = (_length(one, 0.0) for one in numbers)
        return left, top, wide, high
    if "width" in attributes and "height" in attributes:
        wide, high = (_length(attributes[name], 0.0) for name in ("width", "height"))
        return (0.0, 0.0, wide, high) if wide > 0 and high > 0 else None
    return None


def _length(text: str, whole: float) -> float:
    """A length in user units; a percentage is one of `whole`. Raises _Unfit for other units."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise _Unfit
    number = float(found[1])
    return number * whole / 100 if found[2] == "%" else number


def _moved_by(transform: str) -> tuple[float, float]:
    """How far a `transform` moves, to the right and down."""
    if not transform.strip():
        return 0.0, 0.0
    found = _MOVE.fullmatch(transform)
    if found is None:
        raise _Unfit
    return _length(found[1], 0.0), _length(found[2] or "0", 0.0)
