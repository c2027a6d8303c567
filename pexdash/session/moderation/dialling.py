"""The calls we dialled: which ones still ring, and how each one ended (API guide, dial)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from pexdash.api.requests import DIAL
from pexdash.model.participant import Presence
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.feed.watch import Watch
from pexdash.session.moderation import actions
from pexdash.session.moderation.asking import Ask
from pexdash.session.moderation.journal import KEY, Origin
from pexdash.text import clean

RING_SECONDS = 30.0
"""How long a node lets a call ring before it gives up (API guide, dial)."""
GRACE_SECONDS = 5.0
"""How long beyond `RING_SECONDS` we wait for a call that never came into the roster."""
_TOLERANCE_SECONDS = 1.0
"""How much less than `RING_SECONDS` a call may ring and still count as unanswered."""


class DialledCall(Struct):
    """One dial-out: its destination, its uuids (several for a forked call), and its start.

    `began` is in the clock's monotonic seconds. `seen` is set once one of the uuids was in the
    roster.
    """

    destination: str
    uuids: frozenset[str]
    began: float
    seen: bool = False


class DialledCalls:
    """Dials out, and notifies the host once for each call how it ended, forked or not.

    `dials` is called with the destination before it is dialled, and with each uuid that it gets.
    """

    def __init__(
        self,
        feed: Feed,
        *,
        ask: Ask,
    ) -> None:
        self._feed = feed
        self._conference = feed.conference
        self._clock = feed.clock
        self._ask = ask
        self._calls: list[DialledCall] = []
        self._watch: Watch | None = None
        self.dials: Callable[[str], None] = lambda _: None
        feed.is_told_elsewhere = self.is_ours

    async def dial(self, body: Mapping[str, str], source: str = KEY) -> None:
        """Send a dial request with `body`; raises PexdashError where the node refuses it.

        `source` is what it comes from (`Origin`).
        """
        destination = clean(body["destination"])
        self.dials(body["destination"])
        origin = Origin(source, actions.DIAL.id)
        result = await self._ask(f"Dial {destination}", DIAL, body=body, origin=origin)
        uuids = result if isinstance(result, list) else []
        self.add(
            body.get("remote_display_name") or destination,
            [uuid.lower() for uuid in uuids if isinstance(uuid, str)],
        )

    def add(self, destination: str, uuids: Iterable[str]) -> None:
        """Follow a call that the node has accepted; `uuids` are those of its participants."""
        call = DialledCall(destination, frozenset(uuids), self._clock.monotonic())
        self._calls.append(call)
        for uuid in call.uuids:
            self.dials(uuid)
        if self._watch is None:
            # One by one: a merged batch would hide a participant who answers and leaves at once.
            self._watch = self._feed.watch(self._changed, one_by_one=True)
        self.look()

    def _changed(self) -> None:
        if self._watch is not None:
            self._watch.take_changes()
        self.look()

    def is_ours(self, uuid: str) -> bool:
        """Whether this participant belongs to a call that we dialled and that still rings."""
        return any(uuid in call.uuids for call in self._calls)

    def look(self) -> None:
        """Notify the host of each call that was answered or has ended since the last look."""
        for call in list(self._calls):
            people = self._conference.participants
            there = [people[uuid] for uuid in call.uuids if uuid in people]
            if any(one.presence is not Presence.CONNECTING for one in there):
                self._end(call, f"{call.destination} has answered", Weight.INFORMATION)
                continue
            if there:
                call.seen = True
                continue
            rang = self._clock.monotonic() - call.began
            # A call may end before the node's answer names its uuids, and is then never seen.
            if call.seen or rang > RING_SECONDS + GRACE_SECONDS:
                timed_out = rang >= RING_SECONDS - _TOLERANCE_SECONDS
                how = "did not answer" if timed_out else "rejected the call"
                self._end(call, f"{call.destination} {how}", Weight.WARNING)

    def _end(self, call: DialledCall, text: str, weight: Weight) -> None:
        self._calls.remove(call)
        if not self._calls and self._watch is not None:
            self._watch.close()
            self._watch = None
        self._feed.notify(Notice(text, weight))
