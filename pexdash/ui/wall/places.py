"""Which conference stands where on a wall, by the order, the filter and the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from rich.cells import cell_len

from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.alarms.listing import HOLD_SECONDS, Listing, place_of
from pexdash.model.summary import Summary
from pexdash.session.estate.estate import Estate, Slot
from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.wall.density import WallPlan, plan_for
from pexdash.ui.wall.curves import Curves
from pexdash.ui.wall.facts import WallFacts, needs_somebody
from pexdash.ui.wall.filter import Found, wall_grammar
from pexdash.ui.wall.since import AWAY_SECONDS

VIEW_SECONDS = 60.0
"""How long after the last key another order than that of the places stays."""


class View(Enum):
    """In which order the conferences stand; the values are the words for it."""

    SLOT = ""
    NAME = "by name"
    PEOPLE = "by people"
    ALARM = "by alarm"


_VIEWS = tuple(View)


class WallPlaces:
    """The conferences and alarms of an estate in the order in which they are shown.

    The cursor is on a conference, and on an alarm where there is one; both are remembered by what
    they are and not by where they stand. `in_list` is whether the arrows move it among the alarms.
    """

    def __init__(
        self, estate: Estate, glyphs: Glyphs, advice_key: str, curves: Curves | None = None
    ) -> None:
        self.estate = estate
        self.curves = curves or Curves()
        self.telling = WallFacts(estate, glyphs, advice_key, self.curves)
        self.listing = Listing()
        self.view = View.SLOT
        self.filter = ""
        self.page = 0
        self.in_list = False
        self.cursor: ConferenceKey | None = None
        self.alarm: AlarmKey | None = None
        self.keyed_at = float("-inf")
        self.plan: WallPlan = plan_for(80, 24, 1)
        self.places: Sequence[Slot | None] = ()
        self.longest_label = 0
        self._size = (80, 24)
        self._by_key: dict[ConferenceKey, Slot] = {}
        self._summaries: dict[ConferenceKey, Summary] = {}
        self._alarms: dict[ConferenceKey, list[Alarm]] = {}
        self._index: dict[ConferenceKey, int] = {}
        self._is_chosen = False
        self._grammar = wall_grammar()

    @property
    def now(self) -> float:
        return self.estate.clock.monotonic()

    # What comes in

    def fit(self, width: int, height: int) -> None:
        """Lay the wall out for a terminal of so many cells."""
        self._size = (width, height)
        self.arrange()

    def take_slots(self) -> None:
        """Look at the conferences anew: one came or went, or has another label."""
        self._by_key = {slot.key: slot for slot in self.estate.slots if slot is not None}
        self._summaries = {key: self.estate.summary(key) for key in self._by_key}
        if self.cursor is not None and self.cursor not in self._by_key:
            self.cursor = None
        self.telling.domain = _shared_domain([one.label for one in self._by_key.values()])
        labels = (simple_width(self.telling.label(one)) for one in self._by_key.values())
        self.longest_label = max(map(cell_len, labels), default=0)
        self.arrange()

    def take(self, changed: Iterable[ConferenceKey]) -> set[ConferenceKey]:
        """Look at conferences that may have changed; returns those that may be drawn otherwise."""
        differ = set()
        is_small = not self.plan.density.tells_much
        for key in changed:
            before = self._summaries.get(key)
            if before is None:
                continue
            summary = self._summaries[key] = self.estate.summary(key)
            if is_small:
                if (summary.people, summary.line) != (before.people, before.line):
                    differ.add(key)
            elif summary != before:
                differ.add(key)
        return differ

    def take_alarms(self) -> set[ConferenceKey]:
        """Look at the alarms anew; returns the conferences whose alarms differ."""
        grouped: dict[ConferenceKey, list[Alarm]] = {}
        for alarm in self.estate.alarms.listed():
            if not (alarm.parent or alarm.is_shelved):
                grouped.setdefault(alarm.key.conference, []).append(alarm)
        for alarms in grouped.values():
            alarms.sort(key=place_of)
        touched = self._alarms.keys() | grouped.keys()
        self._alarms = grouped
        self._list()
        if self.alarm is not None and self.listing.row_of(self.alarm) is None:
            self.alarm = None
        if self.alarm is None and not self.in_list and self.cursor is not None:
            self.alarm, self._is_chosen = self._first_of(self.cursor), False
        return set(touched)

    def _list(self) -> bool:
        shown = (
            alarm
            for alarms in self._alarms.values()
            for alarm in alarms
            if not self.filter or self._passes_alarm(alarm)
        )
        held = self.in_list or self.now - self.keyed_at < HOLD_SECONDS
        return self.listing.update(shown, held=held)

    def _passes_alarm(self, alarm: Alarm) -> bool:
        slot = self._by_key.get(alarm.key.conference)
        return slot is None or self._test(slot)

    def let_go(self) -> bool:
        """Sort the list once nobody looks at it any more; returns whether a row has moved.

        A cursor that somebody left in it ten minutes ago holds nothing: what comes would stand out
        of sight, for weeks.
        """
        if self.now - self.keyed_at >= AWAY_SECONDS:
            self.in_list = False
        return self.listing.is_held and self._list()

    def key_pressed(self) -> None:
        """Somebody is here."""
        self.keyed_at = self.now

    # Where things stand

    def arrange(self) -> None:
        """Put the conferences in their places, by the view and the filter."""
        self.places = self._ordered()
        self._index = {one.key: at for at, one in enumerate(self.places) if one is not None}
        self.plan = plan_for(*self._size, len(self.places))
        self.page = min(self.page, self.plan.pages - 1)
        if self.cursor is None:
            first = next((slot for slot in self.on_page() if slot is not None), None)
            if first is not None:
                self.cursor = first.key

    def _ordered(self) -> Sequence[Slot | None]:
        slots = self.estate.slots
        if self.view is View.SLOT and not self.filter:
            return tuple(slots)
        shown = [slot for slot in slots if slot is not None and self._test(slot)]
        if self.view is View.NAME:
            shown.sort(key=lambda slot: slot.label.casefold())
        elif self.view is View.PEOPLE:
            shown.sort(key=lambda slot: -self._summaries[slot.key].people)
        elif self.view is View.ALARM:
            shown.sort(key=self._by_alarm)
        return shown

    def _by_alarm(self, slot: Slot) -> tuple[object, ...]:
        alarms = self._alarms.get(slot.key)
        return (0, *place_of(alarms[0])) if alarms else (1,)

    def _test(self, slot: Slot) -> bool:
        if not self.filter:
            return True
        alarms = self._alarms.get(slot.key, ())
        return self._grammar.test_of(self.filter)(
            Found(
                slot.label,
                slot.alias,
                slot.key.cluster,
                self._summaries[slot.key],
                bool(alarms),
                any(map(needs_somebody, alarms)),
            )
        )

    def set_filter(self, text: str) -> None:
        """Show only what passes, from the first page on."""
        self.filter, self.page = text, 0
        self.arrange()
        if self.cursor is not None and self.page_of(self.cursor) is None:
            self.cursor = None
            self.arrange()
        self.take_alarms()

    def flaw(self, text: str) -> str:
        """What is wrong with a filter, as a sentence, or ""."""
        return self._grammar.flaw_of(text)

    def next_view(self) -> None:
        """Show the conferences in the next order; the places themselves never change."""
        self.view = _VIEWS[(_VIEWS.index(self.view) + 1) % len(_VIEWS)]
        self.arrange()
        self._turn_to_cursor()

    def end_view(self, *, at_once: bool = False) -> bool:
        """Go back to the order of the places where nobody has pressed a key for a while.

        Returns whether it was another order.
        """
        is_kept = self.now - self.keyed_at < VIEW_SECONDS and not at_once
        if self.view is View.SLOT or is_kept:
            return False
        self.view = View.SLOT
        self.arrange()
        self._turn_to_cursor()
        return True

    def on_page(self) -> Sequence[Slot | None]:
        """What stands on the page that is shown, place by place."""
        each = self.plan.per_page
        return self.places[self.page * each : (self.page + 1) * each]

    def at_on_page(self, keys: Iterable[ConferenceKey]) -> list[int]:
        """Where conferences stand on the page that is shown, in order, of those that do."""
        first = self.page * self.plan.per_page
        page, index = range(first, first + self.plan.per_page), self._index
        places = (at for key in keys if (at := index.get(key)) is not None)
        return sorted(at - first for at in places if at in page)

    def page_of(self, key: ConferenceKey) -> int | None:
        """The page on which a conference stands, None where the filter hides it."""
        at = self._index_of(key)
        return None if at is None else at // self.plan.per_page

    def _index_of(self, key: ConferenceKey) -> int | None:
        return self._index.get(key)

    def turn(self, by: int) -> None:
        """Show another page; the last is followed by the first."""
        self.page = (self.page + by) % self.plan.pages

    # What stands there

    def slot(self, key: ConferenceKey | None) -> Slot | None:
        """The slot of a conference, or None."""
        return None if key is None else self._by_key.get(key)

    def summary(self, key: ConferenceKey) -> Summary:
        """What there is to show of a conference."""
        return self._summaries[key]

    def _first_of(self, key: ConferenceKey) -> AlarmKey | None:
        alarms = self._alarms.get(key)
        return alarms[0].key if alarms else None

    def _turn_to_cursor(self) -> None:
        if self.cursor is not None and (page := self.page_of(self.cursor)) is not None:
            self.page = page


def _shared_domain(labels: Sequence[str]) -> str:
    """What stands behind the last `@` of every label that has one, with it.

    It is "" where they differ, and where two labels would read the same without it.
    """
    domains = {label[label.rindex("@") :] for label in labels if "@" in label}
    domain = domains.pop() if len(domains) == 1 else ""
    short = {label.removesuffix(domain) for label in labels}
    return domain if len(short) == len(set(labels)) else ""
