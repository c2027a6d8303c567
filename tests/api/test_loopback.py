"""The address that a browser comes back to: who may bring a token, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from pexdash.api.loopback import (
    HEAD_LIMIT,
    MOST_CONNECTIONS,
    PLACEHOLDER,
    SIGN_IN_SECONDS,
    Loopback,
)
from pexdash.errors import SignInLate, UsageFault
from pexdash.secret import Secret
from tests.api.listening import is_listening
from tests.eventually import eventually
from tests.manual_clock import ManualClock


@pytest_asyncio.fixture
async def clock() -> ManualClock:
    return ManualClock()


@pytest_asyncio.fixture
async def loopback(clock: ManualClock) -> AsyncIterator[Loopback]:
    opened = Loopback(clock)
    await opened.open()
    yield opened
    opened.close()


async def get(url: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(url, headers=headers)


def with_token(loopback: Loopback, token: str) -> str:
    return loopback.target.replace(PLACEHOLDER, token)


@pytest.mark.parametrize("token", ["abc-_.~", "a+b/c==", "a%2Bb%2Fc%3D%3D"])
async def test_a_token_arrives_as_it_was_sent(loopback: Loopback, token: str) -> None:
    waiting = asyncio.ensure_future(loopback.token())
    answer = await get(with_token(loopback, token))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert token not in answer.text
    plain = token.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
    assert await waiting == Secret(plain)


async def test_it_listens_on_this_machine_alone_at_a_path_of_its_own(clock: ManualClock) -> None:
    first, second = Loopback(clock), Loopback(clock)
    try:
        await first.open()
        await second.open()
        assert first.target.startswith(f"http://127.0.0.1:{first.port}/")
        paths = {one.target.partition("/?")[0].rpartition("/")[2] for one in (first, second)}
        assert len(paths) == 2
        assert all(len(path) > 40 for path in paths)
    finally:
        first.close()
        second.close()


async def test_a_forged_state_brings_nothing(loopback: Loopback) -> None:
    forged = with_token(loopback, "evil")
    state = forged.split("/")[3].partition("?")[0]
    for other in ("x" * len(state), state[:-1], state + "x", "", "é"):
        answer = await get(forged.replace(state, other))
        assert answer.status_code in (400, 404)
    waiting = asyncio.ensure_future(loopback.token())
    assert (await get(with_token(loopback, "good"))).status_code == 200
    assert await waiting == Secret("good")


@pytest.mark.parametrize("host", ["evil.example", "localhost:{port}", "127.0.0.1", ""])
async def test_a_foreign_host_brings_nothing(loopback: Loopback, host: str) -> None:
    named = host.format(port=loopback.port)
    answer = await get(with_token(loopback, "evil"), host=named)
    assert answer.status_code == 400
    waiting = asyncio.ensure_future(loopback.token())
    assert (await get(with_token(loopback, "good"))).status_code == 200
    assert await waiting == Secret("good")


async def test_a_second_token_is_not_taken(loopback: Loopback) -> None:
    assert (await get(with_token(loopback, "first"))).status_code == 200
    assert (await get(with_token(loopback, "second"))).status_code == 410
    assert await loopback.token() == Secret("first")


async def test_it_is_closed_once_the_token_is_there(loopback: Loopback) -> None:
    assert (await get(with_token(loopback, "first"))).status_code == 200
    await loopback.token()
    assert not is_listening(loopback)
    with pytest.raises(httpx.ConnectError):
        await get(with_token(loopback, "second"))


async def test_it_is_closed_after_two_minutes(loopback: Loopback, clock: ManualClock) -> None:
    waiting = asyncio.ensure_future(loopback.token())
    await clock.advance(SIGN_IN_SECONDS - 1)
    assert is_listening(loopback)
    await clock.advance(1)
    with pytest.raises(SignInLate):
        await waiting
    assert not is_listening(loopback)


async def test_another_method_brings_nothing(loopback: Loopback) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(with_token(loopback, "evil"))
    assert answer.status_code == 400


@pytest.mark.parametrize("token", ["", "a%20b", "a%0Ab", "%C3%A9"])
async def test_what_is_no_token_is_not_taken(loopback: Loopback, token: str) -> None:
    assert (await get(with_token(loopback, token))).status_code == 400
    with pytest.raises(UsageFault):
        loopback.paste(with_token(loopback, token))
    assert is_listening(loopback)


async def test_a_head_without_an_end_is_cut_off(loopback: Loopback) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", loopback.port)
    writer.write(b"GET / HTTP/1.1\r\nX: " + b"x" * (HEAD_LIMIT * 4))
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.close()


async def test_a_crowd_of_connections_is_bounded_and_ends_with_it(loopback: Loopback) -> None:
    pairs = [
        await asyncio.open_connection("127.0.0.1", loopback.port)
        for _ in range(MOST_CONNECTIONS + 1)
    ]

    def ended() -> int:
        return sum(reader.at_eof() or reader.exception() is not None for reader, _ in pairs)

    await eventually(lambda: ended() == 1)
    loopback.close()
    await eventually(lambda: ended() == len(pairs))
    for _, writer in pairs:
        writer.close()


async def test_a_pasted_address_counts_where_its_state_is_ours(loopback: Loopback) -> None:
    with pytest.raises(UsageFault, match="another sign-in"):
        loopback.paste("http://127.0.0.1:9/another-state?token=evil")
    with pytest.raises(UsageFault, match="another sign-in"):
        loopback.paste("https://idp.example.com/login?token=evil")
    loopback.paste(with_token(loopback, "good").removeprefix("http://"))
    assert await loopback.token() == Secret("good")


@pytest.mark.parametrize("text", ["", "two words", "x" * 9000, PLACEHOLDER, "käse"])
async def test_a_pasted_text_that_is_no_token_is_told(loopback: Loopback, text: str) -> None:
    with pytest.raises(UsageFault, match="no token"):
        loopback.paste(text)
