"""A terminal that tells it has lost the focus may still be typed in: the line keeps it."""

from __future__ import annotations

from textual import events

from pexdash.ui.framework.burst import Burst
from pexdash.ui.framework.key_press import KeyPress
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard, line


async def told(shown: Dashboard, *several: events.Event) -> None:
    """Have these come from the terminal one after the other."""
    for one in several:
        await shown.app.on_event(one)
        await shown.pilot.pause()
    await eventually(lambda: not shown.app._waiting_keys)


async def test_what_is_typed_goes_on_into_the_line() -> None:
    """Of several clients of tmux one may be typed at while another tells that it is left."""
    async with dashboard("Ann", "Bob") as shown:
        await shown.press("c", "h", "a", "m")
        await told(shown, events.AppBlur(), KeyPress("m", "m"))
        await told(shown, events.AppBlur(), Burst("er, "))
        await told(shown, events.AppBlur(), events.Paste("saw"))
        assert line(shown) == "hammer, saw"
        # A key that waits for a third would act after the others.
        await told(shown, KeyPress("x", "x"))
        assert shown.requests() == []
