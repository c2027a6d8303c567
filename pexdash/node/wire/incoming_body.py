"""The body of a request, read within the limits of the node."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import Receive

from pexdash.node.limits import Limits
from pexdash.node.refusals import body_too_large, out_of_resource, too_late


class IncomingBodies:
    """Reads bodies, each by itself and all that arrive at one moment bounded in bytes.

    One that is no larger than a head may be is taken whatever else arrives: a few large ones that
    never end would keep everybody out.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._arriving = 0

    async def read(self, headers: Headers, receive: Receive) -> bytes | None:
        """The whole body, None where its client has gone.

        Raises Refusal where it is too large (413), takes too long (408), or where too much arrives
        at this moment (503).
        """
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > self._limits.body_bytes:
            raise body_too_large()
        pieces: list[bytes] = []
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                return b"".join(pieces) if await self._fill(pieces, receive) else None
        except TimeoutError:
            raise too_late() from None
        finally:
            self._arriving -= sum(map(len, pieces))

    async def _fill(self, pieces: list[bytes], receive: Receive) -> bool:
        size = 0
        while (message := await receive())["type"] == "http.request":
            piece = message.get("body", b"")
            pieces.append(piece)
            size += len(piece)
            self._arriving += len(piece)
            if size > self._limits.body_bytes:
                raise body_too_large()
            if size > self._limits.head_bytes and self._arriving > self._limits.bodies_bytes:
                raise out_of_resource()
            if not message.get("more_body", False):
                return True
        return False
