"""The media calls of a conference's clients: WebRTC and RTMP, main and presenting (calls)."""

from __future__ import annotations

from dataclasses import dataclass

from pexdash.node.participant import media_fields

WEBRTC = "WEBRTC"
RTMP = "RTMP"
ENDED_BY_REQUEST = "API initiated participant disconnect"
STOLEN = "Presentation stolen by another participant"
PRESENTATION_ENDED = "Presentation ended"


@dataclass(slots=True)
class NodeCall:
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

    @property
    def presents(self) -> bool:
        """Whether its owner presents by it."""
        return self.present == "send" and self.connected


class NodeCalls:
    """Every open call of a conference; it publishes nothing."""

    def __init__(self) -> None:
        self._by_uuid: dict[str, NodeCall] = {}

    def add(self, call: NodeCall) -> None:
        """Take a call in."""
        self._by_uuid[call.uuid] = call

    def find(self, owner: str, uuid: str) -> NodeCall | None:
        """The call of that uuid, if it is one of `owner`."""
        call = self._by_uuid.get(uuid)
        return call if call is not None and call.owner == owner else None

    def of(self, owner: str) -> list[NodeCall]:
        """The calls of a participant, in the order they were made."""
        return [call for call in self._by_uuid.values() if call.owner == owner]

    def media_of(self, owner: str) -> list[NodeCall]:
        """The main calls of a participant that are connected: by these it has media."""
        return [call for call in self.of(owner) if call.connected and not call.present]

    def can_present(self, owner: str) -> bool:
        """Whether `owner` has a connected call to present by: a main one will do (take_floor)."""
        return any(call.presents for call in self.of(owner)) or bool(self.media_of(owner))

    def shown_of(self, owner: str) -> dict[str, object]:
        """The wire fields of a client that its calls decide, by name."""
        media = self.media_of(owner)
        return media_fields(bool(media)) | {
            "can_receive_personal_mix": bool(media),
            "is_streaming_conference": any(call.streaming for call in media),
        }

    def remove(self, call: NodeCall) -> bool:
        """Forget a call; False where it was gone already."""
        return self._by_uuid.pop(call.uuid, None) is not None

    def remove_all(self, owner: str) -> None:
        """Forget the calls of one who leaves."""
        for call in self.of(owner):
            self.remove(call)

    def remove_presenting(self, owner: str) -> list[NodeCall]:
        """Forget the calls by which `owner` presents; these calls."""
        presenting = [call for call in self.of(owner) if call.presents]
        for call in presenting:
            self.remove(call)
        return presenting

    def clear(self) -> None:
        """Forget every call."""
        self._by_uuid.clear()
