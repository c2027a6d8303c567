"""One refresh of a token: of our own, or of one that another program had."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pexdash.api.admission import Admission
from pexdash.api.token import Token
from pexdash.errors import PexdashError, Refused
from pexdash.model.participant import Role
from pexdash.session.membership.custody import Inherited

if TYPE_CHECKING:
    from pexdash.api.client import NodeClient

GIVE_UP_SECONDS = 6.0
"""How long we wait for the answer to a refresh when we leave, to release the new token."""
Late = Callable[[Admission], Awaitable[None]]
"""Takes a token that comes while we are cancelled."""


async def refreshed(old: Admission, late: Late) -> Token:
    """Send one refresh; where we are cancelled, give `late` the token that still comes."""
    asking = asyncio.ensure_future(old.client.refresh_token(old.token))
    try:
        return await asyncio.shield(asking)
    except asyncio.CancelledError:
        with suppress(PexdashError, TimeoutError):
            async with asyncio.timeout(GIVE_UP_SECONDS):
                await late(Admission(old.client, await asking))
        raise


async def adopted(earlier: Inherited, client: NodeClient, late: Late) -> Admission | None:
    """Go on as an earlier participant of ours; None where the node does not know it any more.

    Raises NodeFault where the node does not answer: the token may still be of use. Only what is
    returned, or given to `late`, still needs its client.
    """
    is_used = False

    async def come_late(admission: Admission) -> None:
        nonlocal is_used
        is_used = True
        await late(admission)

    try:
        token = await refreshed(Admission(client, earlier.token), come_late)
        is_used = True
    except Refused:
        return None
    finally:
        if not is_used:
            await client.aclose()
    role = earlier.token.role if token.role is Role.UNKNOWN else token.role
    return Admission(client, replace(token, role=role))
