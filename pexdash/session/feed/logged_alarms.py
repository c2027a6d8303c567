"""What the log of a conference tells of its alarms: each begin and end once, and decisions."""

from __future__ import annotations

from msgspec import Struct, field

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
    """Remembers which alarms the log has told of, by rule and subject."""

    begun: set[tuple[str, str]] = field(default_factory=set)

    def take(self, told: Alarmed) -> str:
        """The words for a change of an alarm, "" where it is no news in the log."""
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
