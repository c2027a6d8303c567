"""The event streams of a conference, and the numbers of the events."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pexdash.node.wire.sent_events import frame
from pexdash.node.wire.stream import NodeStream


class Audience:
    """One stream for each participant; an event is put into bytes once for all streams."""

    def __init__(self) -> None:
        self._count = 0
        self._streams: dict[str, NodeStream] = {}

    @property
    def listeners(self) -> frozenset[str]:
        """Whose streams are open."""
        return frozenset(self._streams)

    def streams(self, owner: str = "") -> list[NodeStream]:
        """The open stream of `owner`, everybody's for ""."""
        if not owner:
            return list(self._streams.values())
        return [self._streams[owner]] if owner in self._streams else []

    def open(self, owner: str, stream: NodeStream) -> None:
        """Make `stream` the one of `owner`; an older one ends."""
        self.end(owner)
        self._streams[owner] = stream

    def close(self, owner: str, stream: NodeStream) -> None:
        """Forget `stream`, unless `owner` has a newer one."""
        if self._streams.get(owner) is stream:
            del self._streams[owner]

    def end(self, owner: str) -> None:
        """End the stream of `owner` in good order, if there is one."""
        stream = self._streams.pop(owner, None)
        if stream is not None:
            stream.end()

    def end_all(self) -> None:
        """End every stream in good order."""
        for owner in list(self._streams):
            self.end(owner)

    def reserve(self) -> int:
        """A number for an event that is sent later, or at several times."""
        self._count += 1
        return self._count

    def send(
        self,
        event: str,
        data: object,
        wants: Callable[[str], bool] | None = None,
        number: int | None = None,
    ) -> None:
        """Send an event to each owner that `wants` it, as `number` where one was reserved."""
        if not self._streams:
            return
        framed = b""
        for owner, stream in list(self._streams.items()):
            if wants is None or wants(owner):
                framed = framed or self._frame(event, data, number)
                stream.put(framed)

    def send_views(
        self,
        event: str,
        view: Callable[[str], bool | None],
        data: Callable[[bool], object],
        number: int | None = None,
    ) -> None:
        """Send an event to each owner, with the `data` of its `view`; None gets nothing.

        A view is True where an owner sees it as a Guest does. The event has one number in both.
        """
        if not self._streams:
            return
        framed: dict[bool, bytes] = {}
        number = self.reserve() if number is None else number
        for owner, stream in list(self._streams.items()):
            if (seen := view(owner)) is not None:
                if seen not in framed:
                    framed[seen] = self._frame(event, data(seen), number)
                stream.put(framed[seen])

    def tell(self, owner: str, event: str, data: object, number: int | None = None) -> None:
        """Send an event to `owner` alone, where it has a stream."""
        stream = self._streams.get(owner)
        if stream is not None:
            stream.put(self._frame(event, data, number))

    def tell_list(self, owner: str, events: Iterable[tuple[str, object]]) -> None:
        """Send `owner` a list of events, of any length, where it has a stream."""
        stream = self._streams.get(owner)
        if stream is not None:
            stream.put_list(self._frame(event, data, None) for event, data in events)

    def _frame(self, event: str, data: object, number: int | None) -> bytes:
        return frame(event, self.reserve() if number is None else number, data)
