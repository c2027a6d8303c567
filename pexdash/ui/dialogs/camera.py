"""The dialog by which a host turns and zooms the camera of a far end (FECC)."""

from __future__ import annotations

import asyncio

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from pexdash.api.requests import FECC
from pexdash.errors import PexdashError
from pexdash.session.moderation.asking import Ask
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.framework.timers import unskipped

START_MILLISECONDS = 1000
"""For how long the far end moves its camera after a start, if it hears no more."""
CONTINUE_MILLISECONDS = 200
"""For how long it goes on after a continue."""
FIRST_SECONDS = 0.6
"""How long after a key press the camera stops: a held key repeats within this time."""
REPEAT_SECONDS = 0.25
"""How long after a repeat of a held key the camera stops."""

Movement = tuple[str, str]
_WORDS = {
    ("pan", "left"): "turning left",
    ("pan", "right"): "turning right",
    ("tilt", "up"): "turning up",
    ("tilt", "down"): "turning down",
    ("zoom", "in"): "zooming in",
    ("zoom", "out"): "zooming out",
}


class CameraDialog(GuardedDialog[None]):
    """Moves the camera of the participant `uuid` while a key is held, a little at each press.

    Every movement begins with a start and ends with a stop (API, participants/fecc); `ask` sends
    them, one after the other.
    """

    BINDINGS = [
        Binding("escape,q", "close", "Close", show=False),
        Binding("left", "move('pan', 'left')", "Left", show=False),
        Binding("right", "move('pan', 'right')", "Right", show=False),
        Binding("up", "move('tilt', 'up')", "Up", show=False),
        Binding("down", "move('tilt', 'down')", "Down", show=False),
        Binding("plus", "move('zoom', 'in')", "In", show=False),
        Binding("minus", "move('zoom', 'out')", "Out", show=False),
        Binding("space", "stop", "Stop", show=False),
    ]

    def __init__(self, name: str, uuid: str, ask: Ask) -> None:
        super().__init__("Camera", "arrows turn   + - zoom   space stops   esc closes")
        self._whose = name
        self._uuid = uuid
        self._ask = ask
        self._moving: Movement | None = None
        self._stopping: Timer | None = None
        self._turn = asyncio.Lock()

    def inside(self) -> ComposeResult:
        yield Static(Content(f"Camera of {self._whose}"), classes="question")
        yield Static(Content("still"), classes="detail", id="movement")

    def action_move(self, axis: str, direction: str) -> None:
        """Begin to move, or go on in the same direction."""
        movement = (axis, direction)
        goes_on = movement == self._moving
        if not goes_on:
            self._moving = movement
            self._show()
            self._send("start", movement, START_MILLISECONDS)
        elif not self._turn.locked():
            self._send("continue", movement, CONTINUE_MILLISECONDS)
        if self._stopping is not None:
            self._stopping.stop()
        self._stopping = self.set_timer(
            REPEAT_SECONDS if goes_on else FIRST_SECONDS, self.action_stop
        )
        unskipped(self._stopping)

    def action_stop(self) -> None:
        """Stand still."""
        movement, self._moving = self._moving, None
        if movement is not None:
            self._show()
            self._send("stop", movement)

    def action_close(self) -> None:
        """Stand still, and close."""
        self.action_stop()
        self.dismiss(None)

    def _show(self) -> None:
        words = _WORDS[self._moving] if self._moving else "still"
        self.query_one("#movement", Static).update(Content(words))

    def _send(self, action: str, movement: Movement, milliseconds: int | None = None) -> None:
        axis, direction = movement
        body: dict[str, object] = {
            "action": action,
            "target": self._uuid,
            "movement": [{"axis": axis, "direction": direction}],
        }
        if milliseconds is not None:
            body["timeout"] = milliseconds
        # The app's own worker: a stop must go out though the dialog closes.
        self.app.run_worker(self._sent(body), group="moderation", exit_on_error=True)

    async def _sent(self, body: dict[str, object]) -> None:
        try:
            async with self._turn:
                await self._ask("Camera", FECC, uuid=self._uuid, body=body)
        except PexdashError:
            # The host has been told what went wrong, and need not be told at every key.
            if self.is_current:
                self.dismiss(None)
