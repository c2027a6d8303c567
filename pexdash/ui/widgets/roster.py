"""The roster on the screen: one line for each participant; only lines that differ are drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence, Set

from textual.binding import Binding
from textual.message import Message

from pexdash.model.changes import Changes
from pexdash.model.roster import Roster
from pexdash.model.sections import Row, Section
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.part import OurPart
from pexdash.session.moderation.action import Action
from pexdash.ui.drawing.columns import columns_for, lasting_room, row_spans
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.lines import Lines
from pexdash.ui.drawing.rolling import Rolling
from pexdash.ui.drawing.section_line import SectionFacts, SectionKey, section_key_at, section_spans
from pexdash.ui.drawing.spans import Span, fit
from pexdash.ui.drawing.sure_places import SurePlaces
from pexdash.ui.framework.key_place import event_time
from pexdash.ui.widgets.roster_drawn import DrawnRows
from pexdash.ui.widgets.roster_facts import RosterFacts
from pexdash.ui.widgets.roster_lines import RosterLines
from pexdash.ui.widgets.stage import SHARES_SECONDS

TALK_SECONDS = 10.0
"""How often people are sorted anew where the order is who talked most: rows must not dance."""
KeysOf = Callable[[Section], Sequence[SectionKey]]


class RosterView(Lines, Rolling, can_focus=True):
    """The participants of a conference, in the rows of the model's `Roster`.

    A row is drawn again only where its spans differ. The view finds a row by its participant,
    and not by its line.
    """

    DEFAULT_CSS = """
    RosterView {
        height: 1fr;
        scrollbar-size-vertical: 1; overflow-x: hidden; overflow-y: auto;
    }
    """

    BINDINGS = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "move(-1000000)", "First", show=False),
        Binding("end", "move(1000000)", "Last", show=False),
    ]

    class CursorMoved(Message):
        """The cursor is on another participant."""

    def __init__(
        self,
        feed: Feed,
        membership: OurPart | None,
        roster: Roster,
        glyphs: Glyphs,
        keys_of: KeysOf,
    ) -> None:
        super().__init__(id="roster")
        self._keys_of = keys_of
        self._feed = feed
        self._roster = roster
        self._glyphs = glyphs
        self._facts = RosterFacts(feed, membership, roster)
        self._lines = RosterLines()
        self._drawn = DrawnRows()
        self._sends = False
        self._made: dict[Row, list[Span]] = {}
        self._sure = SurePlaces()
        self._is_stale = False
        self._sorted_at = self._counted_at = feed.clock.monotonic()
        self._width = 0
        self._columns = columns_for(0, 0)

    def _fit_columns(self, width: int) -> None:
        """Choose the columns for so many cells, of which the scrollbar may take the last."""
        self._width = width - 1
        self._drawn.forget_people()
        self._columns = columns_for(self._width, lasting_room(self._width, self.app.size.width))

    @property
    def _height(self) -> int:
        return self.scrollable_content_region.height

    @property
    def page_lines(self) -> int:
        return max(1, self.size.height - self._lines.pinned - 2)

    @property
    def _top(self) -> int:
        return self.scroll_offset.y

    # What changed

    def show(self, changes: Changes) -> None:
        """Draw what differs after `changes`."""
        before, cursor = self._cursor_line(), self._roster.cursor
        moved = self._roster.update(changes)
        others = self._facts.take(changes, meters=self._columns.voice > 0)
        if self._facts.is_stale != self._is_stale:
            self._is_stale = self._facts.is_stale
            self._drawn.forget_people()
            self.refresh()
        if moved:
            self._drawn.forget(changes.before.keys() | others | self._roster.renamed)
            is_other = self._roster.departed is not None or self._roster.cursor != cursor
            if self._facts.rules_changed() or changes.own or changes.synced or is_other:
                self._drawn.forget_people()
            self._rearranged(before)
        elif (changes.before or changes.conference) and self._facts.rules_changed():
            self.redraw()
        else:
            self.draw_again(changes.before.keys() | others)
            if changes.own or changes.placed or changes.before:
                self._redraw_sections()

    def rearranged(self) -> None:
        """Draw the rows anew after the host has filtered or sorted them."""
        self._drawn.forget_people()
        self._rearranged(None)
        self.post_message(self.CursorMoved())

    def _rearranged(self, cursor_line: int | None) -> None:
        """Lay out the rows anew; the cursor's stays on that line of the view where it can.

        Those whom `_drawn` still has look as before.
        """
        before = self._drawn.begin_anew()
        self._lay_out()
        row = self._roster.cursor_row
        line = None if row is None else self._lines.line_of(row)
        if cursor_line is not None and line is not None and line >= self._lines.pinned:
            self._scroll(line - cursor_line)
        self._keep_cursor_visible()
        moved = self._drawn.keep(before)
        self.redraw_lines(moved if self._roster.rows else range(self._height))
        self._drawn.end_keeping()
        self._redraw_sections()

    def _lay_out(self) -> None:
        self._drawn.begin_anew()
        self._lines.arrange(self._roster.rows, self._roster.cursor_row, self._height)
        self.tell_lines(len(self._lines))

    def _scroll(self, top: int) -> None:
        top = max(0, min(top, len(self._lines) - self._height))
        if top != self._top:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)

    def _cursor_line(self) -> int | None:
        """The line of the view that the cursor is on, None where that is out of view."""
        return self._line_of(self._roster.cursor) if self._roster.cursor else None

    def redraw(self) -> None:
        """Draw every line in view again."""
        self.redraw_lines(range(self._height))

    def redraw_lines(self, lines: Collection[int]) -> None:
        self._sends = True
        try:
            super().redraw_lines(lines)
        finally:
            self._sends = False

    def draw_again(self, uuids: Set[str]) -> None:
        """Draw the lines of these participants where they would look different."""
        changed = []
        for uuid in self._drawn.among(uuids):
            line = self._line_of(uuid)
            if line is None:
                self._drawn.forget([uuid])
            elif self._spans(uuid) != self._drawn.people[uuid]:
                changed.append(line)
        self.redraw_lines(changed)

    def _redraw_sections(self) -> None:
        """Draw the lines of the sections in view that would look different."""
        headings = self._lines.headings(self._top)
        self._made = {row: self._section_spans(row) for _, row in headings}
        drawn, made = self._drawn.headings, self._made
        self.redraw_lines([y for y, row in headings if drawn.get(y) != made[row]])
        self._made = {}

    def keys_in_view(self) -> list[Action]:
        """The actions that a section in view names with their key, and that would act now."""
        return [
            key.action
            for _, row in self._lines.headings(self._top)
            for key in self._keys_of(row.section)
            if key.acts or key.action.of_all is not None
        ]

    def _section_spans(self, row: Row) -> list[Span]:
        return section_spans(self._section_facts(row), self._width, self._glyphs)

    def _section_facts(self, row: Row) -> SectionFacts:
        unseen = self._lines.unseen(row.section, self._top)
        return self._facts.section(row, self._keys_of(row.section), unseen)

    def _line_of(self, uuid: str) -> int | None:
        """The line in view that shows a participant; None where they are out of view."""
        row = self._roster.index_of(uuid)
        line = None if row is None else self._lines.line_of(row)
        return None if line is None else self._lines.view_of(line, self._top)

    def tick(self) -> None:
        """Draw the times that have changed; due once a second.

        Where the order is who talked most, that is looked at every ten seconds.
        """
        if self._facts.is_stale:
            return
        now = self._feed.clock.monotonic()
        is_due = now - self._counted_at >= SHARES_SECONDS or not self._facts.knows_talk
        counts = self._columns.talk > 0 and is_due
        if counts:
            knew = self._facts.knows_talk
            self._counted_at = now
            self._facts.count_talk()
            # Before anybody has talked no row has a share to draw.
            counts = knew or self._facts.knows_talk
        if now - self._sorted_at >= TALK_SECONDS:
            self._sorted_at, before = now, self._cursor_line()
            if self._roster.follow_talk():
                self._drawn.forget_people()
                self._rearranged(before)
                return
        shown = self._drawn.people
        self.draw_again(shown.keys() if counts else self._facts.later(shown))
        self._redraw_sections()

    # Drawing

    def spans(self, y: int, width: int) -> Iterable[Span]:
        if self.outer_size.width != self._width + 1:
            self._fit_columns(self.outer_size.width)
        spans = self._spans_on(y)
        return [*spans, Span(" ")] if width > self._width else spans

    def _spans_on(self, y: int) -> Sequence[Span]:
        """The spans of a line of the view, without the cell of the scrollbar."""
        row = self._lines.at(y, self._top)
        if row is None:
            text = self._nothing_to_show() if y == 1 and not self._roster.rows else ""
            return [Span(fit(text, self._width), "dim")]
        if not row.uuid:
            line = self._made.get(row) or self._section_spans(row)
            self._drawn.draw_heading(y, line, is_sent=self._sends)
            return self._stale(line)
        spans = self._drawn.unchanged(row.uuid) or self._spans(row.uuid)
        # The framework asks for more lines than it sends.
        self._drawn.draw_person(row.uuid, spans, is_sent=self._sends)
        return self._over(row.uuid, self._stale(spans))

    def _nothing_to_show(self) -> str:
        if typed := self._roster.filter:
            flaw = self._roster.grammar.flaw_of(typed)
            return f"   {flaw}" if flaw else f"   Nobody passes the filter {typed}"
        if self._feed.conference.synced_at is None:
            return "   Waiting for the participant list"
        return "   Nobody is here"

    def _spans(self, uuid: str) -> tuple[Span, ...]:
        facts = self._facts.row(uuid)
        if facts is None:
            return ()
        return row_spans(facts, self._columns, self._width, self._glyphs)

    def _stale(self, spans: Sequence[Span]) -> Sequence[Span]:
        """The spans as they look while the line is not live, when nothing may be loud."""
        if not self._facts.is_stale:
            return spans
        return [Span(text, f"{style} stale") for text, style in spans]

    def _over(self, uuid: str, spans: Sequence[Span]) -> Sequence[Span]:
        """The spans with the looks of the cursor and of who has left over them."""
        departed = self._roster.departed
        over = " departed" if departed is not None and departed.uuid == uuid else ""
        if uuid == self._roster.cursor:
            over += " cursor" if self.has_focus else " idle-cursor"
        return [Span(text, style + over) for text, style in spans] if over else spans

    def on_resize(self) -> None:
        self._fit_columns(self.outer_size.width)
        self._lay_out()
        self._keep_cursor_visible()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._note_who_stands()

    def on_focus(self) -> None:
        self.forget_styles()

    def on_blur(self) -> None:
        self.forget_styles()

    # The cursor

    def action_move(self, by: int) -> None:
        """Move the cursor by so many participants."""
        self._change_cursor(lambda: self._roster.move_cursor(by))

    def action_page(self, by: int) -> None:
        """Move the cursor by so many screenfuls."""
        self.action_move(by * self.page_lines)

    def put_cursor(self, uuid: str) -> None:
        """Put the cursor on a participant and show the row."""
        self._change_cursor(lambda: self._roster.put_cursor(uuid))

    def _change_cursor(self, change: Callable[[], None]) -> None:
        old, rows, lines = self._roster.cursor, self._roster.rows, len(self._lines)
        pinned = self._lines.pinned
        change()
        self._lines.arrange(self._roster.rows, self._roster.cursor_row, self._height)
        if self._roster.rows is not rows or (lines, pinned) != (
            len(self._lines),
            self._lines.pinned,
        ):
            self._drawn.forget_people()
            self._rearranged(None)
        elif self._keep_cursor_visible():
            self.redraw()
        else:
            on = (self._line_of(uuid) for uuid in (old, self._roster.cursor) if uuid)
            self.redraw_lines([line for line in on if line is not None])
            self._redraw_sections()
        self.post_message(self.CursorMoved())

    def _keep_cursor_visible(self) -> bool:
        """Scroll to the cursor where it is out of view; return whether it was."""
        row = self._roster.cursor_row
        line = None if row is None else self._lines.line_of(row)
        self._note_who_stands()
        if line is None or self._height <= 0:
            return False
        top = self._lines.top_for(line, self._top)
        if top == self._top:
            return False
        self._scroll(top)
        return True

    # The mouse

    def _note_who_stands(self) -> None:
        top = self._top
        rows = (self._lines.at(y, top) for y in range(self._height))
        self._drawn.standing = [None if row is None else row.uuid for row in rows]
        self._sure.note([uuid or "" for uuid in self._drawn.standing], event_time())

    def person_at(self, y: int, clicked_at: float) -> str:
        """The uuid of who stands on a line of the view, "" for nobody and for another just now."""
        row = self._lines.at(y, self._top)
        sure = row is not None and self._sure.are_sure(y, clicked_at)
        return row.uuid if row is not None and sure else ""

    def key_at(self, x: int, y: int, clicked_at: float) -> Action | None:
        """The action of the key at this cell of a section's line; None where no key stands."""
        row = self._lines.at(y, self._top)
        if row is None or row.uuid or not self._sure.are_sure(y, clicked_at):
            return None
        key = section_key_at(self._section_facts(row), self._width, self._glyphs, x)
        return None if key is None else key.action

    def roll(self, by: int) -> None:
        """Scroll by so many lines; the cursor comes along, as no key may act on one unseen."""
        self._scroll(self._top + by)
        cursor = self._roster.cursor
        if cursor is None or self._line_of(cursor) is not None:
            return
        in_view = (self._lines.at(y, self._top) for y in range(self._lines.pinned, self._height))
        people = [row.uuid for row in in_view if row is not None and row.uuid]
        if people:
            self.put_cursor(people[0] if by > 0 else people[-1])

    @property
    def is_laid_out(self) -> bool:
        """Whether the rows have their lines in the view."""
        return self._lines.has_room

    def place_of(self, uuid: str) -> int | None:
        """The line of the screen on which a participant stands; None for who is out of view."""
        line = self._line_of(uuid)
        return None if line is None else self.region.y + line
