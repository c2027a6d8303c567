"""What `pexdash doctor --bus` finds, by the rights of each user of a real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash import __version__
from pexdash.bus.messages import Heartbeat, packed
from pexdash.bus.subjects import collector
from pexdash.cli.bus_check import bus_findings
from pexdash.cli.finding import Finding, Verdict
from pexdash.clock import SystemClock
from pexdash.settings import Settings, load_settings
from tests.bus.fleet import fleet
from tests.bus.nats_server import nats_server, program


class At(SystemClock):
    """The machine's clock, which says a time of its own."""

    def wall(self) -> float:
        return 1002.5


async def found_at(url: str, settings: Settings) -> dict[str, Finding]:
    return {one.what: one async for one in bus_findings(url, settings, At())}


needs_server = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")


@needs_server
async def test_a_server_that_nobody_has_used_yet(tmp_path: Path) -> None:
    async with nats_server(tmp_path) as server:
        found = await found_at(server.url, Settings())
    assert found["bus"].verdict is Verdict.OK
    assert found["bus"].meaning.startswith("NATS 2.")
    assert found["its line"].value == "no TLS"
    assert "the first collector makes them" in found["streams"].meaning
    assert found["rights"].meaning == "everybody who connects may do everything"
    assert found["collectors"].verdict is Verdict.NOTE


@needs_server
async def test_a_server_without_jetstream(tmp_path: Path) -> None:
    async with nats_server(tmp_path, whole="listen: 127.0.0.1:-1") as server:
        found = await found_at(server.url, Settings())
    assert (found["streams"].verdict, found["streams"].value) == (Verdict.WRONG, "none")


@needs_server
async def test_each_user_is_told_its_role_and_the_age_of_collectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.toml"
    monkeypatch.setenv("PEXDASH_CONFIG", str(path))
    roles = {}
    async with fleet(tmp_path) as everybody:
        one = everybody["one"]
        await one.put(collector("two"), packed(Heartbeat(1000.0, 9, __version__)))
        await one.put(collector("strange"), b"x")
        for name in everybody:
            path.write_text(f'[bus]\nuser = "{name}"\nnkey = "keys/{name}.nk"\n')
            found = await found_at(one.settings.url, load_settings())
            roles[name] = found["rights"].value
            assert found["streams"].value == "all four"
            assert found["collector one"].value == "7 shards, 2.5 s ago by both clocks"
            assert found["collector one"].meaning == f"it is 0, we {__version__}"
            assert found["collector two"].verdict is Verdict.OK
            assert found["collector strange"].value == "cannot be read"
    assert roles == {
        "one": "one: a collector's",
        "noc": "noc: a viewer's",
        "jo": "jo: a viewer's",
        "max": "max: an operator's",
    }


async def test_a_bus_that_is_none_or_is_not_there() -> None:
    found = await found_at("nats://u:p@bus", Settings())
    assert (found["bus"].verdict, found["bus"].value) == (Verdict.WRONG, "cannot be used")
    found = await found_at("nats://127.0.0.1:9", Settings())
    assert (found["bus"].verdict, found["bus"].value) == (Verdict.WRONG, "cannot be asked")
