"""The layouts that the node offers, and the requests that choose one for all or for one person."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from msgspec.structs import replace

from pexdash.api.address import CONFERENCE
from pexdash.api.requests import (
    AVAILABLE_LAYOUTS,
    CONFIGURE_MIX,
    CREATE_MIX,
    DELETE_MIX,
    LAYOUT_SVGS,
    TRANSFORM_LAYOUT,
    Request,
)
from pexdash.errors import PexdashError, Refused
from pexdash.model.layouts import Layout
from pexdash.session.feed.feed import Feed
from pexdash.session.moderation.asking import Ask, Send
from pexdash.session.moderation.capabilities import Capabilities

_PERSONAL = "main.!"
_NOT_TOLD = "This node does not name its layouts"
_ILLEGAL = 400


class Layouts:
    """Asks the node for its layouts, and sends what the host chooses.

    `offered` are the node's layouts after `load`; where it names none, `fault` says why. `ours`
    holds the transforms that we have asked for and the node has taken: of most of them no event
    tells. `sending` are those under way.
    """

    def __init__(self, feed: Feed, capabilities: Capabilities, *, send: Send, ask: Ask) -> None:
        self._conference = feed.conference
        self._capabilities = capabilities
        self._send = send
        self._ask = ask
        self.offered: list[Layout] = []
        self.fault = ""
        self.ours: dict[str, object] = {}
        self.sending: Mapping[str, object] | None = None

    def forget(self) -> None:
        """Forget what was asked, because we are in another conference now."""
        self.ours.clear()

    async def load(self) -> None:
        """Fetch the layouts and the pictures of them; never raises PexdashError.

        A node need have neither, and some show a Guest none.
        """
        from pexdash.api.layouts import layouts_of, pictures_of

        offered: list[Layout] = []
        fault = ""
        try:
            offered = layouts_of(await self._layouts())
        except PexdashError as reason:
            fault = str(reason)
            if isinstance(reason, Refused) and not self._capabilities.has(AVAILABLE_LAYOUTS):
                fault = _NOT_TOLD
        if offered:
            with suppress(PexdashError):
                pictures = pictures_of(await self._fetch(LAYOUT_SVGS))
                offered = [replace(one, boxes=pictures.get(one.name, ())) for one in offered]
        # At once, because the host may be about to choose one of them.
        self.offered = offered
        self.fault = fault or ("" if offered else _NOT_TOLD)

    async def _layouts(self) -> object:
        try:
            return await self._fetch(AVAILABLE_LAYOUTS, {"annotate": "true"})
        except Refused as refused:
            if refused.status != _ILLEGAL:
                raise
        return await self._fetch(AVAILABLE_LAYOUTS)

    async def _fetch(self, request: Request, query: Mapping[str, str] | None = None) -> object:
        if not self._capabilities.has(request):
            raise Refused(_NOT_TOLD, status=404)
        try:
            return await self._send(request, CONFERENCE, query=query)
        except Refused as refused:
            self._capabilities.learn(request, refused)
            raise

    async def transform(self, transforms: Mapping[str, object], title: str) -> None:
        """Ask for `transforms`, and for the usual layout where they are empty.

        The picture changes when the node's event says so. Raises PexdashError, after telling the
        host.
        """
        self.sending = transforms
        try:
            await self._ask(title, TRANSFORM_LAYOUT, body={"transforms": transforms})
        finally:
            self.sending = None
        if not transforms:
            self.ours.clear()
        for name, value in transforms.items():
            before = self.ours.get(name)
            both = isinstance(before, dict) and isinstance(value, dict)
            self.ours[name] = {**before, **value} if both else value  # type: ignore[dict-item]

    async def show_own(self, uuid: str, layout: str) -> None:
        """Show a participant a layout of their own, or that of all for "".

        Raises PexdashError, after telling the host.
        """
        one = self._conference.participants.get(uuid)
        if one is None:
            return
        mix = one.receive_from_video_mix.mix_name
        has_own = mix.startswith(_PERSONAL)
        if not layout:
            if has_own:
                await self._ask("Layout of all", DELETE_MIX, uuid=uuid, mix=mix)
            return
        if not has_own:
            mix = f"{_PERSONAL}{one.path_uuid}"
            await self._ask("Personal layout", CREATE_MIX, uuid=uuid, body={"mix_name": mix})
        body = {"transform_layout": {"layout": layout}}
        await self._ask(f"Personal layout {layout}", CONFIGURE_MIX, uuid=uuid, mix=mix, body=body)
