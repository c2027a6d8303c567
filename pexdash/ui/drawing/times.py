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


def since(moment: float, now: float) -> str:
    """A Unix time of the last day as hours and minutes, an older one as month and day."""
    form = "%H:%M" if now - moment < _DAY else "%m-%d"
    return time.strftime(form, time.localtime(moment))


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


def long_duration(seconds: float) -> str:
    """Hours, minutes and seconds."""
    whole = max(0, int(seconds))
    return f"{whole // 3600:02}:{whole % 3600 // 60:02}:{whole % 60:02}"


def age(seconds: float) -> str:
    """How old something is: seconds below two minutes, then as `duration`."""
    return f"{int(seconds)} s" if seconds < 120 else duration(seconds)
