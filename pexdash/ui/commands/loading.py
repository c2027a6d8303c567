"""What keys open, imported once nothing waits for it any more."""

from __future__ import annotations

from collections.abc import Callable

from textual.message_pump import MessagePump

from pexdash.ui.framework.timers import unskipped

LOAD_SECONDS = 1.0
"""How long after the start to load the dialogs, and how long to wait for another try."""


def load_soon(pump: MessagePump, load: Callable[[], None]) -> None:
    """Have `pump` call `load` in a second, and again each second where that raises OSError."""

    def try_to() -> None:
        try:
            load()
        except OSError:
            # No file descriptor is free to read a module with; one may be later.
            load_soon(pump, load)

    unskipped(pump.set_timer(LOAD_SECONDS, try_to))


def load_dialogs() -> None:
    """Import every dialog now: later there may be no free file descriptor to import one.

    With them comes what a sign-in and a fetched list of layouts need. Raises OSError while no file
    descriptor is free.
    """
    import email.utils  # noqa: F401

    from pexdash.api import layouts, loopback  # noqa: F401
    from pexdash.ui.commands import (  # noqa: F401
        help,
        layout_dialogs,
        questions,
        request_dialogs,
        room_deeds,
    )
    from pexdash.ui.dialogs import (  # noqa: F401
        camera,
        copy,
        details,
        log,
        marks,
        pin,
        presentation,
        providers,
        setting_forms,
        settings,
        sign_in,
        themes,
    )
    from pexdash.ui.widgets import chat_page  # noqa: F401
