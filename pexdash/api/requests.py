"""Every request of the API guide that pexdash speaks, declared once.

The client sends from this table, the embedded node routes and validates by it, and the
documentation lists it.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

GUIDE_VERSION = 15


class Scope(Enum):
    """What a request is about, and so where it stands in the path."""

    CONFERENCE = "conference"
    PARTICIPANT = "participant"
    CALL = "call"


class Caller(Enum):
    """Who may send a request; "self" is the participant whom the request is about."""

    ANYONE = "anyone"
    TOKEN = "token"
    HOST = "host"
    HOST_OR_SELF = "host or self"
    SELF = "self"


class Result(Enum):
    """What the `result` of a good answer holds."""

    TRUE = "true"
    OBJECT = "object"
    LIST = "list"
    EVENTS = "events"
    PICTURE = "picture"


class Field(NamedTuple):
    """One field of a JSON body; `choices` where the guide gives a closed list.

    `number` fields may be sent as a number; all others are strings.
    """

    name: str
    required: bool = True
    choices: tuple[str, ...] = ()
    number: bool = False


class Request(NamedTuple):
    """One request: its name and method on the wire, its place, body, result and caller.

    `since` is the version that brought it, None where that is not known. `safe` requests change
    nothing and may be repeated after a lost answer; all others are sent at most once.
    """

    name: str
    method: str
    scope: Scope
    caller: Caller
    body: tuple[Field, ...] = ()
    result: Result = Result.TRUE
    since: int | None = 1

    @property
    def safe(self) -> bool:
        return self.method == "GET"

    @property
    def in_guide(self) -> bool:
        """Whether version 15 of the API guide has it."""
        return self.since is not None and self.since <= GUIDE_VERSION


def _conference(name: str, caller: Caller = Caller.HOST, *body: Field) -> Request:
    return Request(name, "POST", Scope.CONFERENCE, caller, body)


def _participant(name: str, caller: Caller = Caller.HOST, *body: Field) -> Request:
    return Request(name, "POST", Scope.PARTICIPANT, caller, body)


def _optional(name: str, *choices: str, number: bool = False) -> Field:
    return Field(name, required=False, choices=choices, number=number)


ROLES = ("chair", "guest")

REQUEST_TOKEN = Request(
    "request_token",
    "POST",
    Scope.CONFERENCE,
    Caller.ANYONE,
    (Field("display_name", required=False), Field("conference_extension", required=False)),
    Result.OBJECT,
)
REFRESH_TOKEN = Request(
    "refresh_token", "POST", Scope.CONFERENCE, Caller.TOKEN, result=Result.OBJECT
)
RELEASE_TOKEN = _conference("release_token", Caller.TOKEN)
EVENTS = Request("events", "GET", Scope.CONFERENCE, Caller.TOKEN, result=Result.EVENTS)
CONFERENCE_STATUS = Request(
    "conference_status", "GET", Scope.CONFERENCE, Caller.TOKEN, result=Result.OBJECT
)
PARTICIPANTS = Request("participants", "GET", Scope.CONFERENCE, Caller.TOKEN, result=Result.LIST)
LOCK = _conference("lock")
UNLOCK = _conference("unlock")
START_CONFERENCE = Request("start_conference", "POST", Scope.CONFERENCE, Caller.HOST, since=12)
MUTE_GUESTS = _conference("muteguests")
UNMUTE_GUESTS = _conference("unmuteguests")
DISCONNECT_ALL = _conference("disconnect")
MESSAGE = _conference("message", Caller.TOKEN, Field("type", required=False), Field("payload"))
DIAL = Request(
    "dial",
    "POST",
    Scope.CONFERENCE,
    Caller.HOST,
    (
        Field("role", choices=ROLES),
        Field("destination"),
        Field("protocol", choices=("sip", "h323", "rtmp", "mssip", "auto")),
        _optional("presentation_url"),
        _optional("streaming", "yes", "no"),
        _optional("dtmf_sequence"),
        _optional("source_display_name"),
        _optional("source"),
        _optional("call_type", "video", "video-only", "audio"),
        _optional(
            "keep_conference_alive",
            "keep_conference_alive",
            "keep_conference_alive_if_multiple",
            "keep_conference_alive_never",
        ),
        _optional("remote_display_name"),
        _optional("text"),
    ),
    Result.LIST,
    since=10,
)
PRESENTATION = Request(
    "presentation.jpeg", "GET", Scope.CONFERENCE, Caller.TOKEN, result=Result.PICTURE
)
CLEAR_ALL_BUZZ = Request("clearallbuzz", "POST", Scope.CONFERENCE, Caller.HOST, since=None)

DISCONNECT = _participant("disconnect", Caller.HOST_OR_SELF)
MUTE = _participant("mute", Caller.HOST_OR_SELF)
UNMUTE = _participant("unmute")
ALLOW_PRESENTATION = _participant("allowrxpresentation")
DENY_PRESENTATION = _participant("denyrxpresentation")
SPOTLIGHT_ON = _participant("spotlighton")
SPOTLIGHT_OFF = _participant("spotlightoff")
ADMIT = _participant("unlock")
ROLE = Request(
    "role",
    "POST",
    Scope.PARTICIPANT,
    Caller.HOST,
    (Field("role", choices=ROLES),),
    since=11,
)
DTMF = Request("dtmf", "POST", Scope.PARTICIPANT, Caller.HOST_OR_SELF, (Field("digits"),), since=10)
CALLS = Request(
    "calls",
    "POST",
    Scope.PARTICIPANT,
    Caller.HOST_OR_SELF,
    (
        Field("call_type", choices=("WEBRTC", "RTMP")),
        _optional("sdp"),
        _optional("present", "send", "receive"),
        _optional("streaming", "true", "false"),
        _optional("bandwidth", number=True),
    ),
    Result.OBJECT,
)
TRANSFER = Request(
    "transfer",
    "POST",
    Scope.PARTICIPANT,
    Caller.HOST,
    (Field("role", choices=ROLES), Field("conference_alias"), _optional("pin")),
    since=12,
)
AVATAR = Request(
    "avatar.jpg", "GET", Scope.PARTICIPANT, Caller.TOKEN, result=Result.PICTURE, since=14
)
BUZZ = Request("buzz", "POST", Scope.PARTICIPANT, Caller.SELF, since=None)
CLEAR_BUZZ = Request("clearbuzz", "POST", Scope.PARTICIPANT, Caller.HOST_OR_SELF, since=None)

CALL_ACK = Request("ack", "POST", Scope.CALL, Caller.HOST_OR_SELF)
CALL_DISCONNECT = Request("disconnect", "POST", Scope.CALL, Caller.HOST_OR_SELF)
CALL_DTMF = Request("dtmf", "POST", Scope.CALL, Caller.HOST_OR_SELF, (Field("digits"),), since=10)

REQUESTS: tuple[Request, ...] = (
    REQUEST_TOKEN,
    REFRESH_TOKEN,
    RELEASE_TOKEN,
    EVENTS,
    CONFERENCE_STATUS,
    PARTICIPANTS,
    LOCK,
    UNLOCK,
    START_CONFERENCE,
    MUTE_GUESTS,
    UNMUTE_GUESTS,
    DISCONNECT_ALL,
    MESSAGE,
    DIAL,
    PRESENTATION,
    CLEAR_ALL_BUZZ,
    DISCONNECT,
    MUTE,
    UNMUTE,
    ALLOW_PRESENTATION,
    DENY_PRESENTATION,
    SPOTLIGHT_ON,
    SPOTLIGHT_OFF,
    ADMIT,
    ROLE,
    DTMF,
    CALLS,
    TRANSFER,
    AVATAR,
    BUZZ,
    CLEAR_BUZZ,
    CALL_ACK,
    CALL_DISCONNECT,
    CALL_DTMF,
)
