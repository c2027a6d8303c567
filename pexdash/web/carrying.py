"""What a page and a program say to each other, as the page of textual-serve says it.

The page sends JSON: `["stdin", TEXT]` for what was typed, `["resize", {"width", "height"}]` in
cells, and more, which is left alone, for a terminal tells it by itself. Ours adds `["seen", BOOL]`,
whether it is before anybody's eyes. It is sent the program's output as it is.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

import msgspec
from aiohttp import ClientConnectionResetError, WSMsgType
from aiohttp.web import WebSocketResponse

from pexdash.web.terminal import Terminal

STUCK_SECONDS = 10.0
"""How long a program may take nothing of what is typed; then its page is given up."""
HIDDEN_SECONDS = 10.0
"""How long a page that nobody sees is sent nothing more: a browser hardly lets it draw, and what it
cannot draw it keeps. The program leaves frames out meanwhile, as on any slow terminal."""
_PASTE = re.compile("\x1b\\[200~(.*)\x1b\\[201~", re.DOTALL)


async def carry(socket: WebSocketResponse, terminal: Terminal, *, until: asyncio.Event) -> None:
    """Carry both ways until the page or the program has ended, or the event is set."""
    seen = asyncio.Event()
    seen.set()
    both = _show(terminal, socket, seen), _type(socket, terminal, seen)
    tasks = [asyncio.create_task(one) for one in (*both, until.wait())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _show(terminal: Terminal, socket: WebSocketResponse, seen: asyncio.Event) -> None:
    while written := await terminal.read():
        try:
            # Waits while the page is behind; the program then waits, too, and leaves frames out.
            await socket.send_bytes(written)
        except ClientConnectionResetError:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(HIDDEN_SECONDS):
                await seen.wait()


async def _type(socket: WebSocketResponse, terminal: Terminal, seen: asyncio.Event) -> None:
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            return
        try:
            said = msgspec.json.decode(message.data)
        except msgspec.DecodeError:
            return
        match said:
            case ["resize", {"width": int(columns), "height": int(lines)}]:
                terminal.resize(columns, lines)
            case ["seen", bool(is_seen)]:
                (seen.set if is_seen else seen.clear)()
            case ["stdin", str(typed)]:
                try:
                    async with asyncio.timeout(STUCK_SECONDS):
                        await terminal.write(as_typed(typed).encode("utf-8", "replace"))
                except TimeoutError:
                    return


def as_typed(text: str) -> str:
    """What a page sent, so that what was pasted ends where the page says that it ends.

    The page puts the clipboard between two marks as it is, and there may be such a mark in it.
    """
    pasted = _PASTE.fullmatch(text)
    if pasted is None:
        return text
    inside = pasted[1].replace("\x1b", "\u241b")
    return f"\x1b[200~{inside}\x1b[201~"
