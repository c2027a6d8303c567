"""The screen of the presentation: one request at a time, words for every fault."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from pexdash.errors import NodeUnreachable
from pexdash.ui.dialogs.presentation import STOPPED, PresentationDialog
from pexdash.ui.framework.themed_app import ThemedApp
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.ui.pictures.drawn import BLUE, RED, plain
from tests.ui.pictures.gallery import shows, text


class Node:
    """Answers a request when the test says so."""

    def __init__(self) -> None:
        self.asked = 0
        self._answers: asyncio.Queue[bytes | Exception] = asyncio.Queue()

    def answer(self, answer: bytes | Exception) -> None:
        self._answers.put_nowait(answer)

    async def fetch(self) -> bytes:
        self.asked += 1
        answer = await self._answers.get()
        if isinstance(answer, Exception):
            raise answer
        return answer


@asynccontextmanager
async def presentation(
    node: Node, clock: ManualClock, who: str = "Bob [b]Jones[/] presents"
) -> AsyncIterator[tuple[PresentationDialog, Pilot[None]]]:
    app = ThemedApp[None]()
    async with app.run_test(size=(60, 20)) as pilot:
        screen = PresentationDialog(lambda: who, node.fetch, clock=clock)
        await app.push_screen(screen)
        await pilot.pause()
        yield screen, pilot


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


async def test_it_fetches_at_once_and_says_who_presents(clock: ManualClock) -> None:
    node = Node()
    async with presentation(node, clock) as (screen, pilot):
        await eventually(lambda: node.asked == 1)
        assert "Bob [b]Jones[/] presents" in text(pilot.app)
        assert "Fetching the presentation…" in text(pilot.app)
        node.answer(plain((40, 20), RED))
        await shows(screen.view, RED)


async def test_one_request_runs_and_one_is_owed(clock: ManualClock) -> None:
    node = Node()
    async with presentation(node, clock) as (screen, _):
        await eventually(lambda: node.asked == 1)
        for _frame in range(5):
            screen.frame_available()
        await clock.advance(5)
        assert node.asked == 1
        node.answer(plain((40, 20), RED))
        await shows(screen.view, RED)
        assert node.asked == 1
        await clock.advance(0.5)
        await eventually(lambda: node.asked == 2)
        node.answer(plain((40, 20), BLUE))
        await clock.advance(0.6)
        await shows(screen.view, BLUE)
        await clock.advance(5)
        assert node.asked == 2
        screen.frame_available()
        await eventually(lambda: node.asked == 3)


async def test_a_fault_is_said_and_the_next_frame_shows(clock: ManualClock) -> None:
    node = Node()
    async with presentation(node, clock) as (screen, pilot):
        node.answer(NodeUnreachable("The node does not answer"))
        await eventually(lambda: "The node does not answer" in text(pilot.app))
        await clock.advance(1)
        node.answer(b"<html>")
        screen.frame_available()
        await eventually(lambda: "neither JPEG nor PNG" in text(pilot.app))
        await clock.advance(1)
        node.answer(plain((40, 20), RED))
        screen.frame_available()
        await shows(screen.view, RED)


async def test_what_comes_after_the_end_is_not_shown(clock: ManualClock) -> None:
    node = Node()
    async with presentation(node, clock) as (screen, pilot):
        await eventually(lambda: node.asked == 1)
        screen.stopped()
        node.answer(plain((40, 20), RED))
        await clock.advance(2)
        await eventually(lambda: STOPPED in text(pilot.app))
        assert "▀" not in text(pilot.app)
        screen.frame_available()
        await clock.advance(1)
        node.answer(plain((40, 20), BLUE))
        await clock.advance(1)
        await shows(screen.view, BLUE)


@pytest.mark.parametrize("key", ["escape", "q", "P"])
async def test_it_closes(key: str, clock: ManualClock) -> None:
    node = Node()
    async with presentation(node, clock) as (screen, pilot):
        await pilot.press(key)
        await eventually(lambda: pilot.app.screen is not screen)
        screen.frame_available()
        screen.stopped()
