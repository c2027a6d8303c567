"""The dashboard under Textual's pilot, on the embedded node, with clocks that stand still."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Input

from pexdash.api.address import parse_node
from pexdash.api.client import NodeClient
from pexdash.api.tls import trust
from pexdash.node.limits import Limits
from pexdash.node.meeting import Meeting
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.invitation import Invitation
from pexdash.session.membership.membership import Membership
from pexdash.ui.app import DashboardApp
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.commands.keybar import KeyBar
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.drawing.glyphs import UNICODE, Glyphs
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.screens.conference import ConferenceScreen
from pexdash.ui.widgets.roster import RosterView
from pexdash.ui.widgets.stage import StagePane
from tests.eventually import eventually
from tests.manual_clock import ManualClock

ALIAS = "meet.alice"
# What a test publishes in one go is no stranger's doing, however much it is.
_LIMITS = Limits(stream_bytes=1 << 28, unread_bytes=1 << 28)


def lines_of(app: DashboardApp) -> list[str]:
    """The whole screen of an app as text."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips[: app.size.height]]


@dataclass
class Dashboard:
    """A joined dashboard and both its ends."""

    app: DashboardApp
    pilot: Pilot[int]
    membership: Membership
    node: EmbeddedNode
    clock: ManualClock

    @property
    def feed(self) -> Feed:
        return self.membership.feed

    @property
    def meeting(self) -> Meeting:
        return self.node.conference(self.membership.alias)

    @property
    def screen(self) -> ConferenceScreen:
        screen = self.app.screen_stack[1]
        assert isinstance(screen, ConferenceScreen)
        return screen

    @property
    def roster(self) -> RosterView:
        return self.screen.query_one(RosterView)

    def lines(self) -> list[str]:
        """The whole screen as text."""
        return lines_of(self.app)

    def text(self) -> str:
        return "\n".join(self.lines())

    def told(self) -> str:
        """The notices that are on the screen, each in a line."""
        return "\n".join(self.screen.query_one(KeyBar).notices.texts)

    def rows(self) -> list[str]:
        """The lines of the roster alone."""
        return self._within(self.roster.region)

    def row(self, name: str) -> str:
        """The roster's line of a person, or ""."""
        return next((line for line in self.rows() if name in line), "")

    def stage(self) -> str:
        """The pane of the stage alone, as text."""
        return "\n".join(self._within(self.screen.query_one(StagePane).region))

    def _within(self, area: Region) -> list[str]:
        return [line[area.x : area.right] for line in self.lines()[area.y : area.bottom]]

    async def shows(self, *texts: str) -> None:
        """Wait until the screen holds all `texts`."""

        def holds() -> bool:
            seen = self.text()
            return all(text in seen for text in texts)

        try:
            await eventually(holds)
        except AssertionError:
            raise AssertionError(f"never showed {texts}:\n{self.text()}") from None

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def uuid_of(self, name: str) -> str:
        people = self.feed.conference.participants.values()
        (uuid,) = (one.uuid for one in people if one.name == name)
        return uuid

    async def put_cursor_on(self, name: str) -> str:
        """Put the cursor on a person and return the uuid."""
        uuid = self.uuid_of(name)
        self.screen.host.find(uuid)
        await self.pilot.pause()
        return uuid

    def takes_keys(self) -> bool:
        """Whether the dialog on top has been open for long enough."""
        return isinstance(self.app.screen, GuardedDialog) and self.app.screen.hears(monotonic())

    def requests(self) -> list[str]:
        """What was asked of the node since joining, without what keeps the session."""
        keeping = ("request_token", "refresh_token", "events", "conference_status", "participants")
        paths = [one.path.partition(f"/{self.membership.alias}/")[2] for one in self.node.received]
        return [path for path in paths if path not in keeping]


@asynccontextmanager
async def dashboard(
    *people: str,
    size: tuple[int, int] = (120, 40),
    waiting: tuple[str, ...] = (),
    lively: int = 0,
    insecure: bool = False,
    alias: str = ALIAS,
    expires: float = 120.0,
    started: bool = True,
    glyphs: Glyphs = UNICODE,
    keys: Mapping[str, str] | None = None,
    **given: Any,
) -> AsyncIterator[Dashboard]:
    """A dashboard that has joined a meeting of `people` and shows it.

    `given` are settings of the conference (`ConferenceSettings`) beside those named here.
    """
    clock = ManualClock()
    settings = ConferenceSettings(
        alias, participants=lively, lively=bool(lively), started=started, **given
    )
    async with EmbeddedNode(settings, clock=clock, expires=expires, limits=_LIMITS) as node:
        meeting = node.conference(alias)
        for name in people:
            meeting.join(name, protocol="sip", uri=f"sip:{name.split()[0]}@example.com")
        for name in waiting:
            meeting.join(name, waiting=True)
        joining = _joined(
            *(node, "Alice", alias, clock), size=size, insecure=insecure, glyphs=glyphs, keys=keys
        )
        async with joining as shown:
            yield shown


@asynccontextmanager
async def another_dashboard(shown: Dashboard, name: str) -> AsyncIterator[Dashboard]:
    """A second dashboard in the meeting of `shown`, joined as `name`."""
    alias = shown.membership.alias
    async with _joined(shown.node, name, alias, shown.clock) as other:
        yield other


@asynccontextmanager
async def _joined(
    node: EmbeddedNode,
    name: str,
    alias: str,
    clock: ManualClock,
    *,
    size: tuple[int, int] = (120, 40),
    insecure: bool = False,
    glyphs: Glyphs = UNICODE,
    keys: Mapping[str, str] | None = None,
) -> AsyncIterator[Dashboard]:
    membership = Membership(
        Invitation(alias, name, parse_node(node.url)),
        Feed(alias, clock),
        rng=random.Random(1),
        connect=lambda address: NodeClient(address, alias, tls=lambda: trust(None, insecure=False)),
        ask_pin=lambda _: asyncio.Future(),
        insecure=insecure,
    )
    app = DashboardApp(
        membership.feed,
        membership,
        keys=keys or keys_with({}),
        features=TerminalFeatures(glyphs),
        frame_seconds=0.0,
    )
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            shown = Dashboard(app, pilot, membership, node, clock)
            await eventually(lambda: membership.feed.conference.synced_at is not None)
            await eventually(lambda: any(row.startswith(glyphs.cursor) for row in shown.rows()))
            yield shown
    finally:
        await membership.close()


def line(shown: Dashboard) -> str:
    """What is in the line that has the focus."""
    focused = shown.app.focused
    assert isinstance(focused, Input)
    return focused.value
