"""How the host is called who looks elsewhere: bell, title, and notifications where asked for."""

from __future__ import annotations

import pytest

from pexdash.clock import Clock
from pexdash.model.conference import Conference
from pexdash.session.feed.notices import Notice
from pexdash.ui.calling import Calling
from pexdash.ui.commands.host_call import CALL_SECONDS, HostCall
from pexdash.ui.framework.app_base import BaseApp
from tests.eventually import eventually
from tests.manual_clock import ManualClock
from tests.ui.dashboard import dashboard

COMES = Notice("Wendy\x1b;[b] is waiting", about=("w",), calls=True)


class HeardApp(BaseApp[int]):
    """An app that keeps what it would send to the terminal."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def bell(self) -> None:
        self.heard.append("bell")

    def send_to_terminal(self, sequence: str) -> None:
        self.heard.append(sequence)

    def set_terminal_title(self, title: str) -> None:
        self.heard.append(f"title {title}")


def call(app: HeardApp, clock: Clock, calling: Calling) -> HostCall:
    return HostCall(lambda: app, calling, clock)


async def test_the_bell_rings_for_who_comes_to_wait_once_in_ten_seconds() -> None:
    app, clock = HeardApp(), ManualClock()
    calls = call(app, clock, Calling(rings=True))
    calls.hear(Notice("You are a Host now"))
    assert app.heard == []
    for _ in range(3):
        calls.hear(COMES)
        await clock.advance(CALL_SECONDS / 3 - 0.1)
    assert app.heard == ["bell"]
    await clock.advance(CALL_SECONDS)
    calls.hear(COMES)
    assert app.heard == ["bell", "bell"]


@pytest.mark.parametrize(
    ("notify", "sent"),
    [
        ("off", []),
        ("osc9", ["\x1b]9;pexdash: Wendy␛;[b] is waiting\x1b\\"]),
        ("osc777", ["\x1b]777;notify;pexdash;Wendy␛;[b] is waiting\x1b\\"]),
    ],
)
def test_the_terminal_is_asked_for_a_notification_only_where_wanted(
    notify: str, sent: list[str]
) -> None:
    app = HeardApp()
    call(app, ManualClock(), Calling(notify=notify)).hear(COMES)
    assert app.heard == sent


def test_no_name_becomes_a_command_of_the_terminal() -> None:
    """ConEmu takes a number and a semicolon at the beginning of an OSC 9 for a command."""
    app = HeardApp()
    wendy = Notice("4;1;50 is waiting", about=("w",), calls=True)
    call(app, ManualClock(), Calling(notify="osc9")).hear(wendy)
    assert app.heard == ["\x1b]9;pexdash: 4;1;50 is waiting\x1b\\"]


def test_the_title_tells_the_conference_and_is_written_when_it_changes() -> None:
    app = HeardApp()
    calls = call(app, ManualClock(), Calling(titles=True))
    conference = Conference("meet.alice\x07\u202e\n")
    calls.show(conference)
    calls.show(conference)
    (title,) = app.heard
    assert title.startswith("title meet.alice")
    assert title.isprintable()


async def test_a_dashboard_calls_as_the_meeting_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with dashboard("Ann") as shown:
        rung: list[int] = []
        titles: list[str] = []
        monkeypatch.setattr(shown.app, "bell", lambda: rung.append(1))
        monkeypatch.setattr(shown.app, "set_terminal_title", titles.append)
        shown.screen._telling.call._calling = Calling(rings=True, titles=True)
        wendy = shown.meeting.join("Wendy", waiting=True)
        await eventually(lambda: titles == ["(1 waiting) meet.alice"])
        assert rung == [1]
        shown.meeting.leave(wendy.uuid)
        await eventually(lambda: titles[-1] == "meet.alice")


async def test_the_bell_rings_in_a_window_that_is_too_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with dashboard("Ann") as shown:
        rung: list[int] = []
        monkeypatch.setattr(shown.app, "bell", lambda: rung.append(1))
        shown.screen._telling.call._calling = Calling(rings=True)
        await shown.pilot.resize_terminal(30, 8)
        await shown.shows("too small")
        shown.meeting.join("Wendy", waiting=True)
        await eventually(lambda: rung == [1])
