"""Leaving: the release of a token, and of those that were replaced meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from pexdash.api.address import About
from pexdash.api.admission import Admission
from pexdash.api.requests import DISCONNECT
from pexdash.errors import NodeUnreachable, PexdashError

if TYPE_CHECKING:
    from pexdash.api.client import NodeClient

RELEASE_SECONDS = 8.0
"""How long leaving may take, with the release of the token."""


async def leave(admission: Admission, *, beside: NodeClient | None = None) -> None:
    """Release the token within eight seconds and close its client; raises no PexdashError.

    Where its address is out of reach, `beside` takes the release to another address of the node.
    """
    client, token = admission
    try:
        async with asyncio.timeout(RELEASE_SECONDS):
            try:
                await client.release_token(token)
            except NodeUnreachable:
                if beside is not None:
                    await beside.release_token(token)
    except (PexdashError, TimeoutError):
        pass  # The node forgets an unreleased token by itself when it expires.
    finally:
        await client.aclose()


async def see_off(admission: Admission, uuid: str) -> None:
    """Disconnect the participant we were, of whom there is no token any more, where we may."""
    client, token = admission
    if uuid != token.participant_uuid:
        with suppress(PexdashError):
            await client.call(DISCONNECT, token.secret, About(uuid))


class Farewells:
    """Leaves what we have been in a conference, in the background, when we are somebody else."""

    def __init__(self) -> None:
        self._leaving: set[asyncio.Task[None]] = set()

    def leave(self, old: Admission, now: Admission, *, is_dead: bool) -> None:
        """Leave, where the node is within reach; only close the client of a token that is dead."""
        is_same = old.client.node == now.client.node
        beside = now.client if is_same else None
        leaving = asyncio.ensure_future(
            old.client.aclose() if is_dead else leave(old, beside=beside)
        )
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def done(self) -> None:
        """Wait until all is left; where this is cancelled, what is not left is given up."""
        await asyncio.gather(*self._leaving, return_exceptions=True)
