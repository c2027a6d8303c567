"""How the host is called who looks elsewhere: bell, title, and notifications where asked for."""

from __future__ import annotations

import pytest

from pexdash.model.conference import Conference
from pexdash.ui.calling import Calling
from pexdash.ui.commands.host_call import HostCall
from pexdash.ui.framework.app_base import BaseApp
from tests.eventually import eventually
from tests.ui.dashboard import dashboard


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


def call(app: HeardApp, calling: Calling) -> HostCall:
    return HostCall(lambda: app, calling)


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
    call(app, Calling(notify=notify)).call("Wendy\x1b;[b] is waiting")
    assert app.heard == sent


def test_no_name_becomes_a_command_of_the_terminal() -> None:
    """ConEmu takes a number and a semicolon at the beginning of an OSC 9 for a command."""
    app = HeardApp()
    call(app, Calling(notify="osc9")).call("4;1;50 is waiting")
    assert app.heard == ["\x1b]9;pexdash: 4;1;50 is waiting\x1b\\"]


@pytest.mark.parametrize(
    ("calling", "rules"),
    [
        (Calling(), set()),
        (Calling(rings=True), {"waiting"}),
        (Calling(notify="osc9"), {"waiting"}),
        (Calling(rings=True, for_all=True), {"waiting", "recording-gone"}),
        (Calling(for_all=True), set()),
    ],
)
def test_the_host_is_called_for_what_the_settings_say(calling: Calling, rules: set[str]) -> None:
    assert {one for one in ("waiting", "recording-gone") if calling.calls_for(one)} == rules


def test_the_title_tells_the_conference_and_is_written_when_it_changes() -> None:
    app = HeardApp()
    calls = call(app, Calling(titles=True))
    conference = Conference("meet.alice\x07\u202e\n")
    calls.show(conference)
    calls.show(conference)
    (title,) = app.heard
    calls.show(conference, 2)
    assert app.heard[1] == title.replace("title ", "title (2 alarms) ")
    assert title.startswith("title meet.alice")
    assert title.isprintable()


async def test_a_dashboard_calls_as_the_meeting_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async with dashboard(
        "Ann", waiting=("Xaver",), calling=Calling(rings=True, titles=True)
    ) as shown:
        rung: list[int] = []
        titles: list[str] = []
        monkeypatch.setattr(shown.app, "bell", lambda: rung.append(1))
        monkeypatch.setattr(shown.app, "set_terminal_title", titles.append)
        await eventually(lambda: shown.screen._alarms.are_at_work)
        wendy = shown.meeting.join("Wendy", waiting=True)
        await eventually(lambda: titles == ["(2 waiting) meet.alice"])
        assert rung == [1], "who waited before us has not come now"
        shown.meeting.leave(wendy.uuid)
        await eventually(lambda: titles[-1] == "(1 waiting) meet.alice")


async def test_the_bell_rings_in_a_window_that_is_too_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with dashboard("Ann", calling=Calling(rings=True)) as shown:
        rung: list[int] = []
        monkeypatch.setattr(shown.app, "bell", lambda: rung.append(1))
        await eventually(lambda: shown.screen._alarms.are_at_work)
        await shown.pilot.resize_terminal(30, 8)
        await shown.shows("too small")
        shown.meeting.join("Wendy", waiting=True)
        await eventually(lambda: rung == [1])
