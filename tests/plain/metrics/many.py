"""Very many conferences, as metrics follow them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.events import Event, ParticipantCreated, SyncBegun, SyncEnded
from pexdash.model.line import Line, LineState
from pexdash.model.participant import Role
from pexdash.model.summary import Summary
from pexdash.plain.metrics.sources import Slot
from pexdash.session.estate.estate import NodeLines
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Heard, Me
from pexdash.session.feed.told import Line as LineTold
from tests.manual_clock import ManualClock
from tests.model.people import person

PEOPLE = 20


@dataclass
class Followed:
    """A conference whose feed a test tells."""

    key: ConferenceKey
    feed: Feed
    line: Line

    @property
    def alias(self) -> str:
        return self.key.alias


@dataclass
class Many:
    """Plays `Source` with real feeds and conferences."""

    clock: ManualClock
    followed: list[Followed] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def add(self, alias: str, node: str, people: int = PEOPLE) -> Followed:
        """One more conference, live, with people in it."""
        feed = Feed(alias, self.clock)
        feed.tell(Me("me", Role.HOST))
        feed.tell(LineTold(LinkState.LIVE))
        come: list[Event] = [ParticipantCreated(person(f"{alias}{at}")) for at in range(people)]
        feed.tell(Heard((SyncBegun(), *come, SyncEnded())))
        line = Line(LineState.LIVE, self.clock.monotonic(), node=node)
        one = Followed(ConferenceKey("", alias), feed, line)
        self.followed.append(one)
        return one

    def slots(self) -> Sequence[Slot]:
        return self.followed

    def nodes(self) -> Sequence[NodeLines]:
        names = sorted({one.line.node for one in self.followed})
        return [NodeLines("", name, 1, 0, 0, is_down=name.endswith("99")) for name in names]

    def alarms(self) -> Sequence[Alarm]:
        return ()

    def told(self) -> Sequence[tuple[ConferenceKey, Summary]]:
        return ()

    def is_flood(self) -> bool:
        return False

    def take_edges(self) -> Sequence[Edge]:
        taken, self.edges = self.edges, []
        return taken

    def close(self) -> None:
        self.followed = []
