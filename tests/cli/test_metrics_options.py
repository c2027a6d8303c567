"""`--metrics` and its like: nothing unless asked for, and what is asked for while we are in."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from pexdash.api.address import parse_node
from pexdash.cli.events import print_events
from pexdash.cli.main import cli
from pexdash.cli.metrics_options import MISSING, NO_METRICS, MetricsOptions, telling_metrics
from pexdash.cli.options import JoinOptions
from pexdash.clock import SystemClock
from pexdash.errors import UsageFault
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.plain.metrics.sources import Source
from pexdash.session.membership.invitation import Invitation
from pexdash.settings import Settings
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.plain.metrics.many import Many
from tests.plain.metrics.read import read


def no_source() -> Source:
    raise AssertionError("nothing was asked for")


async def test_events_tells_metrics_until_it_leaves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "pexdash.prom"
    async with EmbeddedNode(ConferenceSettings("meet.alice", participants=8)) as node:
        invitation = Invitation("meet.alice", "Alice", parse_node(node.url))
        running = asyncio.create_task(
            print_events(
                invitation,
                JoinOptions(),
                Settings(),
                descriptor=os.open(os.devnull, os.O_WRONLY),
                as_json=True,
                metrics=MetricsOptions("127.0.0.1:0", file, 1),
            )
        )
        said = ""

        def is_told() -> bool:
            nonlocal said
            said += capsys.readouterr().err
            return "pexdash: live" in said and file.exists()

        await eventually(is_told)
        url = said.partition("metrics at ")[2].split()[0]
        assert "whoever can reach" not in said
        people = sum(
            one.service_type == "conference" and one.protocol != "api"
            for one in node.conference("meet.alice").participants.values()
        )
        async with httpx.AsyncClient(trust_env=False) as client:

            async def counted() -> float:
                told = read((await client.get(url)).content)
                return told.sum("pexdash_conference_people", conference="meet.alice")

            while await counted() != people:
                assert not running.done()
        assert read(file.read_bytes()).sum("pexdash_conferences") == 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert not file.exists()
        async with httpx.AsyncClient(trust_env=False) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(url)


async def test_nothing_is_told_or_loaded_unless_it_is_asked_for() -> None:
    async with telling_metrics(NO_METRICS, no_source, SystemClock()):
        pass
    async with telling_metrics(MetricsOptions("", None, 100), no_source, SystemClock()):
        pass


async def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.startswith("pexdash.plain.metrics")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(UsageFault, match=r"pexdash\[metrics\]") as told:
        async with telling_metrics(MetricsOptions("127.0.0.1:0"), no_source, SystemClock()):
            pass
    assert str(told.value) == MISSING


@pytest.mark.parametrize("command", [["join", "a"], ["events", "a"], ["wall", "a"]])
@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--metrics", "9464"), "--metrics wants HOST:PORT, not 9464"),
        (("--metrics", "localhost:99999"), "--metrics wants HOST:PORT"),
        (("--metrics-conferences", "-1"), "not in the range"),
    ],
)
def test_a_wrong_value_is_refused_before_anything_is_joined(
    command: list[str], option: tuple[str, str], words: str
) -> None:
    done = CliRunner().invoke(cli, [*command, *option])
    assert words in f"{done.output}{done.exception}"
    assert done.exit_code != 0


async def test_whoever_listens_on_a_network_is_warned(capsys: pytest.CaptureFixture[str]) -> None:
    many = Many(ManualClock())
    async with telling_metrics(MetricsOptions("0.0.0.0:0"), lambda: many, many.clock):
        pass
    assert "there is no password" in capsys.readouterr().err
