"""The media calls of our own participant (API guide, calls)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from pexdash.api.requests import CALL_ACK, CALL_DISCONNECT, CALL_DTMF, CALLS
from pexdash.errors import BadAnswer, NoMedia, PexdashError
from pexdash.model.events import CallDisconnected
from pexdash.model.media import IceServer, MediaState
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.moderation.asking import Ask
from pexdash.text import ADDRESS_LIMIT, clean

WEBRTC = "WEBRTC"
CONNECT_SECONDS = 10.0
"""How long a WebRTC call may take until media can flow; one that takes longer is ended."""
HANG_UP_SECONDS = 1.0
"""How long the end of our calls may hold up our leaving, which ends them as well."""


class MediaCall(Struct, frozen=True):
    """One media call of ours: its uuid, its kind ("RTMP" or "WEBRTC") and its media.

    The URLs are "" where the node gave none; `sdp` is the node's session description of a WebRTC
    call, "" for others. `state` is how far the media of a WebRTC call has got; None for an RTMP
    call, whose media flows between the node and another program.
    """

    uuid: str
    kind: str
    url: str = ""
    secure_url: str = ""
    sdp: str = ""
    state: MediaState | None = None


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
        state=MediaState.NEW if kind == WEBRTC else None,
    )


class Media(Protocol):
    """The media of a WebRTC call: makes our session description and accepts the node's."""

    @property
    def state(self) -> MediaState: ...

    def on_state(self, changed: Callable[[], None]) -> None: ...

    async def offer(self) -> str:
        """Our session description; raises NoMedia where it cannot be made."""
        ...

    async def accept(self, sdp: str) -> None: ...

    async def close(self) -> None: ...


MakeMedia = Callable[[Sequence[IceServer]], Awaitable[Media]]
"""Makes our end of a call that asks only these servers; raises NoMedia where it cannot."""


class OwnCalls:
    """The media calls of our participant, by uuid.

    `ask` sends a request, and notifies the host of a failure. `ice_servers` gives the servers that
    our token names. A WebRTC call without media after `CONNECT_SECONDS`, or one that loses it, is
    ended, and the host is told. `being_made` counts the calls that we have asked for and that are
    not in `calls` yet.
    """

    def __init__(
        self, feed: Feed, *, ask: Ask, ice_servers: Callable[[], Sequence[IceServer]]
    ) -> None:
        self._feed = feed
        self._ask = ask
        self._ice_servers = ice_servers
        self.calls: dict[str, MediaCall] = {}
        self.being_made = 0
        self._media: dict[str, Media] = {}
        self._deadlines: dict[str, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def add(self, body: Mapping[str, str]) -> MediaCall:
        """Make a call with the fields of `body`; raises PexdashError."""
        with self._making():
            return await self._add(body)

    async def add_webrtc(self, make: MakeMedia) -> MediaCall:
        """Make a WebRTC call with the media of `make` as our end; raises PexdashError.

        It returns once the node knows that we are ready; `state` tells when media can flow.
        """
        with self._making():
            try:
                media = await make(self._ice_servers())
                call = await self._offered(media)
            except NoMedia as fault:
                self._feed.notify(Notice(f"No WebRTC call: {fault}", Weight.ERROR))
                raise
        self._media[call.uuid] = media
        self._deadlines[call.uuid] = asyncio.ensure_future(self._await_media(call.uuid))
        media.on_state(partial(self._state_changed, call.uuid))
        try:
            await media.accept(call.sdp)
            if call.uuid in self.calls:
                me = self._feed.conference.me
                await self._ask("Start media", CALL_ACK, uuid=me, call=call.uuid)
        except PexdashError as fault:
            self._end(call.uuid, f"could not begin: {fault}")
            raise
        return call

    async def _offered(self, media: Media) -> MediaCall:
        """The call that the node makes of our offer; closes the media where there is none."""
        try:
            return await self._add({"call_type": WEBRTC, "sdp": await media.offer()})
        except BaseException:
            await media.close()
            raise

    async def _add(self, body: Mapping[str, str]) -> MediaCall:
        kind = body["call_type"]
        result = await self._ask(f"{kind} call", CALLS, uuid=self._feed.conference.me, body=body)
        try:
            call = media_call_of(kind, result)
        except BadAnswer as fault:
            self._feed.notify(Notice(f"{kind} call: {fault}", Weight.ERROR))
            raise
        self._drop(call.uuid)
        self.calls[call.uuid] = call
        return call

    @contextmanager
    def _making(self) -> Iterator[None]:
        self.being_made += 1
        try:
            yield
        finally:
            self.being_made -= 1

    async def _await_media(self, uuid: str) -> None:
        """End the call if it has no media after `CONNECT_SECONDS`."""
        await self._feed.clock.sleep(CONNECT_SECONDS)
        if self._media[uuid].state is not MediaState.CONNECTED:
            self._end(uuid, f"got no media through within {CONNECT_SECONDS:.0f} seconds")

    def _state_changed(self, uuid: str) -> None:
        """Show the new state of a call's media; end the call if it has none any more."""
        if uuid not in self.calls:
            return
        before, state = self.calls[uuid].state, self._media[uuid].state
        self.calls[uuid] = replace(self.calls[uuid], state=state)
        if state.is_over:
            lost = before is MediaState.CONNECTED
            self._end(uuid, "has lost its media" if lost else "got no media through")

    def _end(self, uuid: str, why: str) -> None:
        """Take a call off the list because of its media, tell the host, and end it at the node."""
        call = self._drop(uuid)
        if call is not None:
            self._feed.notify(
                Notice(f"The {call.kind} call {why}; it is being ended", Weight.WARNING)
            )
            self._in_background(self._disconnect_quietly(call))

    async def _disconnect_quietly(self, call: MediaCall) -> None:
        # `ask` has told the host of the failure.
        with suppress(PexdashError):
            await self._disconnect(call)

    async def _disconnect(self, call: MediaCall) -> None:
        me = self._feed.conference.me
        await self._ask("Disconnect call", CALL_DISCONNECT, uuid=me, call=call.uuid)

    async def send_digits(self, call: MediaCall, digits: str) -> None:
        """Send DTMF digits into a call; raises PexdashError."""
        body = {"digits": digits}
        await self._ask("DTMF", CALL_DTMF, uuid=self._feed.conference.me, call=call.uuid, body=body)

    async def disconnect(self, call: MediaCall) -> None:
        """End a call and take it off the list; raises PexdashError."""
        await self._disconnect(call)
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

    async def hang_up(self) -> None:
        """End all calls, at the node too, before we leave; takes `HANG_UP_SECONDS` at most."""
        calls = list(self.calls.values())
        self.forget()
        for call in calls:
            self._in_background(self._disconnect_quietly(call))
        if self._ending:
            await asyncio.wait(self._ending, timeout=HANG_UP_SECONDS)
        for task in self._ending:
            task.cancel()

    def _drop(self, uuid: str) -> MediaCall | None:
        if (deadline := self._deadlines.pop(uuid, None)) is not None:
            deadline.cancel()
        if (media := self._media.pop(uuid, None)) is not None:
            self._in_background(media.close())
        return self.calls.pop(uuid, None)

    def _in_background(self, ending: Coroutine[object, object, None]) -> None:
        self._ending.add(task := asyncio.ensure_future(ending))
        task.add_done_callback(self._ending.discard)


def _url(value: object, scheme: str) -> str:
    """`value` if it is a URL of that scheme and safe to copy and play, else ""."""
    if not isinstance(value, str) or not value.startswith(scheme):
        return ""
    sound = value.isascii() and value.isprintable() and " " not in value
    return value if sound and len(value) <= ADDRESS_LIMIT * 4 else ""
