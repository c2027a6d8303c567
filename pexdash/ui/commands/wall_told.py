"""The lines of a wall but for its conferences and alarms: first, nodes, what happened, keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.estate.estate import Estate, Incident, Slot
from pexdash.session.moderation.action import Action
from pexdash.ui.commands.keybar import OfferedKey, keys_that_fit, written_keys
from pexdash.ui.commands.wall_actions import (
    ACKNOWLEDGE,
    ACKNOWLEDGE_PAGE,
    NEXT_UNACKED,
    OPEN,
    SHELF,
    SHELVE,
    SUGGESTED,
    WALL_CLEAR,
)
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.spans import Span
from pexdash.ui.drawing.times import clock_seconds
from pexdash.ui.drawing.wall.feet import nodes_line, ticker_line
from pexdash.ui.drawing.wall.header import HeaderState, RulesTold, header_line
from pexdash.ui.wall.board import WallBoard
from pexdash.ui.wall.facts import needs_somebody
from pexdash.ui.wall.lag import Lag
from pexdash.ui.wall.since import SinceLastKey

_TOLD = 24
"""How many of the last incidents the line of what happened may show."""
_DECIDES = (ACKNOWLEDGE.id, ACKNOWLEDGE_PAGE.id, SHELVE.id, SHELF.id)
"""Actions by which somebody decides about alarms, which most walls refuse that are read only."""
_IN_FILTER = (OfferedKey(1, "enter", "enter", "Keep"), OfferedKey(1, "escape", "esc", "Clear"))


class WallTold:
    """Makes each line for a width in cells.

    `key_of` returns the key of an action by its id, `offered` the actions to show, `rings` whether
    the bell is on, and `typed` the filter that is being typed, None where none is. `armed` how many
    rules are armed.
    """

    def __init__(
        self,
        board: WallBoard,
        glyphs: Glyphs,
        key_of: Callable[[str], str],
        offered: Callable[[], Sequence[Action]],
        *,
        lag: Lag,
        since: SinceLastKey,
        rings: Callable[[], bool],
        typed: Callable[[], str | None],
        armed: Callable[[], RulesTold | None],
    ) -> None:
        self._armed = armed
        self._board = board
        self._glyphs = glyphs
        self._key_of = key_of
        self._offered = offered
        self._lag = lag
        self._since = since
        self._rings = rings
        self._typed = typed

    @property
    def _estate(self) -> Estate:
        return self._board.estate

    def header(self, width: int) -> list[Span]:
        """What has to be done, what is followed, and that the screen lives."""
        board = self._board
        filtered = f"filter {board.filter}" if board.filter else ""
        state = HeaderState(
            self._estate.title,
            self._estate.clock.wall(),
            self._rings(),
            self._estate.read_only,
            board.page,
            board.plan.pages,
            "  ".join(one for one in (filtered, board.view.value) if one),
            self._estate.through,
            self._armed(),
        )
        counts = self._estate.alarms.counts(board.now)
        return header_line(board.totals(), counts, state, width, self._glyphs)

    def nodes(self, width: int) -> list[Span]:
        """How our lines to each node stand."""
        return nodes_line(self._estate.nodes(), width, self._glyphs)

    def ticker(self, width: int) -> list[Span]:
        """What happened, the newest first; or that the screen is behind."""
        if words := self._lag.words:
            return [Span(f" {words}", "attention strong")]
        lead = self._since.told(self._board.now, self._estate.clock.wall())
        newest = islice(reversed(self._estate.incidents), _TOLD)
        return ticker_line(lead, map(self._incident, newest), width, self._glyphs)

    def _incident(self, incident: Incident) -> str:
        happening = incident.happening
        label = self.label_of(incident.conference)
        return f"{clock_seconds(happening.time)} {label} {happening.words}".replace("  ", " ")

    def label_of(self, key: ConferenceKey) -> str:
        """What the wall calls a conference, or the cluster where it is about none."""
        slot = self._board.slot(key)
        return self._board.telling.label(slot) if slot is not None else key.alias or key.cluster

    def about(self, edge: Edge) -> str:
        """What the wall calls what a change of an alarm is about."""
        return self.label_of(edge.key.conference)

    def keys(self, width: int) -> tuple[list[Span], list[str]]:
        """The keys that make sense now, and for each cell what a click on it is for.

        That is the id of an action, or the framework's name of a key that is none's.
        """
        if (typed := self._typed()) is not None:
            flaw = self._board.flaw(typed)
            keys, ids = _written(_IN_FILTER, width)
            return ([*keys, Span(f"  {flaw}", "muted")] if flaw else keys), ids
        wanted = [
            OfferedKey(
                action.prominence,
                action.id,
                self._key_of(action.id),
                action.label or action.title.split()[0],
            )
            for action in self._offered()
            if action.prominence and self._makes_sense(action.id)
        ]
        place = "Tiles" if self._board.in_list else "Alarms"
        return _written([OfferedKey(77, "tab", "tab", place), *wanted], width)

    def _makes_sense(self, action_id: str) -> bool:
        alarm = self._board.current()
        if action_id in _DECIDES and not self._estate.acknowledges:
            return False
        if action_id == ACKNOWLEDGE.id:
            return alarm is not None and alarm.is_unacked
        if action_id in (NEXT_UNACKED.id, ACKNOWLEDGE_PAGE.id):
            return any(map(needs_somebody, self._board.listing.rows))
        if action_id == SHELVE.id:
            return alarm is not None and alarm.is_listed
        if action_id == SUGGESTED.id:
            return alarm is not None and bool(self._board.telling.advice(alarm))
        if action_id == WALL_CLEAR.id:
            return bool(self._board.filter or self._board.view.value)
        return True

    def keys_for(self, slot: Slot | None, alarm: Alarm | None) -> tuple[tuple[str, str], ...]:
        """The keys for what is under the cursor, in the facts of it."""
        keys = []
        if slot is not None:
            person = None
            if alarm is not None:
                person = slot.feed.conference.participants.get(alarm.last.person)
            on = f" on {person.name}" if person is not None else ""
            keys.append((self._key_of(OPEN.id), f"opens it{on}"))
        if ACKNOWLEDGE not in self._offered():
            return tuple(keys)
        if alarm is None:
            return tuple(keys)
        if self._estate.acknowledges:
            if alarm.is_unacked:
                keys.append((self._key_of(ACKNOWLEDGE.id), "Ack"))
            if alarm.is_listed:
                keys.append((self._key_of(SHELVE.id), "Shelve"))
        key, _, words = self._board.telling.advice(alarm).partition(" ")
        keys += [(key, words)] if words else []
        return tuple(keys)


def _written(wanted: Sequence[OfferedKey], width: int) -> tuple[list[Span], list[str]]:
    return written_keys([], [one[1:] for one in keys_that_fit(wanted, width)])
