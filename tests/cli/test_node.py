"""`pexdash node`: several conferences from a file, and who is let in to them."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import httpx
import pytest

from tests.cli.visiting import run, serving, started

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


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--guest-pin", "56"), "--guest-pin needs a --host-pin, without which all are Hosts"),
        (("--host-pin", "56", "--guest-pin", "56"), "--guest-pin and --host-pin must differ"),
        (("--host-pin", "none"), "--host-pin must be a string of digits"),
        (("--host-pin", ""), "--host-pin must be a string of digits"),
        (("--host-pin", "5\x1b[2J"), "--host-pin must be a string of digits"),
        (("--host-pin", "56", "--guest-pin", "no"), "--guest-pin must be a string of digits"),
    ],
)
async def test_pins_that_cannot_be_meant(given: tuple[str, ...], said: str) -> None:
    done = await run("node", *given)
    assert (done.status, done.out) == (2, b"")
    assert said in done.err


async def test_a_file_that_is_not_there() -> None:
    done = await run("node", "--config", "/nonexistent/node.toml")
    assert (done.status, done.out) == (2, b"")
    assert "node.toml" in done.err


@pytest.mark.parametrize(
    ("listen", "pin", "warns"),
    [
        ("0.0.0.0:0", (), True),
        ("0.0.0.0:0", ("--host-pin", "1234"), False),
        ("127.0.0.1:0", (), False),
    ],
)
async def test_a_node_that_anybody_can_reach_and_rule_is_warned_of(
    listen: str, pin: tuple[str, ...], warns: bool
) -> None:
    async with serving("--listen", listen, "--participants", "0", *pin) as (url, process):
        assert url.startswith(f"http://{listen[:-1]}")
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()
        assert out == b""
        said = f"anybody who can reach {url} joins meet.alice as a Host, and may end it"
        assert (said in err.decode()) is warns
        assert bool(err) is warns


@pytest.mark.parametrize("by", ["option", "environment"])
async def test_pages_of_named_origins_are_let_in(by: str) -> None:
    pages = ["https://a.example", "https://b.example:8443"]
    options = [f"--allow-origin={page}" for page in pages] if by == "option" else []
    environment = {} if by == "option" else {"PEXDASH_ALLOW_ORIGIN": " ".join(pages)}
    node = serving("--participants", "0", *options, environment=environment)
    async with node as (url, _), httpx.AsyncClient() as client:
        path = f"{url}/api/client/v2/conferences/meet.alice/request_token"
        answers = [
            await client.post(path, headers={"origin": page})
            for page in (*pages, "https://c.example")
        ]
    assert [one.status_code for one in answers] == [200, 200, 403]
    assert [one.headers.get("access-control-allow-origin") for one in answers] == [*pages, None]


async def test_what_is_no_origin() -> None:
    done = await run("node", "--allow-origin", "a.example")
    assert (done.status, done.out) == (2, b"")
    assert "an origin is written as https://host[:port], not a.example" in done.err
