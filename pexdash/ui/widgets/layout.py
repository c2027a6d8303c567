"""The layout in force: a small picture of the view with the names in their places."""

from __future__ import annotations

import re

from rich.cells import cell_len

from pexdash.model.events import LayoutChanged
from pexdash.model.layouts import columns_of, mains_in, words_of
from pexdash.session.feed.feed import Feed
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.pane import Pane, Title
from pexdash.ui.drawing.spans import Span, fit
from pexdash.ui.drawing.sure_places import SurePlaces
from pexdash.ui.framework.key_place import event_time
from pexdash.ui.widgets.stage import name_of

_SMALL_WIDTH = 8


def layout_rows(mains: list[str], others: list[str], width: int, height: int) -> list[list[str]]:
    """Who sits in which row of boxes; none where no box fits `height` lines of `width` cells.

    The main speakers sit side by side, the others in rows of small boxes below. The last small box
    gives the number of those for which there is no room; where no small box fits, a box beside the
    main speakers does.
    """
    if height < 3 or width < 12 or not mains:
        return []
    columns = max(1, (width - 1) // (_SMALL_WIDTH + 1))
    room = max(0, (height - 3) // 2) * columns
    if others and not room:
        mains, others = [*mains, f"+{len(others)}"], []
    elif len(others) > room:
        others = [*others[: room - 1], f"+{len(others) - room + 1}"]
    return [mains, *_in_rows(others, columns)]


def grid_rows(names: list[str], columns: int, width: int, height: int) -> list[list[str]]:
    """Who sits in which of the rows of so many equal boxes, or of other boxes where those are wide.

    The last box gives the number of those for which there is no room.
    """
    if height < 3 or width < 6 * columns:
        return layout_rows(names[:1], names[1:], width, height)
    room = (height - 1) // 2 * columns
    if len(names) > room:
        names = [*names[: room - 1], f"+{len(names) - room + 1}"]
    return _in_rows(names, columns)


def _in_rows(names: list[str], columns: int) -> list[list[str]]:
    names = names + [""] * (-len(names) % columns)
    return [names[at : at + columns] for at in range(0, len(names), columns)]


def box_at(rows: list[list[str]], width: int, x: int, y: int) -> int | None:
    """The box at a cell of the picture of `rows`, counted row by row; None on a rule or a wall."""
    row, is_rule = divmod(y - 1, 2)
    if is_rule or not 0 <= row < len(rows):
        return None
    left = 1
    for at, cells in enumerate(_widths(len(rows[row]), width)):
        if left <= x < left + cells:
            return sum(map(len, rows[:row])) + at
        left += cells + 1
    return None


def _widths(boxes: int, width: int) -> list[int]:
    """The cells within each of so many boxes side by side."""
    inner = width - boxes - 1
    return [inner // boxes + (at < inner % boxes) for at in range(boxes)]


def picture_of(
    rows: list[list[str]], names: list[str], width: int, height: int, glyphs: Glyphs
) -> list[str]:
    """The boxes of `rows`, or `names` where there are none, in at most `height` lines of text."""
    if not rows:
        return [fit(", ".join(names), width, glyphs.ellipsis)][:height]
    return _boxes(rows, width, glyphs)


def _boxes(rows: list[list[str]], width: int, glyphs: Glyphs) -> list[str]:
    """Rows of boxes, each row over the whole width, with one rule between two rows."""
    side = glyphs.box[1]
    lines: list[str] = []
    above: set[int] = set()
    for names in rows:
        widths = _widths(len(names), width)
        walls = {sum(widths[:at]) + at for at in range(1, len(names))}
        lines.append(_rule(above, walls, width, glyphs, top=not lines))
        cells = (_centred(name, room, glyphs) for name, room in zip(names, widths, strict=True))
        lines.append(side + side.join(cells) + side)
        above = walls
    lines.append(_rule(above, set(), width, glyphs, low=True))
    return lines


def _rule(
    above: set[int],
    below: set[int],
    width: int,
    glyphs: Glyphs,
    *,
    top: bool = False,
    low: bool = False,
) -> str:
    """A horizontal rule that meets the walls of the rows above and below it."""
    flat, _, top_left, top_right, low_left, low_right, left, right, down, up, cross = tuple(
        glyphs.box
    )
    first, last = (top_left, top_right) if top else (low_left, low_right) if low else (left, right)
    joints = dict.fromkeys(above, up) | dict.fromkeys(below, down)
    joints |= dict.fromkeys(above & below, cross)
    return first + "".join(joints.get(at, flat) for at in range(1, width - 1)) + last


def _centred(name: str, cells: int, glyphs: Glyphs) -> str:
    left = max(0, (cells - cell_len(name)) // 2)
    return fit(" " * left + name, cells, glyphs.ellipsis)


def _asked(layout: LayoutChanged) -> str:
    """What is asked for where that is not what is in force, for Hosts and for Guests."""
    asked = layout.requested
    if asked is None or (asked.for_hosts == asked.for_guests == layout.view):
        return ""
    if asked.for_hosts == asked.for_guests:
        return asked.for_hosts
    return f"{asked.for_hosts}, Guests {asked.for_guests}"


class LayoutPane(Pane):
    """Which view the node shows, and who sits where in it; `key` opens the layouts."""

    def __init__(self, feed: Feed, glyphs: Glyphs, key: str) -> None:
        super().__init__(glyphs, id="layout")
        self._feed = feed
        self._key = key
        self._rows: list[list[str]] = []
        self._sure = SurePlaces()

    def title(self) -> Title:
        layout = self._feed.conference.layout
        left = [Span("LAYOUT", "heading")]
        if layout is None or not layout.view:
            return [*left, Span("  not known yet", "dim")], []
        asked = _asked(layout)
        left.append(Span(f"  {layout.view}"))
        left.append(
            Span(f"  asked {asked}", "accent")
            if asked
            else Span(f"  {words_of(layout.view)}", "dim")
        )
        return left, [Span(self._key, "accent"), Span(" Layout")] if self._key else []

    def body(self, width: int, height: int) -> list[list[Span]]:
        conference = self._feed.conference
        layout = conference.layout
        if layout is None or not layout.view:
            return []
        self._rows = self._seated(layout, list(layout.participants), width - 2, height)
        self._sure.note([uuid for row in self._rows for uuid in row], event_time())
        names = [name_of(conference, uuid) for uuid in layout.participants]
        if not names:
            return [[Span(" Nobody is in it", "dim")]]
        rows = self._seated(layout, names, width - 2, height)
        picture = picture_of(rows, names, width - 2, height, self._glyphs)
        return [[Span(" "), *self._inked(line)] for line in picture]

    @staticmethod
    def _seated(
        layout: LayoutChanged, names: list[str], width: int, height: int
    ) -> list[list[str]]:
        """The rows of boxes of the view in force, with `names` in them."""
        columns = columns_of(layout.view)
        if columns > 1:
            return grid_rows(names, columns, width, height)
        count = mains_in(layout.view)
        others = [] if layout.view == "1:0" else names[count:]
        return layout_rows(names[:count], others, width, height)

    def person_at(self, x: int, y: int, clicked_at: float) -> str:
        """The uuid of who sits at a cell of the pane, "" for nobody and for another just now."""
        inner = 1 if self._framed else 0
        width = self.size.width - 2 * inner - 2
        box = box_at(self._rows, width, x - inner - 1, y - 1)
        return "" if box is None else self._sure.at(box, clicked_at)

    def _inked(self, line: str) -> list[Span]:
        """A line of the picture: what is no text in the ink of frames."""
        pieces = re.split(f"([{re.escape(self._glyphs.box)}]+)", line)
        return [
            Span(piece, "line" if piece[0] in self._glyphs.box else "") for piece in pieces if piece
        ]
