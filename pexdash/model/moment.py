"""Moments of a recording as people write them."""

from __future__ import annotations

import re
import time
from contextlib import suppress

from pexdash.errors import UsageFault
from pexdash.text import clean

_OF_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_SINCE = re.compile(r"\+(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")
_DAY = 86_400.0
FORMS = "10:42, 10:42:30, or +1h2m3s from the beginning"


_AGO = re.compile(r"([1-9][0-9]{0,4})([mhdw])")
_UNITS = {"m": 60.0, "h": 3600.0, "d": _DAY, "w": 7 * _DAY}
_DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")
PAST_FORMS = "10:42, 2026-11-30, '2026-11-30 10:42', or 90m, 12h, 7d, 4w for so long ago"


def past_moment(text: str, now: float) -> float:
    """The Unix time that `text` names, of which the latest before `now` is meant.

    It is a local time of day, a local date with or without one, or how long ago it was. Raises
    UsageFault for anything else, and for what is still to come.
    """
    if (found := _AGO.fullmatch(text)) is not None:
        return now - int(found[1]) * _UNITS[found[2]]
    if (found := _OF_DAY.fullmatch(text)) is not None:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        if hours < 24 and minutes < 60 and seconds < 60:
            day = time.localtime(now)
            at = time.mktime((*day[:3], hours, minutes, seconds, 0, 0, -1))
            if at > now:
                at = time.mktime((*day[:2], day[2] - 1, hours, minutes, seconds, 0, 0, -1))
            return at
    for form in _DATES:
        with suppress(ValueError, OverflowError):
            at = time.mktime((*time.strptime(text, form)[:8], -1))
            if at > now:
                raise UsageFault(f"{text} is still to come")
            return at
    raise UsageFault(f"{clean(text)!r} is no time in the past: write {PAST_FORMS}")


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
