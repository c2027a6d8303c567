"""What a rule is: when it acts, on whom, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from msgspec import Struct

from pexdash.api.requests import ADMIT
from pexdash.model.participant import Participant
from pexdash.session.moderation.action import Action, Step, Target


class When(Enum):
    """What a rule waits for; the values are the words of the file.

    ALARM stands before the id of an alarm, as in `alarm:waiting`.
    """

    WAITING = "waiting"
    JOINED = "joined"
    LEFT = "left"
    HAND = "hand"
    STARTED = "started"
    HOST_MISSING = "host-missing"
    ALARM = "alarm"
    EMPTY = "empty"
    EVERY = "every"

    @property
    def is_about_somebody(self) -> bool:
        """Whether it is true of a person who is there, and not of the meeting."""
        return self in (When.WAITING, When.JOINED, When.HAND)

    @property
    def is_moment(self) -> bool:
        """Whether it is over as soon as it happens, so that nothing of it lasts."""
        return self in (When.JOINED, When.LEFT, When.STARTED)


class Limit(Struct, frozen=True):
    """How many people a rule may act on in so many seconds before it stops itself."""

    count: int = 20
    seconds: float = 60.0


class Who(Struct, frozen=True):
    """Whom a rule is for: `test` tells, and `words` are those of the file.

    `is_proven` is whether nobody passes whose identity was not checked, or whose address is not
    one of those named.
    """

    words: str
    test: Callable[[Participant], bool]
    is_proven: bool = False


class Rule(Struct, frozen=True):
    """One rule: `step` of `action`, on whom `who` says, `wait` seconds after `when` has begun.

    `alarm` is the id of the alarm it waits for, `every` the seconds between two acts. `line` is
    where it stands in its file.
    """

    name: str
    when: When
    who: Who | None
    action: Action
    step: Step
    wait: float = 0.0
    every: float = 0.0
    alarm: str = ""
    limit: Limit = Limit()
    line: int = 1

    @property
    def is_for_people(self) -> bool:
        """Whether its request is about one person, and not about the meeting."""
        return self.action.target is Target.PARTICIPANTS

    @property
    def only_suggests(self) -> bool:
        """Whether it never acts: it would let in whoever calls themselves right."""
        return self.step.request is ADMIT and not (self.who is not None and self.who.is_proven)

    @property
    def why_not_armed(self) -> str:
        """Why it cannot be armed, as a sentence, "" where it can."""
        if not self.only_suggests:
            return ""
        return f"Rule {self.name} only suggests: to admit, it needs is:verified or address: in who"

    def suits(self, one: Participant) -> bool:
        """Whether the rule is for this participant."""
        return self.who is None or self.who.test(one)
