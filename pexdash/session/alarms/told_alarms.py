"""What a recording holds of a change of an alarm."""

from __future__ import annotations

from pexdash.model.alarms.alarm import Alarm, Change
from pexdash.model.alarms.edge import Edge
from pexdash.session.feed.told import Alarmed

_OF_SCREENS = (Change.ANNOUNCED, Change.BELL)
"""Changes that say only how people are told, and nothing of the alarm."""


def alarm_told(
    edge: Edge,
    ahead: float,
    alarm: Alarm | None = None,
    *,
    comment: str = "",
) -> Alarmed | None:
    """The record of `edge`, None for a change that is no news of the alarm itself.

    `ahead` is the Unix time less the clock of the alarms, in seconds. `alarm` is the alarm where it
    is still listed. `comment` are the words of whoever changed it. A feed that is told of it adds
    it to the history and to the recording.
    """
    if edge.change in _OF_SCREENS:
        return None
    return Alarmed(
        change=edge.change.value,
        rule=edge.key.rule,
        severity=edge.severity.value,
        subject=edge.key.subject,
        person=edge.person,
        text=edge.text,
        node=edge.node,
        since=edge.began + ahead,
        by=edge.by,
        comment=comment,
        value=edge.value,
        threshold=edge.threshold,
        chattering=edge.is_chattering,
        in_flood=edge.in_flood,
        parent="" if alarm is None else alarm.parent,
    )
