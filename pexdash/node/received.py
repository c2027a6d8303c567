"""The requests a node has received, kept for whoever holds it as an object."""

from __future__ import annotations

from dataclasses import dataclass

MOST_RECEIVED = 4000


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it arrived; `path` is raw, `token` from header or query, `client` an address."""

    method: str
    path: str
    query: str
    token: str | None
    body: bytes
    content_type: str | None
    client: str = ""


class ReceivedRequests:
    """The latest requests with their bodies: thousands of them, and at most so many bytes."""

    def __init__(self, most_bytes: int) -> None:
        self.latest: list[Received] = []
        self._most_bytes = most_bytes
        self._bytes = 0

    def note(self, one: Received) -> None:
        """Keep a request; where that makes too many, the older half goes."""
        self.latest.append(one)
        self._bytes += _size(one)
        while self._bytes > self._most_bytes or len(self.latest) > MOST_RECEIVED:
            del self.latest[: (len(self.latest) + 1) // 2]
            self._bytes = sum(map(_size, self.latest))


def _size(one: Received) -> int:
    texts = (one.path, one.query, one.token or "", one.content_type or "")
    return len(one.body) + sum(map(len, texts))
