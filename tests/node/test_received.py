"""The requests that a node keeps for whoever holds it: so many bytes of them."""

from __future__ import annotations

from pexdash.node.received import Received, ReceivedRequests


def test_the_token_and_the_kind_of_a_request_count_as_what_is_kept_of_it() -> None:
    kept = ReceivedRequests(10_000)
    for _ in range(100):
        kept.note(Received("POST", "/", "", "t" * 900, b"", "c" * 900))
    assert len(kept.latest) * 1800 <= 10_000
