"""The cells that a terminal shows, so that only cells that differ are sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import get_character_cell_size, split_graphemes
from rich.segment import Segment
from rich.style import Style

# Reprinting so many cells costs no more than moving the cursor over them.
_BRIDGE = 3
# The cursor's place after characters on whose width terminals do not agree.
_LOST = -1
_MOST_PIECES = 1024
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "53"})  # underline, reverse, strike, ...
_ZERO_WIDTH_JOINER = "\N{ZERO WIDTH JOINER}"


class Pen(NamedTuple):
    """How characters are written: attributes and colours as parameters of SGR (ECMA-48, 8.3.117).

    An empty colour is the terminal's own.
    """

    attributes: str = ""
    ink: str = ""
    ground: str = ""

    @property
    def for_blanks(self) -> Pen:
        """A pen without all that shows only on characters; a blank looks the same with both."""
        if _SEEN_ON_BLANKS.isdisjoint(self.attributes.split(";")):
            return Pen("", "", self.ground)
        return self


PLAIN = Pen()
Cell = tuple[str, Pen]
"""The characters in a cell and their pen; "" is the right half of a wide character."""

_UNKNOWN: Cell = ("\0", PLAIN)
Rendered = Callable[[Style], str]
"""Gives the SGR parameters of a style on this terminal."""


class _CellsOf(dict[str, Cell]):
    """The cells of one pen by their characters; equal cells are one object."""

    def __init__(self, pen: Pen) -> None:
        super().__init__()
        self._pen = pen

    def __missing__(self, text: str) -> Cell:
        cell = self[text] = text, self._pen
        return cell


class _CellsByPen(dict[Pen, _CellsOf]):
    def __missing__(self, pen: Pen) -> _CellsOf:
        cells = self[pen] = _CellsOf(pen)
        return cells


class TerminalCells:
    """The cells a terminal of `width` x `height` should show, and those it does show.

    `put` sets what the terminal should show. `difference` returns the text that makes it show
    that, and takes this text for sent. The first difference has every cell that was put, because
    nothing is known of a new terminal.
    """

    def __init__(self, width: int, height: int, rendered: Rendered) -> None:
        self.width, self.height = self.size = width, height
        self._rendered = rendered
        self._wanted = [[_UNKNOWN] * width for _ in range(height)]
        self._shown = [[_UNKNOWN] * width for _ in range(height)]
        self._dirty: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self._pens: dict[Style, tuple[Pen, Pen]] = {}
        self._pieces: dict[tuple[str, Style | None], list[Cell]] = {}
        self._known = _CellsByPen()

    def put(
        self,
        x: int,
        y: int,
        segments: Iterable[Segment],
        covered: Iterable[tuple[int, int]] = (),
    ) -> None:
        """Set line `y` from column `x` on to `segments`, cut at the right edge.

        The `covered` stretches of columns stay as they are.
        """
        if not (0 <= y < self.height and 0 <= x < self.width):
            return
        row, width, start = self._wanted[y], self.width, x
        kept = [(left, row[left:right]) for left, right in covered]
        for text, style, control in segments:
            if control or not text:
                continue
            piece = self._pieces.get((text, style)) or self._piece(text, style)
            end = x + len(piece)
            if end > width:
                piece, end = piece[: max(0, width - x)], width
            if row[x:end] != piece:
                row[x:end] = piece
                self._touch(y, x, end)
            x = end
        # Each piece is whole, so only the outer edges can cut a wide character.
        _mend(row, start)
        _mend(row, x)
        for left, cells in kept:
            row[left : left + len(cells)] = cells
            _mend(row, left)
            _mend(row, left + len(cells))

    def forget(self, x: int, y: int, width: int, height: int) -> None:
        """Have these cells sent again: something else was drawn over them."""
        start, end = max(0, x), min(self.width, x + width)
        for line in range(max(0, y), min(self.height, y + height)):
            self._shown[line][start:end] = [_UNKNOWN] * max(0, end - start)
            self._touch(line, start, end)

    def _touch(self, y: int, start: int, end: int) -> None:
        """Have the next send compare a stretch of line `y`, with the cells its edges may cut."""
        stretches = self._dirty[y]
        stretches.append((max(0, start - 1), min(self.width, end + 1)))
        if len(stretches) > self.width:
            # While the terminal takes nothing, no send takes stretches away.
            stretches[:] = _joined(stretches)

    def difference(self) -> str:
        """The text to send so that the terminal shows what it should; "" where it does already."""
        writer = _Writer()
        for y in sorted(self._dirty):
            wanted, shown = self._wanted[y], self._shown[y]
            for left, right in _joined(self._dirty[y]):
                for start, end in _differing(wanted[left:right], shown[left:right]):
                    writer.write(left + start, y, wanted[left + start : left + end])
                shown[left:right] = wanted[left:right]
        self._dirty.clear()
        return writer.finish()

    def _piece(self, text: str, style: Style | None) -> list[Cell]:
        """The cells of a text in a style, kept because most texts come again and again."""
        pen, blank = self._pens_of(style)
        is_simple = text.isascii() and text.isprintable()
        signs = text if is_simple else _graphemes(text)
        if len(self._pieces) > _MOST_PIECES:
            self._pieces.clear()
            self._known.clear()
        letters, blanks = self._known[pen], self._known[blank]
        piece = self._pieces[text, style] = [
            (blanks if one == " " else letters)[one] for one in signs
        ]
        return piece

    def _pens_of(self, style: Style | None) -> tuple[Pen, Pen]:
        if style is None:
            return PLAIN, PLAIN
        pens = self._pens.get(style)
        if pens is None:
            if len(self._pens) > 4096:
                self._pens.clear()
            pen = _pen_of(self._rendered(style))
            pens = self._pens[style] = pen, pen.for_blanks
        return pens


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches from left to right; stretches that touch or overlap become one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _mend(row: list[Cell], edge: int) -> None:
    """Put a blank for each half of a wide character that `edge` cuts, as a terminal does."""
    right_half_lost = edge > 0 and _is_wide(row[edge - 1][0])
    if right_half_lost and (edge == len(row) or row[edge][0]):
        row[edge - 1] = " ", row[edge - 1][1].for_blanks
    elif edge < len(row) and not row[edge][0] and not right_half_lost:
        row[edge] = " ", row[edge][1].for_blanks


def _differing(wanted: list[Cell], shown: list[Cell]) -> Iterator[tuple[int, int]]:
    """The stretches (start, end) that differ; stretches with a small gap between become one."""
    start = end = -1
    for at, (new, old) in enumerate(zip(wanted, shown, strict=True)):
        if new == old or new is _UNKNOWN:
            continue
        if at == end or (start >= 0 and at - end <= _BRIDGE and not _has_unknown(wanted, end, at)):
            end = at + 1
            continue
        if start >= 0:
            yield start, end
        # A wide character can only be written whole, so its left half is written too.
        start, end = at - (at > 0 and not new[0]), at + 1
    if start >= 0:
        yield start, end


def _has_unknown(cells: list[Cell], start: int, end: int) -> bool:
    return any(cell is _UNKNOWN for cell in cells[start:end])


@lru_cache(4096)
def _graphemes(text: str) -> tuple[str, ...]:
    """The characters in each cell of `text`; "" is the right half of a wide character.

    The result has no control character that a terminal would obey, whatever `text` has.
    """
    if not text.isprintable():
        text = "".join(map(_harmless, text))
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells += [text[start:end], *[""] * (width - 1)]
    return tuple(cells)


def _harmless(character: str) -> str:
    if character.isprintable() or character == _ZERO_WIDTH_JOINER:
        return character
    return _REPLACEMENT if get_character_cell_size(character) else ""


def _is_wide(text: str) -> bool:
    return len(_graphemes(text)) > 1


@lru_cache(4096)
def _is_surely_narrow(text: str) -> bool:
    """Whether every terminal moves on one cell; for several characters terminals disagree."""
    return len(text) == 1 and get_character_cell_size(text) == 1


def _pen_of(parameters: str) -> Pen:
    """The pen of SGR parameters such as `1;38;5;9`."""
    attributes: list[str] = []
    ink = ground = ""
    left = iter(filter(None, parameters.split(";")))
    for one in left:
        if one in ("38", "48"):
            kind = next(left, "")
            count = {"5": 1, "2": 3}.get(kind, 0)
            one = ";".join([one, kind, *(next(left, "0") for _ in range(count))])
        if one.startswith("38;") or (len(one) == 2 and one[0] in "39" and one != "39"):
            ink = one
        elif one.startswith("48;") or (one[0] == "4" and len(one) == 2) or one[:2] == "10":
            ground = one
        elif one not in ("39", "49"):
            attributes.append(one)
    return Pen(";".join(attributes), ink, ground)


class _Writer:
    """Turns cells into text for the terminal, with few cursor moves and few changes of pen."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._pen = PLAIN
        # A blank looks the same with this pen as with `_pen`.
        self._blank = PLAIN
        self._x = self._y = _LOST

    def write(self, x: int, y: int, cells: list[Cell]) -> None:
        """Write `cells` from column `x` of line `y` on."""
        if len(cells) > 1 and cells[0][0] == " " and cells.count(cells[0]) == len(cells):
            # Most of a first frame: one blank is written, and the others after it.
            self.write(x, y, cells[:1])
            self._parts.append(" " * (len(cells) - 1))
            self._x = x + len(cells)
            return
        parts, pen = self._parts, self._pen
        at = self._x if y == self._y else _LOST
        for text, new in cells:
            if text:
                if x != at:
                    self._x = at
                    parts.append(self._move(x, y))
                if new is not pen and (text != " " or new != self._blank):
                    self._change(new)
                    pen = self._pen
                parts.append(text)
                at = x + 1 if text.isascii() or _is_surely_narrow(text) else _LOST
            x += 1
        self._x, self._y = at, y

    def finish(self) -> str:
        """The whole text; it leaves the terminal's pen as it found it."""
        if self._pen != PLAIN:
            self._parts.append("\x1b[0m")
        return "".join(self._parts)

    def _move(self, x: int, y: int) -> str:
        if y == self._y and x > self._x != _LOST:
            return f"\x1b[{x - self._x}C"
        return f"\x1b[{y + 1};{x + 1}H"

    def _change(self, pen: Pen) -> None:
        now = self._pen
        if pen == now:
            return
        if pen.attributes == now.attributes:
            changes = [] if pen.ink == now.ink else [pen.ink or "39"]
            if pen.ground != now.ground:
                changes.append(pen.ground or "49")
        else:
            whole = [part for part in pen if part]
            changes = whole if now == PLAIN else ["0", *whole]
        self._parts.append(f"\x1b[{';'.join(changes)}m")
        self._pen, self._blank = pen, pen.for_blanks
