"""An app that sends its terminal only changed cells, and nothing while the terminal lags behind.

Textual repaints whole regions, each from the left edge of its widget, and waits for a terminal
that does not read. This app stands between the two. Widgets whose lines change often give these
lines to the app without a repaint. Where the terminal or Textual is not as expected, or
`PEXDASH_REPAINT=regions` is set, Textual draws as it always does.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, RenderableType
from rich.segment import Segment
from rich.style import Style
from textual import events, on
from textual.binding import Binding
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from pexdash.ui.framework.surface import Part, stands
from pexdash.ui.framework.terminal import DriverTerminal, terminal_of
from pexdash.ui.framework.terminal_cells import TerminalCells
from pexdash.ui.framework.timers import SteadyApp
from pexdash.ui.framework.visibility import Visible

if TYPE_CHECKING or stands(Part.CELLS):
    from textual._compositor import ChopsUpdate, LayoutUpdate

SWITCH = "PEXDASH_REPAINT"
CATCH_UP_SECONDS = 0.005
"""How often to look whether a terminal that was behind takes the next frame."""
# A write of so few characters arrives as a whole, and needs no marks around the frame.
_WHOLE_AT_MOST = 240
_FRAME = ("\x1b[?2026h", "\x1b[?2026l")
Result = TypeVar("Result")


class Place(NamedTuple):
    """Where the lines of a widget are on the terminal, and what of it lies under others."""

    lines: Region
    covered: tuple[Region, ...]

    def covered_on(self, line: int) -> list[tuple[int, int]]:
        """The stretches of a line of the terminal, as columns, that lie under others."""
        return [(one.x, one.right) for one in self.covered if one.y <= line < one.bottom]


class ChangedCellsApp(SteadyApp[Result]):
    """Sends only the cells that differ from what the terminal shows.

    The app sends no frame while the terminal has not taken the last one; the next frame then
    holds every change since.
    """

    BINDINGS = [Binding("ctrl+l", "draw_everything", show=False, priority=True)]

    def __init__(self, *, theme: str = "") -> None:
        super().__init__(theme=theme)
        self._cells: TerminalCells | None = None
        self._cells_terminal: DriverTerminal | None = None
        self._catching_up: Timer | None = None
        self._sending: asyncio.Handle | None = None
        self._visible: Visible = {}
        self._places: dict[Widget, Place | None] = {}
        self._behind_since: float | None = None
        self._by_regions = os.environ.get(SWITCH) == "regions"

    @on(events.Mount)
    def _watch_for_resuming(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self.action_draw_everything())

    @on(events.Resize)
    def _draw_anew(self) -> None:
        # A smaller terminal has lost cells, even where it has its old size again by now.
        if self.screen_stack:
            self.action_draw_everything()

    def action_draw_everything(self) -> None:
        """Send every cell again, over anything that others have drawn on the terminal."""
        self._cells = None
        self.screen.refresh()

    def forget_cells(self, x: int, y: int, width: int, height: int) -> None:
        """Send these cells again: something else was drawn over them."""
        if self._cells is not None:
            self._cells.forget(x, y, width, height)
            self._send()

    @property
    def unsent_seconds(self) -> float:
        """For how long the terminal has been behind, so that frames wait; 0 where it is not."""
        since = self._behind_since
        return 0.0 if since is None else asyncio.get_running_loop().time() - since

    def place_of(self, widget: Widget) -> Place | None:
        """The place of the lines of `widget` on the terminal, for `put`.

        None while only the framework can draw them: a line is out of sight, or the app does not
        know the terminal's cells.
        """
        if self._cells is None or self._batch_count or self._cells.size != self.size:
            return None
        if self.screen._compositor.visible_widgets is not self._visible:
            # After a new layout the framework is about to paint everything.
            return None
        if widget not in self._places:
            self._places[widget] = _place_among(self._visible, widget)
        return self._places[widget]

    def put(self, place: Place, y: int, segments: Iterable[Segment], x: int = 0) -> None:
        """Draw `segments` from column `x` of line `y` of `place` on.

        This turn's puts are sent together.
        """
        if self._cells is not None:
            line = place.lines.y + y
            self._cells.put(place.lines.x + x, line, segments, place.covered_on(line))
            if self._sending is None:
                self._sending = asyncio.get_running_loop().call_soon(self._send)

    def draw_alone(self, widget: Widget) -> bool:
        """Draw a widget anew and nothing that lies below it; False where only a repaint can."""
        if (place := self.place_of(widget)) is None:
            return False
        # Else it would return the lines that it has kept.
        widget._layout_cache.clear()
        widget._set_dirty()
        for y, strip in enumerate(widget.render_lines(Region(0, 0, *place.lines.size))):
            self.put(place, y, strip)
        return True

    def send_put(self) -> None:
        """Send this turn's puts now, before the turn goes on."""
        if self._sending is not None:
            self._send()

    if stands(Part.CELLS):

        def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
            self._uncover(screen, isinstance(renderable, LayoutUpdate))
            if renderable is None or self._batch_count or not self._running or self._closed:
                super()._display(screen, renderable)
                return
            terminal = None if self._by_regions else terminal_of(self)
            if terminal is None or not isinstance(renderable, (ChopsUpdate, LayoutUpdate)):
                self._cells = None
                super()._display(screen, renderable)
                return
            size = self.size
            if self._cells is None or self._cells.size != size:
                self._cells = TerminalCells(size.width, size.height, self._parameters)
            self._cells_terminal = terminal
            for x, y, strip in _strips(renderable):
                self._cells.put(x, y, strip)
            self._send()
            self.post_display_hook()

    def _uncover(self, screen: Screen[Any], is_whole: bool) -> None:
        """Repaint where a widget vanished: after scrolling the framework may leave it drawn."""
        visible = screen._compositor.visible_widgets
        if visible is not self._visible:
            if not is_whole and self._visible.keys() - visible.keys():
                screen.refresh()
            self._visible = visible
            self._places = {}

    def _send(self) -> None:
        """Send the cells that differ, or try again soon where the terminal is behind."""
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None
        if self._cells is None or self._cells_terminal is None or self._catching_up is not None:
            return
        if self._cells_terminal.is_away:
            self._cells = None
            return
        if self._cells_terminal.is_behind():
            if self._behind_since is None:
                self._behind_since = asyncio.get_running_loop().time()
            self._catching_up = self.set_timer(CATCH_UP_SECONDS, self._catch_up)
            return
        self._behind_since = None
        difference = self._cells.difference()
        if not difference:
            return
        x, y = self.screen.outer_size.clamp_offset(self.cursor_position)
        difference += f"\x1b[{y + 1};{x + 1}H"
        if self._sync_available and len(difference) > _WHOLE_AT_MOST:
            difference = difference.join(_FRAME)
        self._cells_terminal.write(difference)

    def _catch_up(self) -> None:
        self._catching_up = None
        self._send()

    def _parameters(self, style: Style) -> str:
        """The SGR parameters of `style` on this terminal, without its link."""
        system = COLOR_SYSTEMS.get(self.console.color_system or "", ColorSystem.TRUECOLOR)
        drawn = style.update_link(None).render("x", color_system=system)
        return drawn.partition("x")[0].removeprefix("\x1b[").removesuffix("m")


def _place_among(visible: Visible, widget: Widget) -> Place | None:
    """The place of the lines of `widget`; None where any line is hidden."""
    if widget not in visible:
        return None
    lines = widget.scrollable_content_region
    if not visible[widget][1].contains_region(lines):
        return None
    covered = []
    # Widgets that lie above another come before it.
    for other, (region, clip) in visible.items():
        if other is widget:
            break
        if (above := region.intersection(clip)).overlaps(lines):
            covered.append(above.intersection(lines))
    return Place(lines, tuple(covered))


def _strips(update: ChopsUpdate | LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The strips of `update`, each with its column and line."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for whole in strips:
                yield x, y, whole
                x += whole.cell_length
        return
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < right and end > left:
                yield x, y, strip
