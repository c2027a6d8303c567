"""Where the cursor of a wall is, and what is drawn of its conferences."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.keys import ConferenceKey, Severity
from pexdash.session.estate.estate import Estate, Slot
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.wall.facts import TileFacts
from pexdash.ui.drawing.wall.header import Totals
from pexdash.ui.wall.curves import Curves
from pexdash.ui.wall.facts import is_loud, needs_somebody
from pexdash.ui.wall.places import WallPlaces
from pexdash.ui.wall.totals import totals_of

COUNT_SECONDS = 10.0
"""How often the number of people of a chip changes at most, as there may be a thousand."""


class WallBoard(WallPlaces):
    """What a wall shows of an estate, without any widget.

    `take` and `take_alarms` say what has changed, `facts` what to draw.
    """

    def __init__(
        self, estate: Estate, glyphs: Glyphs, advice_key: str, curves: Curves | None = None
    ) -> None:
        super().__init__(estate, glyphs, advice_key, curves)
        self._counted: dict[ConferenceKey, tuple[float, int]] = {}
        self._owed: set[ConferenceKey] = set()

    # The cursor

    def current(self) -> Alarm | None:
        """The alarm under the cursor, also while it keeps its row after its end."""
        if self.alarm is None:
            return None
        row = self.listing.row_of(self.alarm)
        return None if row is None else self.listing.rows[row]

    def move(self, across: int, down: int) -> None:
        """Move the cursor by so many conferences across and down, on to other pages too."""
        places = self.places
        if not places:
            return
        at = None if self.cursor is None else self._index_of(self.cursor)
        step = across + down * self.plan.columns
        at = self.page * self.plan.per_page - step if at is None else at
        at += step
        while 0 <= at < len(places):
            if (slot := places[at]) is not None:
                self.put_cursor(slot.key)
                return
            at += step

    def step(self, across: int, down: int) -> None:
        """Move the cursor where it is: among the conferences, or up and down in the list."""
        if self.in_list:
            self.move_in_list(down)
        else:
            self.move(across, down)

    def leaf(self, by: int, rows: int) -> None:
        """Turn the page, or move by as many alarms as `rows`, which are in sight."""
        if self.in_list:
            self.move_in_list(by * max(1, rows - 1))
        else:
            self.turn(by)
            self.put_cursor_on_page()

    def jump(self, by: int) -> None:
        """Go to the first or, for a positive `by`, the last of the conferences or the alarms."""
        if self.in_list:
            self.move_in_list(by * len(self.listing.rows))
        else:
            self.go_to_end(by)

    def switch(self) -> None:
        """Go from the conferences to the list, or back."""
        self.in_list = not self.in_list
        if self.in_list and self.current() is None:
            self.move_in_list(0)

    def put_cursor_on_page(self) -> None:
        """Put the cursor on the first conference of the page that is shown."""
        first = next((slot for slot in self.on_page() if slot is not None), None)
        if first is not None:
            self.put_cursor(first.key)

    def go_to_end(self, by: int) -> None:
        """Put the cursor on the first conference, or on the last for a positive `by`."""
        there = [slot for slot in self.places if slot is not None]
        if there:
            self.put_cursor(there[-1 if by > 0 else 0].key)

    def move_in_list(self, by: int) -> None:
        """Move the cursor by so many alarms."""
        rows = self.listing.rows
        if not rows:
            return
        at = None if self.alarm is None else self.listing.row_of(self.alarm)
        at = 0 if at is None else max(0, min(len(rows) - 1, at + by))
        self.put_on_alarm(rows[at])

    def put_cursor(self, key: ConferenceKey) -> None:
        """Put the cursor on a conference, and on the first of its alarms."""
        self.cursor = key
        self.alarm, self._is_chosen = self._first_of(key), True
        self._turn_to_cursor()

    def put_on_alarm(self, alarm: Alarm) -> None:
        """Put the cursor on an alarm, and on its conference where that is on the wall."""
        self.alarm, self._is_chosen = alarm.key, True
        if alarm.key.conference in self._by_key:
            self.cursor = alarm.key.conference
            self._turn_to_cursor()

    def next_unacked(self, by: int) -> bool:
        """Go to the next alarm, or the one before, that needs somebody; whether there is one."""
        rows = self.listing.rows
        # An alarm that came up under the cursor has not been gone to.
        chosen = self.alarm if self._is_chosen else None
        at = None if chosen is None else self.listing.row_of(chosen)
        start = (-1 if by > 0 else 0) if at is None else at
        for step in range(1, len(rows) + 1):
            alarm = rows[(start + by * step) % len(rows)]
            if alarm.is_listed and needs_somebody(alarm):
                self.put_on_alarm(alarm)
                return True
        return False

    # What is drawn

    def facts(self, slot: Slot) -> TileFacts:
        """What to draw of a conference, as far as it is drawn at this density."""
        key, density = slot.key, self.plan.density
        summary, alarms = self._summaries[key], self._alarms.get(key, ())
        if not density.tells_much:
            return self._calmed(key, self.telling.chip(slot, summary, alarms))
        return self.telling.tile(slot, summary, alarms, self.now, density)

    def _calmed(self, key: ConferenceKey, facts: TileFacts) -> TileFacts:
        """The facts with the number of people that was shown, while it is too new to change."""
        now = self.now
        at, shown = self._counted.get(key, (float("-inf"), 0))
        if facts.people == shown:
            return facts
        # The time of recordings may go back.
        if 0 <= now - at < COUNT_SECONDS:
            self._owed.add(key)
            return replace(facts, people=shown)
        self._counted[key] = (now, facts.people)
        return facts

    def take_owed(self) -> set[ConferenceKey]:
        """The conferences whose number of people on the screen is not the newest."""
        owed, self._owed = self._owed, set()
        return owed

    def loud(self) -> Iterable[ConferenceKey]:
        """The conferences whose times move, because somebody has to act; a chip shows no time."""
        if not self.plan.density.tells_much:
            return ()
        return [
            key
            for key, alarms in self._alarms.items()
            if key in self._by_key and any(map(is_loud, alarms))
        ]

    def unacked_critical(self) -> int:
        """How many critical alarms need somebody."""
        return len(self._loud_critical())

    def _loud_critical(self) -> list[Alarm]:
        return [
            alarm
            for alarms in self._alarms.values()
            for alarm in alarms
            if alarm.severity is Severity.CRITICAL and is_loud(alarm)
        ]

    def totals(self) -> Totals:
        """What all conferences are together."""
        critical = self._loud_critical()
        pages = {self.page_of(one.key.conference) for one in critical}
        others = sorted(page + 1 for page in pages if page is not None and page != self.page)
        # Of who is off the list, the last that was known still stands in its place.
        listed = (
            self._summaries[key] for key, slot in self._by_key.items() if slot.gone_since is None
        )
        return totals_of(listed, len(critical), tuple(others))

    def take_samples(self) -> bool:
        """Take the sample of this minute for the curves; returns whether one was due."""
        return self.curves.take(self._summaries.items(), self.now)

    def label_of(self, alarm: Alarm) -> str:
        """What the wall calls what an alarm is about."""
        slot = self._by_key.get(alarm.key.conference)
        if slot is not None:
            return self.telling.label(slot)
        return alarm.key.subject or alarm.key.conference.cluster or "this wall"
