"""The wall: many conferences at once, each in its place, and one list of their alarms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from math import inf
from typing import Literal

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Input, Static

from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.estate.estate import Estate, Incident, Slot
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.moderation.action import Place
from pexdash.ui.commands.actions import action_at, actions_at
from pexdash.ui.commands.bindings import bindings_for, shown_key, textual_key
from pexdash.ui.commands.keybar import keys_that_fit
from pexdash.ui.commands.wall_actions import (
    ACKNOWLEDGE,
    OPEN,
    SHELVE,
    SUGGESTED,
    WALL_CLEAR,
    WALL_LEAVE,
    Aim,
    WallAction,
)
from pexdash.ui.commands.wall_call import WallCall
from pexdash.ui.commands.wall_deeds import Deeds
from pexdash.ui.commands.wall_palette import WallCommands
from pexdash.ui.drawing.spans import Span
from pexdash.ui.drawing.times import clock_seconds
from pexdash.ui.drawing.wall.density import LEAST_HEIGHT, LEAST_WIDTH
from pexdash.ui.drawing.wall.feet import nodes_line, ticker_line
from pexdash.ui.drawing.wall.header import HeaderState, header_line
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.framework.app_base import BaseApp
from pexdash.ui.framework.changed_cells import ChangedCellsApp
from pexdash.ui.framework.held_screen import HeldScreen
from pexdash.ui.framework.key_place import Deed, event_time
from pexdash.ui.framework.own_keys import bind_only, bind_too
from pexdash.ui.wall.board import WallBoard
from pexdash.ui.wall.facts import needs_somebody
from pexdash.ui.wall.lag import Lag
from pexdash.ui.wall.since import SinceLastKey
from pexdash.ui.widgets.line_input import LineInput
from pexdash.ui.widgets.wall_alarms import WallAlarms
from pexdash.ui.widgets.wall_grid import WallGrid
from pexdash.ui.widgets.wall_line import WallLine
from pexdash.ui.widgets.wall_log import WallLogPage

TICK_SECONDS = 1.0
"""How often what counts seconds is drawn: the clock, and what somebody has to act on."""
MINUTE_TICKS = 60
"""After how many ticks every conference is drawn again, as its minutes have moved on."""
PAGE_SECONDS = 20.0
"""How long a page stays on a read-only wall that nobody works at."""
_TOLD = 24
"""How many of the last incidents the line of what happened may show."""
_IN_FILTER = ((1, "enter", "Keep"), (1, "esc", "Clear"))
_MOVES = {
    "up": "move(0, -1)",
    "down": "move(0, 1)",
    "left": "move(-1, 0)",
    "right": "move(1, 0)",
    "tab": "switch",
    "shift+tab": "switch",
    "pageup": "turn(-1)",
    "pagedown": "turn(1)",
    "home": "go_to_end(-1)",
    "end": "go_to_end(1)",
}
"""The cursor's own keys, which nobody can change."""
_SEVERITIES: dict[Weight, Literal["information", "warning", "error"]] = {
    Weight.INFORMATION: "information",
    Weight.WARNING: "warning",
    Weight.ERROR: "error",
}


class WallScreen(HeldScreen[None]):
    """Shows an estate, and carries out what people decide about its alarms.

    `show_conference` opens a conference over the wall, and `leave` leaves the program.
    """

    CSS_PATH = "wall.tcss"
    COMMANDS = {WallCommands}
    BLANK = True
    AUTO_FOCUS = ""

    def __init__(
        self,
        estate: Estate,
        *,
        features: TerminalFeatures,
        keys: Mapping[str, str],
        frame_seconds: float,
        show_conference: Callable[[Slot, Alarm | None], None],
        leave: Callable[[], None],
    ) -> None:
        super().__init__(frame_seconds=frame_seconds)
        self.estate = estate
        self._keys = keys
        self._glyphs = features.glyphs
        self._show_conference = show_conference
        self._leave = leave
        bind_only(self, bindings_for(keys, Place.WALL))
        for key, action in _MOVES.items():
            bind_too(self, key, action)
        self._by_key = {
            textual_key(key): action
            for action in actions_at(Place.WALL)
            if (key := keys[action.id])
        }
        self.acting_keys = {key for key, action in self._by_key.items() if action.acts}
        self._openers = {
            keys[action.id]: key
            for key, action in self._by_key.items()
            if isinstance(action, WallAction) and action.opens_line
        }
        self._seen_since = inf
        self._too_small = False
        self._ticks = 0
        self._turned_at = estate.clock.monotonic()
        self.board = WallBoard(estate, self._glyphs, self.key_of(SUGGESTED.id))
        self._since = SinceLastKey(self.board.now)
        self._lag = Lag(estate.clock.monotonic, self._unsent, TICK_SECONDS)
        self._call = WallCall(lambda: self._own_app, features.calling, estate.title, self._about)
        self._watch = estate.watch()
        self._header = WallLine(self._header_spans, id="wall-header")
        self._grid = WallGrid(self.board, self._glyphs)
        self._alarms = WallAlarms(self.board, self._glyphs, self._keys_for)
        self._nodes_line = WallLine(self._nodes_spans, id="wall-nodes")
        self._ticker = WallLine(self._ticker_spans, id="wall-ticker")
        self._key_bar = WallLine(self._key_spans, id="wall-keys")
        self._line = LineInput("words, is:unacked, node:, !word", id="wall-filter")
        self._instead = Static(id="wall-instead")
        self._deeds = Deeds(self, self, self.board, keys)

    @property
    def _own_app(self) -> BaseApp[int]:
        assert isinstance(self.app, BaseApp), "only our own apps have screens of ours"
        return self.app

    def compose(self) -> ComposeResult:
        yield self._header
        yield self._grid
        yield self._alarms
        yield self._nodes_line
        yield self._ticker
        yield self._line
        yield self._key_bar
        yield self._instead

    def on_mount(self) -> None:
        self._watch_estate()
        self._take_all()
        self.set_interval(TICK_SECONDS, self._tick)

    def _watch_estate(self) -> None:
        self._watch.close()
        self._watch = self.estate.watch(self.ask_for_frame, self.say)

    def on_unmount(self) -> None:
        self._watch.close()

    def suit(self, size: Size) -> None:
        super().suit(size)
        self._fit(size)

    def on_resize(self) -> None:
        self._fit(self.app.size)
        self.redraw()

    def _fit(self, size: Size) -> None:
        """Lay out for a terminal of this size."""
        width, height = size
        self._too_small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        self.set_class(self._too_small, "-small")
        if self._too_small:
            leave = self.key_of(WALL_LEAVE.id)
            text = f"{width}x{height} is too small.\nA wall takes {LEAST_WIDTH}x{LEAST_HEIGHT}"
            self._instead.update(Content(f"{text} or more.\n{leave} leaves."))
            self._seen_since = inf
            return
        self.board.fit(width, height)
        self._lay_out()

    def _lay_out(self) -> None:
        plan = self.board.plan
        self._grid.styles.height = plan.grid
        self.set_class(plan.has_nodes, "-nodes")
        self.set_class(plan.has_ticker, "-ticker")

    # What changed

    def draw_frame(self) -> None:
        """Draw what has changed since the last frame."""
        changes = self._watch.take_changes()
        board = self.board
        if changes.slots:
            self._take_all()
        differ = board.take(changes.conferences)
        if changes.edges:
            differ |= board.take_alarms()
            self._since.take(changes.edges)
            self._call.hear(changes.edges)
        if self.is_current or self.is_active:
            self._grid.show(differ)
            if changes.edges or changes.slots:
                self._redraw_lines()
        if self._seen_since == inf and not self._too_small:
            self._seen_since = event_time()

    def _take_all(self) -> None:
        self.board.take_slots()
        self.board.take_alarms()
        self.board.take_samples()
        self._lay_out()

    def _redraw_lines(self) -> None:
        for part in (self._header, self._alarms, self._nodes_line, self._ticker, self._key_bar):
            part.redraw()

    def redraw(self) -> None:
        """Draw all that differs."""
        self._lay_out()
        self._grid.show()
        self._redraw_lines()

    def _tick(self) -> None:
        board = self.board
        self.estate.take_lag(self._lag.tick())
        board.let_go()
        self._ticks += 1
        counts = self.estate.alarms.counts(board.now)
        self._call.show(counts, board.totals().unacked_critical)
        if not (self.is_current or self.is_active):
            return
        if board.end_view() or self._turn_by_itself() or board.take_samples():
            self.redraw()
            return
        if self._ticks % MINUTE_TICKS == 0:
            self._grid.show()
        else:
            self._grid.show({*board.loud(), *board.take_owed()})
        self._redraw_lines()

    def _turn_by_itself(self) -> bool:
        """Turn the page of a wall that nobody may work at, while nothing needs somebody."""
        board = self.board
        is_calm = not any(map(needs_somebody, board.listing.rows))
        if not (self.estate.read_only and board.plan.pages > 1 and is_calm):
            self._turned_at = board.now
            return False
        if board.now - max(self._turned_at, board.keyed_at) < PAGE_SECONDS:
            return False
        self._turned_at = board.now
        board.turn(1)
        return True

    def _unsent(self) -> float:
        app = self.app
        return app.unsent_seconds if isinstance(app, ChangedCellsApp) else 0.0

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        super().on_screen_resume(event)
        self.redraw()

    def came_back(self) -> None:
        """The wall is shown again: what was typed before was meant for what lay over it."""
        self._seen_since = event_time()
        self.board.key_pressed()

    # The lines

    def _header_spans(self, width: int) -> list[Span]:
        board = self.board
        filtered = f"filter {board.filter}" if board.filter else ""
        state = HeaderState(
            self.estate.title,
            self.estate.clock.wall(),
            self._call.rings,
            self.estate.read_only,
            board.page,
            board.plan.pages,
            "  ".join(one for one in (filtered, board.view.value) if one),
        )
        counts = self.estate.alarms.counts(board.now)
        return header_line(board.totals(), counts, state, width, self._glyphs)

    def _nodes_spans(self, width: int) -> list[Span]:
        return nodes_line(self.estate.nodes(), width, self._glyphs)

    def _ticker_spans(self, width: int) -> list[Span]:
        if words := self._lag.words:
            return [Span(f" {words}", "attention strong")]
        board = self.board
        lead = self._since.told(board.now, self.estate.clock.wall())
        newest = islice(reversed(self.estate.incidents), _TOLD)
        return ticker_line(lead, map(self._told, newest), width, self._glyphs)

    def _told(self, incident: Incident) -> str:
        happening = incident.happening
        label = self._label_of(incident.conference)
        return f"{clock_seconds(happening.time)} {label} {happening.words}".replace("  ", " ")

    def _label_of(self, key: ConferenceKey) -> str:
        slot = self.board.slot(key)
        return self.board.telling.label(slot) if slot is not None else key.alias or key.cluster

    def _about(self, edge: Edge) -> str:
        return self._label_of(edge.key.conference)

    def _key_spans(self, width: int) -> list[Span]:
        if self.has_class("-typing"):
            flaw = self.board.flaw(self._line.value)
            keys = keys_that_fit(_IN_FILTER, width)
            return [*keys, Span(f"  {flaw}", "muted")] if flaw else keys
        aim = self._aim()
        wanted = [
            (action.prominence, self.key_of(action.id), action.label or action.title.split()[0])
            for action in actions_at(Place.WALL)
            if action.prominence and self._makes_sense(action.id, aim)
        ]
        place = "Tiles" if self.board.in_list else "Alarms"
        return keys_that_fit([(77, "tab", place), *wanted], width)

    def _makes_sense(self, action_id: str, aim: Aim) -> bool:
        alarm = self.board.current()
        if action_id == ACKNOWLEDGE.id:
            return alarm is not None and alarm.is_unacked
        if action_id == SHELVE.id:
            return alarm is not None and alarm.is_listed
        if action_id == SUGGESTED.id:
            may = not self.estate.read_only
            return may and alarm is not None and bool(self.board.telling.advice(alarm))
        if action_id == WALL_CLEAR.id:
            return bool(self.board.filter or self.board.view.value)
        return bool(self.key_of(action_id))

    def _keys_for(self, slot: Slot | None, alarm: Alarm | None) -> tuple[tuple[str, str], ...]:
        """The keys for what is under the cursor, in the facts of it."""
        keys = []
        if slot is not None:
            person = None
            if alarm is not None:
                person = slot.feed.conference.participants.get(alarm.last.person)
            on = f" on {person.name}" if person is not None else ""
            keys.append((self.key_of(OPEN.id), f"opens it{on}"))
        if alarm is not None and alarm.is_unacked:
            keys.append((self.key_of(ACKNOWLEDGE.id), "Ack"))
        if alarm is not None and alarm.is_listed:
            keys.append((self.key_of(SHELVE.id), "Shelve"))
        if alarm is not None and not self.estate.read_only:
            key, _, words = self.board.telling.advice(alarm).partition(" ")
            keys += [(key, words)] if words else []
        return tuple(keys)

    def key_of(self, action_id: str) -> str:
        """The key of an action as people read it."""
        return shown_key(action_at(Place.WALL, action_id), self._keys)

    # What keys do

    def hears(self, typed_at: float, key: str = "") -> bool:
        """Whether the wall was on the screen when the key was typed; leaving goes without."""
        return typed_at >= self._seen_since or self._by_key.get(key) is WALL_LEAVE

    def deed_of(self, key: str) -> Deed:
        action, aim = self._by_key[key], self._aim()
        assert isinstance(action, WallAction)
        return lambda: self._carry_out(action, aim)

    def opener_of(self, character: str) -> str:
        return self._openers.get(character, "")

    def _aim(self) -> Aim:
        """What a key would be for now."""
        in_sight = (one.key for one in self._alarms.rows_in_view() if needs_somebody(one))
        return Aim(self.board.cursor, self.board.alarm, tuple(in_sight))

    def action_act(self, action_id: str) -> None:
        """Carry out the action of a key."""
        self.act(action_id)

    def act(self, action_id: str) -> None:
        """Carry out an action for what is under the cursor."""
        action = action_at(Place.WALL, action_id)
        assert isinstance(action, WallAction)
        self._carry_out(action, self._aim())

    def _carry_out(self, action: WallAction, aim: Aim) -> None:
        self._note_key()
        action.does(self._deeds, aim)

    def _note_key(self) -> None:
        self.board.key_pressed()
        self._since.key_pressed(self.board.now)

    def action_move(self, across: int, down: int) -> None:
        """Move the cursor among the conferences or the alarms."""
        self._note_key()
        if self.board.in_list:
            self.board.move_in_list(down)
        else:
            self.board.move(across, down)
        self._moved()

    def action_switch(self) -> None:
        """Go from the conferences to the list, or back."""
        self._note_key()
        board = self.board
        board.in_list = not board.in_list
        if board.in_list and board.current() is None:
            board.move_in_list(0)
        self._moved()

    def action_turn(self, by: int) -> None:
        """Turn the page, or move by many alarms."""
        self._note_key()
        if self.board.in_list:
            self.board.move_in_list(by * max(1, len(self._alarms.rows_in_view()) - 1))
        else:
            self.board.turn(by)
            self.board.put_cursor_on_page()
        self._moved()

    def action_go_to_end(self, by: int) -> None:
        """Go to the first or the last of the conferences or the alarms."""
        self._note_key()
        if self.board.in_list:
            self.board.move_in_list(by * len(self.board.listing.rows))
        else:
            self.board.go_to_end(by)
        self._moved()

    def _moved(self) -> None:
        self._grid.show()
        self._redraw_lines()

    @on(WallGrid.Chosen)
    def _chose_conference(self, event: WallGrid.Chosen) -> None:
        self._note_key()
        self.board.in_list = False
        self.board.put_cursor(event.key)
        self._moved()

    @on(WallAlarms.Chosen)
    def _chose_alarm(self, event: WallAlarms.Chosen) -> None:
        self._note_key()
        row = self.board.listing.row_of(event.key)
        if row is not None:
            self.board.in_list = True
            self.board.put_on_alarm(self.board.listing.rows[row])
            self._moved()

    # What the deeds ask for

    def say(self, notice: Notice) -> None:
        """Show a notice as a toast."""
        self.app.notify(notice.text, severity=_SEVERITIES[notice.weight], markup=False)

    def show_conference(self, slot: Slot, alarm: Alarm | None) -> None:
        """Open a conference over the wall."""
        self._show_conference(slot, alarm)

    def find(self, key: ConferenceKey) -> None:
        """Put the cursor on a conference; clear the filter where it hides it."""
        self._note_key()
        if self.board.page_of(key) is None:
            self.board.set_filter("")
        self.board.put_cursor(key)
        self.redraw()

    def rows_of(self, slot: Slot) -> Sequence[int]:
        """The lines of the screen on which a conference stands."""
        return self._grid.place_on_screen(slot.key)

    def switch_bell(self) -> None:
        """Switch the bell off or on; the first line tells which."""
        self._call.rings = not self._call.rings
        self._header.redraw()

    def type_filter(self) -> None:
        """Show the line of the filter, and type into it."""
        self.add_class("-typing")
        self._line.value = self.board.filter
        self.set_focus(self._line)
        self._key_bar.redraw()

    @on(Input.Changed, "#wall-filter")
    def _narrow(self, event: Input.Changed) -> None:
        if self.has_class("-typing"):
            self.board.set_filter(event.value)
            self.redraw()

    @on(Input.Submitted, "#wall-filter")
    def _keep_filter(self, event: Input.Submitted) -> None:
        event.stop()
        self._end_typing()

    @on(LineInput.GivenUp, "#wall-filter")
    def _give_filter_up(self) -> None:
        self.board.set_filter("")
        self._end_typing()

    def _end_typing(self) -> None:
        self.remove_class("-typing")
        self.set_focus(None)
        self.redraw()

    def show_log(self) -> None:
        """Show what happened on the wall."""
        from pexdash.ui.dialogs.log import LogDialog

        page = WallLogPage(self.estate, lambda incident: self._label_of(incident.conference))
        self.app.push_screen(LogDialog("What happened on the wall", page, page.completion))

    def show_help(self) -> None:
        """Show every key, and what a wall cannot know."""
        from pexdash.ui.commands.wall_help import wall_help
        from pexdash.ui.dialogs.help import HelpDialog

        self.app.push_screen(HelpDialog(wall_help(self._keys, self._glyphs)))

    def leave(self) -> None:
        """Leave the program."""
        self._leave()
