"""The forms of the requests that need more than a key: dial, transfer, DTMF, media call."""

from __future__ import annotations

from collections.abc import Sequence

from pexdash.api.request_fields import DTMF
from pexdash.api.requests import DIAL
from pexdash.media.peer import MISSING
from pexdash.model.participant import Participant
from pexdash.session.moderation.calls import WEBRTC
from pexdash.ui.dialogs.form import FormDialog, FormField, Values

_NO_DIGITS = "DTMF digits are 0 to 9, A to D, * and #; a comma is a pause."

_PROTOCOLS = {
    "sip": "SIP",
    "h323": "H.323",
    "rtmp": "RTMP",
    "mssip": "Lync / Skype for Business",
    "auto": "by call routing rules",
}
_ROLES = (("guest", "Guest"), ("chair", "Host"))
_CALL_TYPES = {"video": "video", "video-only": "video only", "audio": "audio only"}
_ALIVE = {
    "": "as usual",
    "keep_conference_alive": "until this call ends",
    "keep_conference_alive_if_multiple": "while there are two such calls",
    "keep_conference_alive_never": "never",
}


def dial_form(recent: Sequence[str], destination: str = "") -> FormDialog:
    """The form of the guide's twelve fields of dial, the four that matter first."""
    return FormDialog(
        "Dial out",
        [
            FormField(
                "destination",
                "Destination",
                placeholder="bob@example.com",
                recall=recent,
                value=destination,
            ),
            FormField("protocol", "Protocol", options=tuple(_PROTOCOLS.items())),
            FormField("role", "Role", options=_ROLES),
            FormField("call_type", "Call type", options=tuple(_CALL_TYPES.items())),
            FormField("remote_display_name", "Name in the roster", folded=True),
            FormField("text", "Overlay text", folded=True),
            FormField("source_display_name", "Calling name", folded=True),
            FormField("source", "Calling address", folded=True),
            FormField("dtmf_sequence", "DTMF once answered", folded=True),
            FormField(
                "streaming",
                "Streaming or recording",
                options=(("no", "no"), ("yes", "yes")),
                folded=True,
            ),
            FormField(
                "keep_conference_alive",
                "Keeps the meeting alive",
                options=tuple(_ALIVE.items()),
                folded=True,
            ),
            FormField("presentation_url", "RTMP presentation URL", folded=True),
        ],
        verb="dials",
        check=_check_dial,
    )


def _check_dial(values: Values) -> str:
    destination = values["destination"]
    if not destination:
        return "Whom to?"
    if any(char.isspace() for char in destination) or not destination.isprintable():
        return "A destination has no spaces in it."
    return _check_digits(values["dtmf_sequence"]) if values["dtmf_sequence"] else ""


_DEFAULTS = {"streaming": "no", "call_type": "video", "keep_conference_alive": ""}


def dial_body(values: Values) -> dict[str, str]:
    """The JSON body of a dial form; fields left as the guide's default are not sent."""
    body = {}
    for field in DIAL.body:
        # A form has no room for what came after the guide; ctl has it.
        value = values.get(field.name, "")
        if field.name == "dtmf_sequence":
            value = digits_of(value)
        if field.required or (value and value != _DEFAULTS.get(field.name, "")):
            body[field.name] = value
    return body


def named(people: Sequence[Participant]) -> list[str]:
    """One line for each participant: name, address and short uuid."""
    return [
        f"{one.name}" + (f"  {one.uri}" if one.uri else "") + f"  ({one.short_uuid})"
        for one in people
    ]


def transfer_form(people: Sequence[Participant]) -> FormDialog:
    """The form that asks for another conference, the role there and the PIN of that role."""
    many = f" {len(people)} people" if len(people) > 1 else ""
    return FormDialog(
        f"Transfer{many} to another conference",
        [
            FormField("alias", "Conference", placeholder="meet.bob@example.com"),
            FormField("role", "Role there", options=_ROLES),
            FormField("pin", "PIN there", placeholder="where one is needed", secret=True),
        ],
        details=named(people),
        verb="transfers",
        check=lambda values: "" if values["alias"] else "Which conference?",
    )


def name_form(one: Participant) -> FormDialog:
    """The form that asks for the name on the picture of a participant."""
    return FormDialog(
        "Name on the picture",
        [
            FormField(
                "text",
                "Name",
                placeholder="empty: the name they came by",
                value=one.overlay_text or one.display_name,
            )
        ],
        details=named([one]),
        verb="gives it",
    )


def dtmf_form(details: Sequence[str]) -> FormDialog:
    """The form that asks for digits, and checks them before they are sent."""
    return FormDialog(
        "Send DTMF digits",
        [FormField("digits", "Digits", placeholder="0-9 A-D * #, comma for a pause")],
        details=details,
        check=lambda values: _check_digits(values["digits"]),
    )


def digits_of(typed: str) -> str:
    """DTMF digits as the node takes them, from those typed into a form."""
    return typed.upper()


def _check_digits(typed: str) -> str:
    return "" if DTMF.fullmatch(digits_of(typed)) else _NO_DIGITS


def extension_form(reception: str, *, unknown: bool) -> FormDialog:
    """The form that asks for the conference behind a Virtual Reception.

    `unknown` says that the node did not know the last answer.
    """
    return FormDialog(
        f"{reception} is a Virtual Reception",
        [FormField("extension", "Conference", placeholder="its number or alias")],
        details=["The node knows no such conference."] if unknown else [],
        verb="joins",
        check=lambda values: "" if values["extension"] else "Which conference?",
    )


def display_name_form(alias: str) -> FormDialog:
    """The form that asks for the name by which to join."""
    return FormDialog(
        f"{alias} wants a name",
        [FormField("name", "Your name")],
        verb="joins",
        check=lambda values: "" if values["name"] else "Which name?",
    )


def media_call_form(*, webrtc: bool, starts: bool) -> FormDialog:
    """The form that asks for the kind and the use of a call.

    `webrtc` says whether we can make a WebRTC call, `starts` whether our media may start the
    meeting, as a Host's does.
    """
    kinds = (("RTMP", "RTMP"), (WEBRTC, "WebRTC")) if webrtc else (("RTMP", "RTMP"),)
    uses = (
        ("", "audio and video"),
        ("receive", "receiving the presentation"),
        ("send", "sending a presentation"),
    )
    details = [
        "A call gives you media, and a Host with media starts the meeting."
        if starts
        else "A call makes you a participant with media."
    ]
    if not webrtc:
        details.append(MISSING)
    return FormDialog(
        "Add a media call",
        [
            FormField("call_type", "Kind", options=kinds),
            FormField("present", "For", options=uses),
            FormField("streaming", "For streaming", options=(("", "no"), ("true", "yes"))),
            FormField("bandwidth", "Bandwidth", placeholder="kbps, empty: no limit"),
        ],
        details=details,
        verb="adds it",
        check=_check_media_call,
    )


def _check_media_call(values: Values) -> str:
    bandwidth = values["bandwidth"]
    if bandwidth and not (bandwidth.isascii() and bandwidth.isdecimal()):
        return "The bandwidth is a number of kbps."
    given = any(values[name] for name in ("present", "streaming", "bandwidth"))
    if values["call_type"] == WEBRTC and given:
        return "These fields are for RTMP; a WebRTC call here only listens."
    return ""


def media_call_body(values: Values) -> dict[str, str]:
    """The JSON body of a media call form, for RTMP."""
    return {name: value for name, value in values.items() if value}
