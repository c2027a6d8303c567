"""`pexdash join` as it is, with the scenario played into its session or a heartbeat in its loop.

Nothing of the product is replaced: the session is caught where the command line makes it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from pexdash.cli import invitation as joining
from pexdash.model.events import Event, ParticipantUpdated, Speaker, StageUpdated
from pexdash.model.participant import Participant
from pexdash.session.feed.told import Heard
from pexdash.session.membership.membership import Membership
from tests.bench import heartbeat, stream
from tests.bench.scenario import Scenario, play
from tests.eventually import eventually

FIRST_FRAME_SECONDS = 1.0
"""After so long the roster has been drawn, and the cursor is on the first Host."""


def updates(scenario: Scenario, participants: Iterable[Participant]) -> Iterator[list[Event]]:
    """The events of each tick, as they are decoded."""
    people = {one.uuid: one for one in participants}
    for tick in scenario.ticks:
        events: list[Event] = []
        for uuid, name, value in tick:
            meant = (value or None) if name == "buzz_time" else value in ("YES", True)
            people[uuid] = msgspec.structs.replace(people[uuid], **{name: meant})
            events.append(ParticipantUpdated(people[uuid]))
        yield events


def spoken(scenario: Scenario, levels: list[int]) -> Event:
    """The event of these voices, as it is decoded."""
    voices = enumerate(zip(scenario.speakers, levels, strict=True))
    return StageUpdated(tuple(Speaker(uuid, place, level) for place, (uuid, level) in voices))


async def drive(membership: Membership, participants: int, *, lively: bool) -> None:
    """Play the scenario into the feed."""
    feed = membership.feed
    scenario = Scenario(stream.people(participants), lively=lively)
    await eventually(lambda: feed.conference.synced_at is not None, "the roster")
    # A hand that is up in the first frame would have the cursor, and the rows would go with it.
    await asyncio.sleep(FIRST_FRAME_SECONDS)
    told = list(updates(scenario, feed.conference.participants.values()))

    def take(events: list[Event]) -> None:
        feed.tell(Heard(events))

    def hear(levels: list[int]) -> None:
        take([spoken(scenario, levels)])

    def finish(text: str) -> None:
        marker = feed.conference.participants[stream.MARKER]
        told = msgspec.structs.replace(marker, overlay_text=text)
        take([ParticipantUpdated(told)])

    await play(told, take, scenario.voices, hear, finish)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--play", type=int, default=0, metavar="PARTICIPANTS")
    parser.add_argument("--lively", action="store_true")
    parser.add_argument("--beats", default="", metavar="FILE")
    given, command = parser.parse_known_args()
    made = joining.membership_for
    kept: list[asyncio.Task[None]] = []

    def membership_for(*arguments: Any, **named: Any) -> Membership:
        membership = made(*arguments, **named)
        if given.beats:
            heartbeat.start(given.beats)
        if given.play:
            kept.append(asyncio.ensure_future(drive(membership, given.play, lively=given.lively)))
        return membership

    joining.membership_for = membership_for
    sys.argv = ["pexdash", *command]
    from pexdash.__main__ import main as run

    run()


if __name__ == "__main__":
    main()
