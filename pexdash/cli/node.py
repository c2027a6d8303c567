"""`pexdash node`: the embedded node alone, for any client of the API."""

from __future__ import annotations

import asyncio
import signal

import click

from pexdash.errors import UsageFault


@click.command()
@click.option(
    "--listen",
    metavar="HOST:PORT",
    default="127.0.0.1:0",
    show_default=True,
    help="Port 0: a free one.",
)
@click.option("--conference", metavar="ALIAS", default="meet.alice", show_default=True)
@click.option("--host-pin", metavar="PIN", help="PIN of Hosts; without it anyone joins as Host.")
@click.option(
    "--guest-pin", metavar="PIN|none", default="none", show_default=True, help="PIN of Guests."
)
@click.option("--participants", type=click.IntRange(0, 5000), default=24, show_default=True)
@click.option(
    "--seed", type=int, default=7, show_default=True, help="Another seed, another meeting."
)
def node(
    listen: str,
    conference: str,
    host_pin: str | None,
    guest_pin: str,
    participants: int,
    seed: int,
) -> int:
    """Serve a lively seeded meeting over HTTP until ended; prints its URL first."""
    from pexdash.api.address import check_alias
    from pexdash.node.settings import ConferenceSettings

    host, port = _address(listen)
    meeting = ConferenceSettings(
        check_alias(conference),
        host_pin=host_pin,
        guest_pin=None if guest_pin == "none" else guest_pin,
        participants=participants,
        seed=seed,
        lively=participants > 0,
    )
    return asyncio.run(_serve(host, port, meeting))


def _address(listen: str) -> tuple[str, int]:
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdigit() or not 0 <= int(port) <= 65535 or not host:
        raise UsageFault(f"--listen wants HOST:PORT, not {listen}")
    return host.removeprefix("[").removesuffix("]"), int(port)


async def _serve(host: str, port: int, meeting: object) -> int:
    from pexdash.node.server import EmbeddedNode
    from pexdash.node.settings import ConferenceSettings

    assert isinstance(meeting, ConferenceSettings)
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    loop = asyncio.get_running_loop()

    def end(number: int) -> None:
        if not ended.done():
            ended.set_result(128 + number if number != signal.SIGINT else 130)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end, number)
    async with EmbeddedNode(meeting, host=host, port=port) as running:
        click.echo(running.url)
        return await ended
