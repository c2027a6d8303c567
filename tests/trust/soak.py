"""Weeks of a meeting in minutes: millions of events, and nothing of us may grow.

`python -m tests.trust.soak [EVENTS]` prints a line per step and the figures as JSON at the end.
The number of events may also come from PEXDASH_SOAK_EVENTS.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from unittest.mock import patch

from pexdash.api.requests import AVATAR, CONFERENCE_STATUS, REFRESH_TOKEN, REQUEST_TOKEN, Request
from pexdash.errors import PexdashError
from pexdash.node.conference import NodeConference
from pexdash.node.handlers import HANDLERS
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.participant_requests import Handler
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.node.wire.connections import ConnectionEnd
from pexdash.node.wire.sent_events import frame
from pexdash.session.feed.told import Heard, Told
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.actions import BY_ID
from pexdash.session.moderation.participant_actions import dtmf_step
from tests.eventually import a_moment, eventually
from tests.manual_clock import ManualClock
from tests.session.host import ALIAS, membership_on
from tests.trust.footprint import NOTHING, Footprint
from tests.trust.restless import change

EVENTS = 2_000_000
LEAP_SECONDS = 20.0
CHANGES_IN_A_LEAP = 10  # about two events each
SPEECHES_IN_A_LEAP = 15
EVENTS_IN_A_LEAP = 35
LEAPS_TO_A_DROP = 12
LEAPS_TO_A_REJOIN = 500
LOOKS = 5
TURNS_OF_A_SECOND = 2000
PATIENCE_SECONDS = 60.0

MOST_RSS = 5 * 1024 * 1024
MOST_OBJECTS = 10_000


@dataclass
class Figures:
    """What a soak went through, and what grew after its first tenth."""

    days: float = 0.0
    events: int = 0
    reconnects: int = 0
    refreshes: int = 0
    rejoins: int = 0
    actions: int = 0
    seconds: float = 0.0
    growth: Footprint = NOTHING

    @property
    def is_flat(self) -> bool:
        return self.growth.is_flat(MOST_RSS, MOST_OBJECTS)

    def __str__(self) -> str:
        return (
            f"{self.days:.1f} days, {self.events:,} events, {self.reconnects:,} reconnects, "
            f"{self.refreshes:,} refreshes, {self.rejoins} rejoins, {self.actions:,} actions: "
            f"{self.growth}"
        )


@contextmanager
def _counting(counts: Counter[str], *requests: Request) -> Iterator[None]:
    """Count the requests the node handles, by name."""

    def counted(row: Request, handler: Handler) -> Handler:
        def handle(request: IncomingRequest) -> object:
            counts[row.name] += 1
            return handler(request)

        return handle

    wanted = {
        (one.scope, one.name): counted(one, HANDLERS[one.scope, one.name]) for one in requests
    }
    with patch.dict(HANDLERS, wanted):
        yield


class Soak:
    """A session that lives through weeks of a meeting on a node in the same process."""

    def __init__(self, events: int, rng: random.Random) -> None:
        self.figures = Figures()
        self._events = events
        self._rng = rng
        self._speeches = [_speech(rng) for _ in range(50)]
        self._clock = ManualClock()
        self._marker = 0
        self._lists = 0
        self._heard = 0
        self._seen = 0
        self._counts: Counter[str] = Counter()

    async def run(self) -> Figures:
        """Live through it; the figures tell what grew."""
        began = time.monotonic()
        with _counting(self._counts, REFRESH_TOKEN, REQUEST_TOKEN, CONFERENCE_STATUS):
            settings = ConferenceSettings(ALIAS, participants=12)
            async with EmbeddedNode(settings, clock=self._clock) as node:
                membership = membership_on(node.url, self._clock)
                membership.feed.on_told(self._hear)
                self._watch = membership.feed.watch()
                running = asyncio.create_task(membership.run())
                try:
                    await eventually(lambda: membership.feed.conference.synced_at, "joined")
                    # What draws the pictures is loaded with the first of them.
                    await membership.picture(AVATAR, _people(membership)[0])
                    await self._live(node, membership)
                finally:
                    await membership.close()
                    await running
        self.figures.seconds = round(time.monotonic() - began, 1)
        return self.figures

    async def _live(self, node: EmbeddedNode, membership: Membership) -> None:
        leaps = max(10, self._events // EVENTS_IN_A_LEAP)
        figures, warm = self.figures, None
        for leap in range(1, leaps + 1):
            await self._leap(node, membership, leap)
            if leap % max(1, leaps // 10):
                continue
            footprint = await self._footprint(node, membership, warm)
            warm = warm or footprint
            figures.days = leap * LEAP_SECONDS / 86400
            figures.events = self._heard
            figures.refreshes = self._counts[REFRESH_TOKEN.name]
            figures.rejoins = self._counts[REQUEST_TOKEN.name] - 1
            figures.growth = warm.growth(footprint)
            print(f"{leap / leaps:4.0%} {figures}", file=sys.stderr, flush=True)  # noqa: T201

    async def _leap(self, node: EmbeddedNode, membership: Membership, leap: int) -> None:
        conference = node.conference(ALIAS)
        for _ in range(CHANGES_IN_A_LEAP):
            change(conference, self._rng)
        node.faults.send_raw(self._rng.choice(self._speeches))
        await self._act(membership, leap)
        if leap % LEAPS_TO_A_REJOIN == 0:
            refusal = {"status": "success", "result": "Invalid token"}
            node.faults.answer("refresh_token", 403, refusal)
        await self._caught_up(conference)
        if leap % LEAPS_TO_A_DROP == 0:
            await self._drop(node, membership)
        await self._clock.leap(LEAP_SECONDS)
        await eventually(lambda: membership.feed.link.is_live, "live")
        self._watch.take_changes()

    async def _footprint(
        self, node: EmbeddedNode, membership: Membership, warm: Footprint | None
    ) -> Footprint:
        """The least of a few looks: what is under way at one of them is gone at the next."""
        for _ in range(LOOKS):
            await self._quieten(node, membership)
            footprint = Footprint.now()
            if warm is None or warm.growth(footprint).is_flat(MOST_RSS, MOST_OBJECTS):
                break
        return footprint

    async def _quieten(self, node: EmbeddedNode, membership: Membership) -> None:
        """Let what rings and what is kept open for a while end, so that two moments compare."""
        for _ in range(3):
            await self._caught_up(node.conference(ALIAS))
            await self._clock.leap(LEAP_SECONDS)
        asked, lists = self._counts[CONFERENCE_STATUS.name], self._lists
        await node.faults.stop_listening()
        await node.faults.listen_again()
        await self._back(membership, lists)
        await self._until(lambda: self._counts[CONFERENCE_STATUS.name] > asked)
        await self._caught_up(node.conference(ALIAS))
        # Both ends of a connection are of this process, and the stream has one.
        await eventually(lambda: node.connections == 1, "nothing but the stream is open")
        self._watch.take_changes()

    async def _caught_up(self, conference: NodeConference) -> None:
        """Wait until the session has heard everything the node has sent."""
        self._marker += 1
        lists = self._lists
        conference.publish("soak", self._marker)
        marker = self._marker
        await self._until(lambda: self._seen == marker or self._lists > lists)

    async def _until(self, holds: Callable[[], object]) -> None:
        """Wait without a pause; now and then a second passes, for who waits before a next try."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        turns = 0
        while not holds():
            assert time.monotonic() < deadline, "the session has lost its way"
            turns += 1
            if turns % TURNS_OF_A_SECOND == 0:
                await self._clock.leap(1.0)
            await asyncio.sleep(0)

    def _hear(self, told: Told) -> None:
        for name, _, data in told.sent if isinstance(told, Heard) else ():
            self._heard += 1
            if name == b"soak":
                self._seen = int(data)
            elif name == b"participant_sync_end":
                self._lists += 1

    async def _drop(self, node: EmbeddedNode, membership: Membership) -> None:
        audience = node.conference(ALIAS).audience
        await self._until(lambda: membership.feed.conference.me in audience.listeners)
        lists = self._lists
        node.faults.end_streams(self._rng.choice(list(ConnectionEnd)))
        await self._back(membership, lists)

    async def _back(self, membership: Membership, lists: int) -> None:
        """Wait until the stream that was lost is open again, and its list is there."""
        while self._lists == lists or not membership.feed.link.is_live:
            await self._clock.leap(1.0)
            await a_moment()
        self.figures.reconnects += 1

    async def _act(self, membership: Membership, leap: int) -> None:
        people = _people(membership)
        moderation = membership.moderation
        with suppress(PexdashError):
            if leap % 5 == 0:
                await membership.moderation.send_message(f"Message {leap}")
                self.figures.actions += 1
            if leap % 7 == 0:
                await moderation.carry_out(moderation.plan(BY_ID["mute"], people[:1]))
                self.figures.actions += 1
            if leap % 31 == 0:
                step = dtmf_step(str(leap))
                await moderation.carry_out(moderation.plan(BY_ID["dtmf"], people[:1], step))
                self.figures.actions += 1
            if leap % 41 == 0:
                ends = self._rng.choice(["busy", "noanswer", "fork", "bob"])
                body = {"destination": f"{ends}{leap}", "protocol": "sip", "role": "GUEST"}
                await membership.dialled.dial(body)
                self.figures.actions += 1
            if leap % 101 == 0:
                await membership.picture(AVATAR, people[0])
                self.figures.actions += 1


def _people(membership: Membership) -> list[str]:
    return [one.uuid for one in membership.feed.conference.participants.values() if not one.is_api]


def _speech(rng: random.Random) -> bytes:
    """What a leap holds of people talking, as it goes over the wire."""
    speakers = [f"00000000-0000-4000-8000-{rng.randrange(10**12):012}" for _ in range(3)]
    events = []
    for number in range(SPEECHES_IN_A_LEAP):
        stage = [
            {"participant_uuid": uuid, "stage_index": at, "vad": rng.randrange(101)}
            for at, uuid in enumerate(speakers)
        ]
        events.append(frame("stage", number, stage))
    return b"".join(events)


def main() -> None:
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PEXDASH_SOAK_EVENTS", "")
    figures = asyncio.run(Soak(int(float(given or EVENTS)), random.Random(1)).run())
    print(json.dumps({"said": str(figures), **asdict(figures)}))  # noqa: T201
    sys.exit(0 if figures.is_flat else 1)


if __name__ == "__main__":
    main()
