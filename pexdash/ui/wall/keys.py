"""What can be done about what is under the cursor of a wall."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.model.alarms.alarm import Alarm
from pexdash.session.estate.estate import Slot

KeysOf = Callable[[Slot | None, Alarm | None], tuple[tuple[str, str], ...]]
"""The keys for a conference and an alarm, each with its word."""
