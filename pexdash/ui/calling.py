"""How the host is called who looks elsewhere, as the settings say."""

from __future__ import annotations

from msgspec import Struct

NOTIFICATIONS = {
    "off": "",
    "osc9": "\x1b]9;pexdash: {}\x1b\\",
    "osc777": "\x1b]777;notify;pexdash;{}\x1b\\",
}
"""How terminals are asked for a notification of the desktop; most show none.

None begins with what others have written: ConEmu takes a number there for a command (OSC 9).
"""


class Calling(Struct, frozen=True):
    """Whether the bell rings, and whether the window's title tells counts.

    On the screen of one conference it calls for who comes to wait, and for every alarm where
    `for_all`. `notify` is a key of `NOTIFICATIONS`.
    """

    rings: bool = False
    titles: bool = False
    notify: str = "off"
    for_all: bool = False

    def calls_for(self, rule: str) -> bool:
        """Whether the host of one conference is called in any way for alarms of a rule."""
        calls = self.rings or bool(NOTIFICATIONS[self.notify])
        return calls and (self.for_all or rule == "waiting")
