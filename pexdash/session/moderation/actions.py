"""The table of every action that sends a request to the node.

A row says what the action sends, for whom, on which screen its key works and how it asks. The
request table says who may send a request, and since which version nodes have it. The screen's own
actions stand beside these in `pexdash.ui.commands.actions`. Key bindings, the footer, the command
palette, the help screen, confirmations and the README's key table are all read from these rows.
"""

from __future__ import annotations

from collections.abc import Mapping

from pexdash.api import requests
from pexdash.model.conference import Conference
from pexdash.session.moderation.action import Action, Form, Risk, Step, Target
from pexdash.session.moderation.participant_actions import (
    ADMIT,
    ADMIT_ALL,
    CAMERA,
    CAPTIONS,
    CLIENT_MUTE,
    DIRECT_MESSAGE,
    DISCONNECT,
    DTMF,
    HAND,
    HOLD,
    MUTE,
    NAME,
    PRESENTATION_IN_MIX,
    PRESENTATION_POLICY,
    ROLE,
    SPOTLIGHT,
    TRANSFER,
    TX_MUTE,
    VIDEO,
)
from pexdash.session.moderation.picture_actions import (
    ASPECT_RATIO,
    AUDIO_MIX,
    AUDIO_MIXES,
    LAYOUT_GROUP,
    PERSONAL_LAYOUT,
    STUDIO_SOUND,
)


def _in_a_room(conference: Conference) -> bool:
    return conference.status.breakout is True


def _cries(conference: Conference) -> bool:
    cry = conference.status.breakoutbuzz
    return cry is not None and cry.asks


LOCK = Action(
    "lock",
    "L",
    "Lock / unlock the conference",
    Target.CONFERENCE,
    (
        Step("Lock", requests.LOCK, lambda it, _: it.status.locked is True),
        Step("Unlock", requests.UNLOCK, lambda it, _: it.status.locked is False),
    ),
    prominence=50,
)
MUTE_GUESTS = Action(
    "mute-guests",
    "G",
    "Mute / unmute all Guests",
    Target.CONFERENCE,
    (
        Step("Mute Guests", requests.MUTE_GUESTS, lambda it, _: it.status.guests_muted is True),
        Step(
            "Unmute Guests", requests.UNMUTE_GUESTS, lambda it, _: it.status.guests_muted is False
        ),
    ),
    prominence=45,
)
LOWER_HANDS = Action(
    "lower-hands",
    "H",
    "Lower all hands",
    Target.CONFERENCE,
    (Step("Lower all hands", requests.CLEAR_ALL_BUZZ, lambda it, _: not it.hands()),),
    risk=Risk.MANY,
    of_all=Conference.hands,
    nobody="Nobody has a hand up",
    prominence=37,
)
CLEAR_SPOTLIGHTS = Action(
    "clear-spotlights",
    "",
    "All spotlights off",
    Target.CONFERENCE,
    (
        Step(
            "All spotlights off",
            requests.CLEAR_SPOTLIGHTS,
            lambda it, _: all(one.spotlight is None for one in it.participants.values()),
        ),
    ),
)
LAYOUT = Action(
    "layout",
    "l",
    "Layout, names and signs on the picture",
    Target.CONFERENCE,
    opens=Form.LAYOUT,
    sends=(requests.TRANSFORM_LAYOUT,),
    label="Layout",
    prominence=28,
)
DIAL = Action(
    "dial",
    "o",
    "Dial out",
    Target.CONFERENCE,
    opens=Form.DIAL,
    sends=(requests.DIAL,),
    prominence=62,
)
START = Action(
    "start",
    "S",
    "Start the conference",
    Target.CONFERENCE,
    (Step("Start", requests.START_CONFERENCE, lambda it, _: it.status.started is not False),),
    prominence=80,
)
ROOM_HELP = Action(
    "room-help",
    "",
    "Ask for help in our breakout room",
    Target.CONFERENCE,
    (
        Step("Ask for help", requests.BREAKOUT_BUZZ, lambda it, _: _cries(it)),
        Step("Need no help", requests.CLEAR_BREAKOUT_BUZZ, lambda it, _: not _cries(it)),
    ),
    is_there=_in_a_room,
)
LEAVE_ROOM = Action(
    "leave-room",
    "",
    "Leave our breakout room for the main room",
    Target.CONFERENCE,
    (Step("Leave the room", requests.LEAVE_BREAKOUT, lambda _, __: False, silent=True),),
    is_there=_in_a_room,
)
DISCONNECT_ALL = Action(
    "disconnect-all",
    "X",
    "Disconnect everyone",
    Target.CONFERENCE,
    (Step("Disconnect everyone", requests.DISCONNECT_ALL, lambda it, _: False),),
    risk=Risk.TYPED,
)

ACTIONS: tuple[Action, ...] = (
    MUTE,
    SPOTLIGHT,
    ADMIT,
    ADMIT_ALL,
    PRESENTATION_POLICY,
    ROLE,
    HAND,
    VIDEO,
    NAME,
    DIRECT_MESSAGE,
    DISCONNECT,
    TRANSFER,
    DTMF,
    CLIENT_MUTE,
    TX_MUTE,
    HOLD,
    PRESENTATION_IN_MIX,
    CAMERA,
    PERSONAL_LAYOUT,
    AUDIO_MIX,
    AUDIO_MIXES,
    STUDIO_SOUND,
    LAYOUT_GROUP,
    ASPECT_RATIO,
    LOCK,
    MUTE_GUESTS,
    LOWER_HANDS,
    CLEAR_SPOTLIGHTS,
    LAYOUT,
    DIAL,
    START,
    ROOM_HELP,
    LEAVE_ROOM,
    DISCONNECT_ALL,
    CAPTIONS,
)
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}
