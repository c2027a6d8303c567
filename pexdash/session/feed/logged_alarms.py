"""What the log of a conference tells of its alarms: each begin and end once, and decisions."""

from __future__ import annotations

from msgspec import Struct, field

from pexdash.model.alarms.load import Flood
from pexdash.session.feed.told import Alarmed

_LOGGED = frozenset({"waiting", "line-stale"})
"""Rules on what the log tells anyway when it begins and when it ends."""
_BEGUN = {"raised": "Alarm", "worsened": "Alarm, critical now"}
_OVER = ("returned", "cleared")
_DECIDED = {
    "acked": "acknowledged",
    "shelved": "shelved",
    "unshelved": "taken off the shelf",
}


class LoggedAlarms(Struct):
    """Remembers which alarms the log has told of, by rule and subject, and how many of each rule.

    Of a rule that floods it tells that, and no single alarm more: each would push what a host
    looks for out of the log.
    """

    begun: set[tuple[str, str]] = field(default_factory=set)
    floods: dict[str, Flood] = field(default_factory=dict)

    def take(self, told: Alarmed, now: float) -> str:
        """The words for a change of an alarm, "" where it is no news in the log."""
        words = self._words(told)
        if told.change not in (*_BEGUN, *_OVER):
            return words
        if told.rule not in self.floods:
            self.floods[told.rule] = Flood()
        flood = self.floods[told.rule]
        was_on = flood.is_on(now)
        if words and told.change in _BEGUN:
            flood.add(now)
        if not flood.is_on(now):
            return words
        if was_on:
            return ""
        count = flood.count(now)
        return f"{count} alarms {told.rule} in 10 min: a flood, told one by one no longer"

    def _words(self, told: Alarmed) -> str:
        text, key = told.text or told.rule, (told.rule, told.subject)
        if told.change in _BEGUN:
            if told.parent or (told.rule in _LOGGED and told.change == "raised"):
                return ""
            self.begun.add(key)
            return f"{_BEGUN[told.change]}: {text}"
        if told.change in _OVER:
            # What has returned clears later, which is no news.
            is_told, is_logged = key in self.begun, told.rule in _LOGGED
            self.begun.discard(key)
            return f"Alarm over: {text}" if is_told and not is_logged else ""
        if told.change in _DECIDED and told.by:
            return f"Alarm {_DECIDED[told.change]} by {told.by}: {text}"
        return ""
