"""Alertmanager is told of what was announced while it lasts, and of its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from pexdash.api.alertmanager import address_of
from pexdash.api.tls import trust
from pexdash.errors import UsageFault
from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.alarms.policy import RuleSettings, policy_of
from pexdash.model.line import Line, LineState
from pexdash.session.alarms.outlets import Outlets, OutletSettings
from pexdash.session.feed.feed import Feed
from tests.api.broken_server import closed_port
from tests.eventually import eventually
from tests.json_schema import complaints
from tests.manual_clock import ManualClock
from tests.session.alarming import Wall, at_work
from tests.session.alert_server import OK, SCHEMA, AlertServer, alert_server
from tests.session.host import settled

BOARD = ConferenceKey("main", "board")
LOST = AlarmKey("line-stale", BOARD)


class RestingClock:
    """The clock of a test for the outlets, which notes whether they wait for time to pass.

    Whoever moves the clock while a request is under way has them wait from then on.
    """

    def __init__(self, clock: ManualClock) -> None:
        self.wall, self.monotonic = clock.wall, clock.monotonic
        self._clock = clock
        self.sleepers = 0

    async def sleep(self, seconds: float) -> None:
        self.sleepers += 1
        try:
            await self._clock.sleep(seconds)
        finally:
            self.sleepers -= 1


@dataclass
class Told:
    """A conference whose line a test loses and gets back, and what is said of the outlets."""

    wall: Wall
    resting: RestingClock
    said: list[str]
    line: Line = field(default_factory=lambda: Line(LineState.LIVE, 1000.0, node="node1"))

    def become(self, state: LineState) -> None:
        self.line = Line(state, self.wall.clock.monotonic(), node="node1")
        self.wall.work.line_changed(BOARD)


@asynccontextmanager
async def telling(url: str, clock: ManualClock | None = None) -> AsyncIterator[Told]:
    """Alarms at work whose Alertmanager is at a URL."""
    clock, said = clock or ManualClock(), list[str]()
    resting = RestingClock(clock)
    async with at_work(clock) as wall:
        outlets = Outlets(
            wall.work,
            OutletSettings(alertmanager=url),
            resting,
            tls=lambda: trust(None, insecure=False),
            say=said.append,
        )
        running = asyncio.create_task(outlets.run())
        told = Told(wall, resting, said)
        wall.work.follow(BOARD, Feed("board", clock), lambda: told.line, policy_of())
        try:
            yield told
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def sent(told: Told, server: AlertServer, number: int) -> None:
    """So many requests were sent, and answered; and no more."""
    await eventually(lambda: len(server.bodies) == number, f"{number} requests")
    await eventually(lambda: told.resting.sleepers, "the answer came")
    await settled()
    assert len(server.bodies) == number


async def test_an_announced_alarm_is_sent_and_again_each_minute_until_it_is_over() -> None:
    async with alert_server() as server, telling(server.url) as told:
        clock = told.wall.clock
        told.become(LineState.LOST)
        await clock.advance(34)
        assert told.wall.times(Change.RAISED, "line-stale") == [1030.0]
        await settled()
        assert server.bodies == []
        await clock.advance(1)
        await sent(told, server, 1)
        assert server.last == [
            {
                "labels": {
                    "alertname": "line-stale",
                    "cluster": "main",
                    "conference": "board",
                    "severity": "warning",
                },
                "annotations": {"summary": "line stale 0:35, last data +0", "node": "node1"},
                "startsAt": "2023-11-14T22:13:20.000Z",
                "endsAt": "2023-11-14T22:17:55.000Z",
            }
        ]
        await clock.advance(60)
        await sent(told, server, 2)
        assert server.last[0]["endsAt"] == "2023-11-14T22:18:55.000Z"
        assert server.last[0]["annotations"]["summary"] == "line stale 1:35, last data +0"
        told.become(LineState.LIVE)
        await clock.advance(10)
        await sent(told, server, 3)
        assert server.last[0]["endsAt"] == "2023-11-14T22:15:05.000Z"
        await clock.advance(300)
        await sent(told, server, 3)
        assert server.paths == {"post /api/v2/alerts"}
        assert told.said == []


async def test_another_severity_is_the_end_of_the_old_alert() -> None:
    async with alert_server() as server, telling(server.url + "/behind/") as told:
        clock = told.wall.clock
        told.become(LineState.LOST)
        await clock.advance(35)
        await sent(told, server, 1)
        for number in range(2, 6):
            await clock.advance(60)
            await sent(told, server, number)
        await clock.advance(25)
        await sent(told, server, 6)
        (ended,) = server.last
        assert (ended["labels"]["severity"], ended["endsAt"]) == (
            "warning",
            "2023-11-14T22:18:20.000Z",
        )
        await clock.advance(5)
        await sent(told, server, 7)
        (lasts,) = server.last
        assert lasts["labels"]["severity"] == "critical"
        await clock.advance(60)
        await sent(told, server, 8)
        assert len(server.last) == 1
        assert server.paths == {"post /behind/api/v2/alerts"}


async def test_one_that_is_away_stops_nothing_is_told_once_and_heals() -> None:
    async with alert_server() as server, telling(server.url) as told:
        clock = told.wall.clock
        server.answer = b"HTTP/1.1 503 Busy\r\ncontent-length: 7\r\n\r\nnot\x1bnow"
        told.become(LineState.LOST)
        await clock.advance(35)
        await sent(told, server, 1)
        await eventually(lambda: told.said)
        assert told.said[0].startswith(f"Alertmanager 127.0.0.1:{server.port} took no alert: 503")
        assert "\x1b" not in told.said[0]
        for number in (2, 3):
            await clock.advance(10)
            await sent(told, server, number)
        told.become(LineState.LIVE)
        server.answer = OK
        await clock.advance(10)
        await clock.advance(1)
        await eventually(lambda: server.last[0]["endsAt"] == "2023-11-14T22:14:25.000Z")
        assert len(told.said) == 1


async def test_one_that_never_answers_is_given_up_and_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pexdash.api.alertmanager.SEND_SECONDS", 1.0)
    async with alert_server() as server, telling(server.url) as told:
        server.answer = None
        told.become(LineState.LOST)
        await told.wall.clock.advance(35)
        await eventually(lambda: told.said)
        assert "did not answer within" in told.said[0]
        await told.wall.clock.advance(10)
        await eventually(lambda: len(server.bodies) == 2)


async def test_nobody_there_is_told_with_the_reason() -> None:
    async with telling(f"http://127.0.0.1:{closed_port()}") as told:
        told.become(LineState.LOST)
        await told.wall.clock.advance(35)
        await eventually(lambda: told.said)
        assert "cannot be reached: Connection refused" in told.said[0]


async def test_an_alarm_that_was_acknowledged_in_an_earlier_run_goes_on() -> None:
    async with alert_server() as server, telling(server.url) as told:
        told.become(LineState.LOST)
        await told.wall.clock.advance(35)
        await sent(told, server, 1)
        told.wall.work.acknowledge([LOST])
        kept, clock = told.wall.work.alarms.kept, told.wall.clock
        async with telling(server.url, clock) as again:
            again.line = told.line
            again.wall.work.unfollow(BOARD)
            again.wall.work.alarms.adopt(kept, clock.monotonic())
            again.wall.work.follow(BOARD, Feed("board", clock), lambda: again.line, policy_of())
            before = len(server.bodies)
            await clock.advance(59)
            await eventually(lambda: len(server.bodies) >= before + 1)
            assert server.last[0]["labels"]["conference"] == "board"


async def test_the_alarms_of_a_conference_that_another_goes_on_with_are_not_over() -> None:
    async with alert_server() as server, telling(server.url) as told:
        told.become(LineState.LOST)
        await told.wall.clock.advance(35)
        await sent(told, server, 1)
        told.wall.work.hand_on(BOARD)
        await told.wall.clock.advance(120)
        await settled()
        assert len(server.bodies) == 1


async def test_what_is_only_raised_or_informs_is_not_sent() -> None:
    quiet = {"line-stale": RuleSettings(critical_after=1e9)}
    async with alert_server() as server, telling(server.url) as told:
        told.wall.work.become(BOARD, policy_of(own=quiet))
        told.become(LineState.LOST)
        await told.wall.clock.advance(31)
        told.wall.work.shelve(LOST, "we know", 600)
        await told.wall.clock.advance(300)
        await settled()
        assert server.bodies == []


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://alerts.example.com:9093", ("alerts.example.com:9093", "")),
        ("https://alerts.example.com/am/", ("alerts.example.com", "/am")),
        ("http://[::1]:9093/a/b", ("[::1]:9093", "/a/b")),
    ],
)
def test_it_may_be_below_a_path(url: str, found: tuple[str, str]) -> None:
    address, path = address_of(url)
    assert (str(address), path) == found


@pytest.mark.parametrize(
    "url",
    [
        "alerts.example.com:9093",
        "ftp://alerts.example.com",
        "http://",
        "http://a b",
        "http://alerts.example.com:x",
        "http://alerts.example.com:0",
        "http://alerts.example.com/?a=b",
        "http://alerts.example.com/#a",
        "http://alerts.example.com/a b",
        "http://[::1",
        "http://jo:secret@alerts.example.com",
        "//alerts.example.com",
    ],
)
def test_what_is_no_such_url_is_refused_and_no_password_told(url: str) -> None:
    with pytest.raises(UsageFault) as refused:
        address_of(url)
    assert "secret" not in str(refused.value)
    assert "Alertmanager" in str(refused.value)


def test_the_schema_finds_what_alertmanager_would_refuse() -> None:
    good = {"labels": {"a": "b"}, "endsAt": "2023-11-14T22:13:20.000Z"}
    assert list(complaints([good], SCHEMA)) == []
    assert list(complaints(good, SCHEMA)) == ["/ is no array"]
    assert list(complaints([{}], SCHEMA)) == ["/0 lacks labels"]
    assert list(complaints([{"labels": {"a": 1}}], SCHEMA)) == ["/0/labels/a is no string"]
    assert list(complaints([{**good, "endsAt": "today"}], SCHEMA)) == [
        "/0/endsAt is no date-time: today"
    ]
    assert list(complaints([{**good, "until": "x"}], SCHEMA)) == ["/0 must not have until"]
