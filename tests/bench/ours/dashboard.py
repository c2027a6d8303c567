"""`pexdash join` as it is, with the scenario played into its session or a heartbeat in its loop.

Nothing of the product is replaced: the session is caught where the command line makes it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any

import msgspec

from pexdash.cli import joining
from pexdash.model.events import ParticipantUpdated, Speaker, StageUpdated
from pexdash.session.session import Session
from tests.bench import heartbeat, stream
from tests.bench.scenario import Change, Scenario, play
from tests.eventually import eventually


async def drive(session: Session, participants: int) -> None:
    """Play the scenario as if the node's events had just been decoded."""
    scenario = Scenario(stream.people(participants))
    await eventually(lambda: session.conference.synced_at is not None, "the roster")
    people = session.conference.participants

    def replace(uuid: str, **fields: Any) -> None:
        session._take(ParticipantUpdated(msgspec.structs.replace(people[uuid], **fields)))

    def change(changes: list[Change]) -> None:
        for uuid, name, value in changes:
            if name == "buzz_time":
                replace(uuid, buzz_time=value or None)
            else:
                replace(uuid, **{name: value in ("YES", True)})

    def hear(levels: list[int]) -> None:
        voices = zip(scenario.speakers, levels, strict=True)
        spoken = (Speaker(uuid, place, level) for place, (uuid, level) in enumerate(voices))
        session._take(StageUpdated(tuple(spoken)))

    def finish(text: str) -> None:
        replace(stream.MARKER, overlay_text=text)

    await play(scenario, change, hear, finish)


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
