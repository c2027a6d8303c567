"""The forms by which alarms are put aside for a while."""

from __future__ import annotations

from collections.abc import Sequence

from pexdash.ui.dialogs.form import FormDialog, FormField, Values

UNTIL_CLEAR = "until clear"
"""The value of a time that lasts until the alarm is over."""
_ALARM_TIMES = (
    ("900", "15 min"),
    ("3600", "1 h"),
    (UNTIL_CLEAR, "until it clears"),
    ("28800", "8 h"),
)
_WHOLE_TIMES = (
    ("3600", "1 h"),
    ("28800", "8 h"),
    ("86400", "1 day"),
    ("259200", "3 days"),
    ("604800", "7 days"),
)


def shelving_form(title: str, details: Sequence[str], *, of_whole: bool) -> FormDialog:
    """Asks for how long to shelve, and why: an alarm, or a whole conference or cluster."""

    def check(values: Values) -> str:
        return "" if values["why"].strip() else "Say why, for whoever looks at it later"

    return FormDialog(
        title,
        [
            FormField("why", "Why", placeholder="who looks after it, or what is planned"),
            FormField("time", "For", _WHOLE_TIMES if of_whole else _ALARM_TIMES),
        ],
        details=details,
        verb="shelves",
        check=check,
    )


def shelving_seconds(value: str) -> float | None:
    """The chosen time in seconds, None until the alarm clears."""
    return None if value == UNTIL_CLEAR else float(value)
