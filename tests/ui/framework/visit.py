"""Uses the dashboard for a while and prints its log: `python -m`, on whichever Textual there is."""

from __future__ import annotations

import asyncio
import logging
import sys

from pexdash.log import logger
from pexdash.ui.leaving_app import UNSURE_OF_KEYS
from tests.eventually import eventually
from tests.ui.dashboard import dashboard


async def visit() -> None:
    """See people, act on one, go through a dialog, the palette and the chat."""
    async with dashboard("Ann", "Bob", size=(100, 30)) as shown:
        await shown.put_cursor_on("Bob")
        if not shown.app.reads_whole_keys:
            await shown.press("D", "c", "m")
            await shown.shows("READ ONLY", UNSURE_OF_KEYS.partition(" ")[0])
            assert shown.requests() == []
            assert shown.app.screen is shown.screen
            return
        await shown.press("m")
        await shown.shows("muted")
        await shown.press("D")
        await eventually(shown.takes_keys)
        shown.meeting.join("Carol")
        await shown.pilot.resize_terminal(120, 40)
        await shown.press("n")
        await shown.shows("Carol")
        await shown.press("ctrl+p")
        await shown.shows("key m")
        await shown.press("escape", "c", *"hi", "enter")
        await eventually(lambda: "message" in shown.requests(), "the line was sent")
        await shown.shows("you hi")
        shown.meeting.leave(shown.uuid_of("Carol"))
        await eventually(lambda: not shown.row("Carol"), "Carol has gone")
        assert shown.app.crash is None


if __name__ == "__main__":
    logger.addHandler(logging.StreamHandler(sys.stdout))
    asyncio.run(visit())
    sys.stdout.write("went well\n")
