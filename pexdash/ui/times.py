"""Times and durations as the screen writes them."""

from __future__ import annotations

import time


def clock_time(moment: float) -> str:
    """A Unix time as local hours and minutes."""
    return time.strftime("%H:%M", time.localtime(moment))


def duration(seconds: float) -> str:
    """Minutes and seconds below an hour, then hours and minutes; a negative time is none."""
    whole = int(seconds)
    if whole < 0:
        return "–"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    return f"{whole // 3600}h{whole % 3600 // 60:02}"


def long_duration(seconds: float) -> str:
    """Hours, minutes and seconds."""
    whole = max(0, int(seconds))
    return f"{whole // 3600:02}:{whole % 3600 // 60:02}:{whole % 60:02}"


def age(seconds: float) -> str:
    """How old something is: seconds below two minutes, then as `duration`."""
    return f"{int(seconds)} s" if seconds < 120 else duration(seconds)
