"""What alarms were for whoever had to act on them: rates, floods, and which came most often.

The limits are those of ISA-18.2 and EEMUA 191 for one operator.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator

from pexdash.plain.report.formats import Style
from pexdash.plain.report.text import clock, duration
from pexdash.session.feed.told import Alarmed

TEN_MINUTES = 600.0
"""Seconds over which alarms are counted together."""
_FLOOD_BEGINS, _FLOOD_ENDS = 10, 5
"""More alarms than these in ten minutes are a flood; with fewer than those it is over."""
_CHATTERS, _CHATTER_SECONDS = 3, 60.0
"""An alarm that is raised so often within so many seconds chatters."""
_STANDING_SECONDS = 86_400.0
"""After how long an active alarm is a standing one."""
_DAY_SECONDS, _HOUR_SECONDS = 86_400.0, 3600.0
_WORST = 10
"""How many of the alarms that came most often are named."""

_Key = tuple[str, str, str]
"""The conference, the rule and the subject of an alarm."""


class AlarmLoad:
    """Counts the critical alarms and warnings of all conferences of a report together.

    `take` takes each change, `observe` what was observed of a conference once all of its changes
    have been taken. Moments are Unix times.
    """

    def __init__(self) -> None:
        self.severities: Counter[str] = Counter()
        self._rules: Counter[tuple[str, str]] = Counter()
        self._pieces: Counter[int] = Counter()
        self._lately: dict[_Key, deque[float]] = {}
        self._active: dict[_Key, float] = {}
        self._chattering: Counter[tuple[str, str]] = Counter()
        self._standing: Counter[tuple[str, str]] = Counter()
        self._observed: list[tuple[float, float]] = []

    def take(self, conference: str, alarm: Alarmed, at: float) -> None:
        """An alarm changed."""
        key = (conference, alarm.rule, alarm.subject)
        if alarm.change in ("raised", "worsened") and alarm.severity != "info":
            self.severities[alarm.severity] += 1
            self._rules[key[:2]] += 1
            self._pieces[int(at / TEN_MINUTES)] += 1
            self._active.setdefault(key, at)
            raised = self._lately.setdefault(key, deque(maxlen=_CHATTERS))
            raised.append(at)
            chatters = len(raised) == _CHATTERS and at - raised[0] <= _CHATTER_SECONDS
            self._chattering[key[:2]] += chatters or alarm.chattering is True
        elif alarm.change in ("returned", "cleared"):
            self._end(key, at)

    def observe(self, conference: str, began: float | None, ended: float | None) -> None:
        """A conference was observed from one time to another, None where it was not."""
        if began is None or ended is None:
            return
        self._observed.append((began, ended))
        for key in [one for one in self._active if one[0] == conference]:
            self._end(key, ended)
        self._lately.clear()

    def _end(self, key: _Key, at: float) -> None:
        began = self._active.pop(key, None)
        if began is not None and at - began > _STANDING_SECONDS:
            self._standing[key[:2]] += 1

    @property
    def _seconds(self) -> float:
        """For how long anything was observed."""
        seconds, until = 0.0, float("-inf")
        for began, ended in sorted(self._observed):
            seconds += max(0.0, ended - max(began, until))
            until = max(until, ended)
        return seconds

    def _floods(self) -> tuple[int, float]:
        """How many floods there were, and how many seconds they lasted together."""
        count, pieces, before = 0, 0, None
        is_on = False
        for piece in sorted(self._pieces):
            is_next = before is not None and piece == before + 1
            was_on = is_on and is_next
            number = self._pieces[piece]
            is_on = number > _FLOOD_BEGINS or (was_on and number >= _FLOOD_ENDS)
            count += is_on and not was_on
            pieces += is_on
            before = piece
        return count, pieces * TEN_MINUTES

    def lines(self, style: Style) -> Iterator[tuple[str, str]]:
        """The figures, each with its label; none where no alarm was raised."""
        raised = self.severities.total()
        if not raised:
            return
        seconds = max(self._seconds, TEN_MINUTES)
        each = ", ".join(f"{count} {name}" for name, count in self.severities.most_common())
        yield "Raised", f"{raised}: {each}"
        per_day = f"{raised / seconds * _DAY_SECONDS:.0f} a day"
        per_hour = f"{raised / seconds * _HOUR_SECONDS:.1f} an hour"
        yield "Rate", f"{raised / seconds * TEN_MINUTES:.1f} in 10 min, {per_hour}, {per_day}"
        yield "To compare", "1 in 10 min is acceptable, 2 are the most that is manageable"
        piece, most = max(self._pieces.items(), key=lambda one: (one[1], -one[0]))
        at = clock(piece * TEN_MINUTES, style)
        yield "Peak", f"{most} in 10 min" + (f" from {at} on" if at else "")
        floods, flooded = self._floods()
        part = (
            f", {duration(flooded)} together, {min(1.0, flooded / seconds) * 100:.0f}% of the time"
        )
        yield "Floods", f"{floods}{part}" if floods else "none (more than 10 in 10 min)"
        yield "Chattering", _named(self._chattering)
        yield "Standing", f"{_named(self._standing)} (active for more than a day)"
        worst = self._rules.most_common(_WORST)
        share = sum(count for _, count in worst) / raised * 100
        yield "Most often", f"the first {len(worst)} of {len(self._rules)} are {share:.0f}% of all:"
        for (conference, rule), count in worst:
            yield "", f"{count} x {rule}, {conference}"


def _named(counts: Counter[tuple[str, str]]) -> str:
    named = [f"{rule}, {conference}" for (conference, rule), count in counts.items() if count]
    return "; ".join(named) or "none"
