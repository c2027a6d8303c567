"""Every request to a node that pexdash speaks, declared once.

The client sends from this table, the embedded node routes and validates by it, and the command
line and the documentation list it. A request to a breakout room is the same request with the room
before it in its path.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from pexdash.api.request_bodies import (
    CALL_FIELDS,
    CAMERA_FIELDS,
    CLOCK_FIELDS,
    DIAL_FIELDS,
    FRAME,
    JOIN_FIELDS,
    MESSAGE_FIELDS,
    ROLES,
    ROOM_FIELDS,
    SETTING,
    SILENCE,
    TEXT,
    TRANSFER_FIELDS,
    TRANSFORMS,
)
from pexdash.api.request_fields import Field, Kind, flag, nested, number, optional, whole

GUIDE_VERSION = 15
UNKNOWN_STATUSES = (405, 415, 501)
"""How a node, or a proxy before it, refuses a request that came after its version; or by 404."""


class Scope(Enum):
    """What a request is about, which decides its place in the path.

    Of a MIX, the mix stands in the path where the name has its slash.
    """

    NODE = "node"
    CONFERENCE = "conference"
    MIX = "video mix"
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
    """What the `result` of a good answer holds: true or null, of TRUE.

    Of NONE, the answer may be without a body.
    """

    TRUE = "true"
    NONE = "none"
    TEXT = "text"
    SECRET = "secret text"
    OBJECT = "object"
    LIST = "list"
    EVENTS = "events"
    PICTURE = "picture"


class Request(NamedTuple):
    """One request: its name and method on the wire, its place, fields, result and caller.

    `body` are the fields of the JSON body, `query` those of the address. `since` is the version
    that brought it, None where that is not known. `in_rooms` is whether it may be sent to
    a breakout room. `safe` requests change nothing and may be repeated after a lost answer; all
    others are sent at most once.
    """

    name: str
    method: str
    scope: Scope
    caller: Caller
    body: tuple[Field, ...] = ()
    result: Result = Result.TRUE
    since: int | None = 1
    query: tuple[Field, ...] = ()
    in_rooms: bool = True

    @property
    def safe(self) -> bool:
        return self.method == "GET"

    @property
    def in_guide(self) -> bool:
        """Whether version 15 of the API guide has it."""
        return self.since is not None and self.since <= GUIDE_VERSION

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, of the body or of the address."""
        return self.body or self.query


def _conference(name: str, caller: Caller = Caller.HOST, *body: Field) -> Request:
    return Request(name, "POST", Scope.CONFERENCE, caller, body)


def _participant(name: str, caller: Caller = Caller.HOST, *body: Field) -> Request:
    return Request(name, "POST", Scope.PARTICIPANT, caller, body)


def _later(
    name: str,
    scope: Scope,
    caller: Caller,
    *body: Field,
    result: Result = Result.TRUE,
    since: int | None = None,
) -> Request:
    """A request that came after the guide and changes something."""
    return Request(name, "POST", scope, caller, body, result, since)


def _question(
    name: str,
    scope: Scope,
    result: Result,
    *query: Field,
    caller: Caller = Caller.TOKEN,
    since: int | None = None,
) -> Request:
    """A request that changes nothing, by default one that came after the guide."""
    return Request(name, "GET", scope, caller, (), result, since, query)


def _of_main(request: Request) -> Request:
    """`request`, which no breakout room takes."""
    return request._replace(in_rooms=False)


_CONFERENCE, _MIX, _PARTICIPANT = Scope.CONFERENCE, Scope.MIX, Scope.PARTICIPANT
_TOKEN, _HOST = Caller.TOKEN, Caller.HOST
_SELF, _HOST_OR_SELF = Caller.SELF, Caller.HOST_OR_SELF


REQUEST_TOKEN = Request(
    "request_token",
    "POST",
    Scope.CONFERENCE,
    Caller.ANYONE,
    JOIN_FIELDS,
    Result.OBJECT,
    in_rooms=False,
)
REFRESH_TOKEN = _of_main(_conference("refresh_token", _TOKEN)._replace(result=Result.OBJECT))
RELEASE_TOKEN = _of_main(
    _conference("release_token", _TOKEN, optional("reason"))._replace(result=Result.NONE)
)
EVENTS = _of_main(_question("events", _CONFERENCE, Result.EVENTS, since=1))
CONFERENCE_STATUS = _question("conference_status", _CONFERENCE, Result.OBJECT, since=1)
PARTICIPANTS = _question("participants", _CONFERENCE, Result.LIST, since=1)
LOCK = _conference("lock")
UNLOCK = _conference("unlock")
START_CONFERENCE = Request("start_conference", "POST", Scope.CONFERENCE, Caller.HOST, since=12)
MUTE_GUESTS = _conference("muteguests")
UNMUTE_GUESTS = _conference("unmuteguests")
DISCONNECT_ALL = _conference("disconnect")
MESSAGE = _conference("message", _TOKEN, *MESSAGE_FIELDS)
DIAL = Request(
    "dial",
    "POST",
    Scope.CONFERENCE,
    Caller.HOST,
    DIAL_FIELDS,
    Result.LIST,
    since=10,
)
PRESENTATION = _question("presentation.jpeg", _CONFERENCE, Result.PICTURE, FRAME, since=1)
PRESENTATION_HIGH = _question("presentation_high.jpeg", _CONFERENCE, Result.PICTURE, FRAME)
PRESENTATION_PNG = _question("presentation.png", _CONFERENCE, Result.PICTURE, FRAME)
CLEAR_ALL_BUZZ = _later("clearallbuzz", _CONFERENCE, _HOST)
CLEAR_SPOTLIGHTS = _later("clearspotlights", _CONFERENCE, _HOST)
SET_GUESTS_CAN_UNMUTE = _later("set_guests_can_unmute", _CONFERENCE, _HOST, SETTING, since=36)
SET_GUESTS_CAN_PRESENT = _later("set_guests_can_present", _CONFERENCE, _HOST, SETTING)
SET_GUESTS_CAN_SEE_GUESTS = _later(
    "set_guests_can_see_guests",
    _CONFERENCE,
    _HOST,
    Field("setting", choices=("always", "no_hosts", "never")),
)
TRANSFORM_LAYOUT = _later(
    "transform_layout",
    _CONFERENCE,
    _HOST,
    TRANSFORMS,
)
OVERRIDE_LAYOUT = _later(
    "override_layout", _CONFERENCE, _HOST, nested("layouts", kind=Kind.OBJECTS)
)
AVAILABLE_LAYOUTS = _question(
    "available_layouts", _CONFERENCE, Result.LIST, flag("annotate", required=False)
)
LAYOUT_SVGS = _question("layout_svgs", _CONFERENCE, Result.OBJECT)
CREATE_MIX = _later("video_mixes/create", _CONFERENCE, _TOKEN, Field("mix_name"), since=39)
CONFIGURE_MIX = _later(
    "video_mixes/configure",
    _MIX,
    _TOKEN,
    nested("transform_layout", optional("layout")),
    since=39,
)
DELETE_MIX = _later("video_mixes/delete", _MIX, _TOKEN, since=39)
SILENT_VIDEO_DETECTION = _later(
    "silent_video_detection",
    _CONFERENCE,
    _HOST,
    SILENCE,
)
GET_CLASSIFICATION_LEVEL = _question("get_classification_level", _CONFERENCE, Result.OBJECT)
SET_CLASSIFICATION_LEVEL = _later("set_classification_level", _CONFERENCE, _HOST, whole("level"))
GET_MESSAGE_TEXT = _question("get_message_text", _CONFERENCE, Result.OBJECT)
SET_MESSAGE_TEXT = _later("set_message_text", _CONFERENCE, _HOST, TEXT)
AVAILABLE_PINNING_CONFIGS = _question(
    "available_pinning_configs", _CONFERENCE, Result.LIST, caller=_HOST
)
GET_PINNING_CONFIG = _question("get_pinning_config", _CONFERENCE, Result.OBJECT, caller=_HOST)
SET_PINNING_CONFIG = _later(
    "set_pinning_config", _CONFERENCE, _HOST, Field("pinning_config", clears=True)
)
GET_CLOCK = _question("get_clock", _CONFERENCE, Result.OBJECT)
SET_CLOCK = _later(
    "set_clock",
    _CONFERENCE,
    _HOST,
    *CLOCK_FIELDS,
)
BREAKOUTS = _of_main(
    _later(
        "breakouts",
        _CONFERENCE,
        _HOST,
        *ROOM_FIELDS,
        result=Result.OBJECT,
    )
)
BREAKOUTS_MESSAGE = _of_main(_later("breakouts/message", _CONFERENCE, _HOST, *MESSAGE_FIELDS))
BREAKOUTS_DISCONNECT = _of_main(_later("breakouts/disconnect", _CONFERENCE, _HOST))
BREAKOUTS_EMPTY = _of_main(_later("breakouts/empty", _CONFERENCE, _HOST))
BREAKOUT_MOVE = _later(
    "participants/breakout",
    _CONFERENCE,
    _HOST,
    Field("breakout_uuid"),
    Field("participants", Kind.TEXTS),
)
BREAKOUT_BUZZ = _later("breakoutbuzz", _CONFERENCE, _TOKEN)
CLEAR_BREAKOUT_BUZZ = _later("clearbreakoutbuzz", _CONFERENCE, _TOKEN)
LEAVE_BREAKOUT = _later("leavebreakout", _CONFERENCE, _TOKEN)
REQUEST_GUEST_TOKEN = _later("request_guest_token", _CONFERENCE, _HOST, result=Result.SECRET)

DISCONNECT = _participant("disconnect", Caller.HOST_OR_SELF)
MUTE = _participant("mute", Caller.HOST_OR_SELF)
UNMUTE = _participant("unmute", Caller.HOST_OR_SELF)
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
    CALL_FIELDS,
    Result.OBJECT,
)
TRANSFER = Request(
    "transfer",
    "POST",
    Scope.PARTICIPANT,
    Caller.HOST,
    TRANSFER_FIELDS,
    since=12,
)
AVATAR = _question(
    "avatar.jpg",
    _PARTICIPANT,
    Result.PICTURE,
    whole("width", required=False),
    whole("height", required=False),
    since=14,
)
BUZZ = _later("buzz", _PARTICIPANT, _SELF)
CLEAR_BUZZ = _later("clearbuzz", _PARTICIPANT, _HOST_OR_SELF)
CLIENT_MUTE = _later("client_mute", _PARTICIPANT, _SELF, since=36)
CLIENT_UNMUTE = _later("client_unmute", _PARTICIPANT, _SELF, since=36)
VIDEO_MUTE = _later("video_muted", _PARTICIPANT, _HOST_OR_SELF)
VIDEO_UNMUTE = _later("video_unmuted", _PARTICIPANT, _HOST_OR_SELF)
TX_MUTE = _later("tx_mute", _PARTICIPANT, _HOST)
TX_UNMUTE = _later("tx_unmute", _PARTICIPANT, _HOST)
FECC = _later(
    "fecc",
    _PARTICIPANT,
    _HOST,
    *CAMERA_FIELDS,
)
TAKE_FLOOR = _later("take_floor", _PARTICIPANT, _SELF)
RELEASE_FLOOR = _later("release_floor", _PARTICIPANT, _SELF)
SHOW_LIVE_CAPTIONS = _later("show_live_captions", _PARTICIPANT, _SELF)
HIDE_LIVE_CAPTIONS = _later("hide_live_captions", _PARTICIPANT, _SELF)
OVERLAY_TEXT = _later("overlaytext", _PARTICIPANT, _HOST, TEXT)
DIRECT_MESSAGE = _later("message", _PARTICIPANT, _TOKEN, *MESSAGE_FIELDS)
PRESENTATION_IN_MIX = _later("pres_in_mix", _PARTICIPANT, _HOST_OR_SELF, flag("state"))
PREFERRED_ASPECT_RATIO = _later(
    "preferred_aspect_ratio", _PARTICIPANT, _SELF, number("aspect_ratio", 0, 2)
)
NOTIFY_NOT_AFK = _later("notify_not_afk", _PARTICIPANT, _SELF)
HOLD = _later("hold", _PARTICIPANT, _HOST)
RESUME = _later("resume", _PARTICIPANT, _HOST)
STUDIO_SOUND = _later("studiosound", _PARTICIPANT, _HOST, flag("enabled"))
LAYOUT_GROUP = _later(
    "layout_group", _PARTICIPANT, _HOST, Field("layout_group", clears=True, null=True)
)
SEND_TO_AUDIO_MIXES = _later(
    "send_to_audio_mixes",
    _PARTICIPANT,
    _HOST_OR_SELF,
    nested("mixes", Field("mix_name"), flag("prominent", required=False), kind=Kind.OBJECTS),
)
RECEIVE_FROM_AUDIO_MIX = _later(
    "receive_from_audio_mix", _PARTICIPANT, _HOST_OR_SELF, Field("mix_name")
)
GET_PROPERTIES = _question("get_properties", _PARTICIPANT, Result.OBJECT)
GET_ATTESTATION = _question("get_attestation", _PARTICIPANT, Result.TEXT)
PARTICIPANT_LAYOUT = _question("layout", _PARTICIPANT, Result.OBJECT)

CALL_ACK = Request("ack", "POST", Scope.CALL, Caller.HOST_OR_SELF, result=Result.NONE)
CALL_DISCONNECT = Request("disconnect", "POST", Scope.CALL, Caller.HOST_OR_SELF)
CALL_DTMF = Request("dtmf", "POST", Scope.CALL, Caller.HOST_OR_SELF, (Field("digits"),), since=10)

NODE_STATUS = _of_main(
    _question("status", Scope.NODE, Result.TEXT, caller=Caller.ANYONE),
)

REQUESTS: tuple[Request, ...] = tuple(
    [row for row in list(globals().values()) if isinstance(row, Request)]
)
"""Every row above, in its order."""
JOINING = (REQUEST_TOKEN, REFRESH_TOKEN, RELEASE_TOKEN)
"""The requests by which we are in, which change nothing for anybody else."""
