"""The table of every action that sends a request to the node.

A row says what the action sends, for whom, on which screen its key works and how it asks. The
request table says who may send a request, and since which version nodes have it. The screen's own
actions stand beside these in `pexdash.ui.commands.actions`. Key bindings, the footer, the command
palette, the help screen, confirmations and the README's key table are all read from these rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct

from pexdash.api import requests
from pexdash.api.requests import Request
from pexdash.model.conference import Conference
from pexdash.model.participant import Participant, Role
from pexdash.secret import Secret
from pexdash.text import clean


class Target(Enum):
    """What an action is for; the requests of a SCREEN action are about our own participant."""

    PARTICIPANTS = "Participants"
    CONFERENCE = "Conference"
    SCREEN = "Screen"


class Place(Enum):
    """The screen on which an action has its key; the values are the names in the settings."""

    CONFERENCE = "conference"
    WALL = "wall"
    REPLAY = "replay"


class Risk(Enum):
    """What the host must confirm before an action is carried out."""

    NONE = "at once"
    ASK = "asks"
    TYPED = "asks to type the conference's name"


class Form(Enum):
    """The form that asks for what an action needs besides its targets."""

    DIAL = "dial"
    TRANSFER = "transfer"
    DIGITS = "digits"


Shown = Callable[[Conference, str], bool]


class Step(Struct, frozen=True):
    """One direction of an action: its request, and a test whether the conference shows it done.

    `shown` takes the conference and the participant's uuid ("" for conference requests). The
    conference never shows a `silent` step: such a step is done once the node has answered.
    """

    title: str
    request: Request
    shown: Shown
    body: Mapping[str, object] | None = None
    silent: bool = False


class Action(Struct, frozen=True):
    """One action: its id (also its name in the settings), its key, its title and its target.

    An action with two steps is a toggle: its first step is taken while somebody does not show that
    step yet. An action without steps belongs to the screen, or `opens` a form that makes the step
    and sends one of `sends`. `suits` says for which participants the action makes sense, and
    `unsuited` is what to say of the others. `label` is the word in the footer of an action without
    steps, by default the first word of its title. `prominence` orders the footer; 0 leaves the
    action out of it. The framework sets the key of an action that is not `bound`; that key cannot
    be changed. An action whose key is "" is reached by the palette, or by a key of the settings.
    The palette has an action only while it `is_there`.
    """

    id: str
    key: str
    title: str
    target: Target
    steps: tuple[Step, ...] = ()
    opens: Form | None = None
    sends: tuple[Request, ...] = ()
    risk: Risk = Risk.NONE
    suits: Callable[[Participant], bool] = lambda _: True
    unsuited: str = ""
    is_there: Callable[[Conference], bool] = lambda _: True
    place: Place = Place.CONFERENCE
    label: str = ""
    prominence: int = 0
    bound: bool = True

    @property
    def acts(self) -> bool:
        """Whether its key acts on a person or the meeting, and not only on the screen."""
        return self.target is not Target.SCREEN

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request the action may send."""
        return tuple([step.request for step in self.steps]) if self.steps else self.sends


def _participant(test: Callable[[Participant], bool]) -> Shown:
    def shown(conference: Conference, uuid: str) -> bool:
        participant = conference.participants.get(uuid)
        return participant is not None and test(participant)

    return shown


def _gone(conference: Conference, uuid: str) -> bool:
    return uuid not in conference.participants


def _waits(participant: Participant) -> bool:
    return participant.is_waiting


def _in_a_room(conference: Conference) -> bool:
    return conference.status.breakout is True


def _cries(conference: Conference) -> bool:
    cry = conference.status.breakoutbuzz
    return cry is not None and cry.asks


MUTE = Action(
    "mute",
    "m",
    "Mute / unmute",
    Target.PARTICIPANTS,
    (
        Step("Mute", requests.MUTE, _participant(lambda one: one.is_muted)),
        Step("Unmute", requests.UNMUTE, _participant(lambda one: not one.is_muted)),
    ),
    prominence=90,
)
SPOTLIGHT = Action(
    "spotlight",
    "s",
    "Spotlight on / off",
    Target.PARTICIPANTS,
    (
        Step(
            "Spotlight",
            requests.SPOTLIGHT_ON,
            _participant(lambda one: one.spotlight is not None),
        ),
        Step(
            "Spotlight off",
            requests.SPOTLIGHT_OFF,
            _participant(lambda one: one.spotlight is None),
        ),
    ),
    suits=lambda one: one.service_type != "gateway",
    unsuited="is in a gateway call, which has no spotlight",
    prominence=70,
)
ADMIT = Action(
    "admit",
    "a",
    "Admit from the waiting room",
    Target.PARTICIPANTS,
    (Step("Admit", requests.ADMIT, _participant(lambda one: not _waits(one))),),
    suits=_waits,
    unsuited="is not waiting",
    prominence=95,
)
PRESENTATION_POLICY = Action(
    "presentation-policy",
    "p",
    "Allow / deny receiving presentation",
    Target.PARTICIPANTS,
    (
        Step(
            "Deny presentation",
            requests.DENY_PRESENTATION,
            _participant(lambda one: not one.rx_presentation_allowed),
        ),
        Step(
            "Allow presentation",
            requests.ALLOW_PRESENTATION,
            _participant(lambda one: one.rx_presentation_allowed),
        ),
    ),
    prominence=20,
)
ROLE = Action(
    "role",
    "r",
    "Make Host / make Guest",
    Target.PARTICIPANTS,
    (
        Step(
            "Make Host",
            requests.ROLE,
            _participant(lambda one: one.role is Role.HOST),
            {"role": "chair"},
        ),
        Step(
            "Make Guest",
            requests.ROLE,
            _participant(lambda one: one.role is Role.GUEST),
            {"role": "guest"},
        ),
    ),
    prominence=30,
)
HAND = Action(
    "hand",
    "h",
    "Lower the hand, or raise your own",
    Target.PARTICIPANTS,
    (
        Step("Lower hand", requests.CLEAR_BUZZ, _participant(lambda one: one.buzz_time is None)),
        Step("Raise hand", requests.BUZZ, _participant(lambda one: one.buzz_time is not None)),
    ),
    suits=lambda one: one.service_type != "gateway",
    unsuited="is in a gateway call, which has no hands",
    prominence=38,
)
DISCONNECT = Action(
    "disconnect",
    "D",
    "Disconnect the participant",
    Target.PARTICIPANTS,
    (Step("Disconnect", requests.DISCONNECT, _gone),),
    risk=Risk.ASK,
    prominence=60,
)
TRANSFER = Action(
    "transfer",
    "t",
    "Transfer to another conference",
    Target.PARTICIPANTS,
    opens=Form.TRANSFER,
    sends=(requests.TRANSFER,),
    prominence=18,
)
DTMF = Action(
    "dtmf",
    "d",
    "Send DTMF digits",
    Target.PARTICIPANTS,
    opens=Form.DIGITS,
    sends=(requests.DTMF,),
    prominence=12,
)
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
    (
        Step(
            "Lower all hands",
            requests.CLEAR_ALL_BUZZ,
            lambda it, _: all(one.buzz_time is None for one in it.participants.values()),
        ),
    ),
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
CAPTIONS = Action(
    "captions",
    "",
    "Show / hide live captions",
    Target.SCREEN,
    (
        Step(
            "Show captions",
            requests.SHOW_LIVE_CAPTIONS,
            _participant(lambda one: one.show_live_captions),
        ),
        Step(
            "Hide captions",
            requests.HIDE_LIVE_CAPTIONS,
            _participant(lambda one: not one.show_live_captions),
        ),
    ),
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
    PRESENTATION_POLICY,
    ROLE,
    HAND,
    DISCONNECT,
    TRANSFER,
    DTMF,
    LOCK,
    MUTE_GUESTS,
    LOWER_HANDS,
    DIAL,
    START,
    ROOM_HELP,
    LEAVE_ROOM,
    DISCONNECT_ALL,
    CAPTIONS,
)
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}


def transfer_step(alias: str, role: str, pin: Secret | None = None) -> Step:
    """A transfer to `alias` with a role ("guest" or "chair"), and the PIN of that role if any."""
    body = {"role": role, "conference_alias": alias}
    if pin is not None:
        body["pin"] = pin.reveal()
    return Step(f"Transfer to {clean(alias)}", requests.TRANSFER, _gone, body)


def dtmf_step(digits: str) -> Step:
    """Sending DTMF digits; the title does not name them, because they may be a PIN."""
    return Step("DTMF", requests.DTMF, lambda _, __: False, {"digits": digits}, silent=True)
