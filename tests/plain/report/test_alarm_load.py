"""The load of alarms is counted as the standard does, and the worst are named."""

from __future__ import annotations

from pexdash.plain.report.alarm_load import AlarmLoad
from pexdash.plain.report.formats import Style
from pexdash.session.feed.told import Alarmed

TEN = 600.0
HOUR = 3600.0
BEGAN = 2_950_000 * TEN
"""On the border of ten minutes."""


def load(*told: tuple[float, str, Alarmed], hours: float = 1.0) -> dict[str, str]:
    """The figures of alarms at so many seconds, each of a conference."""
    counted = AlarmLoad()
    for conference in sorted({one for _, one, _ in told}):
        # The recordings are read one after the other.
        for at, one, alarm in told:
            if one == conference:
                counted.take(one, alarm, BEGAN + at)
        counted.observe(conference, BEGAN, BEGAN + hours * HOUR)
    return {label: words for label, words in counted.lines(Style(times=False)) if label}


def raised(rule: str = "waiting", severity: str = "warning", subject: str = "") -> Alarmed:
    return Alarmed("raised", rule, severity, subject)


def over(rule: str = "waiting", change: str = "returned") -> Alarmed:
    return Alarmed(change, rule, "warning")


def test_what_is_observed_together_counts_once_and_information_not_at_all() -> None:
    figures = load(
        *((at * TEN, "a", raised(subject=str(at))) for at in range(3)),
        (5.0, "b", raised("host-missing", "critical")),
        (6.0, "b", raised("silence", "info")),
        (7.0, "b", Alarmed("acked", "host-missing", "critical")),
        hours=2.0,
    )
    assert figures["Raised"] == "4: 3 warning, 1 critical"
    assert figures["Rate"] == "0.3 in 10 min, 2.0 an hour, 48 a day"
    assert figures["Peak"] == "2 in 10 min"
    assert figures["Most often"] == "the first 2 of 2 are 100% of all:"
    assert figures["Floods"] == "none (more than 10 in 10 min)"
    assert (figures["Chattering"], figures["Standing"][:4]) == ("none", "none")


def test_a_flood_is_over_with_fewer_than_five_in_ten_minutes() -> None:
    counts = [3, 11, 7, 5, 4, 11, 0]
    told = [
        (piece * TEN + at, "a", raised(subject=f"{piece} {at}"))
        for piece, count in enumerate(counts)
        for at in range(count)
    ]
    assert load(*told, hours=2.0)["Floods"] == "2, 40:00 together, 33% of the time"


def test_three_times_within_a_minute_is_chattering_told_or_not() -> None:
    slow = [(at, "a", raised()) for at in (0.0, 31.0, 62.0)]
    quick = [(at, "b", raised()) for at in (0.0, 30.0, 60.0)]
    told = [(9.0, "c", Alarmed("raised", "demoted", "warning", chattering=True))]
    assert load(*slow, *quick, *told)["Chattering"] == "waiting, b; demoted, c"


def test_an_alarm_of_more_than_a_day_is_standing_also_at_the_end() -> None:
    told = [
        (0.0, "a", raised()),
        (24 * HOUR + 1, "a", over()),
        (0.0, "b", raised()),
        (24 * HOUR - 1, "b", over(change="cleared")),
        (HOUR, "c", raised("people-low")),
    ]
    assert load(*told, hours=30)["Standing"] == (
        "waiting, a; people-low, c (active for more than a day)"
    )


def test_without_alarms_nothing_is_said() -> None:
    assert load((0.0, "a", raised(severity="info"))) == {}
