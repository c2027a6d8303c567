"""A screen that is painted once a frame, and not before there is something to see."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from textual import events, on
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen

from pexdash.ui.framework.changed_cells import ChangedCellsApp
from pexdash.ui.framework.frames import FrameGate
from pexdash.ui.framework.surface import Part, stands

AWAITED_SECONDS = 0.2
"""For how long at most a frame waits for what is on its way, so that both are one frame."""
COVERED_SECONDS = 1.0
"""How often a screen behind a dialog is drawn: each time the framework draws all of it."""
Result = TypeVar("Result")


class HeldScreen(Screen[Result]):
    """A screen that gathers what changes, and paints it at most once in `frame_seconds`.

    A subclass calls `ask_for_frame` whenever something has changed, and answers three questions:

    - `draw_frame`: hand everything that has changed to the widgets, which draw what differs;
    - `is_awaiting`: whether something is on its way that is worth a short wait;
    - `has_come`: whether that for which the very first frame waits is there.

    It gets one `draw_frame` a frame, what that draws sent before anything else, a first frame that
    is not nearly empty, one layout instead of two at the start, and its picture behind a dialog
    drawn once a second.
    """

    class Painted(Message):
        """Something changed since the last frame."""

    def __init__(self, *, frame_seconds: float) -> None:
        super().__init__()
        self.revision = 0
        """How many frames were drawn."""
        self._gate = FrameGate(frame_seconds, self._ask_to_paint)
        self._covered_gate = FrameGate(COVERED_SECONDS, self._refresh_covered)
        self._was_shown = False
        self._awaited_until: float | None = None
        self._holds_back = False
        self._shows_what_came = False
        self._painted_size = Size(0, 0)

    # What a subclass says

    def draw_frame(self) -> None:
        """Hand to the widgets what has changed since the last frame."""
        raise NotImplementedError

    def is_awaiting(self) -> bool:
        """Whether something is on its way that comes at once or not at all."""
        return False

    def has_come(self) -> bool:
        """Whether what the first frame waits for is there to be drawn."""
        return True

    # What it gets

    def suit(self, size: Size) -> None:
        """Take the classes of a screen of `size` before the first layout, which is then the last.

        Textual sets them only after it, and then styles and draws everything once more.
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
        # A paint would hold up what is awaited.
        if not self.is_awaiting():
            self._awaited_until = None
        elif self._awaited_until is None:
            self._awaited_until = asyncio.get_running_loop().time() + AWAITED_SECONDS
        self._gate.poke(self._awaited_in())

    # How it is done

    def _awaited_in(self) -> float:
        """For how many seconds at most something is still to be waited for."""
        if self._awaited_until is None:
            return 0.0
        return max(0.0, self._awaited_until - asyncio.get_running_loop().time())

    def on_mount(self) -> None:
        self.ask_for_frame()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        # Every widget was styled as it was mounted, and once is what that costs.
        event.refresh_styles = self._was_shown
        if not self._was_shown and not self._awaited_in():
            # What is known by now is in what is painted next.
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
        self._shows_what_came |= self.has_come()
        self.draw_frame()
        if stands(Part.HOLDING) and self._holds_back:
            self._compositor_refresh()
        elif isinstance(self.app, ChangedCellsApp):
            # What the framework has still to paint may take as long again.
            self.app.send_put()

    def _is_held(self) -> bool:
        """Whether what the framework would paint is little of what the first frame will show."""
        if self._shows_what_came:
            return False
        # What has come is painted next.
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
                # Behind a dialog the framework draws all of the screen for a cell that changed.
                self._dirty_widgets.clear()
                self._covered_gate.poke()

    def _refresh_covered(self) -> None:
        # A refresh forgets which widgets are still to be drawn, and once uncovered all are.
        if self.is_current and not self.is_active:
            self._compositor.update_widgets(self._dirty_widgets)
            super()._compositor_refresh()
