"""`pexdash node --config`: several conferences from a file."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.cli.visiting import run, started

TWO = """
[[conference]]
alias = "meet.alice"

[[conference]]
alias = "meet.bob"
host_pin = "1234"
"""


async def test_every_conference_of_the_file_is_served(tmp_path: Path) -> None:
    config = tmp_path / "node.toml"
    config.write_text(TWO)
    process = await started("node", "--config", str(config))
    assert process.stdout
    try:
        url = (await process.stdout.readline()).decode().strip()
        alice, bob, carol = await asyncio.gather(
            run("ctl", "meet.alice", "conference_status", "--node", url),
            run("ctl", "meet.bob", "lock", "--node", url, environment={"PEXDASH_PIN": "1234"}),
            run("ctl", "meet.carol", "lock", "--node", url),
        )
        assert (alice.status, bob.status, carol.status) == (0, 0, 4), (alice, bob, carol)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()
    assert process.returncode == 128 + signal.SIGTERM


@pytest.mark.parametrize(
    "given",
    [
        ("--conference", "meet.alice"),
        ("--host-pin", "1"),
        ("--guest-pin", "none"),
        ("--participants", "24"),
        ("--seed", "7"),
    ],
)
async def test_the_options_of_one_conference_do_not_go_with_a_file(
    given: tuple[str, str], tmp_path: Path
) -> None:
    config = tmp_path / "node.toml"
    config.write_text(TWO)
    done = await run("node", "--config", str(config), *given)
    assert (done.status, done.out) == (2, b"")
    assert f"{given[0]} and --config do not go together" in done.err


async def test_a_file_that_is_not_there() -> None:
    done = await run("node", "--config", "/nonexistent/node.toml")
    assert (done.status, done.out) == (2, b"")
    assert "node.toml" in done.err
