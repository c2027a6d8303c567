"""A screen that is painted once a frame, and not before there is something to see."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events, on
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen

from pexdash.ui.framework.changed_cells import ChangedCellsApp
from pexdash.ui.framework.frames import FrameGate
from pexdash.ui.framework.key_place import CLICK_SECONDS, KeyPlace, event_time
from pexdash.ui.framework.surface import Part, stands

if TYPE_CHECKING or stands(Part.LAYOUT):
    from pexdash.ui.framework.laid_out import LaidOut

AWAITED_SECONDS = 0.2
"""How long a frame waits at most for news on its way (`is_awaiting`), to show it as well."""
COVERED_SECONDS = 1.0
"""How often a screen behind a dialog is drawn: the framework always draws the whole of it."""
Result = TypeVar("Result")


class HeldScreen(KeyPlace, Screen[Result]):
    """A screen that gathers changes, and paints them at most once in `frame_seconds`.

    A subclass calls `ask_for_frame` whenever something has changed, and overrides three methods:

    - `draw_frame` hands every change to the widgets, which draw what differs;
    - `is_awaiting` says whether news is on its way that is worth a short wait;
    - `has_come` says whether the data is there for which the very first frame waits.

    `draw_frame` is called once a frame, and what it draws is sent before anything else. The first
    frame is not nearly empty, and the start needs one layout instead of two. Behind a dialog the
    screen is drawn once a second.
    """

    drawn: ClassVar[int] = 0
    """How many frames all screens of this program have drawn."""

    class Painted(Message):
        """The next frame is due, because something changed since the last one."""

    def __init__(self, *, frame_seconds: float) -> None:
        super().__init__()
        if stands(Part.LAYOUT):
            self._compositor = LaidOut()
        self.revision = 0
        """How many frames were drawn."""
        self._gate = FrameGate(frame_seconds, self._ask_to_paint)
        self._covered_gate = FrameGate(COVERED_SECONDS, self._refresh_covered)
        self._was_shown = False
        self._back_since = float("-inf")
        self._awaited_until: float | None = None
        self._holds_back = False
        self.shows_what_came = False
        """Whether a frame was drawn since the data for the first one is there (`has_come`)."""
        self._painted_size = Size(0, 0)

    # For a subclass to override

    def draw_frame(self) -> None:
        """Hand the changes since the last frame to the widgets."""
        raise NotImplementedError

    def is_awaiting(self) -> bool:
        """Whether news is on its way that comes very soon or not at all."""
        return False

    def has_come(self) -> bool:
        """Whether the data is there for which the first frame waits."""
        return True

    def hears_click(self, clicked_at: float) -> bool:
        """Whether a click was meant for this screen, and not for a dialog that lay over it."""
        return self.hears(clicked_at) and clicked_at >= self._back_since + CLICK_SECONDS

    # For a subclass and the app to call

    def suit(self, size: Size) -> None:
        """Set the classes of a screen of `size` cells before the first layout.

        Textual sets them only after that layout, and then styles, lays out and draws everything
        a second time.
        """
        pairs = (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        )
        for cells, breakpoints in pairs:
            if breakpoints:
                self.add_class(max(one for one in breakpoints if one[0] <= cells)[1])

    def ask_for_frame(self) -> None:
        """Something has changed: draw it in the next frame."""
        # A paint now would hold up the news that the screen awaits.
        if not self.is_awaiting():
            self._awaited_until = None
        elif self._awaited_until is None:
            self._awaited_until = asyncio.get_running_loop().time() + AWAITED_SECONDS
        self._gate.poke(self._awaited_in())

    # The inside

    def _awaited_in(self) -> float:
        """For how many more seconds the next frame may wait."""
        if self._awaited_until is None:
            return 0.0
        return max(0.0, self._awaited_until - asyncio.get_running_loop().time())

    def on_mount(self) -> None:
        self.ask_for_frame()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        # Mounting has styled every widget; the first resume need not do so again.
        event.refresh_styles = self._was_shown
        if self._was_shown:
            self._back_since = event_time()
        if not self._was_shown and not self._awaited_in():
            # The framework paints next; this gives it all that is known by now.
            self._paint()
        self._was_shown = True

    def on_unmount(self) -> None:
        self._gate.close()
        self._covered_gate.close()

    def _ask_to_paint(self) -> None:
        self.post_message(self.Painted())

    @on(Painted)
    def _paint(self) -> None:
        self.revision += 1
        HeldScreen.drawn += 1
        self.shows_what_came |= self.has_come()
        self.draw_frame()
        if stands(Part.HOLDING) and self._holds_back:
            self._compositor_refresh()
        elif isinstance(self.app, ChangedCellsApp):
            # These cells do not wait for the framework's paint, which may take as long again.
            self.app.send_put()

    def _is_held(self) -> bool:
        """Whether to keep the framework from painting: the first frame will show far more."""
        if self.shows_what_came:
            return False
        # The data is here, and the next paint shows it.
        return self.has_come() or self._awaited_in() > 0

    if stands(Part.HOLDING):

        def _on_timer_update(self) -> None:
            if not self._is_held():
                super()._on_timer_update()

        def _compositor_refresh(self) -> None:
            self._holds_back = self._is_held()
            if self._holds_back:
                return
            if self.is_active or self.size != self._painted_size:
                self._painted_size = self.size
                super()._compositor_refresh()
            else:
                # Behind a dialog the framework draws the whole screen for each changed cell.
                self._dirty_widgets.clear()
                self._covered_gate.poke()

    def _refresh_covered(self) -> None:
        # The refresh below clears the widgets that are still to be drawn, so the compositor gets
        # them first. The framework draws an uncovered screen whole by itself.
        if self.is_current and not self.is_active:
            self._compositor.update_widgets(self._dirty_widgets)
            super()._compositor_refresh()
