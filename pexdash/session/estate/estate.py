"""The seam between a wall and whatever follows its conferences for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from pexdash.clock import Clock
from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.edge import Counts, Edge
from pexdash.model.alarms.kept import Kept
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.history import Happening
from pexdash.model.line import Line
from pexdash.model.summary import Summary
from pexdash.secret import Secret
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice

if TYPE_CHECKING:
    from pexdash.session.membership.part import OurPart


class Slot(Protocol):
    """A conference in its fixed place on a wall.

    `label` is what the wall calls it: the operator's word, else the alias. `membership` is our part
    in it, by which actions are sent; None where somebody else holds the conference, or before its
    turn to join. `gone_since` is when it was taken off the list, in seconds of the clock, None
    while it is on it. A conference that is joined anew has another feed and membership.
    """

    @property
    def key(self) -> ConferenceKey: ...
    @property
    def alias(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def membership(self) -> OurPart | None: ...
    @property
    def line(self) -> Line: ...
    @property
    def gone_since(self) -> float | None: ...


class NodeLines(Struct, frozen=True):
    """How our lines to one node stand: how many are live, stale and neither.

    `is_down` and `is_in_maintenance` are what its alarms say.
    """

    cluster: str
    node: str
    live: int
    stale: int
    other: int
    is_down: bool = False
    is_in_maintenance: bool = False


class Incident(Struct, frozen=True):
    """One thing for the log of a wall, and the conference it happened in."""

    conference: ConferenceKey
    happening: Happening


class EstateChanges(Struct):
    """What changed since a watch last asked.

    `conferences` are those whose summary may differ, `edges` what happened to alarms in order,
    `slots` whether a conference came or went, or its label changed.
    """

    conferences: set[ConferenceKey]
    edges: list[Edge]
    slots: bool = False

    def __bool__(self) -> bool:
        return bool(self.conferences or self.edges or self.slots)


class EstateWatch(Protocol):
    """One listener of an estate, with changes of its own."""

    def take_changes(self) -> EstateChanges:
        """The changes since the last call of this function."""
        ...

    def close(self) -> None:
        """Stop watching; safe to call more than once."""
        ...


class AlarmsShown(Protocol):
    """The alarms of an estate, for reading: judged here (`model.alarms.alarms`), or elsewhere."""

    @property
    def kept(self) -> Kept:
        """What was acknowledged and what is shelved."""
        ...

    def get(self, key: AlarmKey) -> Alarm | None:
        """An alarm that is listed, or None."""
        ...

    def listed(self) -> Sequence[Alarm]:
        """Every alarm that is active or has returned, in the order in which they were raised."""
        ...

    def counts(self, now: float) -> Counts:
        """How many there are."""
        ...

    def words(self, alarm: Alarm, now: float) -> str:
        """The words of an alarm at a time."""
        ...

    def unjudged(self, key: ConferenceKey) -> tuple[str, ...]:
        """The rules in force for a conference that need a Host's token, which we do not have."""
        ...


class Estate(Protocol):
    """The conferences that a wall shows: joined by this process or a collector, or recorded.

    `slots` never reorders: the index of a conference is its place, and None is a free one.
    `alarms` is for reading only; people's decisions go through the methods here, which write them
    down and tell other programs. `operator` is by whose name they are made. `incidents` is
    what happened anywhere, the oldest first: alarms, what people decided about them, our actions,
    lines lost. `clock.monotonic` is the clock of all alarms and summaries. `through` is what they
    come through and how old that is, in words; "" where this process has joined them itself.
    `read_only` is one that acts in no conference, and `acknowledges` one at which people may
    acknowledge and shelve.
    """

    @property
    def title(self) -> str: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def operator(self) -> str: ...
    @property
    def read_only(self) -> bool: ...
    @property
    def acknowledges(self) -> bool: ...
    @property
    def slots(self) -> Sequence[Slot | None]: ...
    @property
    def alarms(self) -> AlarmsShown: ...
    @property
    def through(self) -> str: ...
    @property
    def incidents(self) -> Sequence[Incident]: ...

    async def run(self) -> None:
        """Follow the conferences until cancelled; one that fails is a slot that says why."""
        ...

    async def close(self) -> None:
        """Release every token; safe to call more than once."""
        ...

    def watch(
        self,
        changed: Callable[[], None] | None = None,
        notify: Callable[[Notice], None] | None = None,
    ) -> EstateWatch:
        """Open a watch; `changed` is called after each change, `notify` with each notice."""
        ...

    def summary(self, key: ConferenceKey) -> Summary:
        """What there is to show of a conference now."""
        ...

    def nodes(self) -> Sequence[NodeLines]:
        """The nodes that conferences are on, by cluster and name."""
        ...

    def open(self, key: ConferenceKey) -> None:
        """A screen shows the conference from now on: it may need more than a tile does."""
        ...

    def closed(self, key: ConferenceKey) -> None:
        """The screen of the conference has closed."""
        ...

    def try_again(self, key: ConferenceKey, pin: Secret | None = None) -> None:
        """Join a conference anew that was refused or that we were removed from, by the host's key.

        `pin` is the PIN to join by, and by which to join again later; None for the one we have.
        """
        ...

    def leave(self, key: ConferenceKey) -> None:
        """Leave a conference for this run; its slot says so."""
        ...

    def acknowledge(self, keys: Iterable[AlarmKey]) -> None:
        """Take note of alarms; those that are over are gone then."""
        ...

    def shelve(self, key: AlarmKey, why: str, seconds: float | None) -> None:
        """Put an alarm aside for so long, or until it clears (None).

        The key of `model.alarms.kept.whole` is for a whole conference or cluster. Raises UsageFault
        for too long a time.
        """
        ...

    def unshelve(self, key: AlarmKey) -> None:
        """Take an alarm, a conference or a cluster off the shelf."""
        ...

    def take_lag(self, behind: float) -> None:
        """Take by how many seconds this program's loop is behind."""
        ...
