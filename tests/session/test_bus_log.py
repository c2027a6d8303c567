"""What the bus has logged of a conference, as a recording: from a time on, and with its holes."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from pexdash.bus.bus import open_bus
from pexdash.bus.messages import Named
from pexdash.bus.settings import BusSettings
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.plain.report.formats import Style
from pexdash.plain.report.report import Report, table_of
from pexdash.session.feed.bus_log import TAKEN_OVER, write_log
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.told import Line, Listed, Spoken
from tests.bus.nats_server import nats_server, program
from tests.eventually import eventually
from tests.session.collecting import collecting, key_of, until

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")
NAMES = {key_of("board"): Named("", "Board")}


def rows(path: Path, what: str) -> list[dict[str, object]]:
    """A table of the report of a recording."""
    report = Report([path], style=Style(), has_pseudonyms=False, say=lambda _: None)
    told = io.StringIO()
    report.print_table(table_of(what), "ndjson", told)
    return [json.loads(line) for line in told.getvalue().splitlines()]


def who(path: Path) -> set[object]:
    """The names in the attendance."""
    return {row.get("display_name") for row in rows(path, "attendance")}


def why_stale(path: Path) -> list[str]:
    """The reasons of the stale lines in a recording."""
    told = [one.told for one in Recorded(path)]
    return [one.why for one in told if isinstance(one, Line) and one.state.value == "reconnecting"]


async def test_the_log_of_two_collectors_is_one_recording_with_the_hole_in_it(
    tmp_path: Path,
) -> None:
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(ConferenceSettings("board")) as node,
        open_bus(BusSettings(server.url), "reader") as bus,
    ):
        meeting = node.conference("board")
        ann = meeting.join("Ann")

        async def written(name: str, since: float | None = None) -> Path:
            (path,) = await write_log(
                bus, NAMES, tmp_path / name, since=since, node_of=lambda _: "node"
            )
            return path

        async def logs(name: str, who: str) -> bool:
            paths = await write_log(bus, NAMES, tmp_path / name, since=None)
            return any(who in path.read_text() for path in paths)

        async with collecting(server, node, "board", name="one") as first:
            await eventually(lambda: first.is_live("board"))
            meeting.join("Bob")
            path, tries = tmp_path, 0
            while not await logs(f"one{tries}", "Bob"):
                tries += 1
            path = await written("first")
            assert path.stat().st_mode & 0o777 == 0o600
            head = Recorded(path)
            head.close()
            assert (head.alias, head.node, why_stale(path)) == ("Board", "node", [])
            since = time.time()
            await first.die()
            meeting.leave(ann.uuid)
            async with collecting(server, node, "board", name="two") as second:
                await eventually(lambda: second.is_live("board"))
                meeting.join("Cid")
                while not await logs(f"two{tries}", "Cid"):
                    tries += 1
                path = await written("second")
                assert why_stale(path) == [TAKEN_OVER]
                assert {"Ann", "Bob", "Cid"} <= who(path)
                conference = rows(path, "conference")[-1]
                assert conference["complete"] is False
                assert float(str(conference["gap_seconds"])) > 0
                # From a time on, it begins with who is there then.
                late = await written("late", since)
                first_list = next(
                    one.told for one in Recorded(late) if isinstance(one.told, Listed)
                )
                assert {"Ann", "Bob"} <= {one.name for one in first_list.people}
                names = who(late)
                assert {"Ann", "Bob", "Cid"} <= names
                assert (
                    await write_log(bus, {key_of("x"): Named("", "x")}, tmp_path, since=None) == []
                )


async def test_the_report_has_who_talked_without_the_stage_in_the_log(tmp_path: Path) -> None:
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(ConferenceSettings("board")) as node,
        open_bus(BusSettings(server.url), "reader") as bus,
    ):
        meeting = node.conference("board")
        ann, bob = meeting.join("Ann"), meeting.join("Bob")
        meeting.join("Cid")
        read = 0

        async def written() -> Path:
            nonlocal read
            read += 1
            (path,) = await write_log(bus, NAMES, tmp_path / f"{read}", since=None)
            return path

        async with collecting(server, node, "board") as one:
            await eventually(lambda: one.is_live("board"))
            place = one.fleet.place(key_of("board"))
            assert place is not None
            conference = place.feed.conference
            began = time.monotonic()
            meeting.speak({ann.uuid: 80, bob.uuid: 60})
            await eventually(lambda: any(voice.vad for voice in conference.speakers))
            heard = time.monotonic()
            await eventually(lambda: time.monotonic() - heard >= 2)
            at_least = time.monotonic() - heard
            meeting.leave(ann.uuid)
            await eventually(lambda: ann.uuid not in conference.participants)
            at_most = time.monotonic() - began
            # Who left is told of at once, everybody else by who hands over.
            await until(lambda: _has_talk(written, ann.uuid))
            await one.collector.leave()
            ended = time.monotonic() - began
        path = await written()
    people = {str(row.get("display_name")): row for row in rows(path, "airtime")}
    told = {name: people[name]["talk_seconds"] for name in ("Ann", "Bob", "Cid")}
    # Whole seconds, each rounded.
    assert at_least - 0.6 <= float(str(told["Ann"])) <= at_most + 0.6
    assert at_least - 0.6 <= float(str(told["Bob"])) <= ended + 0.6
    assert told["Cid"] == 0
    shares = [float(str(people[name]["talk_share"])) for name in told]
    assert abs(sum(shares) - 1) < 0.01
    assert people["Bob"].get("turns") is None
    assert '"event":"stage"' not in path.read_text().replace(" ", "")


async def _has_talk(written: Callable[[], Awaitable[Path]], uuid: str) -> bool:
    """Whether the log tells that somebody talked."""
    told = [one.told for one in Recorded(await written())]
    return any(uuid in one.seconds for one in told if isinstance(one, Spoken))
