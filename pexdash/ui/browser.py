"""Opening a web page in the host's browser, where there is one before their eyes."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Awaitable, Callable, Mapping

_OF_A_DISPLAY = ("DISPLAY", "WAYLAND_DISPLAY")
_OF_SSH = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")


def browser_for(
    environment: Mapping[str, str], platform: str = sys.platform
) -> Callable[[str], Awaitable[None]] | None:
    """What opens a page; None over SSH, where it would open on another machine, or nowhere."""
    if any(environment.get(name) for name in _OF_SSH):
        return None
    if platform in ("win32", "darwin") or any(environment.get(one) for one in _OF_A_DISPLAY):
        return open_page
    return None


async def open_page(url: str) -> None:
    """Have the system open `url`; returns once it has been told, and does not say whether it did.

    The standard library opens it in a process of its own without our terminal: a browser, or what
    looks for one, may write to it, or take it over.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        # Nothing that lies in the current directory is to be taken for the library.
        "-I",
        "-m",
        "webbrowser",
        url,
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
        start_new_session=True,
    )
    await process.wait()
