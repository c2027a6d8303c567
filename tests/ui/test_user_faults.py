"""What people do at bad moments: twice, to the wrong one, to themselves, or nothing for weeks."""

from __future__ import annotations

import asyncio
import json

import pytest

from pexdash.node.ringing import dial
from pexdash.ui.app import DashboardApp
from pexdash.ui.dialogs.confirm import TypedConfirm
from pexdash.ui.drawing.times import clock_seconds, clock_time, duration, minutes
from pexdash.ui.screens.conference import ConferenceScreen
from tests.decoded import decode_event
from tests.eventually import a_moment, eventually
from tests.ui.dashboard import Dashboard, dashboard


async def resynced(shown: Dashboard) -> None:
    """Cut the stream and let time pass until the list that the next one begins with is here."""
    membership = shown.membership
    synced = membership.feed.conference.synced_at
    shown.node.faults.cut_streams()
    async with asyncio.timeout(10):
        while membership.feed.conference.synced_at == synced or not membership.feed.link.is_live:
            await shown.clock.advance(0.1)
            await a_moment()


@pytest.mark.fault(95)
async def test_m_pressed_twice_in_a_burst_is_one_request() -> None:
    async with dashboard("Ann", "Bob") as shown:
        bob = await shown.put_cursor_on("Bob")
        released = shown.node.faults.hold("mute")
        for _ in range(5):
            shown.app.simulate_key("m")
        await eventually(lambda: not shown.app._waiting_keys)
        await eventually(lambda: shown.requests())
        await shown.pilot.pause()
        assert shown.requests() == [f"participants/{bob}/mute"]
        released.set()
        await eventually(lambda: "muted" in shown.row("Bob"))
        assert shown.requests() == [f"participants/{bob}/mute"]


@pytest.mark.fault(99)
async def test_a_confirmation_is_for_whom_it_named_whatever_moves_meanwhile() -> None:
    async with dashboard("Mia", "Zoe") as shown:
        mia = await shown.put_cursor_on("Mia")
        await shown.press("D")
        await shown.shows("Disconnect?", "sip:Mia@example.com")
        await eventually(shown.takes_keys)
        for name in ("Ada", "Bea", "Cleo"):
            shown.meeting.join(name)
        shown.meeting.update(mia, display_name="Aaa")
        shown.screen.host.deeds.sort()
        await eventually(lambda: len(shown.feed.conference.participants) == 6)
        await shown.press("y")
        await eventually(lambda: shown.requests())
        assert shown.requests() == [f"participants/{mia}/disconnect"]


@pytest.mark.fault(52)
@pytest.mark.parametrize("key", ["D", "t", "d"])
async def test_a_dialog_about_one_whom_a_new_list_no_longer_has_does_harm_to_nobody(
    key: str,
) -> None:
    async with dashboard("Ann", "Bob", "Cleo") as shown:
        bob = await shown.put_cursor_on("Bob")
        await shown.press(key)
        await eventually(shown.takes_keys)
        shown.node.faults.answer("events", 502, b"", "")
        shown.node.faults.cut_streams()
        await eventually(lambda: not shown.feed.link.is_live)
        shown.meeting.leave(bob)
        await resynced(shown)
        assert bob not in shown.feed.conference.participants
        await shown.press(*{"D": ("y",), "t": (*"meet", "enter"), "d": ("1", "enter")}[key])
        await shown.shows("already left" if key == "D" else "Already left")
        assert shown.requests() == []
        await eventually(lambda: isinstance(shown.app.screen, ConferenceScreen))
        assert " left " in shown.row("Bob")
        assert shown.row("Bob").startswith("▸")


@pytest.mark.fault(97)
async def test_disconnecting_oneself_is_asked_for_and_leaves_in_order() -> None:
    async with dashboard("Ann") as shown:
        await shown.put_cursor_on("Alice")
        await shown.press("D")
        await shown.shows("you, watching")
        await eventually(shown.takes_keys)
        await shown.press("y")
        await eventually(lambda: shown.app.return_value == 0)
        assert shown.requests() == []
        await shown.membership.close()
        assert shown.requests() == ["release_token"]


@pytest.mark.fault(97)
async def test_disconnecting_oneself_among_others_takes_the_others_first() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.press("asterisk")
        await shown.put_cursor_on("Alice")
        await shown.press("space", "D")
        await shown.shows("Disconnect 3 people?", "Alice (you)")
        await eventually(shown.takes_keys)
        await shown.press("y")
        await eventually(lambda: shown.app.return_value == 0)
        assert len(shown.requests()) == 2
        assert not [path for path in shown.requests() if shown.feed.conference.me in path]


@pytest.mark.fault(98)
async def test_disconnecting_everyone_tells_how_many_and_wants_the_name() -> None:
    async with dashboard("Ann", "Bob", waiting=("Wendy",)) as shown:
        await shown.press("X")
        await shown.shows("2 people, 1 api and 1 waiting will be disconnected")
        await eventually(shown.takes_keys)
        await shown.press(*"MEET.ALICE", "enter")
        await shown.shows("That is not its name")
        assert isinstance(shown.app.screen, TypedConfirm)
        assert shown.requests() == []


@pytest.mark.fault(73)
async def test_our_own_earlier_entry_is_told_apart() -> None:
    async with dashboard("Ann") as shown:
        refusal = {"status": "success", "result": "Invalid token"}
        shown.node.faults.answer("refresh_token", 403, refusal)
        # Nor can it be released then, and its entry stays until the node forgets it.
        shown.node.faults.answer("release_token", 403, refusal, times=100)
        earlier = shown.feed.conference.me
        await shown.clock.advance(61)
        await eventually(lambda: shown.feed.conference.me != earlier)
        await resynced(shown)
        await shown.shows("you, earlier", "you, watching")
        assert earlier in shown.feed.conference.participants
        assert sum("you, watching" in row for row in shown.rows()) == 1


@pytest.mark.fault(36)
async def test_an_entry_of_nothing_but_a_uuid_is_a_row() -> None:
    async with dashboard("Ann") as shown:
        uuid = "0000000a-0000-4000-8000-000000000001"
        shown.meeting.publish("participant_create", {"uuid": uuid})
        await shown.shows("(no name)")
        assert "?" in shown.row("(no name)") or shown.roster.region.width < 88
        shown.meeting.publish("participant_update", {"uuid": uuid.upper(), "display_name": "Zed"})
        await shown.shows("Zed")
        assert not any("(no name)" in row for row in shown.rows())


@pytest.mark.fault(38)
async def test_fields_nobody_knows_are_shown_as_text_in_the_details() -> None:
    async with dashboard("Ann") as shown:
        ann = await shown.put_cursor_on("Ann")
        hostile = {"a": ["\x1b[2J", {"b": "[/]"}]}
        extra = {"uuid": ann, "display_name": "Ann", "x_future": hostile, "\x1b]0;x\x07": 1}
        shown.meeting.publish("participant_update", extra)
        await eventually(lambda: b"x_future" in shown.feed.conference.sources.get(ann, b""))
        await shown.press("enter")
        await shown.shows("x_future", "\\u001b[2J", "[/]", "␛]0;x␇")
        assert "\x1b" not in shown.text()


@pytest.mark.fault(53, 54)
async def test_the_stage_and_the_layout_show_what_they_do_not_know() -> None:
    async with dashboard("Ann") as shown:
        late = "0000000a-0000-4000-8000-000000000002"
        shown.meeting.publish("layout", {"view": "a view of 2031 [/]", "participants": {"x": 1}})
        shown.meeting.publish("stage", [{"participant_uuid": late, "stage_index": 0, "vad": 1e9}])
        await shown.shows("a view of 2031 [/]")
        await eventually(lambda: "● ?" in shown.stage())
        # Who is named too early is named once the node says who it is.
        shown.meeting.publish("participant_create", {"uuid": late, "display_name": "Late Larry"})
        await eventually(lambda: "● Late Larry" in shown.stage())
        await eventually(lambda: "● Late Larry" in shown.row("Late Larry"))
        senseless: list[object] = [None, {}, "x", [None, {"participant_uuid": 5}]]
        for nonsense in senseless:
            shown.meeting.publish("stage", nonsense)
            shown.meeting.publish("layout", nonsense)
        # What cannot be read makes the dashboard ask, so that the node has to know who is there.
        shown.meeting.join("Zed")
        await eventually(lambda: shown.row("Zed"))
        assert shown.app.crash is None


@pytest.mark.fault(56)
async def test_who_writes_without_being_there_is_marked_and_an_echo_is_not_doubled() -> None:
    async with dashboard("Ann") as shown:
        forged = {"origin": "Ann", "uuid": "nobody", "type": "text/plain", "payload": "It is me"}
        shown.meeting.publish("message_received", forged)
        await shown.shows("Ann (not in roster)", "It is me")
        await shown.press("c", *"hello", "enter")
        await shown.shows("you hello")
        echo = {"origin": "Alice", "uuid": shown.feed.conference.me, "payload": "hello"}
        shown.meeting.publish("message_received", {**echo, "type": "text/plain"})
        shown.meeting.publish("message_received", {**forged, "payload": "the last"})
        await shown.shows("the last")
        assert shown.text().count("hello") == 1


@pytest.mark.fault(74)
@pytest.mark.parametrize("moment", [4_000_000_000, 0, 1e12, -1, None, "soon", 1e300])
async def test_a_node_s_clock_makes_no_duration_negative(moment: object) -> None:
    async with dashboard("Ann") as shown:
        uuid = "0000000a-0000-4000-8000-000000000004"
        for service in ("connecting", "waiting_room", "conference"):
            shown.meeting.publish(
                "participant_create",
                {
                    "uuid": uuid,
                    "display_name": "Skew",
                    "service_type": service,
                    "start_time": moment,
                    "spotlight": moment,
                    "buzz_time": moment,
                },
            )
            await eventually(lambda: shown.row("Skew"))
            await shown.pilot.pause()
            words = shown.row("Skew").split()
            assert not [word for word in words if word.startswith("-") and word != "-"]
        await shown.put_cursor_on("Skew")
        await shown.press("enter")
        await shown.shows("uuid", uuid)
        assert shown.app.crash is None


@pytest.mark.fault(74)
def test_no_time_is_too_odd_to_be_written() -> None:
    for seconds in (-1e12, -1, -0.1, 0, 59, 3599, 86_399, 1e9):
        for text in (duration(seconds), minutes(seconds)):
            assert text
            assert "-" not in text
    created = decode_event("participant_create", json.dumps({"uuid": "a", "start_time": 1e11}))
    assert "start_time=None" in repr(created)
    assert clock_seconds(4e9)
    assert clock_time(4e9)


@pytest.mark.fault(108)
async def test_an_unattended_dashboard_asks_nothing_and_forgets_what_it_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Weeks of it: nights without a node, people who wait, calls that nobody answers."""
    monkeypatch.setattr(DashboardApp, "NOTIFICATION_TIMEOUT", 0.3)
    async with dashboard("Ann") as shown:
        app = shown.app
        said = 0
        for night in range(4):
            before = shown.lines()[0].split()[-1]
            shown.node.faults.answer("events", 502, b"<html>", "text/html", times=3)
            shown.meeting.join(f"Wendy {night}", waiting=True)
            dial(shown.meeting, f"carol{night}@example.com", outcome="rejected")
            await resynced(shown)
            for _ in range(24):
                await shown.clock.advance(5)
                await a_moment()
                said += bool(shown.told())
            await eventually(lambda: shown.feed.link.is_live)
            assert isinstance(app.screen, ConferenceScreen), "something waits for a key"
            shown.screen._each_second()
            await shown.pilot.pause()
            assert shown.lines()[0].split()[-1] != before
        assert said
        await eventually(lambda: not shown.told(), "every notice has aged out")
        await shown.shows("Ann", "4 WAIT")
        assert app.crash is None
