"""`pexdash demo --wall N`: a wall of lively meetings on embedded nodes."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import click

from pexdash.settings import Settings


async def demo_wall(
    count: int,
    seed: int,
    speed: float,
    seconds: float | None,
    settings: Settings,
    *,
    screen: bool,
) -> int:
    """Show so many meetings, or write a line for whatever happens in them; see `many_meetings`."""
    from pexdash.api.address import parse_node
    from pexdash.api.tls import trust
    from pexdash.cli.own_conferences import fleet_for
    from pexdash.cli.told_wall import write_lines
    from pexdash.clock import SystemClock
    from pexdash.node.many_meetings import RESTLESS, go_and_come, many_meetings
    from pexdash.node.server import EmbeddedNode
    from pexdash.session.estate.joining import Joining
    from pexdash.session.estate.wanted import Cluster, Plan, Wanted

    meetings = many_meetings(count, seed, speed)
    restless = meetings[RESTLESS]
    wanted: dict[str, Wanted] = {}
    async with AsyncExitStack() as stack:
        for group in (restless, [one for one in meetings if one not in restless]):
            if not group:
                continue
            node = await stack.enter_async_context(EmbeddedNode(*group, keep_received=False))
            cluster = Cluster(node=parse_node(node.url))
            wanted |= {one.alias: Wanted(one.alias, cluster) for one in group}
            if group is restless:
                going = asyncio.ensure_future(go_and_come(node, SystemClock(), speed))
                stack.push_async_callback(_stopped, going)
        plan = Plan("demo", "", tuple(wanted[one.alias] for one in meetings))
        joining = Joining(
            "Alice", lambda _: lambda: trust(None, insecure=False), usual_name="Alice"
        )
        fleet, _ = fleet_for(plan, joining, keeps=False)
        if screen:
            from pexdash.cli.wall_screen import show_wall

            return await show_wall(fleet, settings, seconds=seconds)
        click.echo(f"No terminal to draw on: one line for whatever happens in {count} meetings.")
        return await write_lines(fleet, seconds)


async def _stopped(task: asyncio.Future[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
