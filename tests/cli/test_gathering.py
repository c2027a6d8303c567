"""A loop that gathers what connections bring, and keeps no key waiting for that."""

from __future__ import annotations

import asyncio
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pexdash.cli.gathering import GatheringSelector, gathering_loop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its loop is another")
LONG_SECONDS = 20.0
"""Longer than any of this takes on a busy machine."""

TIMER_SECONDS = 0.001


@contextmanager
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as one,
        server.accept()[0] as other,
    ):
        yield one, other


def ready(selector: GatheringSelector, timeout: float | None) -> list[object]:
    return [key.fileobj for key, _ in selector.select(timeout)]


def test_connections_are_left_alone_for_a_moment_after_the_first_that_speaks() -> None:
    selector = GatheringSelector(0.3)
    with selector, connection() as (one, far), connection() as (other, further):
        selector.register(one, selectors.EVENT_READ)
        selector.register(other, selectors.EVENT_READ)
        far.send(b"x")
        assert ready(selector, LONG_SECONDS) == [one]
        told = time.monotonic()
        one.recv(1)
        far.send(b"x")
        further.send(b"x")
        assert set(ready(selector, None)) == {one, other}
        assert time.monotonic() - told > 0.25


def test_what_is_no_connection_is_heard_at_once_and_brings_the_rest() -> None:
    selector = GatheringSelector(LONG_SECONDS)
    near, key = socket.socketpair()
    with selector, near, key, connection() as (one, far):
        selector.register(one, selectors.EVENT_READ)
        selector.register(near, selectors.EVENT_READ)
        far.send(b"x")
        assert ready(selector, LONG_SECONDS) == [one]
        told = time.monotonic()
        key.send(b"x")
        assert set(ready(selector, None)) == {one, near}
        assert time.monotonic() - told < LONG_SECONDS
        selector.unregister(near)
        one.recv(1)
        # Nothing is ready, and what is due by time is not late.
        assert ready(selector, 0.01) == []
        assert time.monotonic() - told < LONG_SECONDS


def test_timers_and_other_threads_wake_such_a_loop() -> None:
    async def work() -> str:
        due = asyncio.Event()
        asyncio.get_running_loop().call_later(TIMER_SECONDS, due.set)
        await due.wait()
        return await asyncio.to_thread(lambda: "done")

    with asyncio.Runner(loop_factory=gathering_loop()) as runner:
        assert runner.run(work()) == "done"
