"""A screen in a real browser: what is drawn, what is typed, and who is gone when the page is."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from pexdash.cli.serve import USED
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.cli.visiting import started
from tests.eventually import eventually
from tests.web.browser import CHROMIUM, VARIABLE, Page, browser

ALIAS = "meet.alice@example.com"
LOOK_SECONDS = 0.1
"""How long it is until the next look at a page, which costs more than one at a variable."""
LOOKS = 300
SOCKET = """new Promise((resolve) => {
  const socket = new WebSocket(%s);
  socket.onopen = () => { socket.close(); resolve("open"); };
  socket.onerror = () => resolve("error");
})"""
LEAVE = "location.href = %s; new Promise(() => {})"
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason=f"no Chromium here: {VARIABLE} can name one"),
    pytest.mark.timeout(180),
]


async def shown(page: Page, holds: Callable[[str], object]) -> str:
    """The screen of the page, once `holds(screen)`."""
    text = ""
    for _ in range(LOOKS):
        text = await page.screen()
        if holds(text):
            return text
        await asyncio.sleep(LOOK_SECONDS)
    raise AssertionError(f"the page never showed it:\n{text}")


async def test_a_page_shows_the_roster_mutes_by_a_key_and_leaves_nobody_behind(
    tmp_path: Path,
) -> None:
    async with EmbeddedNode(ConferenceSettings(ALIAS)) as node, browser(tmp_path) as chromium:
        meeting = node.conference(ALIAS)
        bob = meeting.join("Bob Jones")
        words = ("--", "join", ALIAS, "--node", node.url, "--name", "Alice")
        process = await started("serve", *words, environment={"XDG_STATE_HOME": str(tmp_path)})
        assert process.stdout is not None
        address = (await process.stdout.readline()).decode().strip()
        try:
            async with chromium.page(address) as page:
                await shown(page, lambda text: "Bob Jones" in text and "● live" in text)
                await page.press_arrow_down()
                await shown(page, lambda text: "▸   Bob Jones" in text)
                await page.press("m")
                await eventually(lambda: bob.is_muted == "YES")
                await shown(page, lambda text: "✕ Bob Jones" in text)
                await page.paste("m")
                await page.paste("a\x1b[201~m")
                await page.resize(1600, 900)
                await shown(page, lambda text: len(text.splitlines()[-1].rstrip()) > 160)
                assert await page.evaluate("document.title") == ALIAS
                assert "secret" not in await page.evaluate("location.href")
                assert await page.evaluate("document.cookie") == ""
                names = [one.display_name for one in meeting.participants.values()]
                assert sorted(names) == ["Alice", "Bob Jones"]
                screen = await page.evaluate(
                    "document.querySelector('.textual-terminal').dataset.sessionWebsocketUrl"
                )
                assert await page.evaluate(SOCKET % json.dumps(screen)) == "open"
            await eventually(lambda: len(meeting.participants) == 1)
            acted = [one.path for one in node.received if "/participants/" in one.path]
            assert [path.rpartition("/")[2] for path in acted] == ["mute"], "a paste is no key"
            async with chromium.page(address) as page:
                await shown_in_page(page, "has been used")
            async with chromium.page("data:text/html,another site") as page:
                await shown_in_page(page, "another site")
                assert await page.evaluate(SOCKET % json.dumps(screen)) == "error"
                # Whoever looks at a page while it is being left sees nothing.
                assert await page.look(LEAVE % json.dumps(address)) == ""
                await shown_in_page(page, "has been used")
        finally:
            process.send_signal(signal.SIGTERM)
            _, err = await process.communicate()
        assert (process.returncode, err.decode()) == (128 + signal.SIGTERM, f"pexdash: {USED}\n")


async def shown_in_page(page: Page, text: str) -> None:
    """Wait until the page itself, not its terminal, has this text."""
    for _ in range(LOOKS):
        if text in await page.look("document.body?.innerText ?? ''"):
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise AssertionError(f"the page never said {text}")
