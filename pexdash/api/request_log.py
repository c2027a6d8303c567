"""What is told of each request: in the log its name, for whom, its status and its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from pexdash.api.requests import Request
from pexdash.log import logger

if TYPE_CHECKING:
    from pexdash.api.answers import Answer


class Asker(Enum):
    """What a request comes from; the values are the words for it."""

    PROGRAM = "program"
    OPERATOR = "operator"
    RULE = "rule"


class Asked(Struct, frozen=True):
    """A request that is over: to which node, for whom, its seconds, and how it ended.

    `answer` is None where there was none; `fault` is then what was raised instead.
    """

    request: Request
    node: str
    asker: Asker
    seconds: float
    answer: Answer | None
    fault: BaseException | None


HearAsked = Callable[[Asked], None]

_asker: ContextVar[Asker] = ContextVar("asker", default=Asker.PROGRAM)
_hearers: tuple[HearAsked, ...] = ()


def on_asked(hear: HearAsked) -> Callable[[], None]:
    """Call `hear` with every request of this program from now on; returns what ends that."""
    global _hearers
    _hearers = (*_hearers, hear)

    def stop() -> None:
        global _hearers
        _hearers = tuple(one for one in _hearers if one is not hear)

    return stop


@contextmanager
def asking_as(asker: Asker) -> Iterator[None]:
    """Requests within come from `asker`, unless who calls this has said already what they are."""
    if _asker.get() is not Asker.PROGRAM:
        yield
        return
    token = _asker.set(asker)
    try:
        yield
    finally:
        _asker.reset(token)


@asynccontextmanager
async def logged(
    request: Request, node: object, participant: str
) -> AsyncIterator[Callable[[Answer], None]]:
    """Tell of a request to a node, and the time it took; yields what takes its answer."""
    now = asyncio.get_running_loop().time
    began = now()
    answer: Answer | None = None
    fault: BaseException | None = None

    def note(given: Answer) -> None:
        nonlocal answer
        answer = given

    try:
        yield note
    except BaseException as raised:
        fault = raised
        raise
    finally:
        seconds = now() - began
        said = "no answer" if answer is None else f"{answer.status}"
        whom = f" {participant[:8]}" if participant else ""
        logger.info("%s%s: %s, %.0f ms", request.name, whom, said, seconds * 1000)
        if _hearers:
            asked = Asked(request, str(node), _asker.get(), seconds, answer, fault)
            for hear in _hearers:
                hear(asked)
