"""Times and durations as the screen writes them."""

from __future__ import annotations

import time

_DAY = 86_400


def clock_time(moment: float) -> str:
    """A Unix time as local hours and minutes."""
    return time.strftime("%H:%M", time.localtime(moment))


def clock_seconds(moment: float) -> str:
    """A Unix time as local hours, minutes and seconds."""
    return time.strftime("%H:%M:%S", time.localtime(moment))


def duration(seconds: float) -> str:
    """Minutes and seconds below an hour, hours and minutes below a day, then days.

    A negative time, from a node whose clock is ahead, is written as a dash.
    """
    whole = int(seconds)
    if whole < 0:
        return "–"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    if whole < _DAY:
        return f"{whole // 3600}h{whole % 3600 // 60:02}"
    return f"{whole // _DAY}d"


def minutes(seconds: float) -> str:
    """Whole minutes below a hundred, then hours and minutes, then days.

    A negative time, from a node whose clock is ahead, is written as a dash.
    """
    whole = int(seconds // 60)
    return f"{whole}m" if 0 <= whole < 100 else duration(seconds)
