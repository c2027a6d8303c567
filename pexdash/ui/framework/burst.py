"""Text that came in one go without the marks of a paste: typed by no finger."""

from __future__ import annotations

from textual import events


class Burst(events.Paste):
    """Several printable characters that came in one read, as `text` without line ends and tabs.

    Widgets take it as they take a paste.
    """


# The framework derives this name from the name of the class, and widgets handle pastes by it.
Burst.handler_name = events.Paste.handler_name
