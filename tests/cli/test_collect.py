"""`pexdash collect`: mistakes before it begins, and how it ends."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx
import pytest

from pexdash.bus.claims import LeaseTimes
from pexdash.cli.main import cli
from pexdash.errors import BusFault, UsageFault
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.bus.nats_server import nats_server, program
from tests.eventually import eventually
from tests.fleeting import collector_process, looked_at, ours
from tests.session.collecting import collecting

ALIASES = ["board", "ops"]
LEASE_SECONDS = 3.0
TIMES = LeaseTimes(renewal=1.0, suspect=2.0, life=LEASE_SECONDS)
"""What the option makes of it: all collectors of a fleet have the same."""


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place with settings of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PEXDASH_CONFIG", str(tmp_path / "settings.toml"))
    (tmp_path / "settings.toml").write_text("")
    return tmp_path


def run(*words: str) -> None:
    cli.main(["collect", *words], standalone_mode=False)


def test_what_is_missing_or_wrong_is_told_before_anything_is_joined(alone: Path) -> None:
    with pytest.raises(UsageFault, match="no conference"):
        run("--bus", "nats://127.0.0.1:9")
    with pytest.raises(UsageFault, match="there is no bus"):
        run("board")
    with pytest.raises(UsageFault, match="cannot be read") as told:
        run("--config", str(alone / "none.toml"), "--bus", "nats://127.0.0.1:9")
    assert told.value.exit_status == 2


def test_a_bus_that_is_not_there_at_the_start_ends_it_with_3() -> None:
    with pytest.raises(BusFault, match="cannot be reached") as told:
        run("board", "--bus", "nats://127.0.0.1:9")
    assert told.value.exit_status == 3


@pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")
async def test_who_is_told_to_end_hands_its_conferences_over_and_ends_with_0(alone: Path) -> None:
    async with (
        nats_server(alone) as server,
        EmbeddedNode(*map(ConferenceSettings, ALIASES)) as node,
        collector_process(
            server.url,
            node.url,
            *(*ALIASES, "--metrics", "127.0.0.1:0"),
            folder=alone,
            lease=LEASE_SECONDS,
        ) as one,
    ):
        for alias in ALIASES:
            await one.says(f"{alias}  live")
        url = (await one.says("metrics at")).split()[-1]
        async with httpx.AsyncClient(trust_env=False) as client:
            told = (await client.get(url)).text.splitlines()
        (live,) = [
            one for one in told if one.startswith("pexdash_conferences{") and '="live"' in one
        ]
        assert live.endswith(" 2.0")
        before = {alias: ours(node, alias) for alias in ALIASES}
        async with (
            collecting(server, node, *ALIASES, name="two", times=TIMES) as two,
            looked_at(node, ALIASES) as roster,
        ):
            await eventually(lambda: len(two.collector.leases.collectors) > 1)
            one.signal(signal.SIGTERM)
            assert await one.ended() == 0
            assert "gave away" in one.lines[-1]
            await eventually(lambda: all(map(two.is_live, ALIASES)))
            assert {alias: ours(node, alias) for alias in ALIASES} == before
            assert (roster.twice, roster.none) == (0, 0)
