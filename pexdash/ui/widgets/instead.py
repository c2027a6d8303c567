"""What a screen shows in place of its panes, and why they are not shown."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from pexdash.session.feed.feed import Feed
from pexdash.ui.drawing.times import duration


class Instead(Static):
    """A few lines in the middle of the screen."""

    def tell_too_small(self, width: int, height: int, needed: tuple[int, int], leave: str) -> None:
        """Say how large the terminal has to be; `leave` is the key that leaves."""
        least = "{}x{}".format(*needed)
        self.update(
            Content(f"{width}x{height} is too small.\nIt takes {least} or more.\n{leave} leaves.")
        )

    def tell_waiting(self, feed: Feed) -> None:
        """Say that we wait to be let in, and for how long."""
        conference, now = feed.conference, feed.clock.wall()
        waited = duration(now - conference.first_seen.get(conference.me, now))
        self.update(
            Content(
                f"Waiting to be let in to {conference.alias}\n\n"
                "A Host has to let you in, or the conference to start.\n"
                f"{waited}\n\nq leaves"
            )
        )
