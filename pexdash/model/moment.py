"""Moments of a recording as people write them."""

from __future__ import annotations

import re
import time

from pexdash.errors import UsageFault

_OF_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_SINCE = re.compile(r"\+(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")
_DAY = 86_400.0
FORMS = "10:42, 10:42:30, or +1h2m3s from the beginning"


def position_of(text: str, started: float) -> float:
    """The moment `text` names, in seconds since the Unix time `started`.

    It is a local time of day, HH:MM or HH:MM:SS, the first one after the beginning; or the time
    since the beginning, such as +1h2m3s. Raises UsageFault for anything else.
    """
    if (found := _OF_DAY.fullmatch(text)) is not None:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        if hours < 24 and minutes < 60 and seconds < 60:
            begun = time.localtime(started)
            # The minute in which the recording begins is no whole day after it.
            second = 0 if found.group(3) is None else begun.tm_sec
            begun_at = begun.tm_hour * 3600 + begun.tm_min * 60 + second
            after = (hours * 3600 + minutes * 60 + seconds - begun_at) % _DAY
            return max(0.0, after - (begun.tm_sec - second) - started % 1)
    elif text != "+" and (found := _SINCE.fullmatch(text)) is not None:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return float(hours * 3600 + minutes * 60 + seconds)
    raise UsageFault(f"{text!r} is no time of a recording: write {FORMS}")
