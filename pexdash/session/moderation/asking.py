"""How the parts of moderation send a request."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Protocol

from pexdash.api.address import About
from pexdash.api.requests import Request
from pexdash.session.moderation.journal import Origin


class Send(Protocol):
    """Sends one request with our token and returns its result; raises PexdashError."""

    def __call__(
        self,
        request: Request,
        about: About,
        *,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Awaitable[object]: ...


class Ask(Protocol):
    """As `Send`, but writes the request into the journal and notifies the host of a failure."""

    def __call__(
        self,
        title: str,
        request: Request,
        *,
        uuid: str = "",
        call: str = "",
        room: str = "",
        mix: str = "",
        body: Mapping[str, object] | None = None,
        origin: Origin = ...,
    ) -> Awaitable[object]: ...
