"""`--bus`: which conference it means, what goes with it, and how each command ends."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from pexdash.bus.messages import Answered, Asked
from pexdash.bus.settings import BusSettings
from pexdash.cli.bus_request import carry_out_on_bus
from pexdash.cli.main import cli
from pexdash.cli.request_line import read_request
from pexdash.cli.through_bus import BusOptions, conference_on, user_of
from pexdash.clock import SystemClock
from pexdash.errors import BusFault, NobodyHolds, Refused, UsageFault
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import LineState
from pexdash.model.participant import Role
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.feed.bus_source import LOOK_SECONDS
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Line, Me
from tests.bus.nats_server import nats_server, program
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.session.collecting import collecting
from tests.session.estate.small_collector import ANN, US, SmallCollector, bus_at, row, sent

needs_server = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")
NORTH, SOUTH, ONE = (
    ConferenceKey("north", "a@x"),
    ConferenceKey("south", "a@x"),
    ConferenceKey("", "b@x"),
)


def run(*words: str) -> int | None:
    status: int | None = cli.main([*words], standalone_mode=False)
    return status


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PEXDASH_CONFIG", str(tmp_path / "settings.toml"))
    (tmp_path / "settings.toml").write_text("")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["join", "a", "--node", "x", "--bus", "nats://x"], "--node does not go with --bus"),
        (
            ["join", "a", "--rules", "x", "--bus", "nats://x"],
            "--rules does not go with --bus: pexdash collect takes it",
        ),
        (
            ["events", "a", "--record", "x", "--bus", "nats://x"],
            "--record does not go with --bus: the bus has what happens",
        ),
        (["ctl", "a", "lock", "--pin-file", "x", "--bus", "nats://x"], "--pin-file does not"),
        (["ctl", "a", "lock", "--cluster", "x"], "--cluster goes with --bus"),
        (["ctl", "a", "request_token", "--bus", "nats://x"], "is between a program and its node"),
        (["ctl", "a", "mute", "me", "--bus", "nats://x"], "join without --bus to have your own"),
        (["wall", "a", "--bus", "nats://x"], "with --bus the conferences are those of the coll"),
        (["wall", "--from", "x", "--bus", "nats://x"], "--from does not go with --bus"),
    ],
)
def test_what_does_not_go_with_a_bus_is_refused(words: list[str], said: str) -> None:
    with pytest.raises(UsageFault, match=said):
        run(*words)


def test_what_the_environment_says_of_joining_stops_no_command_with_a_bus(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PEXDASH_NODE", "node.example.com")
    monkeypatch.setenv("PEXDASH_RECORD", "/tmp/recording")
    with pytest.raises(BusFault, match=r"the bus at nats://127\.0\.0\.1:9 cannot be reached"):
        run("events", "a", "--bus", "nats://127.0.0.1:9")


def test_our_name_on_a_bus_without_users_is_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "jo.d oe")
    assert user_of(BusSettings("nats://x")) == "jo_d_oe"
    assert user_of(BusSettings("nats://x", user="ann")) == "ann"


async def started(*words: str, url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pexdash", *words, "--bus", url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "LOGNAME": "jo"},
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    told, said = await process.communicate()
    return process.returncode, told.decode(), said.decode()


async def ctl(request: str, url: str) -> None:
    """Have the holder of a conference send a request, as `pexdash ctl` does."""
    asked = read_request(request, ())
    await carry_out_on_bus(asked, BusOptions(url), "b@x", None, replaces=False, log=None)


async def beat(collector: SmallCollector) -> None:
    """Have something happen all the time."""
    while True:
        await collector.live(ONE, sent("stage", []))
        await SystemClock().sleep(LOOK_SECONDS)


@needs_server
async def test_commands_go_through_the_holder_and_end_as_it_answers(tmp_path: Path) -> None:
    async def answer(name: str, asked: Asked) -> Answered:
        if name == "lock":
            return Answered(fault="Refused", words="Guests may not", status=403)
        return Answered({"name": name}, status=200)

    async with bus_at(tmp_path) as (server, holds, reads):
        collector = SmallCollector(holds, ManualClock())
        await collector.hold(NORTH, SOUTH, ONE)
        collector.answer = answer
        await collector.person(ONE, row(US, "Collector", protocol="api"))
        await collector.person(ONE, row(ANN, "Ann"))
        collector.opening[ONE] = (Me(US, Role.HOST), Line(LinkState.LIVE))
        # Which conference an alias means.
        assert await conference_on(reads, "B@X", None) == ONE
        assert await conference_on(reads, "a@x", "south") == SOUTH
        for alias, cluster, said in (
            ("a@x", None, "give --cluster and one of north, south"),
            ("a@x", "west", "not in the cluster west, but in north, south"),
            ("c@x", None, "no collector has a conference c@x"),
        ):
            with pytest.raises(UsageFault, match=said):
                await conference_on(reads, alias, cluster)
        # What the commands print, and how they end.
        beating = asyncio.ensure_future(beat(collector))
        events = await started("events", "b@x", "--json", url=server.url)
        done = await ended(await started("ctl", "b@x", "mute", "ann", url=server.url))
        assert done == (0, '{"name": "mute"}\n', "")
        user, key, _, asked = collector.asked[-1]
        assert (user, key, asked.participant, asked.source) == ("jo", ONE, ANN, "ctl")
        with pytest.raises(Refused, match="Guests may not") as refused:
            await ctl("lock", server.url)
        assert refused.value.exit_status == 4
        assert events.stdout is not None
        assert json.loads(await events.stdout.readline())["event"] == "stage"
        events.terminate()
        status, _, said = await ended(events)
        assert (status, said) == (128 + 15, "pexdash: joining\npexdash: live\n")
        beating.cancel()
        await collector.let_go()
        with pytest.raises(NobodyHolds, match="nothing was sent") as nobody:
            await ctl("unlock", server.url)
        assert nobody.value.exit_status == 3


@needs_server
async def test_events_of_a_meeting_end_with_it_and_with_the_words_of_the_node(
    tmp_path: Path,
) -> None:
    async with (
        nats_server(tmp_path) as server,
        EmbeddedNode(ConferenceSettings("board")) as node,
        collecting(server, node, "board") as one,
    ):
        await eventually(lambda: one.is_live("board"))
        events = await started("events", "board", "--json", url=server.url)
        meeting = node.conference("board")
        assert events.stdout is not None
        reading = asyncio.ensure_future(events.stdout.readline())
        while not reading.done():
            meeting.join("Ann")
            await asyncio.wait({reading}, timeout=LOOK_SECONDS)
        meeting.end()
        status, told, said = await ended(events)
        reason = json.loads(told.splitlines()[-1])["data"]["reason"]
        assert (status, said.splitlines()[-1]) == (0, f"pexdash: The conference is over: {reason}")
        assert one.state("board") is LineState.ENDED
