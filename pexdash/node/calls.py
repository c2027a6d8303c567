"""The media calls of a conference's clients: what each is for, and what its end changes (calls)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pexdash.node.conference import NodeConference

WEBRTC = "WEBRTC"
RTMP = "RTMP"
ENDED_BY_REQUEST = "API initiated participant disconnect"
STOLEN = "Presentation stolen by another participant"
PRESENTATION_ENDED = "Presentation ended"


@dataclass(slots=True)
class MediaCall:
    """One call of a client; `present` is "" for main audio and video, else "send" or "receive".

    `bandwidth` is in kbit/s, None for no limit. `connected` once media flows.
    """

    uuid: str
    owner: str
    kind: str
    present: str = ""
    streaming: bool = False
    bandwidth: float | None = None
    connected: bool = False


class MediaCalls:
    """Every open call; a client has media while a main call of it is connected."""

    def __init__(self, conference: NodeConference) -> None:
        self._conference = conference
        self._by_uuid: dict[str, MediaCall] = {}

    def add(self, call: MediaCall) -> None:
        """Take a call in; a WebRTC call has no media until it is connected (ack)."""
        self._by_uuid[call.uuid] = call
        if call.kind == RTMP:
            self.connect(call)

    def find(self, owner: str, uuid: str) -> MediaCall | None:
        """The call of that uuid, if it is one of `owner`."""
        call = self._by_uuid.get(uuid)
        return call if call is not None and call.owner == owner else None

    def of(self, owner: str) -> list[MediaCall]:
        """The calls of a participant, in the order they were made."""
        return [call for call in self._by_uuid.values() if call.owner == owner]

    def connect(self, call: MediaCall) -> None:
        """Let media flow: the client is seen and heard, or presents."""
        call.connected = True
        if call.present == "send":
            self._conference.present(call.owner)
        self._show_media(call.owner)

    def close(self, uuid: str, reason: str) -> None:
        """End a call and tell its owner why (API guide, call_disconnected)."""
        call = self._by_uuid.pop(uuid, None)
        if call is None:
            return
        data = {"call_uuid": uuid, "reason": reason}
        self._conference.audience.tell(call.owner, "call_disconnected", data)
        if call.present == "send" and self._conference.presenter == call.owner:
            self._conference.stop_presenting()
        self._show_media(call.owner)

    def close_presenting(self, owner: str, reason: str) -> None:
        """End the calls by which someone presented who does no more."""
        for call in self.of(owner):
            if call.present == "send" and call.connected:
                self.close(call.uuid, reason)

    def drop(self, owner: str) -> None:
        """Forget the calls of one who leaves."""
        for call in self.of(owner):
            del self._by_uuid[call.uuid]

    def clear(self) -> None:
        """Forget every call."""
        self._by_uuid.clear()

    def _show_media(self, owner: str) -> None:
        one = self._conference.participants.get(owner)
        if one is None or one.protocol != "api":
            return
        main = [call for call in self.of(owner) if call.connected and not call.present]
        yes = "YES" if main else "NO"
        self._conference.update(
            owner,
            has_media=bool(main),
            is_video_call=yes,
            presentation_supported=yes,
            mute_supported=yes,
            is_streaming_conference=any(call.streaming for call in main),
        )
