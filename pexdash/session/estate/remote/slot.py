"""A conference in its place on a wall that reads from the bus."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from pexdash.clock import Clock
from pexdash.errors import BusFault
from pexdash.log import logger
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import Line, LineState
from pexdash.model.summary import Summary
from pexdash.session.estate.forms import packed_summary_of
from pexdash.session.estate.remote.remote_membership import RemoteMembership
from pexdash.session.estate.remote.shards import Position
from pexdash.session.feed.feed import Feed

MakePart = Callable[[ConferenceKey, Feed], RemoteMembership]
"""Makes our part in a conference for a feed."""


class RemoteSlot:
    """A conference that the fleet has (`estate.Slot`).

    `shown` is what a wall shows of it: what its holder told last, which is stale while nobody tells
    of it, and is unpacked when somebody looks. `position` is the message that told it, and
    `told_state` its line there. Feed and part are there once somebody asks for them: a wall needs
    neither.
    """

    __slots__ = (
        "_clock",
        "_feed",
        "_make",
        "_packed",
        "_part",
        "_shown",
        "_silence",
        "_told",
        "alias",
        "gone_since",
        "key",
        "label",
        "position",
        "told_state",
    )

    def __init__(
        self, key: ConferenceKey, alias: str, label: str, clock: Clock, make: MakePart
    ) -> None:
        self.key = key
        self.alias = alias
        self.label = label or alias
        self.gone_since: float | None = None
        self.position: Position | None = None
        self._clock = clock
        self._make = make
        self.told_state = LineState.JOINING
        self._packed: tuple[bytes, float] | None = None
        self._told: Summary | None = None
        self._shown: Summary | None = None
        self._silence: tuple[float, str] | None = None
        self._feed: Feed | None = None
        self._part: RemoteMembership | None = None

    def take(self, state: LineState, fields: bytes, position: Position, ahead: float) -> None:
        """Take how its holder says that it stands, still packed."""
        self.told_state = state
        self.position, self._packed, self._shown = position, (fields, ahead), None

    @property
    def state(self) -> LineState:
        """How the collector's line stands, stale where nobody tells of it."""
        return self.told_state if self._silence is None else LineState.LOST

    @property
    def shown(self) -> Summary:
        """What a wall shows of it."""
        if self._shown is None:
            self._shown = self._made()
        return self._shown

    def _made(self) -> Summary:
        if self._packed is not None:
            packed, self._packed = self._packed, None
            try:
                self._told = packed_summary_of(*packed)
            except BusFault as fault:
                logger.warning("%s: %s", self.alias, fault)
        told = self._told = self._told or unknown(self.alias)
        if self._silence is None:
            return told
        since, why = self._silence
        if told.line is LineState.LOST and told.line_since is not None:
            since = min(since, told.line_since)
        why = f"{told.line_why}; {why}" if told.line_why else why
        return replace(told, line=LineState.LOST, line_since=since, line_why=why)

    def fall_silent(self, since: float, why: str) -> None:
        """Nobody tells of it: what is shown is as old as that, or older where it was stale."""
        self._silence, self._shown = (since, why), None

    def speak(self) -> None:
        """Somebody tells of it again."""
        self._silence = self._shown = None

    @property
    def line(self) -> Line:
        """How the collector's line to it stands, stale where nobody tells of it."""
        shown = self.shown
        return Line(shown.line, shown.line_since, shown.line_why, node=shown.node)

    @property
    def feed(self) -> Feed:
        """What happens in it, once it is opened."""
        if self._feed is None:
            self._feed = Feed(self.alias, self._clock)
            self._feed.keep_little()
        return self._feed

    @property
    def membership(self) -> RemoteMembership:
        """Our part in it, through the bus."""
        if self._part is None:
            self._part = self._make(self.key, self.feed)
        return self._part

    def forget(self) -> None:
        """Keep no more of it than a wall shows."""
        self._feed = self._part = None


def unknown(alias: str) -> Summary:
    """A conference of which nobody has told yet."""
    return Summary(
        alias=alias,
        line=LineState.JOINING,
        line_since=None,
        line_why="",
        node="",
        people=0,
        hosts=0,
        waiting=0,
        waits_since=None,
        waits_longer=False,
        waits="",
        ringing=0,
        api=0,
        recorders=0,
        hands=0,
        open_microphones=0,
        unencrypted=0,
        locked=False,
        guests_muted=False,
        started=True,
        recording=False,
        speaker="",
        presenter="",
        classification="",
        help_rooms=0,
        began=None,
        peak=0,
        peak_at=None,
    )
