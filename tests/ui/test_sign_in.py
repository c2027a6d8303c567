"""The dialogs of a sign-in: the provider, the browser, the pasted address, the QR code."""

from __future__ import annotations

import asyncio
import random
import sys
import types
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from textual.events import Paste
from textual.pilot import Pilot

from pexdash.api.address import parse_node
from pexdash.api.client import NodeClient
from pexdash.api.loopback import SIGN_IN_SECONDS
from pexdash.api.tls import trust
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.invitation import Invitation, SignInDesk
from pexdash.session.membership.membership import Membership
from pexdash.ui.app import DashboardApp
from pexdash.ui.commands.bindings import keys_with
from pexdash.ui.dialogs.providers import ProviderDialog
from pexdash.ui.dialogs.sign_in import SignInDialog
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.framework.key_place import event_time
from pexdash.ui.framework.key_press import KeyPress
from tests.api.listening import is_listening
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.ui.dashboard import ALIAS, lines_of

ONE = ConferenceSettings(ALIAS, idps=("Company",))
TWO = ConferenceSettings(ALIAS, idps=("Company", "Partner & Sons"))


@dataclass
class Joining:
    """A dashboard that wants to join, and the pages that it has opened."""

    app: DashboardApp
    pilot: Pilot[int]
    membership: Membership
    node: EmbeddedNode
    clock: ManualClock
    opened: list[str] = field(default_factory=list)

    def text(self) -> str:
        return "\n".join(lines_of(self.app))

    async def shows(self, *texts: str) -> None:
        def holds() -> bool:
            return all(text in self.text() for text in texts)

        await eventually(holds, f"{texts}")

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def dialog(self) -> SignInDialog:
        await eventually(lambda: isinstance(self.app.screen, SignInDialog))
        assert isinstance(self.app.screen, SignInDialog)
        await self.shows("esc leaves")
        return self.app.screen

    async def takes_keys(self) -> None:
        """Wait until the dialog on top has been open for long enough."""
        await eventually(lambda: self.app.screen.hears(event_time()))  # type: ignore[attr-defined]

    async def is_in(self) -> None:
        await eventually(lambda: self.membership.feed.conference.synced_at is not None)
        await self.shows("you, watching")


@asynccontextmanager
async def joining(
    settings: ConferenceSettings, size: tuple[int, int] = (80, 24), *, has_browser: bool = False
) -> AsyncIterator[Joining]:
    clock, opened = ManualClock(), list[str]()

    async def open_page(url: str) -> None:
        opened.append(url)

    desk = SignInDesk(
        choose=lambda question: app.choose_provider(question),
        sign_in=lambda question: app.sign_in(question),
        ask_name=lambda alias: app.ask_name(alias),
    )
    async with EmbeddedNode(settings, clock=clock) as node:
        membership = Membership(
            Invitation(ALIAS, "Alice", parse_node(node.url)),
            Feed(ALIAS, clock),
            rng=random.Random(1),
            connect=lambda address: NodeClient(
                address, ALIAS, tls=lambda: trust(None, insecure=False)
            ),
            ask_pin=lambda _: asyncio.Future(),
            desk=desk,
        )
        app = DashboardApp(
            membership.feed,
            membership,
            keys=keys_with({}),
            features=TerminalFeatures(open_page=open_page if has_browser else None),
            frame_seconds=0.0,
        )
        try:
            async with app.run_test(size=size, notifications=True) as pilot:
                yield Joining(app, pilot, membership, node, clock, opened)
        finally:
            await membership.close()


async def signed_in(url: str) -> str:
    """The address that the browser is sent back to."""
    async with httpx.AsyncClient(trust_env=False) as http:
        return str((await http.post(url)).headers["location"])


async def test_the_provider_is_chosen_and_the_browser_comes_back() -> None:
    async with joining(TWO, has_browser=True) as shown:
        await shown.shows("Company", "Partner & Sons", "enter signs in")
        await shown.takes_keys()
        await shown.press("down", "enter")
        await shown.dialog()
        await shown.shows("by Partner & Sons", "o opens")
        await eventually(lambda: shown.opened)
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.get(await signed_in(shown.opened[0]))
        assert answer.status_code == 200
        await shown.is_in()
        assert not isinstance(shown.app.screen, SignInDialog)


async def test_one_provider_alone_is_taken_and_a_pasted_address_lets_us_in() -> None:
    async with joining(ONE) as shown:
        dialog = await shown.dialog()
        await shown.shows("by Company", "paste", shown.node.url)
        assert "o opens" not in shown.text()
        back = await signed_in(dialog._question.url)
        await shown.takes_keys()
        shown.app.post_message(Paste("http://127.0.0.1:9/another?token=x"))
        await shown.shows("belongs to another sign-in")
        shown.app.post_message(Paste(back))
        await shown.is_in()
        assert back.partition("token=")[2] not in shown.text()


async def test_a_typed_token_is_not_shown_and_lets_us_in() -> None:
    async with joining(ONE) as shown:
        dialog = await shown.dialog()
        token = (await signed_in(dialog._question.url)).partition("token=")[2]
        await shown.takes_keys()
        await shown.press("tab")
        dialog.query_one("#pasted").value = token  # type: ignore[attr-defined]
        await shown.pilot.pause()
        assert token not in shown.text()
        await shown.press("enter")
        await shown.is_in()


async def test_the_address_is_copied_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    async with joining(ONE) as shown:
        dialog = await shown.dialog()
        copied: list[str] = []
        monkeypatch.setattr(shown.app, "copy_to_clipboard", copied.append)
        await shown.takes_keys()
        await shown.press("y")
        await shown.shows("Sent to the clipboard", "within two minutes")
        assert copied == [dialog._question.url]


async def test_a_key_that_is_held_opens_one_browser() -> None:
    async with joining(ONE, has_browser=True) as shown:
        await shown.dialog()
        await eventually(lambda: len(shown.opened) == 1)
        await shown.takes_keys()
        now = event_time()
        for after in (0, *(0.5 + number / 30 for number in range(9))):
            key = KeyPress("o", "o")
            key.time = now + after
            await shown.app.on_event(key)
        await eventually(lambda: not (shown.app._waiting_keys or shown.app._awaited))
        await shown.pilot.pause()
        assert len(shown.opened) == 2


async def test_escape_leaves_and_nothing_listens_any_more() -> None:
    async with joining(ONE) as shown:
        dialog = await shown.dialog()
        await shown.takes_keys()
        await shown.press("escape")
        await eventually(lambda: shown.app.farewell)
        assert shown.app.farewell == "Not joined"
        assert not is_listening(dialog._question.loopback)
        assert not shown.node.conference(ALIAS).participants


async def test_after_two_minutes_the_host_is_asked_before_a_browser_opens_again() -> None:
    async with joining(ONE, has_browser=True) as shown:
        await shown.dialog()
        await eventually(lambda: shown.opened)
        await shown.clock.advance(SIGN_IN_SECONDS)
        await eventually(lambda: isinstance(shown.app.screen, ProviderDialog))
        await shown.shows("within two minutes")
        assert len(shown.opened) == 1
        await shown.takes_keys()
        await shown.press("enter")
        await eventually(lambda: len(shown.opened) == 2)


async def test_a_sign_in_in_the_middle_of_a_meeting_waits_for_the_host() -> None:
    async with joining(ONE, has_browser=True) as shown:
        await eventually(lambda: shown.opened)
        async with httpx.AsyncClient(trust_env=False) as http:
            await http.get(await signed_in(shown.opened[0]))
        await shown.is_in()
        meeting = shown.node.conference(ALIAS)
        meeting.leave(shown.membership.feed.conference.me)
        while not isinstance(shown.app.screen, ProviderDialog):
            await shown.clock.advance(0.5)
            await shown.pilot.pause()
        await shown.takes_keys()
        await shown.press("enter", "escape")
        assert isinstance(shown.app.screen, ProviderDialog)
        assert len(shown.opened) == 1
        await shown.press("tab", "enter")
        await eventually(lambda: len(shown.opened) == 2)


async def test_a_qr_code_is_shown_on_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    code = types.SimpleNamespace(
        matrix_iter=lambda border: [[(x + y) % 2 for x in range(25)] for y in range(25)]
    )
    library = types.SimpleNamespace(make_qr=lambda text, **_: code)
    monkeypatch.setitem(sys.modules, "segno", library)
    async with joining(ONE) as shown:
        await shown.dialog()
        await shown.takes_keys()
        await shown.press("c")
        await shown.shows("▄▀▄▀▄", "hides it")
        await shown.press("y")
        await shown.shows("▄▀▄▀▄", "Sent to the clipboard")
        await shown.press("escape")
        await shown.shows("esc leaves")


async def test_without_its_library_a_qr_code_tells_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    async with joining(ONE) as shown:
        await shown.dialog()
        await shown.takes_keys()
        await shown.press("c")
        await shown.shows("install pexdash[qr]")


async def test_a_key_that_is_late_for_a_closed_dialog_does_nothing() -> None:
    async with joining(ONE) as shown:
        dialog = await shown.dialog()
        deeds = [dialog.deed_of(key) for key in dialog.acting_keys]
        await shown.takes_keys()
        await shown.press("escape")
        await eventually(lambda: not dialog.is_running)
        for deed in deeds:
            deed()
