"""The wall: many conferences at once, each in its place, and one list of their alarms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from time import monotonic

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size
from textual.notifications import SeverityLevel
from textual.widgets import Input

from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.session.estate.estate import Estate, Slot
from pexdash.session.estate.wall_rules import WallRules
from pexdash.session.feed.notices import Notice
from pexdash.session.moderation.action import Action, Place
from pexdash.ui.commands.actions import actions_at
from pexdash.ui.commands.bindings import bindings_for, shown_key
from pexdash.ui.commands.place_keys import PlaceKeys
from pexdash.ui.commands.showing import show_notice
from pexdash.ui.commands.wall_actions import (
    CURSOR_KEYS,
    SUGGESTED,
    WALL_LEAVE,
    Aim,
    WallAction,
)
from pexdash.ui.commands.wall_arming import Arming
from pexdash.ui.commands.wall_call import WallCall
from pexdash.ui.commands.wall_clicks import Leave, WallClicks
from pexdash.ui.commands.wall_deeds import Deeds
from pexdash.ui.commands.wall_keys import WallKeys
from pexdash.ui.commands.wall_palette import WallCommands
from pexdash.ui.commands.wall_told import WallTold
from pexdash.ui.drawing.wall.density import LEAST_HEIGHT, LEAST_WIDTH
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.framework.changed_cells import ChangedCellsApp
from pexdash.ui.framework.held_screen import HeldScreen
from pexdash.ui.framework.key_place import Deed, event_time
from pexdash.ui.framework.notice_place import NoticePlace
from pexdash.ui.framework.own_keys import bind_only, bind_too
from pexdash.ui.wall.board import WallBoard
from pexdash.ui.wall.curves import Curves
from pexdash.ui.wall.facts import needs_somebody
from pexdash.ui.wall.lag import Lag
from pexdash.ui.wall.since import SinceLastKey
from pexdash.ui.widgets.instead import Instead
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


class WallScreen(HeldScreen[None], NoticePlace[None]):
    """Shows an estate, and carries out what people decide about its alarms.

    `show_conference` opens a conference over the wall, `leave` leaves the program, and `rules` are
    at work in every conference.
    """

    CSS_PATH = "wall.tcss"
    COMMANDS = {WallCommands}
    BLANK = True
    AUTO_FOCUS = ""
    FOOT = 0
    """How many lines there are above the keys that a wall does not have by itself."""

    def __init__(
        self,
        estate: Estate,
        *,
        features: TerminalFeatures,
        keys: Mapping[str, str],
        frame_seconds: float,
        show_conference: Callable[[Slot, Alarm | None, Action | None], None],
        leave: Leave,
        rules: WallRules | None = None,
        actions: Sequence[Action] = actions_at(Place.WALL),
        curves: Curves | None = None,
    ) -> None:
        super().__init__(frame_seconds=frame_seconds)
        self._actions = {action.id: action for action in actions}
        self.estate = estate
        self.arming = Arming(rules, estate, self.say)
        self._keys = keys
        self._glyphs = features.glyphs
        self.show_conference = show_conference
        self.leave = leave
        bind_only(self, bindings_for(keys, actions))
        for key, action in CURSOR_KEYS.items():
            bind_too(self, key, action)
        self._place_keys = PlaceKeys(actions, keys)
        self.acting_keys = self._place_keys.acting
        self._seen_since = inf
        self._too_small, self._ticks = False, 0
        self._turned_at = estate.clock.monotonic()
        self.board = WallBoard(estate, self._glyphs, self.key_of(SUGGESTED.id), curves)
        self._drawn_cursor: ConferenceKey | None = None
        self._since = SinceLastKey(self.board.now)
        self._lag = Lag(monotonic, self._unsent, TICK_SECONDS)
        self._told = WallTold(
            self.board,
            self._glyphs,
            self.key_of,
            lambda: self.offered,
            lag=self._lag,
            since=self._since,
            rings=lambda: self._call.rings,
            typed=lambda: self._line.value if self.has_class("-typing") else None,
            armed=self.arming.told,
        )
        calling, title = features.calling, estate.title
        self._call = WallCall(lambda: self.app, calling, title, self._told.about)
        self._watch = estate.watch()
        self._header = WallLine(self._told.header, id="wall-header")
        self._grid = WallGrid(self.board, self._glyphs)
        self._alarms = WallAlarms(self.board, self._glyphs, self._told.keys_for)
        self._nodes_line = WallLine(self._told.nodes, id="wall-nodes")
        self._ticker = WallLine(self._told.ticker, id="wall-ticker")
        self._key_bar = WallKeys(self._told.keys)
        self._line = LineInput("words, is:unacked, node:, !word", id="wall-filter")
        self._instead = Instead(id="wall-instead")
        self._deeds = Deeds(self, self, self.board, keys)
        self._clicks = WallClicks(self, self, self.board, self._actions, leave=leave)

    def compose(self) -> ComposeResult:
        yield from (self._header, self._grid, self._alarms, self._nodes_line, self._ticker)
        yield from (self._line, self._key_bar, self._instead)

    def on_mount(self) -> None:
        self._watch.close()
        self._watch = self.estate.watch(self.ask_for_frame, self.say)
        self._take_all()
        self.set_interval(TICK_SECONDS, self.second_passed)

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
        least = (LEAST_WIDTH, LEAST_HEIGHT + self.FOOT)
        self._too_small = size.width < least[0] or size.height < least[1]
        self.set_class(self._too_small, "-small")
        if self._too_small:
            self._instead.tell_too_small(*size, least, self.key_of(WALL_LEAVE.id))
            self._seen_since = inf
            return
        self.board.fit(size.width, size.height - self.FOOT)
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
            self._grid.show(None if changes.slots else differ)
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
        self._drawn_cursor = self.board.cursor
        self._lay_out()
        self._grid.show()
        self._redraw_lines()

    def second_passed(self) -> None:
        """Draw what counts seconds, and do what is due."""
        board = self.board
        self.estate.take_lag(self._lag.tick())
        board.let_go()
        self._ticks += 1
        counts = self.estate.alarms.counts(board.now)
        self._call.show(counts, board.unacked_critical())
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

    def key_of(self, action_id: str) -> str:
        """The key of an action as people read it."""
        return shown_key(self._actions[action_id], self._keys)

    @property
    def offered(self) -> Sequence[Action]:
        """The actions that the line of keys, the help and the palette offer."""
        return list(self._actions.values())

    # What keys do

    def hears(self, typed_at: float, key: str = "") -> bool:
        """Whether the wall was on the screen when the key was typed; leaving goes without."""
        return typed_at >= self._seen_since or self._place_keys.actions.get(key) is WALL_LEAVE

    def deed_of(self, key: str) -> Deed:
        action, aim = self._place_keys.actions[key], self._aim()
        return lambda: self._carry_out(action, aim)

    def opener_of(self, character: str) -> str:
        return self._place_keys.openers.get(character, "")

    def _aim(self) -> Aim:
        """What a key would be for now."""
        in_sight = (one.key for one in self._alarms.rows_in_view() if needs_somebody(one))
        return Aim(self.board.cursor, self.board.alarm, tuple(in_sight))

    def action_act(self, action_id: str) -> None:
        """Carry out an action for what is under the cursor."""
        self._carry_out(self._actions[action_id], self._aim())

    def _carry_out(self, action: Action, aim: Aim) -> None:
        self._note_key()
        assert isinstance(action, WallAction)
        action.does(self._deeds, aim)

    def _note_key(self) -> None:
        self.board.key_pressed()
        self._since.key_pressed(self.board.now)

    def action_move(self, across: int, down: int) -> None:
        """Move the cursor among the conferences or the alarms."""
        self.board.step(across, down)
        self.moved()

    def action_switch(self) -> None:
        """Go from the conferences to the list, or back."""
        self.board.switch()
        self.moved()

    def action_turn(self, by: int) -> None:
        """Turn the page, or move by many alarms."""
        self.board.leaf(by, len(self._alarms.rows_in_view()))
        self.moved()

    def action_jump(self, by: int) -> None:
        """Go to the first or the last of the conferences or the alarms."""
        self.board.jump(by)
        self.moved()

    def moved(self) -> None:
        """Draw what the cursor's move changed."""
        self._note_key()
        before, self._drawn_cursor = self._drawn_cursor, self.board.cursor
        self._grid.show({one for one in (before, self.board.cursor) if one is not None})
        self._redraw_lines()

    def on_click(self, event: events.Click) -> None:
        self._clicks.take(event)

    def show_notice(self, text: str, severity: SeverityLevel, seconds: float) -> None:
        self._key_bar.say(text, severity, seconds)

    def clear_notices(self) -> None:
        self._key_bar.say_no_more()

    # What the deeds ask for

    def say(self, notice: Notice) -> None:
        """Show a notice."""
        show_notice(self.app, notice)

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

        page = WallLogPage(self.estate, lambda incident: self._told.label_of(incident.conference))
        self.app.push_screen(LogDialog("What happened on the wall", page, page.completion))

    def show_help(self) -> None:
        """Show every key, and what a wall cannot know."""
        from pexdash.ui.commands.wall_help import wall_help
        from pexdash.ui.dialogs.help import HelpDialog

        self.app.push_screen(HelpDialog(wall_help(self._keys, self._glyphs, self.offered)))
