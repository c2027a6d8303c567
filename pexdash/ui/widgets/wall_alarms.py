"""The alarms of a wall as a list, and the facts of the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from pexdash.model.alarms.alarm import Alarm
from pexdash.ui.drawing.frame import FRAMED_HEIGHT, FRAMED_WIDTH, floor_spans, title_spans, walled
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit_spans
from pexdash.ui.drawing.sure_places import SurePlaces
from pexdash.ui.drawing.wall.about import About, about_lines
from pexdash.ui.drawing.wall.alarm_rows import alarm_line
from pexdash.ui.framework.key_place import event_time
from pexdash.ui.wall.board import WallBoard
from pexdash.ui.wall.facts import is_loud
from pexdash.ui.wall.keys import KeysOf

_LIST_SHARE = 0.575
"""The part of a wide screen that the list has."""


class WallAlarms(Panel):
    """Draws the list with its title, and the facts beside it or below it."""

    def __init__(self, board: WallBoard, glyphs: Glyphs, keys: KeysOf) -> None:
        super().__init__(id="wall-alarms")
        self._board = board
        self._glyphs = glyphs
        self._keys = keys
        self._top = 0
        self._sure = SurePlaces()

    @property
    def _is_framed(self) -> bool:
        plan = self._board.plan
        return plan.width >= FRAMED_WIDTH and plan.height >= FRAMED_HEIGHT

    def rows_in_view(self) -> Sequence[Alarm]:
        """The alarms whose rows can be seen."""
        return self._board.listing.rows[self._top : self._top + self._room]

    @property
    def _room(self) -> int:
        """How many rows there are for alarms."""
        plan = self._board.plan
        return max(1, plan.alarms - 1 - self._is_framed - plan.detail)

    def _scroll(self) -> None:
        board, room = self._board, self._room
        rows = board.listing.rows
        row = None if board.alarm is None else board.listing.row_of(board.alarm)
        if row is None and not board.in_list:
            self._top = 0
        elif row is not None:
            self._top = max(row - room + 1, min(self._top, row))
        self._top = max(0, min(self._top, len(rows) - room))

    def lines(self, width: int, height: int) -> list[list[Span]]:
        if height < 1:
            return []
        self._scroll()
        self._sure.note([repr(one.key) for one in self.rows_in_view()], event_time())
        plan = self._board.plan
        across = round(width * _LIST_SHARE) if plan.has_facts else width
        lines = self._list(across, height - plan.detail)
        if plan.detail:
            lines = [*lines[: height - plan.detail], *self._detail(width, plan.detail)]
        if not plan.has_facts:
            return lines
        facts = self._facts(width - across, height)
        return [[*left, *right] for left, right in zip(lines, facts, strict=True)]

    def _list(self, width: int, height: int) -> list[list[Span]]:
        left, right = self._title()
        framed = self._is_framed
        top = title_spans(left, right, width, self._glyphs, framed=framed)
        room = height - 1 - framed
        inner = width - 2 if framed else width
        board, now = self._board, self._board.now
        body = []
        for alarm in board.listing.rows[self._top : self._top + room]:
            cursor = ""
            if alarm.key == board.alarm:
                cursor = "cursor" if board.in_list else "idle-cursor"
            row = board.telling.row(alarm, board.label_of(alarm), now)
            longest = board.longest_label
            body.append(alarm_line(row, inner, self._glyphs, longest=longest, cursor=cursor))
        body += [[] for _ in range(room - len(body))]
        if not framed:
            return [top, *body]
        walls = (walled(line, width, self._glyphs) for line in body)
        return [top, *walls, floor_spans(width, self._glyphs)]

    def _title(self) -> tuple[list[Span], list[Span]]:
        """What there is of alarms, what is quiet, and at the right what is out of sight."""
        board = self._board
        counts = board.estate.alarms.counts(board.now)
        left = [Span("ALARMS", "heading")]
        loud = any(map(is_loud, board.listing.rows))
        if counts.critical:
            look = "attention strong" if board.unacked_critical() else "dim"
            left.append(Span(f" {counts.critical} critical", look))
        for number, word in (
            (counts.warning, "warning"),
            (counts.info, "info"),
            (counts.returned, "returned"),
            (counts.standing, "standing"),
            (counts.shelved, "shelved"),
            (counts.suppressed, "suppressed"),
        ):
            if number:
                left.append(Span(f"  {number} {word}", "" if loud and word == "warning" else "dim"))
        below = len(board.listing.rows) - self._top - self._room
        told = []
        if board.listing.unseen:
            told.append(Span(f"{self._glyphs.below} {board.listing.unseen} new  ", "accent strong"))
        elif below > 0:
            told.append(Span(f"{self._glyphs.below} {below} more  ", "dim"))
        told.append(Span(f"{counts.lately} in 10 min", "dim"))
        return left, told

    def _about(self) -> About | None:
        board = self._board
        alarm = board.current()
        slot = board.slot(board.cursor)
        if alarm is not None and board.slot(alarm.key.conference) is None:
            # It is about a node or this screen, and so about none of the conferences.
            slot = None
        if slot is None and alarm is None:
            return None
        summary = None if slot is None else board.summary(slot.key)
        return board.telling.about(slot, summary, alarm, board.now, self._keys)

    def _facts(self, width: int, height: int) -> list[list[Span]]:
        about, framed = self._about(), self._is_framed
        title: list[Span] = []
        body: list[list[Span]] = []
        if about is not None:
            look = "attention strong" if about.is_loud else "strong"
            title = [Span(f"{about.sign} {about.title}".strip(), look)]
            inner = width - 4 if framed else width - 2
            body = about_lines(about, inner, height - 1 - framed, self._glyphs)
        top = title_spans(title, [], width, self._glyphs, framed=framed)
        room = height - 1 - framed
        body = [[Span(" "), *line] for line in body[:room]]
        body += [[] for _ in range(room - len(body))]
        if not framed:
            return [top, *(fit_spans(line, width) for line in body)]
        walls = (walled(line, width, self._glyphs) for line in body)
        return [top, *walls, floor_spans(width, self._glyphs)]

    def _detail(self, width: int, height: int) -> list[list[Span]]:
        """The facts in the last lines, the label first."""
        about = self._about()
        if about is None:
            return [[] for _ in range(height)]
        wide = width >= FRAMED_WIDTH
        body = about_lines(about, width - 2, height, self._glyphs, has_address=wide)
        told = body[0][:-1] if body[0][-1].text.isspace() else body[0]
        first = [Span(f" {about.title}  ", "strong"), *told]
        lines = [first, *([Span(" "), *line] for line in body[1:])]
        lines += [[] for _ in range(height - len(lines))]
        return [fit_spans(line, width, self._glyphs.ellipsis) for line in lines]

    def alarm_at(self, x: int, y: int, clicked_at: float) -> Alarm | None:
        """The alarm whose row is there, None for none and where another was just before."""
        plan = self._board.plan
        across = round(self.size.width * _LIST_SHARE) if plan.has_facts else self.size.width
        row, rows = y - 1, self.rows_in_view()
        is_row = x < across and 0 <= row < len(rows)
        return rows[row] if is_row and self._sure.at(row, clicked_at) else None
