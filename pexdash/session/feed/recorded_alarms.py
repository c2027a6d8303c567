"""The alarms that there were at a moment of a recording, from its records of their changes."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from pexdash.session.feed.told import Alarmed

AlarmId = tuple[str, str]
"""The rule of an alarm, and its subject within the conference."""


class RecordedAlarm(Struct, frozen=True):
    """An alarm as it was told of last; times are seconds of the feed's clock.

    `returned_at` is None while it is active, `acked_by` "" while nobody has taken note of it.
    """

    last: Alarmed
    began: float
    raised_at: float
    returned_at: float | None = None
    acked_by: str = ""
    acked_at: float = 0.0
    is_shelved: bool = False
    is_suppressed: bool = False


RecordedAlarms = Mapping[AlarmId, RecordedAlarm]


def alarms_after(
    alarms: RecordedAlarms, told: Alarmed, at: float, ahead: float
) -> dict[AlarmId, RecordedAlarm]:
    """The alarms after one of them has changed at a time.

    `ahead` is the Unix time less that of the feed's clock, in seconds. A change of an alarm that
    was raised before the recording began makes it known.
    """
    after, key = dict(alarms), (told.rule, told.subject)
    if told.change == "cleared":
        after.pop(key, None)
        return after
    began = at if told.since is None else told.since - ahead
    known = after.get(key)
    if known is None or told.change in ("raised", "worsened"):
        known = RecordedAlarm(told, began, at if known is None else known.raised_at)
    known = replace(known, last=told, began=began)
    match told.change:
        case "acked":
            known = replace(known, acked_by=told.by or "somebody", acked_at=at)
        case "returned":
            known = replace(known, returned_at=at)
        case "shelved" | "unshelved":
            known = replace(known, is_shelved=told.change == "shelved")
        case "suppressed" | "released":
            known = replace(known, is_suppressed=told.change == "suppressed")
    after[key] = known
    return after
