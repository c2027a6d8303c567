"""What a part of the session needs to send a request of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Protocol

from pexdash.api.requests import Request


class Ask(Protocol):
    """Sends one request for its result; raises PexdashError after having told the host."""

    def __call__(
        self,
        title: str,
        request: Request,
        *,
        uuid: str = "",
        call: str = "",
        body: Mapping[str, str] | None = None,
    ) -> Awaitable[object]: ...
