"""The actions on participants, and the steps that their forms make."""

from __future__ import annotations

from pexdash.api import requests
from pexdash.model.conference import Conference
from pexdash.model.participant import Participant, Role
from pexdash.secret import Secret
from pexdash.session.moderation.action import (
    WITHOUT_MEDIA,
    Action,
    Form,
    Risk,
    Step,
    Target,
    of_participant,
)
from pexdash.text import NAME_LIMIT, clean


def _gone(conference: Conference, uuid: str) -> bool:
    return uuid not in conference.participants


def _waits(participant: Participant) -> bool:
    return participant.is_waiting


def _has_hand_up(participant: Participant) -> bool:
    return participant.has_hand_up


def _is_no_gateway(participant: Participant) -> bool:
    return participant.service_type != "gateway"


MUTE = Action(
    "mute",
    "m",
    "Mute / unmute",
    Target.PARTICIPANTS,
    (
        Step("Mute", requests.MUTE, of_participant(lambda one: one.is_muted)),
        Step("Unmute", requests.UNMUTE, of_participant(lambda one: not one.is_muted)),
    ),
    suits=lambda one: one.mute_supported,
    unsuited="cannot be muted",
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
            of_participant(lambda one: one.spotlight is not None),
        ),
        Step(
            "Spotlight off",
            requests.SPOTLIGHT_OFF,
            of_participant(lambda one: one.spotlight is None),
        ),
    ),
    suits=_is_no_gateway,
    unsuited="is in a gateway call, which has no spotlight",
    prominence=70,
)
ADMIT = Action(
    "admit",
    "a",
    "Admit from the waiting room",
    Target.PARTICIPANTS,
    (Step("Admit", requests.ADMIT, of_participant(lambda one: not _waits(one))),),
    suits=_waits,
    unsuited="is not waiting",
    seeks=_waits,
    nobody="Nobody is waiting",
    goes_on=True,
    prominence=95,
)
ADMIT_ALL = Action(
    "admit-all",
    "A",
    "Admit everybody who waits",
    Target.PARTICIPANTS,
    ADMIT.steps,
    risk=Risk.MANY,
    of_all=Conference.waiting,
    nobody="Nobody is waiting",
    by=ADMIT,
    prominence=94,
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
            of_participant(lambda one: not one.rx_presentation_allowed),
        ),
        Step(
            "Allow presentation",
            requests.ALLOW_PRESENTATION,
            of_participant(lambda one: one.rx_presentation_allowed),
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
            of_participant(lambda one: one.role is Role.HOST),
            {"role": "chair"},
        ),
        Step(
            "Make Guest",
            requests.ROLE,
            of_participant(lambda one: one.role is Role.GUEST),
            {"role": "guest"},
        ),
    ),
    risk=Risk.SELF,
    prominence=30,
)
HAND = Action(
    "hand",
    "h",
    "Lower the hand, or raise your own",
    Target.PARTICIPANTS,
    (
        Step("Lower hand", requests.CLEAR_BUZZ, of_participant(lambda one: one.buzz_time is None)),
        Step("Raise hand", requests.BUZZ, of_participant(lambda one: one.buzz_time is not None)),
    ),
    suits=_is_no_gateway,
    unsuited="is in a gateway call, which has no hands",
    seeks=_has_hand_up,
    nobody="Nobody has a hand up",
    prominence=64,
)
VIDEO = Action(
    "video-mute",
    "V",
    "Camera off / on",
    Target.PARTICIPANTS,
    (
        Step("Camera off", requests.VIDEO_MUTE, of_participant(lambda one: one.is_video_muted)),
        Step(
            "Camera on", requests.VIDEO_UNMUTE, of_participant(lambda one: not one.is_video_muted)
        ),
    ),
    suits=lambda one: one.has_media and not one.is_audio_only_call,
    unsuited="sends no picture",
    prominence=28,
)
NAME = Action(
    "name-on-picture",
    "n",
    "Name on the picture",
    Target.PARTICIPANTS,
    opens=Form.NAME,
    sends=(requests.OVERLAY_TEXT,),
    for_one=True,
    prominence=19,
)
DIRECT_MESSAGE = Action(
    "direct-message",
    "i",
    "Message to this person alone",
    Target.PARTICIPANTS,
    opens=Form.MESSAGE,
    sends=(requests.DIRECT_MESSAGE,),
    suits=lambda one: one.supports_direct_chat,
    unsuited="takes no direct messages",
    for_one=True,
    prominence=35,
)
DISCONNECT = Action(
    "disconnect",
    "D",
    "Disconnect the participant",
    Target.PARTICIPANTS,
    (Step("Disconnect", requests.DISCONNECT, _gone),),
    outside=Step("Refuse", requests.DISCONNECT, _gone),
    risk=Risk.ASK,
    suits=lambda one: one.disconnect_supported,
    unsuited="cannot be disconnected",
    prominence=60,
)
TRANSFER = Action(
    "transfer",
    "t",
    "Transfer to another conference",
    Target.PARTICIPANTS,
    opens=Form.TRANSFER,
    sends=(requests.TRANSFER,),
    suits=lambda one: one.transfer_supported,
    unsuited="cannot be transferred",
    prominence=18,
)
DTMF = Action(
    "dtmf",
    "d",
    "Send DTMF digits",
    Target.PARTICIPANTS,
    opens=Form.DIGITS,
    sends=(requests.DTMF,),
    label="Digits",
    prominence=12,
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
            of_participant(lambda one: one.show_live_captions),
        ),
        Step(
            "Hide captions",
            requests.HIDE_LIVE_CAPTIONS,
            of_participant(lambda one: not one.show_live_captions),
        ),
    ),
)
CLIENT_MUTE = Action(
    "client-mute",
    "",
    "Mute / unmute yourself",
    Target.PARTICIPANTS,
    (
        Step(
            "Mute yourself", requests.CLIENT_MUTE, of_participant(lambda one: one.is_client_muted)
        ),
        Step(
            "Unmute yourself",
            requests.CLIENT_UNMUTE,
            of_participant(lambda one: not one.is_client_muted),
        ),
    ),
    suits=_is_no_gateway,
    unsuited="is in a gateway call, in which nobody mutes themselves",
)
TX_MUTE = Action(
    "tx-mute",
    "",
    "Keep from sending / let send again",
    Target.PARTICIPANTS,
    (
        Step("Keep from sending", requests.TX_MUTE, of_participant(lambda one: one.is_tx_muted)),
        Step("Let send again", requests.TX_UNMUTE, of_participant(lambda one: not one.is_tx_muted)),
    ),
    suits=lambda one: one.has_media,
    unsuited=WITHOUT_MEDIA,
)
HOLD = Action(
    "hold",
    "",
    "Hold / resume",
    Target.PARTICIPANTS,
    (
        Step("Hold", requests.HOLD, of_participant(lambda one: one.is_on_hold)),
        Step("Resume", requests.RESUME, of_participant(lambda one: not one.is_on_hold)),
    ),
    suits=lambda one: one.has_media,
    unsuited=WITHOUT_MEDIA,
)
PRESENTATION_IN_MIX = Action(
    "presentation-in-mix",
    "",
    "Presentation in the picture of people / beside it",
    Target.PARTICIPANTS,
    (
        Step(
            "Presentation in the picture",
            requests.PRESENTATION_IN_MIX,
            of_participant(lambda one: one.needs_presentation_in_mix),
            {"state": True},
        ),
        Step(
            "Presentation beside the picture",
            requests.PRESENTATION_IN_MIX,
            of_participant(lambda one: not one.needs_presentation_in_mix),
            {"state": False},
        ),
    ),
    suits=lambda one: one.has_media and not one.is_audio_only_call,
    unsuited="gets no picture",
)
CAMERA = Action(
    "far-camera",
    "",
    "Turn and zoom the camera",
    Target.PARTICIPANTS,
    opens=Form.CAMERA,
    sends=(requests.FECC,),
    suits=lambda one: one.fecc_supported and one.has_media,
    unsuited="has no camera to turn from here",
    for_one=True,
)


def transfer_step(alias: str, role: str, pin: Secret | None = None) -> Step:
    """A transfer to `alias` with a role ("guest" or "chair"), and the PIN of that role if any."""
    body = {"role": role, "conference_alias": alias}
    if pin is not None:
        body["pin"] = pin.reveal()
    return Step(f"Transfer to {clean(alias)}", requests.TRANSFER, _gone, body)


def dtmf_step(digits: str) -> Step:
    """Sending DTMF digits; the title does not name them, because they may be a PIN."""
    return Step("DTMF", requests.DTMF, lambda _, __: False, {"digits": digits}, silent=True)


def name_step(text: str) -> Step:
    """The name `text` on the picture of a participant; "" gives back the name they came by."""
    told = clean(text, NAME_LIMIT)
    return Step(
        f"Name {told} on the picture" if told else "Own name on the picture",
        requests.OVERLAY_TEXT,
        of_participant(lambda one: one.overlay_text == told if told else not one.overlay),
        {"text": text} if told else None,
    )
