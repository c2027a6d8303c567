"""The roster on the screen: one line for each participant; only lines that differ are drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence, Set

from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView

from pexdash.model.changes import Changes
from pexdash.model.events import voices
from pexdash.model.participant import Presence
from pexdash.model.roster import Roster, Row, Section, longest_wait
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.action import Action
from pexdash.ui.drawing.columns import Column, RowFacts, columns_for, row_spans
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.lines import Lines
from pexdash.ui.drawing.section_line import SectionKey, section_spans
from pexdash.ui.drawing.spans import Span, fit

TALK_SECONDS = 10.0
"""How often people are sorted anew where the order is who talked most: rows must not dance."""
KeysOf = Callable[[Section], Sequence[SectionKey]]


class RosterView(Lines, ScrollView, can_focus=True):
    """The participants of a conference, in the rows of the model's `Roster`.

    A row is drawn again only where its spans differ. The view finds a row by its participant,
    and not by its line.
    """

    DEFAULT_CSS = """
    RosterView {
        height: 1fr;
        scrollbar-size-vertical: 1; overflow-x: hidden;
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
        membership: Membership | None,
        roster: Roster,
        glyphs: Glyphs,
        keys_of: KeysOf,
    ) -> None:
        super().__init__(id="roster")
        self._keys_of = keys_of
        # The lines of sections in view, with the spans that were drawn last.
        self._sections: dict[int, list[Span]] = {}
        self._feed = feed
        self._membership = membership
        self._roster = roster
        self._glyphs = glyphs
        # The participants in view, with the spans that the terminal surely shows; None: unknown.
        self._shown: dict[str, tuple[Span, ...] | None] = {}
        self._sends = False
        self._speaking: frozenset[str] = frozenset()
        self._spotlights: dict[str, int] = {}
        self._width = 0
        self._columns: tuple[Column, ...] = ()
        self._stale = False
        self._sorted_at = feed.clock.monotonic()

    # What changed

    def show(self, changes: Changes) -> None:
        """Draw what differs after `changes`."""
        self._follow_link()
        before = self._roster.cursor_row
        moved_spots = self._update_spotlights(changes)
        speaking = voices(self._feed.conference.speakers)
        spoke, self._speaking = self._speaking, speaking
        if self._roster.update(changes):
            self._rearranged(before)
        else:
            self.draw_again(changes.before.keys() | moved_spots | (speaking ^ spoke))
            if changes.own or changes.placed:
                self._redraw_sections()

    def rearranged(self) -> None:
        """Draw the rows anew after the host has filtered or sorted them."""
        self._rearranged(None)
        self.post_message(self.CursorMoved())

    def _rearranged(self, cursor_row: int | None) -> None:
        self._shown.clear()
        self._sections.clear()
        # Nothing scrolls sideways, and a width would cost a second layout at every resize.
        self.virtual_size = Size(0, len(self._roster.rows))
        now_row = self._roster.cursor_row
        if cursor_row is not None and now_row is not None and self.scroll_offset.y:
            # The participant under the cursor, whom the host looks at, stays on the same line.
            self.scroll_to(
                y=self.scroll_offset.y + now_row - cursor_row,
                animate=False,
                immediate=True,
                force=True,
            )
        self._keep_cursor_visible()
        self.redraw()

    def redraw(self) -> None:
        """Draw every line in view again."""
        self.redraw_lines(range(self.scrollable_content_region.height))

    def redraw_lines(self, lines: Collection[int]) -> None:
        self._sends = True
        try:
            super().redraw_lines(lines)
        finally:
            self._sends = False

    def draw_again(self, uuids: Set[str]) -> None:
        """Draw the lines of these participants where they would look different."""
        changed = []
        for uuid in uuids & self._shown.keys():
            line = self._line_of(uuid)
            if line is None:
                del self._shown[uuid]
            elif self._spans(uuid) != self._shown[uuid]:
                changed.append(line)
        self.redraw_lines(changed)

    def _redraw_sections(self) -> None:
        """Draw the lines of the sections in view that would look different."""
        width = self.scrollable_content_region.width
        self.redraw_lines(
            [
                line
                for line, row in self._sections_in_view()
                if self._sections.get(line) != self._section_spans(row, width)
            ]
        )

    def _sections_in_view(self) -> list[tuple[int, Row]]:
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        in_view = enumerate(self._roster.rows[top : top + height])
        return [(line, row) for line, row in in_view if not row.uuid]

    def keys_in_view(self) -> list[Action]:
        """The actions that a section in view names with their key, and that would act now."""
        return [
            key.action
            for _, row in self._sections_in_view()
            for key in self._keys_of(row.section)
            if key.acts
        ]

    def _section_spans(self, row: Row, width: int) -> list[Span]:
        longest = longest_wait(row.section, self._feed.conference, self._feed.clock.wall())
        return section_spans(row, longest, self._keys_of(row.section), width, self._glyphs)

    def _line_of(self, uuid: str) -> int | None:
        """The line in view that shows a participant; None where they are out of view."""
        row = self._roster.index_of(uuid)
        line = -1 if row is None else row - self.scroll_offset.y
        return line if 0 <= line < self.scrollable_content_region.height else None

    def tick(self) -> None:
        """Draw how long participants have waited or have been called; due once a second.

        Where the order is who talked most, that is looked at every ten seconds.
        """
        now = self._feed.clock.monotonic()
        if now - self._sorted_at >= TALK_SECONDS:
            self._sorted_at, before = now, self._roster.cursor_row
            if self._roster.follow_talk():
                self._rearranged(before)
                return
        self.draw_again(
            {
                uuid
                for uuid in self._shown
                if (one := self._roster.participant(uuid)) is not None
                and (one.has_hand_up or one.presence in (Presence.WAITING, Presence.CONNECTING))
            }
        )
        self._redraw_sections()

    def _follow_link(self) -> None:
        stale = not self._feed.link.is_live
        if stale != self._stale:
            self._stale = stale
            self.refresh()

    def _update_spotlights(self, changes: Changes) -> set[str]:
        """Number the spotlights anew where one changed; return whose number changed."""
        people = self._feed.conference.participants
        if not changes.spotlit:
            return set()
        spotlit = sorted(
            (one.spotlight, one.uuid) for one in people.values() if one.spotlight is not None
        )
        old = self._spotlights
        self._spotlights = {uuid: place for place, (_, uuid) in enumerate(spotlit, start=1)}
        return {
            uuid
            for uuid in old.keys() | self._spotlights.keys()
            if old.get(uuid) != self._spotlights.get(uuid)
        }

    # Drawing

    def spans(self, y: int, width: int) -> Iterable[Span]:
        if width != self._width:
            self._width, self._columns = width, columns_for(width)
        at = y + self.scroll_offset.y
        if at >= len(self._roster.rows):
            text = self._nothing_to_show() if at == 1 and not self._roster.rows else ""
            return [Span(fit(text, width), "dim")]
        row = self._roster.rows[at]
        if not row.uuid:
            line = self._section_spans(row, width)
            if self._sends:
                self._sections[y] = line
            return line
        spans = self._spans(row.uuid)
        if self._sends:
            self._shown[row.uuid] = spans
        elif self._shown.get(row.uuid) != spans:
            # The framework asks for more lines than it sends.
            self._shown[row.uuid] = None
        over = self._over(row.uuid)
        return [Span(text, f"{style} {over}") for text, style in spans] if over else spans

    def _nothing_to_show(self) -> str:
        if typed := self._roster.filter:
            flaw = self._roster.grammar.flaw_of(typed)
            return f"   {flaw}" if flaw else f"   Nobody passes the filter {typed}"
        if self._feed.conference.synced_at is None:
            return "   Waiting for the participant list"
        return "   Nobody is here"

    def _spans(self, uuid: str) -> tuple[Span, ...]:
        one = self._roster.participant(uuid)
        if one is None:
            return ()
        conference = self._feed.conference
        you = "you" if uuid == conference.me else ""
        if uuid in conference.earlier_me:
            you = "you, earlier"
        facts = RowFacts(
            participant=one,
            now=self._feed.clock.wall(),
            speaking=uuid in self._speaking,
            spotlight_place=self._spotlights.get(uuid, 0),
            you=you,
            departed=one is self._roster.departed,
            cursor=uuid == self._roster.cursor,
            marked=uuid in self._roster.marks,
            pending=bool(self._membership and self._membership.moderation.pending(uuid)),
            first_seen=conference.first_seen.get(uuid),
        )
        return row_spans(facts, self._columns, self._width, self._glyphs)

    def _over(self, uuid: str) -> str:
        """The names of the looks that lie over those of a row."""
        departed = self._roster.departed
        names = ["stale"] if self._stale else []
        if departed is not None and departed.uuid == uuid:
            names.append("departed")
        if uuid == self._roster.cursor:
            names.append("cursor" if self.has_focus else "idle-cursor")
        return " ".join(names)

    def on_resize(self) -> None:
        self._keep_cursor_visible()

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
        self.action_move(by * max(1, self.size.height - 2))

    def put_cursor(self, uuid: str) -> None:
        """Put the cursor on a participant and show the row."""
        self._change_cursor(lambda: self._roster.put_cursor(uuid))

    def _change_cursor(self, change: object) -> None:
        assert callable(change)
        old, rows = self._roster.cursor, self._roster.rows
        change()
        if self._roster.rows is not rows:
            self._rearranged(None)
        elif self._keep_cursor_visible():
            self.redraw()
        else:
            lines = (self._line_of(uuid) for uuid in (old, self._roster.cursor) if uuid)
            self.redraw_lines([line for line in lines if line is not None])
            self._redraw_sections()
        self.post_message(self.CursorMoved())

    def _keep_cursor_visible(self) -> bool:
        """Scroll to the cursor where it is out of view; return whether it was."""
        row = self._roster.cursor_row
        if row is None:
            return False
        height = self.scrollable_content_region.height
        # The heading of a section comes into view with the first participant below it.
        above = row - 1 if row and not self._roster.rows[row - 1].uuid else row
        top = self.scroll_offset.y
        if above < top:
            target = above
        elif row >= top + height > 0:
            target = row - height + 1
        else:
            return False
        self.scroll_to(y=target, animate=False, immediate=True, force=True)
        return True

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the participant who was clicked."""
        at = event.y + self.scroll_offset.y
        if 0 <= at < len(self._roster.rows) and self._roster.rows[at].uuid:
            self.put_cursor(self._roster.rows[at].uuid)
