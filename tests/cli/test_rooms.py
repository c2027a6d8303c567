"""`pexdash ctl --room` and the requests of breakout rooms, to a node that has rooms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pexdash.api.address import parse_node
from pexdash.cli.invitation import joiner_for
from pexdash.cli.options import JoinOptions
from pexdash.cli.pin_prompt import asking_on_terminal
from pexdash.cli.request_line import read_request
from pexdash.errors import Refused
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.membership.invitation import Invitation
from pexdash.session.membership.visit import visit
from pexdash.settings import Settings

ALIAS = "meet.alice"
RED = ConferenceSettings(ALIAS, rooms=("Red",))


async def ctl(node: EmbeddedNode, *words: str, room: str | None = None) -> Any:
    """What `pexdash ctl meet.alice WORDS --room ROOM` prints, read as JSON."""
    request = read_request(words[0], words[1:], room=room)
    invitation = Invitation(ALIAS, "Alice", parse_node(node.url))
    asking = asking_on_terminal(invitation)
    joiner = joiner_for(invitation, JoinOptions(), Settings(), asking, say=print)
    return json.loads(await visit(request, joiner))


async def test_a_room_is_opened_filled_and_closed() -> None:
    async with EmbeddedNode(ConferenceSettings(ALIAS)) as node:
        meeting = node.conference(ALIAS)
        ann, bob = meeting.join("Ann"), meeting.join("Bob")
        words = ("name=Red", "duration=60", f"participants.main={ann.uuid}")
        red = (await ctl(node, "breakouts", *words))["breakout_uuid"]
        room = meeting.rooms[red]
        assert (list(room.participants), room.plan.duration) == ([ann.uuid], 60)
        move = (f"breakout_uuid={red}", f"participants={bob.uuid}")
        assert await ctl(node, "participants/breakout", *move) is True
        back = ("breakout_uuid=main", f"participants={ann.uuid}", f"participants={bob.uuid}")
        assert await ctl(node, "participants/breakout", *back, room=red) is True
        assert (room.participants, len(meeting.participants)) == ({}, 2)
        assert await ctl(node, "breakouts/message", "payload=hello") is True
        assert await ctl(node, "breakouts/empty") is True
        assert await ctl(node, "breakouts/disconnect") is None
        assert meeting.rooms == {}


async def test_a_request_to_a_room_does_there_what_it_does_in_the_main_room() -> None:
    async with EmbeddedNode(RED) as node:
        meeting = node.conference(ALIAS)
        ((red, room),) = meeting.rooms.items()
        rita = room.join("Rita Red", buzz_time=3.0)
        for name in ("lock", "muteguests", "breakoutbuzz"):
            assert await ctl(node, name, room=red) is True
        assert (room.locked, rita.is_muted, room.cry["value"]) == (True, "YES", True)
        assert (meeting.locked, meeting.guests_muted) == (False, False)
        for name in ("unlock", "unmuteguests", "clearbreakoutbuzz", "clearallbuzz"):
            assert await ctl(node, name, room=red) is True
        assert [rita.is_muted, rita.buzz_time] == ["NO", 0]
        status = await ctl(node, "conference_status", room=red)
        assert status["breakout_name"] == "Red"
        assert not any([status["locked"], status["guests_muted"], status["breakoutbuzz"]["value"]])
        (told,) = await ctl(node, "participants", room=red)
        assert told["uuid"] == rita.uuid
        assert await ctl(node, "mute", "Rita", room=red) is True
        assert rita.is_muted == "YES"
        assert await ctl(node, "request_guest_token", room=red) == "***"
        assert await ctl(node, "disconnect", "Rita", room=red) is True
        assert room.participants == {}


async def test_a_room_that_is_not_there_is_refused_by_the_node() -> None:
    async with EmbeddedNode(RED) as node:
        with pytest.raises(Refused, match="Breakout room not found"):
            await ctl(node, "lock", room="no-such-room")
        with pytest.raises(Refused, match="breakout_uuid"):
            await ctl(node, "participants/breakout", "breakout_uuid=x", "participants=y")
        with pytest.raises(Refused, match="Not in a breakout room"):
            await ctl(node, "leavebreakout")
        assert not node.conference(ALIAS).participants
