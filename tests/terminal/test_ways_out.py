"""Whatever happens, the token is released, the terminal is whole again and the process ends."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from pexdash.session.membership.leaving import RELEASE_SECONDS
from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, BOB, WANTS_PIN, ForeignNode
from tests.terminal.given_back import assert_whole, breaking, released
from tests.terminal.pseudo_terminal import Terminal, new_terminal_modes, terminal

LARGE = (250, 80)
ENDED_SECONDS = 7.0
"""More than an end takes on a busy machine, and less than the release of a token is waited for."""
SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT]


def asked(node: ForeignNode, request: str) -> bool:
    return any(one.request == request for one in node.seen)


STANDS_STILL = """
import time
from pexdash.ui.widgets.stage import StagePane
def lines(self, width, height):
    if self._feed.conference.speakers:
        time.sleep(SECONDS)
    return []
StagePane.lines = lines
"""
KEYS: dict[str, tuple[str, int]] = {"q": ("q", 0), "ctrl+c": ("\x03", 130)}
LEAVINGS: dict[str, Callable[[Terminal], int]] = {}


def by_key(keys: str, status: int) -> Callable[[Terminal], int]:
    def leave(shown: Terminal) -> int:
        shown.press(keys)
        return status

    return leave


def by_signal(number: signal.Signals) -> Callable[[Terminal], int]:
    def leave(shown: Terminal) -> int:
        shown.process.send_signal(number)
        return 128 + number

    return leave


LEAVINGS = {
    **{name: by_key(*key) for name, key in KEYS.items()},
    **{number.name: by_signal(number) for number in SIGNALS},
}
every_leaving = pytest.mark.parametrize("leave", LEAVINGS.values(), ids=LEAVINGS.keys())


@pytest.mark.fault(80, 81)
@every_leaving
async def test_from_the_dashboard(leave: Callable[[Terminal], int]) -> None:
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        assert shown.modes() != new_terminal_modes()
        assert await ended(shown, leave(shown)) < ENDED_SECONDS
        assert released(node) == 1
        await assert_whole(shown)


async def ended(shown: Terminal, status: int) -> float:
    """Wait for the end with this status; the seconds it took."""
    began = time.monotonic()
    assert await shown.status() == status
    return time.monotonic() - began


@pytest.mark.fault(100)
@every_leaving
async def test_from_the_pin_prompt(leave: Callable[[Terminal], int]) -> None:
    async with (
        ForeignNode(refused={"request_token": WANTS_PIN}) as node,
        terminal("join", ALIAS, "--node", node.url) as shown,
    ):
        await shown.shows("PIN for")
        # Letters are for the PIN there.
        status = leave(shown) if leave is not LEAVINGS["q"] else by_key("\x1b", 4)(shown)
        assert await ended(shown, status) < ENDED_SECONDS
        assert released(node) == 0
        await assert_whole(shown)


async def each_leaving(test: Callable[[Callable[[Terminal], int]], Awaitable[None]]) -> None:
    """Try every way of leaving at once, each on its own terminal: each waits for seconds."""
    await asyncio.gather(*(test(leave) for leave in LEAVINGS.values()))


@pytest.mark.fault(100)
async def test_while_the_node_lets_us_wait_for_a_token() -> None:
    await each_leaving(leave_while_joining)


async def leave_while_joining(leave: Callable[[Terminal], int]) -> None:
    async with (
        ForeignNode(silent={"request_token"}) as node,
        terminal("join", ALIAS, "--node", node.url) as shown,
    ):
        await shown.shows("joining", "q Leave")
        await eventually(lambda: asked(node, "request_token"))
        assert await ended(shown, leave(shown)) < RELEASE_SECONDS + ENDED_SECONDS
        await assert_whole(shown)


@pytest.mark.fault(100)
@every_leaving
async def test_while_reconnecting(leave: Callable[[Terminal], int]) -> None:
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        node.silent.add("events")
        node.cut_streams()
        await shown.shows("▲ stale")
        assert await ended(shown, leave(shown)) < ENDED_SECONDS
        assert released(node) == 1
        await assert_whole(shown)


@pytest.mark.fault(80)
async def test_with_a_node_that_never_answers() -> None:
    await each_leaving(leave_a_node_that_never_answers)


async def leave_a_node_that_never_answers(leave: Callable[[Terminal], int]) -> None:
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        node.silent.add("release_token")
        assert await ended(shown, leave(shown)) < RELEASE_SECONDS + ENDED_SECONDS
        assert released(node) == 1
        await assert_whole(shown)


@pytest.mark.fault(84)
async def test_a_second_interrupt_while_the_node_is_waited_for_is_the_end() -> None:
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        node.silent.add("release_token")
        shown.press("\x03")
        await shown.shows("leaving, the node is slow to answer")
        shown.press("\x03")
        assert await ended(shown, 130) < ENDED_SECONDS
        await assert_whole(shown)


@pytest.mark.fault(80)
async def test_a_second_hang_up_does_not_cut_the_release_short() -> None:
    async with ForeignNode() as node, terminal("join", ALIAS, "--node", node.url) as shown:
        await shown.shows("Bob Jones", "● live")
        node.silent.add("release_token")
        shown.process.send_signal(signal.SIGHUP)
        await eventually(lambda: released(node))
        shown.process.send_signal(signal.SIGHUP)
        assert await ended(shown, 129) > 1.5


@pytest.mark.fault(81)
@every_leaving
async def test_with_a_terminal_that_reads_nothing(leave: Callable[[Terminal], int]) -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, size=LARGE) as shown,
    ):
        await shown.shows("Bob Jones", "● live")
        shown.stop_reading()
        await flooded(node)
        assert await ended(shown, leave(shown)) < RELEASE_SECONDS + ENDED_SECONDS
        assert released(node) == 1


async def flooded(node: ForeignNode) -> None:
    """Have the whole of a large screen drawn so often that no buffer holds it."""
    names = [one["display_name"] for one in node.people]
    for round_ in range(40):
        for one, name in zip(node.people[1:], names[1:], strict=True):
            one["overlay_text"] = f"{name} #{round_}"
            node.send("participant_update", one)
        said = {"origin": "Bob", "uuid": BOB, "payload": f"{round_} " * 700}
        node.send("message", said)
        await frame_over(time.monotonic() + 0.04)


async def frame_over(moment: float) -> None:
    await eventually(lambda: time.monotonic() > moment)


async def test_a_terminal_that_reads_again_is_drawn_anew() -> None:
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, size=LARGE) as shown,
    ):
        await shown.shows("Bob Jones", "● live")
        shown.stop_reading()
        await flooded(node)
        began = len(node.seen)
        shown.press("L")
        await eventually(lambda: len(node.seen) > began, "keys work meanwhile")
        node.update(BOB, display_name="Robert")
        shown.go_on_reading()
        await shown.shows(
            "Robert", "Bob Jones #39", "Wendy Weber #39", "● live", "STAGE", "q Leave"
        )
        assert "Bob Jones #38" not in shown.text
        shown.press("q")
        assert await shown.status() == 0


@pytest.mark.fault(87)
async def test_a_program_that_stands_still_tells_the_log_where(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = breaking(tmp_path, STANDS_STILL.replace("SECONDS", "3.5"))
    async with (
        ForeignNode() as node,
        terminal(
            "join", ALIAS, "--node", node.url, "--log-file", str(log), environment=environment
        ) as shown,
    ):
        await shown.shows("Bob Jones", "● live")
        assert "stood still" not in log.read_text()
        node.send("stage", [{"participant_uuid": BOB, "stage_index": 0, "vad": 100}])
        await eventually(lambda: "stood still" in log.read_text())
        node.send("stage", [])
        (line,) = (one for one in log.read_text().splitlines() if "stood still" in one)
        assert "sitecustomize.py:6 lines < " in line
        shown.process.kill()


@pytest.mark.fault(81)
async def test_a_program_that_hangs_still_ends_by_a_signal(tmp_path: Path) -> None:
    environment = breaking(tmp_path, STANDS_STILL.replace("SECONDS", "1000"))
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, environment=environment) as shown,
    ):
        await shown.shows("Bob Jones", "● live")
        node.send("stage", [{"participant_uuid": BOB, "stage_index": 0, "vad": 100}])
        await eventually(lambda: "speaking" not in shown.text)
        shown.process.send_signal(signal.SIGTERM)
        assert await ended(shown, 143) < ENDED_SECONDS
        await assert_whole(shown)
