"""The media calls of our own participant (API guide, calls)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from pexdash.api.requests import CALL_ACK, CALL_DISCONNECT, CALL_DTMF, CALLS
from pexdash.errors import BadAnswer
from pexdash.model.events import CallDisconnected
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.moderation.asking import Ask
from pexdash.text import ADDRESS_LIMIT, clean


class MediaCall(Struct, frozen=True):
    """One media call of ours: its uuid, its kind ("RTMP" or "WEBRTC") and its media.

    The URLs are "" where the node gave none; `sdp` is the node's session description of a WebRTC
    call, "" for others.
    """

    uuid: str
    kind: str
    url: str = ""
    secure_url: str = ""
    sdp: str = ""


def media_call_of(kind: str, result: object) -> MediaCall:
    """The call in the result of a `calls` request; raises BadAnswer for a result without a call."""
    if not isinstance(result, dict) or not isinstance(result.get("call_uuid"), str):
        raise BadAnswer("the node answered a call request without a call")
    sdp = result.get("sdp")
    return MediaCall(
        uuid=clean(result["call_uuid"], ADDRESS_LIMIT),
        kind=kind,
        url=_url(result.get("url"), "rtmp://"),
        secure_url=_url(result.get("secure_url"), "rtmps://"),
        sdp=sdp if isinstance(sdp, str) else "",
    )


class Media(Protocol):
    """The media of a WebRTC call: makes our session description and accepts the node's."""

    async def offer(self) -> str: ...

    async def accept(self, sdp: str) -> None: ...

    async def close(self) -> None: ...


class OwnCalls:
    """The media calls of our participant, by uuid.

    `ask` sends a request, and notifies the host of a failure.
    """

    def __init__(self, feed: Feed, *, ask: Ask) -> None:
        self._feed = feed
        self._ask = ask
        self.calls: dict[str, MediaCall] = {}
        self._media: dict[str, Media] = {}
        self._closing: set[asyncio.Future[None]] = set()

    async def add(self, body: Mapping[str, str]) -> MediaCall:
        """Make a call with the fields of `body`; raises PexdashError."""
        kind = body["call_type"]
        result = await self._ask(f"{kind} call", CALLS, uuid=self._feed.conference.me, body=body)
        call = media_call_of(kind, result)
        self.calls[call.uuid] = call
        return call

    async def add_webrtc(self, media: Media) -> MediaCall:
        """Make a WebRTC call with `media` as our end, and start its media; raises PexdashError."""
        try:
            call = await self.add({"call_type": "WEBRTC", "sdp": await media.offer()})
            await media.accept(call.sdp)
            await self._ask("Start media", CALL_ACK, uuid=self._feed.conference.me, call=call.uuid)
        except BaseException:
            await media.close()
            raise
        self._media[call.uuid] = media
        return call

    async def send_digits(self, call: MediaCall, digits: str) -> None:
        """Send DTMF digits into a call; raises PexdashError."""
        body = {"digits": digits}
        await self._ask("DTMF", CALL_DTMF, uuid=self._feed.conference.me, call=call.uuid, body=body)

    async def disconnect(self, call: MediaCall) -> None:
        """End a call and take it off the list; raises PexdashError."""
        await self._ask(
            "Disconnect call", CALL_DISCONNECT, uuid=self._feed.conference.me, call=call.uuid
        )
        self._drop(call.uuid)

    def ended(self, event: CallDisconnected) -> None:
        """Take a call that has ended off the list, and notify the host if it was on the list."""
        call = self._drop(event.call_uuid)
        if call is not None:
            reason = f": {event.reason}" if event.reason else ""
            self._feed.notify(Notice(f"The {call.kind} call has ended{reason}", Weight.WARNING))
        self._feed.touch()

    def forget(self) -> None:
        """Drop all calls and close their media, when we stop being the participant who has them."""
        for uuid in list(self.calls):
            self._drop(uuid)

    def _drop(self, uuid: str) -> MediaCall | None:
        media = self._media.pop(uuid, None)
        if media is not None:
            self._closing.add(closing := asyncio.ensure_future(media.close()))
            closing.add_done_callback(self._closing.discard)
        return self.calls.pop(uuid, None)


def _url(value: object, scheme: str) -> str:
    """`value` if it is a URL of that scheme and safe to copy and play, else ""."""
    if not isinstance(value, str) or not value.startswith(scheme):
        return ""
    sound = value.isascii() and value.isprintable() and " " not in value
    return value if sound and len(value) <= ADDRESS_LIMIT * 4 else ""
