"""The state machine of one alarm: from what its rule finds, and what people do, to its state."""

from __future__ import annotations

from enum import Enum

from pexdash.model.alarms.carried import AlarmClock
from pexdash.model.alarms.chatter import Chatter
from pexdash.model.alarms.kept import Ack
from pexdash.model.alarms.keys import AlarmKey, Severity
from pexdash.model.alarms.rule import Found, Limits, Moment, Rule

RETURNED_SECONDS = 900.0
"""How long an alarm whose condition is gone stays without an acknowledgement."""
STANDING_SECONDS = 86_400.0
"""After how long an active alarm is a standing one."""


class State(Enum):
    """Where an alarm is; the values are the words for it, "" where it is not shown."""

    QUIET = ""
    ACTIVE = "active"
    RETURNED = "RETURNED"


class Change(Enum):
    """What happened to an alarm; the values are the words in reports."""

    RAISED = "raised"
    WORSENED = "worsened"
    EASED = "eased"
    ACKED = "acked"
    RETURNED = "returned"
    CLEARED = "cleared"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"
    SUPPRESSED = "suppressed"
    RELEASED = "released"
    ANNOUNCED = "announced"
    BELL = "bell"


class Alarm:
    """One alarm, raised or about to be; times are seconds of the handed clock.

    `look` takes what its rule finds, `step` moves the state on to a time, and `due` says when the
    next step is. `found` is what the rule found last. While it is frozen nothing moves but what is
    over already. `parent` is the id of the alarm's rule that suppresses it, "" for none. `node` is
    where the conference was when the alarm was raised.
    """

    # What an alarm is at first; of many, as one of each raised hand, nothing else ever comes.
    state = State.QUIET
    found: Found | None = None
    last = Found()
    raised_at = returned_at = began = 0.0
    ack: Ack | None = None
    kept_text = parent = node = ""
    frozen_at: float | None = None
    is_shelved = is_announced = is_owed = False
    is_told = False
    """Whether others were told of it, if as a milder one, and are to be told of its end."""
    announce_at: float | None = None
    rings_at: float | None = None
    scheduled: float | None = None
    _holds = False
    _turned = _caused_at = 0.0
    _chatter = Chatter()

    def __init__(self, key: AlarmKey, rule: Rule, limits: Limits) -> None:
        self.key = key
        self.rule = rule
        self.limits = limits
        self.severity = limits.severity

    # What is asked of it

    @property
    def is_active(self) -> bool:
        """Whether it is raised, and its condition not gone for as long as its off-delay."""
        return self.state is State.ACTIVE

    @property
    def is_listed(self) -> bool:
        return self.state is not State.QUIET

    @property
    def is_recovering(self) -> bool:
        """Whether it is active, and only its off-delay keeps it so."""
        return self.state is State.ACTIVE and not self._holds

    @property
    def is_unacked(self) -> bool:
        """Whether somebody has to take note of it."""
        return self.is_listed and self.ack is None and self.severity is not Severity.INFO

    @property
    def is_quiet(self) -> bool:
        """Whether it may not be announced, and does not ring."""
        return self.is_shelved or bool(self.parent) or self.frozen_at is not None

    @property
    def is_spoken_for(self) -> bool:
        """Whether another alarm speaks for it, and nobody was ever told of this one."""
        return bool(self.parent) and not self.is_announced

    @property
    def is_chattering(self) -> bool:
        return self._chatter.count > 0

    def is_standing(self, now: float) -> bool:
        """Whether it is active for more than a day."""
        return self.is_active and now - self.raised_at > STANDING_SECONDS

    @property
    def may_be_forgotten(self) -> bool:
        """Whether nothing of it is left, not even a reason to call it chattering."""
        return self.state is State.QUIET and self.found is None and self._chatter == Chatter()

    @property
    def state_word(self) -> str:
        """The word for it on a wall."""
        if self.is_shelved:
            return "shelved"
        if self.ack is not None:
            return f"acked {self.ack.by}"
        if self.state is State.RETURNED:
            return State.RETURNED.value
        return "UNACK" if self.is_unacked else ""

    def age(self, now: float) -> float:
        """Seconds since it began, or since it returned; it stands still while it is frozen."""
        since = self.returned_at if self.state is State.RETURNED else self.began
        return max(0.0, (now if self.frozen_at is None else self.frozen_at) - since)

    def text(self, now: float, moment: Moment) -> str:
        """Its words; ages in them stand still where it is frozen or has returned."""
        if self.kept_text:
            return self.kept_text
        if self.state is State.RETURNED:
            now = self.returned_at
        elif self.frozen_at is not None:
            now = self.frozen_at
        return self.rule.words(self.last, self.began, now, moment)

    def measured(self, now: float) -> tuple[float, float] | None:
        """The number that is compared and the one that is allowed, else the same in seconds.

        None where the alarm is of something that happens at once, and where it is not known yet.
        """
        found, limits = self.last, self.limits
        if found.measured is not None or self.kept_text:
            return found.measured
        allowed = limits.on
        if found.since is not None and found.holds is not None:
            allowed += max(0.0, found.holds - found.since)
        if self.severity is not limits.severity and limits.critical_after is not None:
            allowed = limits.critical_after
        return (max(0.0, now - self.began), allowed) if allowed else None

    # What happens to it

    def restore(self, ack: Ack, now: float) -> None:
        """Be as in an earlier run of the program, frozen until the conference is seen again."""
        self.state, self.ack, self.severity = State.ACTIVE, ack, ack.severity
        self.began = self.raised_at = ack.since
        self.kept_text = ack.text
        self.last = Found()
        self.is_announced = self.is_told = True
        self._holds, self._turned = True, ack.since
        self.frozen_at = now

    def inherit(self, told: Alarm, now: float) -> None:
        """Go on where another program was, frozen until the conference is seen here."""
        self.state, self.severity, self.ack = told.state, told.severity, told.ack
        self.last, self.kept_text = told.last, told.kept_text
        self.began, self.raised_at = told.began, told.raised_at
        self.returned_at, self.parent, self.node = told.returned_at, told.parent, told.node
        self.is_announced, self.is_told = told.is_announced, told.is_told
        self._holds = told._holds
        self._turned = told.began if told._holds else now
        self._caused_at = told.began
        self.frozen_at = now

    def clock(self) -> AlarmClock | None:
        """For how long its condition has held, for another program; None where nothing is known."""
        if not self._holds and self.state is not State.ACTIVE and self._chatter == Chatter():
            return None
        return AlarmClock(
            self.key.rule,
            self.key.subject,
            self._holds,
            self._turned,
            self._caused_at,
            self.frozen_at,
            self._chatter,
        )

    def resume(self, clock: AlarmClock, since: float) -> None:
        """Go on counting where another program was, frozen since it saw the conference last."""
        self._holds, self._turned, self._caused_at = clock.holds, clock.turned, clock.caused_at
        self._chatter = clock.chatter
        self.frozen_at = since if clock.frozen_at is None else min(since, clock.frozen_at)

    def stand(self, *, holds: bool, chatters: bool) -> None:
        """Stand as another program says that it does, whose fields we were given."""
        self._holds, self._chatter = holds, Chatter(count=int(chatters))

    def look(self, found: Found | None, now: float) -> None:
        """Take what the rule finds at a time."""
        if found is not None:
            restored, self.kept_text = bool(self.kept_text), ""
            # What is raised keeps its words until something else holds.
            self.last = found if restored or not self.is_listed else self.last
            if restored and self.ack is not None and (found.holds or 0.0) > self.ack.at:
                # It began after that acknowledgement, which was for another cause.
                self.state, self.ack, self._holds = State.QUIET, None, False
                self.is_announced = self.is_told = False
        self.found = found
        self._turn(now)

    def freeze(self, now: float) -> None:
        if self.frozen_at is None:
            self.frozen_at = now

    def thaw(self, now: float) -> None:
        """Go on; the time meanwhile counts for no delay, as nobody saw the condition."""
        if self.frozen_at is not None:
            self._turned += now - self.frozen_at
            self.frozen_at = None

    def acknowledge(self, by: str, now: float, text: str) -> list[Change]:
        """Somebody takes note of it; nothing happens where there is nothing to take note of."""
        if not self.is_unacked:
            return []
        if self.state is State.RETURNED or self.rule.ends_by_ack:
            if self.rule.ends_by_ack:
                self.look(None, now)
            self._end()
            return [Change.ACKED, Change.CLEARED]
        self._take_ack(Ack(by, now, self.severity, self.began, text))
        return [Change.ACKED]

    def take_ack(self, ack: Ack) -> bool:
        """Take an acknowledgement given elsewhere; returns whether it is for this cause."""
        is_for_this = (
            self.is_active
            and self.is_unacked
            and ack.at >= self._caused_at
            and ack.severity.rank <= self.severity.rank
        )
        if is_for_this:
            self._take_ack(ack)
        return is_for_this

    def _take_ack(self, ack: Ack) -> None:
        self.ack = ack
        self.rings_at = self.announce_at = None
        self.is_owed = False

    def step(self, now: float) -> list[Change]:
        """Move on to a time, which is the one that was due or that of `look`."""
        if self.frozen_at is not None:
            return self._age(now)
        self._turn(now)
        self._chatter = self._chatter.calmed(now)
        if self.state is State.ACTIVE:
            return self._step_active(now)
        if self._holds and now >= self._turned + self.limits.on:
            return self._raise(now)
        return self._age(now)

    def due(self) -> float | None:
        """When the next step is, None where none is without a change."""
        times = []
        if self.state is State.RETURNED and not self.rule.is_latched:
            times.append(self.returned_at + RETURNED_SECONDS)
        if self.frozen_at is None:
            times += self._due_turns()
        if self.announce_at is not None:
            times.append(self.announce_at)
        if self.rings_at is not None:
            times.append(self.rings_at)
        return min(times, default=None)

    def _due_turns(self) -> list[float]:
        times, found = [], self.found
        if self._holds:
            if found is not None and found.until is not None:
                times.append(found.until)
            if self.state is State.ACTIVE:
                if (worse := self._worse_at()) is not None:
                    times.append(worse)
            else:
                times.append(self._turned + self.limits.on)
        else:
            if found is not None and found.holds is not None and not self._is_over(found):
                times.append(found.holds)
            if self.state is State.ACTIVE:
                times.append(self._turned + self._chatter.off(self.limits.off))
        if (calm := self._chatter.due()) is not None:
            times.append(calm)
        return times

    def _is_over(self, found: Found) -> bool:
        return found.until is not None and self._turned >= found.until

    def _turn(self, now: float) -> None:
        """Note when the condition began to hold, or to hold no more."""
        found = self.found
        if found is None:
            holds, turned = False, now
        elif found.until is not None and now >= found.until:
            holds, turned = False, found.until
        elif found.holds is not None and found.holds > now:
            holds, turned = False, now
        else:
            holds, turned = True, now if found.holds is None else found.holds
            self.last = found
        if holds is self._holds:
            return
        self._holds, self._turned = holds, turned
        if holds and self.state is State.ACTIVE:
            self._chatter = self._chatter.turned(now)

    def _raise(self, now: float) -> list[Change]:
        assert self.found is not None
        self.state, self.ack = State.ACTIVE, None
        self.raised_at, self._caused_at = now, self._turned
        self.began = self._turned if self.found.since is None else self.found.since
        self.severity = self.found.severity or self.limits.severity
        self.is_announced = self.is_told = self.is_owed = False
        self._chatter = self._chatter.raised(now)
        changes = [Change.RAISED]
        if (worse := self._worse_at()) is not None and worse <= now:
            # Found late, as by a wall that comes to an old wait: one alarm, and not two.
            self.severity = Severity.CRITICAL
        return changes

    def _worse_at(self) -> float | None:
        """When it becomes critical, None where it does not."""
        after, found = self.limits.critical_after, self.found
        if after is None or found is None or self.severity is not Severity.WARNING:
            return None
        if self.rule.waits and found.since is not None:
            return found.since + after
        return self._turned + after

    def _step_active(self, now: float) -> list[Change]:
        if not self._holds:
            off = self._chatter.off(self.limits.off)
            return self._return(now) if now >= self._turned + off else []
        found = self.found
        if found is not None and self.rule.waits and found.since is not None:
            self.began = found.since
            after = self.limits.critical_after
            if (
                after is not None
                and self.severity is Severity.CRITICAL
                and self.limits.severity is not Severity.CRITICAL
                and found.since + after > now
            ):
                # Who waited longest is in, and nobody else waits for as long.
                self.severity = self.limits.severity
                self.rings_at = None
                return [Change.EASED]
        worse = self._worse_at()
        if worse is None or now < worse:
            return []
        self.severity, self.ack = Severity.CRITICAL, None
        self.raised_at = now
        return [Change.WORSENED]

    def _return(self, now: float) -> list[Change]:
        self.returned_at = now
        self.rings_at = self.announce_at = None
        if self.ack is not None or self.severity is Severity.INFO or self.is_spoken_for:
            self._end()
            return [Change.CLEARED]
        self.state = State.RETURNED
        return [Change.RETURNED]

    def _age(self, now: float) -> list[Change]:
        over = self.state is State.RETURNED and not self.rule.is_latched
        if over and now >= self.returned_at + RETURNED_SECONDS:
            self._end()
            return [Change.CLEARED]
        return []

    def _end(self) -> None:
        self.state, self.ack, self.parent = State.QUIET, None, ""
        self.rings_at = self.announce_at = None
        self.is_owed = False
