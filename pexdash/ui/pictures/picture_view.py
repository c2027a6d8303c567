"""A widget that shows the newest picture, and draws no more often than it may."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import partial

from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.geometry import Offset, Region, Size
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from pexdash.clock import Clock, SystemClock
from pexdash.ui.drawing.glyphs import ASCII, UNICODE, Glyphs
from pexdash.ui.drawing.spans import fit
from pexdash.ui.framework.terminal import Terminal, terminal_of
from pexdash.ui.framework.timers import unskipped
from pexdash.ui.framework.visibility import visible_widgets
from pexdash.ui.pictures.decoding import PictureFault, bounded, decode
from pexdash.ui.pictures.half_blocks import half_blocks, pixels_for, ramp, reduced, strips
from pexdash.ui.pictures.painter import Graphic, GraphicsPainter
from pexdash.ui.pictures.protocols import Drawing

REPAIR_SECONDS = 0.1
"""How long until a graphic is sent again: it was drawn over, or the terminal was behind."""
SWITCHED_OFF = "Pictures are switched off (PEXDASH_PICTURES=off)"


@dataclass(frozen=True)
class _Drawn:
    """A picture made ready for an area of cells, as characters or as a graphic."""

    area: Size
    lines: list[Strip]
    ground: Style | None = None
    graphic: Graphic | None = None

    def offset(self) -> Offset:
        """Where the graphic stands, centred in its area."""
        assert self.graphic is not None
        left = max(0, self.area.width - self.graphic.columns) // 2
        return Offset(left, max(0, self.area.height - self.graphic.rows) // 2)


class PictureView(Widget):
    """Shows the newest picture given to it, or says in words why there is none.

    The view decodes one picture at a time, in a thread, and none while it is hidden or under
    another screen. Graphics lie above all characters of a terminal, so the view draws half blocks
    instead where anything overlaps it.
    """

    DEFAULT_CSS = "PictureView { width: 1fr; height: 1fr; }"
    ALLOW_SELECT = False

    def __init__(
        self,
        *,
        drawing: Drawing = Drawing.BLOCKS,
        glyphs: Glyphs = UNICODE,
        colours: bool = True,
        frames_per_second: float = 2.0,
        words: str = "",
        clock: Clock | None = None,
        terminal: Terminal | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._drawing = drawing
        self._by_ramp = not colours or glyphs == ASCII
        self._ellipsis = glyphs.ellipsis
        self._interval = 1 / frames_per_second
        self._clock = clock or SystemClock()
        self._terminal = terminal
        self._painter: GraphicsPainter | None = None
        self._words = words
        self._data: bytes | None = None
        self._drawn: _Drawn | None = None
        self._is_stale = False
        self._is_working = False
        self._next_at = 0.0
        self._repair: Timer | None = None
        self._painted_at = Region()

    def show(self, data: bytes) -> None:
        """Draw this picture in its turn, in place of any that still waits."""
        if self._drawing is Drawing.OFF:
            self.clear(SWITCHED_OFF)
            return
        self._data = data
        self._draw_anew()

    def clear(self, reason: str) -> None:
        """Show `reason` at once, instead of any picture."""
        self._data = None
        self._is_stale = False
        self._words = reason
        self._drop()

    # From bytes to cells

    def _draw_anew(self) -> None:
        """Begin to draw the newest picture, unless drawing goes on or nobody would see it."""
        self._is_stale = self._data is not None
        if self._is_due() and not self._is_working:
            self._is_working = True
            self._work()

    def _is_due(self) -> bool:
        if not self._is_stale or not self._is_on_screen():
            return False
        # Under another screen the view draws once, to replace the graphic by characters.
        return self.screen.is_active or self._drawn is None or self._drawn.graphic is not None

    @work(group="picture", name="picture")
    async def _work(self) -> None:
        try:
            while self._is_due():
                wait = self._next_at - self._clock.monotonic()
                if wait > 0:
                    await self._clock.sleep(wait)
                else:
                    await self._draw_newest()
        finally:
            self._is_working = False

    async def _draw_newest(self) -> None:
        self._is_stale = False
        data = self._data or b""
        try:
            drawn = await bounded(self._preparation(data))
        except PictureFault as fault:
            # A newer picture that came meanwhile has its own turn.
            if self._data is data:
                self.clear(str(fault))
        else:
            if self._data is not None:
                self._put(drawn)
        self._next_at = self._clock.monotonic() + self._interval

    def _preparation(self, data: bytes) -> partial[_Drawn]:
        """The slow part of drawing; it holds all it needs, and reads nothing from the widget."""
        if self._painter is not None and self._wants_graphics():
            return partial(_as_graphic, data, self.size, self._graphic_area(), self._painter)
        few = self.app.console.color_system in ("256", "standard")
        return partial(_as_text, data, self.size, self.rich_style, self._by_ramp, few)

    def _put(self, drawn: _Drawn) -> None:
        if drawn.area != self.size or (drawn.graphic is not None) != self._wants_graphics():
            self._is_stale = True
            return
        before, self._drawn = self._drawn, drawn
        self._words = ""
        if drawn.graphic is None:
            self._hide_graphic()
        elif before is not None and _same_place(before, drawn):
            # The cells below are blank already.
            self._paint()
            return
        self.refresh()

    def _drop(self) -> None:
        self._drawn = None
        self._hide_graphic()
        self.refresh()

    # The graphic above the cells

    def _wants_graphics(self) -> bool:
        return self._painter is not None and self._painter.can_draw() and not self._is_covered()

    def _is_on_screen(self) -> bool:
        if not self.is_attached or not self.size:
            return False
        return self in visible_widgets(self.screen)

    def _is_covered(self) -> bool:
        """Whether another screen, a toast or a tooltip lies above, or a container cuts it off."""
        # `is_current` is also true for a screen that shows through another.
        if not self.screen.is_active:
            return True
        visible = visible_widgets(self.screen)
        if self not in visible:
            return True
        mine, clip = visible[self]
        if clip.intersection(mine) != mine:
            return True
        family = {self, *self.ancestors}
        return any(
            widget not in family and region.intersection(clip).overlaps(mine)
            for widget, (region, clip) in visible.items()
        )

    def _graphic_area(self) -> Size:
        """The area for a graphic; a sixel picture on the last line would scroll the terminal."""
        at_end = self._drawing is Drawing.SIXEL and self.region.bottom >= self.app.size.height
        return Size(self.size.width, max(1, self.size.height - at_end))

    def _paint(self) -> None:
        """Send the graphic, or try again soon where the terminal is behind."""
        if self._repair is not None:
            self._repair.stop()
            self._repair = None
        if self._drawn is None or self._drawn.graphic is None or self._painter is None:
            return
        if self._drawn.area != self.size or not self._is_on_screen() or self._is_covered():
            return
        if self._painter.show(self._drawn.graphic, self.region.offset + self._drawn.offset()):
            self._painted_at = self.region
        else:
            self._paint_later(REPAIR_SECONDS)

    def _paint_later(self, seconds: float) -> None:
        if self._repair is None:
            self._repair = unskipped(self.set_timer(seconds, self._paint))

    def _hide_graphic(self) -> None:
        if self._painter is not None:
            self._painter.hide()

    def _look_around(self) -> None:
        """Draw as needed after the view was covered, was uncovered or has moved."""
        if self._painter is None or not self.is_attached:
            return
        shown = self._painter.shown
        if shown is not None and (self._is_covered() or self.region != self._painted_at):
            self._hide_graphic()
            self.refresh()
        if self._drawn is None:
            if self._is_stale:
                self._draw_anew()
        elif (self._drawn.graphic is not None) != self._wants_graphics():
            self._draw_anew()

    # The framework's events

    def on_mount(self) -> None:
        terminal = self._terminal or terminal_of(self.app)
        if terminal is not None and self._drawing in (Drawing.KITTY, Drawing.SIXEL):
            self._painter = GraphicsPainter(self._drawing, terminal)
        self.watch(self.screen, "stack_updates", self._screens_changed, init=False)
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _: self._look_around())
        self.app.app_suspend_signal.subscribe(self, lambda _: self._hide_graphic(), immediate=True)
        self.app.app_resume_signal.subscribe(self, lambda _: self.refresh())

    def _screens_changed(self) -> None:
        # The app settles which screen is the current one only after this message.
        self.call_later(self._look_around)
        if self._is_stale:
            self.call_later(self._draw_anew)

    def on_resize(self) -> None:
        self._hide_graphic()
        self._draw_if_unfit()

    def on_show(self) -> None:
        self._draw_if_unfit()

    def _draw_if_unfit(self) -> None:
        # A drawing under way is checked against the size when it is done.
        if self._drawn is None:
            if not self._is_working:
                self._draw_anew()
        elif self._drawn.area != self.size or self._is_stale:
            self._draw_anew()
        elif self._drawn.graphic is not None:
            self.refresh()

    def on_hide(self) -> None:
        self._hide_graphic()

    def on_unmount(self) -> None:
        self._hide_graphic()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        # Only characters have the background in them. Every change of focus comes here as well.
        drawn = self._drawn
        if drawn is None or drawn.graphic is not None or not self.is_attached:
            return
        if drawn.ground != self.rich_style:
            self._draw_anew()

    def render_lines(self, crop: Region) -> list[Strip]:
        if self._drawn is not None and self._drawn.graphic is not None and self._repair is None:
            # These characters overwrite the graphic, so it must be sent after them.
            self._paint_later(0.01 if self._painter and not self._painter.shown else REPAIR_SECONDS)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if self._drawn is None:
            return self._line_of_words(y)
        if self._drawn.graphic is None and y < len(self._drawn.lines):
            return self._drawn.lines[y].adjust_cell_length(width, self.rich_style)
        return Strip.blank(width, self.rich_style)

    def _line_of_words(self, y: int) -> Strip:
        width = self.size.width
        lines = textwrap.wrap(self._words, max(8, width - 4))
        place = y - (self.size.height - len(lines)) // 2
        if not 0 <= place < len(lines):
            return Strip.blank(width, self.rich_style)
        text = fit(
            " " * max(0, (width - len(lines[place])) // 2) + lines[place], width, self._ellipsis
        )
        return Strip([Segment(text, self.rich_style)], width)


def _same_place(one: _Drawn, other: _Drawn) -> bool:
    if one.graphic is None or other.graphic is None:
        return False
    return (one.area, one.graphic.columns, one.graphic.rows) == (
        other.area,
        other.graphic.columns,
        other.graphic.rows,
    )


def _as_graphic(data: bytes, size: Size, area: Size, painter: GraphicsPainter) -> _Drawn:
    return _Drawn(size, [], graphic=painter.prepare(data, area, painter.cell_size()))


def _as_text(data: bytes, size: Size, ground: Style, by_ramp: bool, few_colours: bool) -> _Drawn:
    pixels = decode(data, pixels_for(size.width, size.height))
    if few_colours:
        pixels = reduced(pixels)
    rows = ramp(pixels) if by_ramp else half_blocks(pixels)
    above = (size.height - len(rows)) // 2
    blank = [Strip.blank(size.width, ground)] * above
    return _Drawn(size, [*blank, *strips(rows, size.width, ground)], ground)
