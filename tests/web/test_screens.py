"""A program for each page: what it is told, and that it ends with the page and with the server."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.web import carrying, terminal
from pexdash.web import server as serving_module
from pexdash.web.carrying import as_typed
from tests.cli.visiting import started
from tests.eventually import eventually
from tests.web.page import Screen, gone, is_there, let_in, serving

ALIAS = "meet.alice@example.com"
PAUSE_SECONDS = 0.1
"""How long is waited here for what takes many seconds elsewhere."""


@asynccontextmanager
async def screen_of(*words: str, size: str = "?width=90&height=30") -> AsyncIterator[Screen]:
    """The screen of a page on a server of its own, whose program was given these words."""
    async with (
        serving(*words) as server,
        let_in(server.door.address) as client,
        client.screen(size) as screen,
    ):
        yield screen


async def test_each_page_has_a_program_that_ends_with_it() -> None:
    async with serving() as server, let_in(server.door.address) as client:
        async with client.screen() as one, client.screen() as two:
            first, second = await one.process(), await two.process()
            assert first != second
            await one.socket.close()
            await gone(first)
            await two.say("stdin", "still here")
            await two.shows("typed 'still here'")
        await gone(second)


async def test_what_is_typed_and_the_size_get_there_and_nothing_else() -> None:
    async with screen_of("--word", "a b", size="?width=100&height=20") as screen:
        await screen.shows("size 100 20")
        assert "words --word a b\r\n" in screen.text
        await screen.say("stdin", "é\x1b[A")
        await screen.shows(r"typed '\xe9\x1b[A'")
        await screen.say("ping", "1")
        await screen.say("blur")
        await screen.say("resize", {"width": 61, "height": 17})
        await screen.shows("size 61 17")
        await screen.say("resize", {"width": 10**9, "height": -1})
        await screen.shows("size 1000 1")
        assert screen.text.count("typed") == 1


@pytest.mark.parametrize("size", ["", "?width=&height=", "?width=0x50&height=9", "?width=99999999"])
async def test_a_page_that_tells_no_size_has_the_usual_one(size: str) -> None:
    async with screen_of(size=size) as screen:
        await screen.shows("size 80 24")


async def test_a_page_that_nobody_sees_is_told_more_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(carrying, "HIDDEN_SECONDS", PAUSE_SECONDS)
    now = asyncio.get_running_loop().time
    async with screen_of() as screen:
        await screen.process()
        await screen.say("seen", False)
        await screen.say("stdin", "a")
        await screen.shows("typed 'a'")
        told = now()
        await screen.say("stdin", "b")
        await screen.shows("typed 'b'")
        assert now() - told > PAUSE_SECONDS / 2


async def test_a_page_that_is_seen_again_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "HIDDEN_SECONDS", float("inf"))
    async with screen_of() as screen:
        await screen.process()
        await screen.say("seen", False)
        await screen.say("stdin", "a")
        await screen.shows("typed 'a'")
        await screen.say("stdin", "b")
        await screen.say("seen", True)
        await screen.shows("typed 'b'")


async def test_a_page_that_is_gone_without_a_word_takes_its_program_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving_module, "BEAT_SECONDS", PAUSE_SECONDS)
    async with serving() as server, let_in(server.door.address) as client:
        client.answers_pings = False
        async with client.screen() as screen:
            await gone(await screen.process())


async def test_a_program_that_takes_nothing_any_more_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(carrying, "STUCK_SECONDS", PAUSE_SECONDS)
    async with screen_of() as screen:
        process = await screen.process()
        os.kill(process, signal.SIGSTOP)
        await screen.say("stdin", "x" * 1_000_000)
        await screen.ends()
        await gone(process)


async def test_a_program_that_does_not_leave_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "END_SECONDS", PAUSE_SECONDS)
    async with screen_of("stay") as screen:
        process = await screen.process()
        await screen.socket.close()
        await gone(process)


async def test_a_program_that_ends_closes_its_page_after_its_last_word() -> None:
    async with screen_of() as screen:
        await screen.process()
        await screen.say("stdin", "q")
        await screen.ends()
        assert screen.text.endswith("bye\r\n")


async def test_what_a_page_says_beside_that_is_left_alone() -> None:
    async with screen_of() as screen:
        await screen.process()
        for said in ("[]", '["stdin", 1]', '["resize", {"width": "a"}]', '["resize"]', "{}", '"q"'):
            await screen.socket.send_str(said)
        await screen.say("stdin", "!")
        await screen.shows("typed '!'")
        assert (screen.text.count("typed"), screen.text.count("size")) == (1, 1)


@pytest.mark.parametrize("said", ["{", b'["stdin", "!"]'])
async def test_what_no_page_says_ends_that_page_alone(said: str | bytes) -> None:
    async with (
        serving() as server,
        let_in(server.door.address) as client,
        client.screen() as other,
        client.screen() as screen,
    ):
        process = await screen.process()
        if isinstance(said, bytes):
            await screen.socket.send_bytes(said)
        else:
            await screen.socket.send_str(said)
        await screen.ends()
        assert "typed" not in screen.text
        await gone(process)
        await other.shows("size 90 30")


async def test_a_fault_of_ours_is_told_and_ends_its_page_and_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[BaseException] = []
    async with serving(failed=told.append) as server, let_in(server.door.address) as client:
        assert await client.get(f"{client.path}/screen", Origin=client.origin) == 400
        async with client.screen() as screen:
            process = await screen.process()
            assert told == []
            monkeypatch.setattr(carrying, "as_typed", None)
            await screen.say("stdin", "a")
            await gone(process)
        await eventually(lambda: told)
        assert isinstance(told[0], TypeError)


async def test_what_is_no_http_is_said_to_nobody(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as server:
        for garbage in (b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(garbage)
            assert b" 400 " in await reader.readline()
            writer.close()
    # What is logged by ours is printed nowhere; see `pexdash.log`.
    assert {one.name for one in caplog.records} <= {"pexdash"}


async def test_the_server_takes_its_programs_along() -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving())
        async with let_in(server.door.address) as client, client.screen() as screen:
            process = await screen.process()
            await asyncio.gather(stack.aclose(), screen.ends())
            assert not is_there(process)


async def test_there_are_only_so_many_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving_module, "MOST_SCREENS", 1)
    async with serving() as server, let_in(server.door.address) as client:
        async with client.screen() as screen:
            await screen.process()
            assert await client.refused() == 503
        await eventually(lambda: server.screens == 0)
        async with client.screen() as screen:
            await screen.process()


async def test_nobody_is_left_in_the_meeting_however_the_server_ends(tmp_path: Path) -> None:
    async with EmbeddedNode(ConferenceSettings(ALIAS)) as node:
        people = node.conference(ALIAS).participants
        words = ("--", "join", ALIAS, "--node", node.url)
        process = await started("serve", *words, environment={"XDG_STATE_HOME": str(tmp_path)})
        assert process.stdout
        address = (await process.stdout.readline()).decode().strip()
        async with let_in(address) as client, client.screen() as screen:
            await screen.shows("\x1b[?1049h")
            await eventually(lambda: people)
            process.kill()
            await process.communicate()
            await eventually(lambda: not people)
        assert [one.path for one in node.received if one.path.endswith("/release_token")]


def test_a_paste_ends_where_the_page_says_and_no_sooner() -> None:
    assert as_typed("m") == "m"
    assert as_typed("\x1b[200~a\x1b[201~") == "\x1b[200~a\x1b[201~"
    assert as_typed("\x1b[200~a\x1b[201~m\n\x1b[201~") == "\x1b[200~a\u241b[201~m\n\x1b[201~"
    assert as_typed("\x1b[A") == "\x1b[A"
