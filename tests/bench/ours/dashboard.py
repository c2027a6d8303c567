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
from pexdash.session.session import Session
from tests.bench import heartbeat, stream
from tests.bench.scenario import Scenario, play
from tests.eventually import eventually


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


async def drive(session: Session, participants: int) -> None:
    """Play the scenario into the session."""
    scenario = Scenario(stream.people(participants))
    await eventually(lambda: session.conference.synced_at is not None, "the roster")
    told = list(updates(scenario, session.conference.participants.values()))

    def hear(levels: list[int]) -> None:
        voices = zip(scenario.speakers, levels, strict=True)
        spoken = (Speaker(uuid, place, level) for place, (uuid, level) in enumerate(voices))
        session._take([StageUpdated(tuple(spoken))])

    def finish(text: str) -> None:
        marker = session.conference.participants[stream.MARKER]
        told = msgspec.structs.replace(marker, overlay_text=text)
        session._take([ParticipantUpdated(told)])

    await play(told, session._take, scenario.voices, hear, finish)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--play", type=int, default=0, metavar="PARTICIPANTS")
    parser.add_argument("--beats", default="", metavar="FILE")
    given, command = parser.parse_known_args()
    made = joining.session_for
    kept: list[asyncio.Task[None]] = []

    def session_for(*arguments: Any, **named: Any) -> Session:
        session = made(*arguments, **named)
        if given.beats:
            heartbeat.start(given.beats)
        if given.play:
            kept.append(asyncio.ensure_future(drive(session, given.play)))
        return session

    joining.session_for = session_for
    sys.argv = ["pexdash", *command]
    from pexdash.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
