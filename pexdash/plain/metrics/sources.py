"""What is told of: one conference, or all of a wall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import Line, LineState
from pexdash.model.summary import Summary
from pexdash.session.estate.estate import Estate, NodeLines
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.part import OurPart


class Slot(Protocol):
    """A conference in its place, of which a feed tells; another one once it is joined anew."""

    @property
    def key(self) -> ConferenceKey: ...
    @property
    def alias(self) -> str: ...
    @property
    def feed(self) -> Feed: ...
    @property
    def line(self) -> Line: ...


class Source(Protocol):
    """The conferences to tell of, in an order that stays, with their nodes and alarms.

    `take_edges` returns what happened to alarms since its last call. `told` are conferences that
    another program follows: all that is known of each is how that says it stands.
    """

    def slots(self) -> Sequence[Slot]: ...
    def told(self) -> Sequence[tuple[ConferenceKey, Summary]]: ...
    def nodes(self) -> Sequence[NodeLines]: ...
    def alarms(self) -> Sequence[Alarm]: ...
    def is_flood(self) -> bool: ...
    def take_edges(self) -> Sequence[Edge]: ...
    def close(self) -> None: ...


class OneConference:
    """A conference that a command has joined (`Source`); it has no alarms of its own to tell."""

    def __init__(self, feed: Feed, membership: OurPart) -> None:
        self.feed = feed
        self._membership = membership
        self.key = ConferenceKey("", feed.conference.alias.casefold())

    @property
    def alias(self) -> str:
        return self.feed.conference.alias

    @property
    def line(self) -> Line:
        return self._membership.line

    def slots(self) -> Sequence[Slot]:
        """The conference."""
        return (self,)

    def told(self) -> Sequence[tuple[ConferenceKey, Summary]]:
        """None."""
        return ()

    def nodes(self) -> Sequence[NodeLines]:
        """The node it is on; where its stream is open, the node is up."""
        line = self.line
        if not line.node:
            return ()
        live, stale = line.state is LineState.LIVE, line.state is LineState.LOST
        is_down = not self.feed.link.is_live
        return (NodeLines("", line.node, live, stale, not (live or stale), is_down=is_down),)

    def alarms(self) -> Sequence[Alarm]:
        """None."""
        return ()

    def is_flood(self) -> bool:
        """There is none."""
        return False

    def take_edges(self) -> Sequence[Edge]:
        """None."""
        return ()

    def close(self) -> None:
        """Nothing is held."""


class Wall:
    """The conferences of an estate (`Source`), but for those that were taken off its list."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._watch = estate.watch()

    def slots(self) -> Sequence[Slot]:
        """The conferences that this program has joined, by their places."""
        return () if self._estate.through else self._present()

    def told(self) -> Sequence[tuple[ConferenceKey, Summary]]:
        """Those that come through a bus, by their places."""
        if not self._estate.through:
            return ()
        return [(slot.key, self._estate.summary(slot.key)) for slot in self._present()]

    def _present(self) -> Sequence[Slot]:
        return [slot for slot in self._estate.slots if slot is not None and slot.gone_since is None]

    def nodes(self) -> Sequence[NodeLines]:
        """The nodes that conferences are on."""
        return self._estate.nodes()

    def alarms(self) -> Sequence[Alarm]:
        """Every alarm that is listed."""
        return self._estate.alarms.listed()

    def is_flood(self) -> bool:
        """Whether more alarms come than anybody can take in."""
        return self._estate.alarms.counts(self._estate.clock.monotonic()).is_flood

    def take_edges(self) -> Sequence[Edge]:
        """What happened to alarms since the last call."""
        return self._watch.take_changes().edges

    def close(self) -> None:
        """Watch the estate no longer."""
        self._watch.close()
