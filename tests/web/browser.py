"""A headless Chromium, driven by its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

VARIABLE = "PEXDASH_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "chrome-headless-shell")
CHROMIUM = os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, _NAMES)), None)
"""The program, None where there is none."""
_SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--no-first-run",
    "--remote-debugging-port=0",
)
START_SECONDS = 40.0
"""How long a browser may take to start on a busy machine."""
ANSWER_SECONDS = 5.0
"""How long a page is given to answer one who would look again."""
# What somebody does to copy the screen: draws over it with shift held, for else the program gets
# the mouse, and copies.
_COPY = """(() => {
  const screen = document.querySelector(".xterm-screen");
  if (!screen) return "";
  const {left, top, right, bottom} = screen.getBoundingClientRect();
  const at = (kind, x, y) => screen.dispatchEvent(new MouseEvent(kind, {
    bubbles: true, button: 0, buttons: 1, detail: 1, shiftKey: true, clientX: x, clientY: y}));
  at("mousedown", left + 1, top + 1);
  at("mousemove", right - 1, bottom - 1);
  at("mouseup", right - 1, bottom - 1);
  const copied = new ClipboardEvent("copy", {clipboardData: new DataTransfer(), bubbles: true});
  document.querySelector(".xterm").dispatchEvent(copied);
  return copied.clipboardData.getData("text/plain");
})()"""

_PASTE = """(() => {
  const pasted = new DataTransfer();
  pasted.setData("text/plain", %s);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: pasted, bubbles: true}));
})()"""


_LEAVING = ("Inspected target navigated or closed", "Cannot find", "context was destroyed")
"""How the protocol says that a page is just being left for another."""


class Left(Exception):
    """The page was left for another while it was asked."""


class Page:
    """One page of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command of the protocol; its result. Raises Left."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            said = await self._socket.receive_json()
            if said.get("id") == number:
                if "error" in said and any(one in said["error"]["message"] for one in _LEAVING):
                    raise Left(said["error"]["message"])
                assert "error" not in said, said
                result: dict[str, Any] = said["result"]
                return result

    async def evaluate(self, script: str) -> Any:
        """The value of an expression in the page."""
        how = {"returnByValue": True, "awaitPromise": True}
        answer = await self.ask("Runtime.evaluate", expression=script, **how)
        return answer["result"].get("value")

    async def look(self, script: str) -> str:
        """The text that an expression is, for one who looks again: none where there is no page."""
        try:
            # A page that is left is not always said to be: what was asked has then no answer.
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self.evaluate(script) or ""
        except (Left, TimeoutError):
            return ""

    async def screen(self) -> str:
        """The text on the terminal of the page."""
        return await self.look(_COPY)

    async def press(self, key: str) -> None:
        """Press a key that types one character, and let it go."""
        await self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        await self.ask("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def press_arrow_down(self) -> None:
        """Press the key, which types nothing by itself."""
        key = {"key": "ArrowDown", "code": "ArrowDown", "windowsVirtualKeyCode": 40}
        await self.ask("Input.dispatchKeyEvent", type="rawKeyDown", **key)
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **key)

    async def paste(self, text: str) -> None:
        """Paste into what has the focus, as ctrl+v does."""
        await self.evaluate(_PASTE % json.dumps(text))

    async def resize(self, width: int, height: int) -> None:
        """Make the window of the page that large, in pixels."""
        await self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    async def picture(self) -> bytes:
        """What the page looks like, as a PNG."""
        return base64.b64decode((await self.ask("Page.captureScreenshot"))["data"])


class Browser:
    """A running browser at the address of its DevTools."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address

    @asynccontextmanager
    async def page(self, url: str, size: tuple[int, int] = (1280, 800)) -> AsyncIterator[Page]:
        """A page of `size` pixels that has been sent to `url`; closed at the end."""
        async with self._session.put(f"{self._address}/json/new") as answer:
            made = await answer.json(content_type=None)
        async with self._session.ws_connect(made["webSocketDebuggerUrl"]) as socket:
            page = Page(socket)
            await page.ask("Emulation.setFocusEmulationEnabled", enabled=True)
            await page.resize(*size)
            await page.ask("Page.navigate", url=url)
            yield page
            await page.ask("Page.close")


@asynccontextmanager
async def browser(profile: Path) -> AsyncIterator[Browser]:
    """A browser with its files in `profile`, ended at the end."""
    assert CHROMIUM is not None
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *_SWITCHES,
        f"--user-data-dir={profile}",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
            while b"DevTools listening on ws://" not in (line := await process.stderr.readline()):
                assert line, "the browser has ended"
            address = line.decode().split("ws://")[1].split("/")[0]
        async with aiohttp.ClientSession() as session:
            yield Browser(session, f"http://{address}")
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.communicate()
