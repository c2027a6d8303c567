"""The calls we placed: which still ring, and how each ended (API guide, dial)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from pexdash.api.requests import DIAL
from pexdash.clock import Clock
from pexdash.model.conference import Conference
from pexdash.model.participant import Presence
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.moderation.asking import Ask
from pexdash.text import clean

RING_SECONDS = 30.0
"""How long a node lets a call ring before it gives up (API guide, dial)."""
GRACE_SECONDS = 5.0
"""How long after that a call that never showed in the roster counts as ended."""
_TOLERANCE_SECONDS = 1.0
"""How much less than its time a call may ring and still count as unanswered."""


class DialledCall(Struct):
    """One dial-out: its destination, its uuids (several where the node forks it), its start.

    `began` is in seconds of the monotonic clock; `seen` is set once a uuid was in the roster.
    """

    destination: str
    uuids: frozenset[str]
    began: float
    seen: bool = False


class DialledCalls:
    """Places dial-outs, and says once of each how it ended, whether the node forked it or not."""

    def __init__(
        self,
        conference: Conference,
        *,
        clock: Clock,
        ask: Ask,
        notify: Callable[[Notice], None],
    ) -> None:
        self._conference = conference
        self._clock = clock
        self._ask = ask
        self._notify = notify
        self._calls: list[DialledCall] = []

    async def dial(self, body: Mapping[str, str]) -> None:
        """Send a dial request with `body`; raises PexdashError where the node refuses it."""
        destination = clean(body["destination"])
        result = await self._ask(f"Dial {destination}", DIAL, body=body)
        uuids = result if isinstance(result, list) else []
        self.add(
            body.get("remote_display_name") or destination,
            [uuid.lower() for uuid in uuids if isinstance(uuid, str)],
        )

    def add(self, destination: str, uuids: Iterable[str]) -> None:
        """Follow a call that the node has accepted and that rings under these uuids."""
        call = DialledCall(destination, frozenset(uuids), self._clock.monotonic())
        self._calls.append(call)
        self.look()

    @property
    def rings(self) -> bool:
        """Whether any call we placed has not ended yet."""
        return bool(self._calls)

    def is_ours(self, uuid: str) -> bool:
        """Whether this participant is a call we placed that has not ended yet."""
        return any(uuid in call.uuids for call in self._calls)

    def look(self) -> None:
        """Say how each call ended that has ended since the last look."""
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
            # The participant may have come and gone before the answer that named it.
            if call.seen or rang > RING_SECONDS + GRACE_SECONDS:
                timed_out = rang >= RING_SECONDS - _TOLERANCE_SECONDS
                how = "did not answer" if timed_out else "rejected the call"
                self._end(call, f"{call.destination} {how}", Weight.WARNING)

    def _end(self, call: DialledCall, text: str, weight: Weight) -> None:
        self._calls.remove(call)
        self._notify(Notice(text, weight))
