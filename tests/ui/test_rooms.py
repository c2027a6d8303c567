"""The list of breakout rooms: what it shows, what its keys do, and the question to go to one."""

from __future__ import annotations

from pexdash.model.participant import Role
from pexdash.node.breakout_room import BreakoutRoom, RoomPlan
from pexdash.node.conference import NodeConference
from pexdash.session.moderation.actions import LEAVE_ROOM, ROOM_HELP
from pexdash.text import CHAT_LIMIT
from pexdash.ui.commands.palette import HostCommands
from pexdash.ui.dialogs.form import FormInput
from pexdash.ui.dialogs.room_forms import line_form
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


def names_in(place: NodeConference) -> list[str]:
    return sorted(one.display_name for one in place.participants.values())


async def a_room(shown: Dashboard, name: str, *people: str, **plan: object) -> BreakoutRoom:
    """A room with these people, of which we know."""
    room = shown.meeting.open_room(RoomPlan(name, **plan))  # type: ignore[arg-type]
    for one in people:
        room.join(one)
    ours = shown.feed.conference.rooms
    await eventually(lambda: room.uuid in ours and len(ours[room.uuid].participants) == len(people))
    return room


async def press(shown: Dashboard, *keys: str) -> None:
    """Press keys, each once the dialog on top takes it."""
    for key in keys:
        await eventually(shown.takes_keys)
        await shown.press(key)


def offered(shown: Dashboard) -> list[str]:
    """What the palette offers for the conference and ourselves."""
    return [text for text, _, _ in HostCommands(shown.screen)._commands()]


async def open_rooms(shown: Dashboard) -> None:
    await shown.press("B")
    await shown.shows("Breakout rooms")


async def test_the_rooms_show_who_is_where_and_what_differs_from_the_usual() -> None:
    async with dashboard("Ann", waiting=("Walt",)) as shown:
        red = await a_room(shown, "Red", "Rita", "Rob", duration=300)
        await a_room(shown, "[b]Blue", end_action="disconnect", guests_allowed_to_leave=False)
        await open_rooms(shown)
        await shown.shows(
            "2 rooms, 2 in", "Red   2 in · ends in 5:00", "[b]Blue   0 in · Guests stay"
        )
        await shown.shows("Main room   1 in · 1 waiting", "Alice (you)", "Walt  · waiting")
        red.ask_for_help(True)
        rita, rob = list(red.participants)
        red.update(rita, is_muted="YES")
        red.update(rob, buzz_time=1.0)
        red.set_locked(True)
        red.say(rita, "help [us]")
        await shown.shows("Red asks for help", "ASKS FOR HELP 0:00", "1 hand up · locked")
        await shown.shows("Rita  · muted", "Rob  · hand up", "Rita: help [us]")
        await shown.clock.advance(61.0)
        await shown.shows("ASKS FOR HELP 1:01", "ends in 3:59")
        await press(shown, "escape")
        await eventually(lambda: "Main room" not in shown.text())
        await shown.shows("1 ROOM ASKS FOR HELP", "2 rooms")


async def test_people_are_marked_and_moved_and_the_form_names_them() -> None:
    async with dashboard("Ann", "Bob", "Carol") as shown:
        red, blue = await a_room(shown, "Red", "Rita"), await a_room(shown, "Blue")
        await shown.put_cursor_on("Bob")
        await open_rooms(shown)
        await press(shown, "m")
        await shown.shows("Move Bob (", "‹ Red ›")
        await press(shown, "enter")
        await eventually(lambda: names_in(red) == ["Bob", "Rita"])
        await shown.shows("Red   2 in")
        await press(shown, "down", "space", "down", "space", "down", "m")
        await shown.shows("Move 2 people", "Bob (", "Rita (", "‹ Blue ›")
        await press(shown, "enter")
        await eventually(lambda: names_in(blue) == ["Bob", "Rita"])
        assert names_in(red) == []


async def test_a_room_is_opened_with_those_marked_in_the_roster() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Ann")
        await shown.press("space")
        await open_rooms(shown)
        await shown.shows("none yet")
        await press(shown, "n")
        await shown.shows("Open a breakout room", "With Ann (")
        await press(shown, "enter")
        await shown.shows("What is the room called?")
        await press(shown, "R", "tab", "tab", "x", "enter")
        await shown.shows("Minutes are a whole number")
        await press(shown, "backspace", "2", "tab", "right", "tab", "right", "enter")
        await shown.shows("R   1 in · ends in 2:00 · then all leave · Guests stay")
        (room,) = shown.meeting.rooms.values()
        assert names_in(room) == ["Ann"]


async def test_a_room_is_written_to_helped_locked_and_closed_after_a_question() -> None:
    async with dashboard("Ann") as shown:
        red = await a_room(shown, "Red", "Rita")
        red.ask_for_help(True)
        await open_rooms(shown)
        await shown.shows("ASKS FOR HELP")
        await press(shown, "h", "L", "G")
        await shown.shows("locked · Guests muted")
        assert "ASKS" not in shown.text()
        await press(shown, "c")
        await shown.shows("Message to Red")
        await press(shown, "h", "i", "enter")
        await eventually(lambda: f"breakouts/{red.uuid}/message" in shown.requests())
        await press(shown, "C")
        await shown.shows("Message to all rooms")
        await press(shown, "escape", "X")
        await shown.shows("Close Red?", "Red: 1 people go back to the main room")
        await press(shown, "n")
        assert red.uuid in shown.meeting.rooms
        await press(shown, "X", "y")
        await eventually(lambda: "Rita" in names_in(shown.meeting))
        await shown.shows("none yet", "Main room")
        await press(shown, "X")
        await shown.shows("No breakout room is under the cursor")
        assert "breakouts/message" not in shown.requests()


async def test_we_follow_into_a_room_only_when_asked_and_never_by_a_key_of_before() -> None:
    async with dashboard("Ann") as shown:
        red, me = await a_room(shown, "Red"), shown.feed.conference.me
        shown.meeting.move([me], shown.meeting, red, shown.uuid_of("Ann"))
        await shown.shows("Ann asks you into Red: B answers")
        assert not shown.takes_keys(), "a question that came by itself might take a key"
        await shown.press("B")
        await shown.shows("Ann asks you into Red. Go?")
        await press(shown, "y")
        await shown.shows("Breakout rooms", "Red   0 in")
        await press(shown, "escape")
        shown.meeting.change_role(me, "guest")
        await eventually(lambda: shown.feed.role is Role.GUEST)
        await eventually(lambda: not shown.feed.conference.rooms)
        shown.meeting.move([me], shown.meeting, red)
        await shown.shows("A Host asks you into Red")
        await shown.press("B")
        await press(shown, "n")
        await shown.press("B")
        await shown.shows("Only a Host can do this")
        assert me in shown.meeting.participants
        shown.meeting.move([me], shown.meeting, red)
        await eventually(lambda: shown.screen.host.deeds._following.asked)
        await shown.press("B")
        await press(shown, "y")
        await eventually(
            lambda: names_in(red) == ["Alice"] and "Alice" not in names_in(shown.meeting)
        )
        await eventually(lambda: "Ask for help in our breakout room" in offered(shown))
        shown.screen.host.act(ROOM_HELP)
        await eventually(lambda: red.cry["value"])
        shown.screen.host.act(LEAVE_ROOM)
        await shown.shows("A Host asks you back to the")
        assert "Leave our breakout room for the main room" in offered(shown)


def test_a_message_to_a_room_may_be_as_long_as_in_the_chat() -> None:
    (field,) = line_form("Red")._fields
    assert FormInput(field).max_length == CHAT_LIMIT
