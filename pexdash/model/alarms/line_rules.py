"""Rules on our lines, the nodes at their other ends, and this program."""

from __future__ import annotations

from pexdash.model.alarms.keys import Severity
from pexdash.model.alarms.rule import Found, Limits, Moment, Rule, Scope, clock_words, told_as_found
from pexdash.model.alarms.watched import Watched
from pexdash.model.line import LineState
from pexdash.model.tally import LINE

_SKEW_OVER = 2 / 3
"""The part of the difference of clocks below which it is none any more."""
_TOKEN_PART = 0.25
"""The part of a token's life that is little."""
_OWN_WAIT = ("waiting_room", "ivr")


def _stale(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    since = watched.lost_since
    if since is None:
        return None
    was_live = watched.line.state is LineState.LOST or watched.stale_since is not None
    holds = since if watched.lost_at is None else watched.lost_at
    return Found(since=since, holds=holds, facts=(was_live,))


def _stale_words(found: Found, since: float, now: float, moment: Moment) -> str:
    was_live = bool(found.facts[0])
    data = f"last data {moment(since)}" if was_live else "no data yet"
    return f"line stale {clock_words(now - since)}, {data}"


def _refused(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    line = watched.line
    if line.state is not LineState.REFUSED:
        return None
    severity = Severity.CRITICAL if watched.expects.required else None
    return Found(since=line.since, facts=(line.why,), severity=severity)


def _removed(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    line = watched.line
    if line.state is not LineState.REMOVED or watched.is_removal_answered:
        return None
    return Found(since=line.since, facts=(line.why,))


def _answer_removal(watched: Watched, subject: str) -> None:
    watched.is_removal_answered = True


def _demoted(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    since = watched.guest_since
    return None if since is None else Found(since=since, holds=since)


def _self_waiting(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    return Found() if watched.line.service_type in _OWN_WAIT else None


def _token(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    line = watched.line
    if line.token_ends is None or not line.is_live:
        return None
    little = max(limits.value, _TOKEN_PART * line.token_life)
    return Found(holds=line.token_ends - little, facts=(line.token_ends,))


def _token_words(found: Found, since: float, now: float, moment: Moment) -> str:
    (ends,) = found.facts
    assert isinstance(ends, float)
    return f"token ends in {max(0, int(ends - now))} s"


def _skew(watched: Watched, limits: Limits, now: float, was: bool) -> Found | None:
    ahead = watched.line.skew
    if ahead is None or abs(ahead) <= limits.value * (_SKEW_OVER if was else 1):
        return None
    way = "ahead of" if ahead > 0 else "behind"
    words = f"node clock {abs(ahead):.0f} s {way} ours"
    return Found(facts=(words,), measured=(abs(ahead), limits.value))


LINE_RULES = (
    Rule(
        id="line-stale",
        severity=Severity.WARNING,
        words=_stale_words,
        on=30,
        off=10,
        judge=_stale,
        reads=LINE,
        critical_after=300,
        is_default=True,
        scope=Scope.LINE,
        advice="Wait, and look at the node",
    ),
    Rule(
        id="refused",
        severity=Severity.WARNING,
        words=lambda found, since, now, moment: f"cannot watch: {found.facts[0]}",
        on=0,
        off=0,
        judge=_refused,
        reads=LINE,
        is_default=True,
        scope=Scope.LINE,
        advice="Try again",
        action="join-again",
    ),
    Rule(
        id="removed",
        severity=Severity.WARNING,
        words=lambda found, since, now, moment: f"wall was removed: {found.facts[0]}",
        on=0,
        off=0,
        judge=_removed,
        reads=LINE,
        is_default=True,
        scope=Scope.LINE,
        is_latched=True,
        ends_by_ack=True,
        forget=_answer_removal,
        advice="Decide whether to join again",
        action="join-again",
    ),
    Rule(
        id="token-at-risk",
        severity=Severity.INFO,
        words=_token_words,
        on=0,
        off=5,
        judge=_token,
        reads=LINE,
        value=20,
        scope=Scope.LINE,
        fact_times=(0,),
    ),
    Rule(
        id="clock-skew",
        severity=Severity.INFO,
        words=told_as_found,
        on=0,
        off=0,
        judge=_skew,
        reads=LINE,
        value=30,
        is_default=True,
        scope=Scope.LINE,
        advice="Look at NTP",
    ),
    Rule(
        id="demoted",
        severity=Severity.WARNING,
        words=lambda *_: "wall is a Guest now: addresses hidden, no actions",
        on=5,
        off=5,
        judge=_demoted,
        reads=LINE,
        is_default=True,
        advice="Ask a Host",
    ),
    Rule(
        id="self-waiting",
        severity=Severity.WARNING,
        words=lambda *_: "wall waits to be let in; roster unknown",
        on=60,
        off=5,
        judge=_self_waiting,
        reads=LINE,
        is_default=True,
        advice="Use the Host PIN",
    ),
)

NODE_RULES = (
    Rule(
        id="node-down",
        severity=Severity.CRITICAL,
        words=told_as_found,
        on=10,
        off=30,
        value=3,
        is_default=True,
        scope=Scope.NODE,
        advice="Look at the node, tell the platform team",
    ),
    Rule(
        id="node-maintenance",
        severity=Severity.WARNING,
        words=told_as_found,
        on=30,
        off=60,
        is_default=True,
        scope=Scope.NODE,
        advice="Expect conferences to move",
    ),
)

PROGRAM_RULES = (
    Rule(
        id="program-behind",
        severity=Severity.WARNING,
        words=told_as_found,
        on=5,
        off=10,
        value=5,
        is_default=True,
        scope=Scope.PROGRAM,
    ),
    Rule(
        id="disk-full",
        severity=Severity.WARNING,
        words=told_as_found,
        on=0,
        off=0,
        is_default=True,
        scope=Scope.PROGRAM,
        advice="Make room on the disk",
    ),
)
