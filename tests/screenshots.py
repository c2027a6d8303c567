"""Draws screenshots/ from the seeded demo: `make screenshots`."""

from __future__ import annotations

import asyncio
import os
import random
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from textual.pilot import Pilot

from pexdash.api.address import parse_node
from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from pexdash.cli.demo import ROOMS
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.invitation import Invitation
from pexdash.session.membership.membership import Membership
from pexdash.ui.app import DashboardApp
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.dialogs.guarded import GuardedDialog
from tests.eventually import eventually
from tests.manual_clock import ManualClock

FOLDER = Path(__file__).parent.parent / "screenshots"
PORT = 8443
SETTLED_SECONDS = 0.3
"""How long a scene is given until everything of it is drawn."""
_MORNING = 1_770_000_000.0

Act = Callable[[Pilot[int], Membership], Awaitable[None]]


async def _watch(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("down", "down", "down", "down")


async def _first_who_waits(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("end", "a")


async def _hands(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("end", "h", "down")


async def _ask(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("down", "down", "down", "down", "down", "D")


async def _help(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("question_mark")


async def _filter(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("slash", *"is:muted", "enter", "asterisk")


async def _presentation(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("P")
    await eventually(lambda: "▀" in _text(pilot))


async def _details(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("down", "down", "down", "down", "down", "enter")
    await eventually(lambda: "▀" in _text(pilot))


async def _layouts(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("l")
    await eventually(lambda: _takes_keys(pilot))


async def _rooms(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("B")
    await eventually(lambda: "Breakout rooms" in _text(pilot))


async def _log(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("T")
    await eventually(lambda: "What happened" in _text(pilot))


async def _dial(pilot: Pilot[int], membership: Membership) -> None:
    await pilot.press("o")
    await eventually(lambda: _takes_keys(pilot))
    await pilot.press(*"carol@example.com")


def _takes_keys(pilot: Pilot[int]) -> bool:
    dialog = pilot.app.screen
    return not isinstance(dialog, GuardedDialog) or dialog.hears(time.monotonic())


def _text(pilot: Pilot[int]) -> str:
    strips = pilot.app.screen._compositor.render_strips()
    return "".join(segment.text for strip in strips for segment in strip)


class Scene(NamedTuple):
    """The size in cells, what the host does, the theme, and for how many seconds we watch first."""

    size: tuple[int, int]
    act: Act
    theme: str = "dark"
    seconds: int = 30


SMALL, MIDDLE, LARGE = (80, 24), (120, 40), (200, 60)
SCENES = {
    "dashboard": Scene(MIDDLE, _watch),
    "narrow": Scene(SMALL, _first_who_waits),
    "large": Scene(LARGE, _watch),
    "light": Scene(MIDDLE, _first_who_waits, "light"),
    "contrast": Scene(MIDDLE, _first_who_waits, "contrast"),
    "ansi": Scene(MIDDLE, _first_who_waits, "ansi"),
    "hands": Scene(SMALL, _hands, seconds=120),
    "disconnect": Scene(SMALL, _ask),
    "filter": Scene(SMALL, _filter),
    "dial": Scene(SMALL, _dial),
    "layouts": Scene(MIDDLE, _layouts),
    "rooms": Scene(MIDDLE, _rooms),
    "log": Scene(MIDDLE, _log, seconds=120),
    "help": Scene(MIDDLE, _help),
    "presentation": Scene(MIDDLE, _presentation),
    "details": Scene(MIDDLE, _details),
}


async def draw(name: str) -> str:
    """One picture as SVG: while somebody speaks in the demo's meeting, the clocks stand still."""
    scene = SCENES[name]
    clock = ManualClock(wall=_MORNING)
    meeting = ConferenceSettings(
        "meet.alice@example.com", participants=24, lively=True, rooms=ROOMS
    )
    async with EmbeddedNode(meeting, clock=clock, port=PORT) as node:
        membership = Membership(
            Invitation("meet.alice@example.com", "Alice", parse_node(node.url)),
            Feed("meet.alice@example.com", clock),
            rng=random.Random(7),
            connect=lambda address: NodeClient(
                address, "meet.alice@example.com", tls=lambda: trust(None, insecure=False)
            ),
            ask_pin=lambda _: asyncio.Future(),
        )
        app = DashboardApp(membership.feed, membership, keys=keys_with({}), theme=scene.theme)
        async with app.run_test(size=scene.size, notifications=False) as pilot:
            await eventually(lambda: membership.feed.conference.synced_at is not None)
            for _ in range(scene.seconds):
                await clock.advance(1.0)
                await pilot.pause()
            while not any(one.vad > 0 for one in membership.feed.conference.speakers):
                await clock.advance(1.0)
                await pilot.pause()
            app.clear_notifications()
            await scene.act(pilot, membership)
            await pilot.pause(SETTLED_SECONDS)
            picture = app.export_screenshot(title="pexdash")
        await membership.close()
    return re.sub(r"terminal-\d+", "terminal", picture)


def main() -> None:
    """Draw every picture."""
    os.environ["TZ"] = "UTC"
    os.environ["COLORTERM"] = "truecolor"
    time.tzset()
    FOLDER.mkdir(exist_ok=True)
    for name in SCENES:
        path = FOLDER / f"{name}.svg"
        path.write_text(asyncio.run(draw(name)), encoding="utf-8")
        print(path.relative_to(FOLDER.parent))  # noqa: T201


if __name__ == "__main__":
    main()
