"""Every action of a host, declared once.

Key bindings, the footer, the command palette, the help screen, confirmations and the README's
key table all come from this table; what a step sends comes from the request table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct

from pexdash.api import requests
from pexdash.api.requests import Request
from pexdash.model.conference import Conference
from pexdash.model.participant import Participant, Role
from pexdash.text import clean


class Target(Enum):
    """Whom an action is for."""

    PARTICIPANTS = "Participants"
    CONFERENCE = "Conference"
    SCREEN = "Screen"


class Risk(Enum):
    """How much must be asked before an action is carried out."""

    NONE = "at once"
    ASK = "asks"
    TYPED = "asks to type the conference's name"


Shown = Callable[[Conference, str], bool]


class Step(Struct, frozen=True):
    """One direction of an action: the request it sends and how the node's state shows it done.

    `shown` takes the conference and the participant's uuid ("" for conference requests). Of a
    `silent` step the node's state shows nothing: its answer is the end.
    """

    title: str
    request: Request
    shown: Shown
    body: Mapping[str, str] | None = None
    silent: bool = False


class Action(Struct, frozen=True):
    """One action: its id (also the name in the keymap), key, title and what it is for.

    Two steps are a toggle, the first is taken for whoever does not show it yet; an action without
    steps opens a dialog, or does something to the screen alone. `suits` says for
    whom a step makes sense, and `unsuited` what to say of others. `prominence` orders the footer;
    0 leaves an action out of it.
    """

    id: str
    key: str
    title: str
    target: Target
    steps: tuple[Step, ...] = ()
    risk: Risk = Risk.NONE
    suits: Callable[[Participant], bool] = lambda _: True
    unsuited: str = ""
    prominence: int = 0


def _participant(test: Callable[[Participant], bool]) -> Shown:
    def shown(conference: Conference, uuid: str) -> bool:
        participant = conference.participants.get(uuid)
        return participant is not None and test(participant)

    return shown


def _gone(conference: Conference, uuid: str) -> bool:
    return uuid not in conference.participants


def _waits(participant: Participant) -> bool:
    return participant.is_waiting


_PARTICIPANT_ACTIONS = (
    Action(
        "mute",
        "m",
        "Mute / unmute",
        Target.PARTICIPANTS,
        (
            Step("Mute", requests.MUTE, _participant(lambda one: one.is_muted)),
            Step("Unmute", requests.UNMUTE, _participant(lambda one: not one.is_muted)),
        ),
        prominence=90,
    ),
    Action(
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
    ),
    Action(
        "admit",
        "a",
        "Admit from the waiting room",
        Target.PARTICIPANTS,
        (Step("Admit", requests.ADMIT, _participant(lambda one: not _waits(one))),),
        suits=_waits,
        unsuited="is not waiting",
        prominence=95,
    ),
    Action(
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
    ),
    Action(
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
    ),
    Action(
        "disconnect",
        "D",
        "Disconnect the participant",
        Target.PARTICIPANTS,
        (Step("Disconnect", requests.DISCONNECT, _gone),),
        risk=Risk.ASK,
        prominence=60,
    ),
)

_ASKING_ACTIONS = (
    Action("transfer", "t", "Transfer to another conference", Target.PARTICIPANTS, prominence=18),
    Action("dtmf", "d", "Send DTMF digits", Target.PARTICIPANTS, prominence=12),
)


def transfer_step(alias: str, role: str, pin: str) -> Step:
    """Transfer somebody to `alias` as "guest" or "chair", with the PIN of that role or ""."""
    body = {"role": role, "conference_alias": alias}
    if pin:
        body["pin"] = pin
    return Step(f"Transfer to {clean(alias)}", requests.TRANSFER, _gone, body)


def dtmf_step(digits: str) -> Step:
    """Send DTMF digits to somebody; they stand in no journal, for they may be a PIN."""
    return Step("DTMF", requests.DTMF, lambda _, __: False, {"digits": digits}, silent=True)


_CONFERENCE_ACTIONS = (
    Action(
        "lock",
        "L",
        "Lock / unlock the conference",
        Target.CONFERENCE,
        (
            Step("Lock", requests.LOCK, lambda it, _: it.status.locked is True),
            Step("Unlock", requests.UNLOCK, lambda it, _: it.status.locked is False),
        ),
        prominence=50,
    ),
    Action(
        "mute-guests",
        "G",
        "Mute / unmute all Guests",
        Target.CONFERENCE,
        (
            Step("Mute Guests", requests.MUTE_GUESTS, lambda it, _: it.status.guests_muted is True),
            Step(
                "Unmute Guests",
                requests.UNMUTE_GUESTS,
                lambda it, _: it.status.guests_muted is False,
            ),
        ),
        prominence=45,
    ),
    Action("dial", "o", "Dial out", Target.CONFERENCE, prominence=62),
    Action(
        "start",
        "S",
        "Start the conference",
        Target.CONFERENCE,
        (Step("Start", requests.START_CONFERENCE, lambda it, _: it.status.started is not False),),
        prominence=80,
    ),
    Action(
        "disconnect-all",
        "X",
        "Disconnect everyone",
        Target.CONFERENCE,
        (Step("Disconnect everyone", requests.DISCONNECT_ALL, lambda it, _: False),),
        risk=Risk.TYPED,
    ),
)

_SCREEN_ACTIONS = (
    Action("presentation", "P", "Presentation", Target.SCREEN, prominence=40),
    Action("media-call", "v", "Add a media call", Target.SCREEN, prominence=10),
    Action("chat", "c", "Write in chat", Target.SCREEN, prominence=65),
    Action("details", "enter", "Participant details", Target.SCREEN),
    Action("copy", "y", "Copy name, URI or uuid", Target.SCREEN),
    Action("mark", "space", "Mark the participant", Target.SCREEN, prominence=25),
    Action("mark-all", "*", "Mark all shown", Target.SCREEN),
    Action("clear", "escape", "Clear marks and filter", Target.SCREEN, prominence=96),
    Action("filter", "/", "Filter", Target.SCREEN, prominence=55),
    Action("sort", "f", "Sort", Target.SCREEN, prominence=22),
    Action("journal", "j", "Journal of requests", Target.SCREEN, prominence=15),
    Action("help", "?", "Help", Target.SCREEN, prominence=98),
    Action("palette", "ctrl+p", "Command palette", Target.SCREEN),
    Action("leave", "q", "Leave", Target.SCREEN, prominence=97),
)

ACTIONS: tuple[Action, ...] = (
    _PARTICIPANT_ACTIONS + _ASKING_ACTIONS + _CONFERENCE_ACTIONS + _SCREEN_ACTIONS
)
BY_ID: Mapping[str, Action] = {action.id: action for action in ACTIONS}
