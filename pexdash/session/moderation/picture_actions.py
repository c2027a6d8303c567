"""The actions on one person's picture and sound, and the steps that their forms make."""

from __future__ import annotations

from pexdash.api import requests
from pexdash.model.participant import AudioMix
from pexdash.session.moderation.action import (
    WITHOUT_MEDIA,
    Action,
    Form,
    Step,
    Target,
    of_participant,
)
from pexdash.text import clean

STUDIO_SOUND = Action(
    "studio-sound",
    "",
    "Studio sound on / off",
    Target.PARTICIPANTS,
    (
        Step(
            "Studio sound",
            requests.STUDIO_SOUND,
            of_participant(lambda one: one.studiosound_enabled is True),
            {"enabled": True},
        ),
        Step(
            "Studio sound off",
            requests.STUDIO_SOUND,
            of_participant(lambda one: one.studiosound_enabled is not True),
            {"enabled": False},
        ),
    ),
    suits=lambda one: one.has_media,
    unsuited=WITHOUT_MEDIA,
)
PERSONAL_LAYOUT = Action(
    "personal-layout",
    "",
    "Layout for one person",
    Target.PARTICIPANTS,
    opens=Form.PERSONAL_LAYOUT,
    sends=(requests.CREATE_MIX, requests.CONFIGURE_MIX, requests.DELETE_MIX),
    suits=lambda one: one.can_receive_personal_mix,
    unsuited="can have no layout of their own",
)
AUDIO_MIX = Action(
    "audio-mix",
    "",
    "What somebody hears (interpretation)",
    Target.PARTICIPANTS,
    opens=Form.AUDIO_MIX,
    sends=(requests.RECEIVE_FROM_AUDIO_MIX,),
    suits=lambda one: one.has_media,
    unsuited=WITHOUT_MEDIA,
)
AUDIO_MIXES = Action(
    "audio-mixes",
    "",
    "Where somebody is heard (interpretation)",
    Target.PARTICIPANTS,
    opens=Form.AUDIO_MIXES,
    sends=(requests.SEND_TO_AUDIO_MIXES,),
    suits=lambda one: one.has_media,
    unsuited=WITHOUT_MEDIA,
)
LAYOUT_GROUP = Action(
    "layout-group",
    "",
    "Pin to a group of seats",
    Target.PARTICIPANTS,
    opens=Form.LAYOUT_GROUP,
    sends=(requests.LAYOUT_GROUP,),
    suits=lambda one: one.has_media,
    unsuited=WITHOUT_MEDIA,
)
ASPECT_RATIO = Action(
    "aspect-ratio",
    "",
    "Shape of our own picture",
    Target.PARTICIPANTS,
    opens=Form.ASPECT_RATIO,
    sends=(requests.PREFERRED_ASPECT_RATIO,),
    suits=lambda one: one.has_media,
    unsuited=WITHOUT_MEDIA,
)


def hears_step(mix: str) -> Step:
    """Letting a participant hear the audio mix of that name."""
    shown = of_participant(lambda one: one.receive_from_audio_mix == mix)
    return Step(f"Hear {clean(mix)}", requests.RECEIVE_FROM_AUDIO_MIX, shown, {"mix_name": mix})


def heard_in_step(mixes: tuple[AudioMix, ...]) -> Step:
    """Sending a participant's sound to these audio mixes."""
    shown = of_participant(lambda one: one.send_to_audio_mixes == mixes)
    sent = [{"mix_name": one.mix_name, "prominent": one.prominent} for one in mixes]
    return Step("Heard in", requests.SEND_TO_AUDIO_MIXES, shown, {"mixes": sent})


def layout_group_step(group: str) -> Step:
    """Pinning a participant to a group of seats, "" for none."""
    shown = of_participant(lambda one: (one.layout_group or "") == group)
    title = f"Pin to {clean(group)}" if group else "Unpin"
    return Step(title, requests.LAYOUT_GROUP, shown, {"layout_group": group or None})


def aspect_ratio_step(ratio: float) -> Step:
    """Saying what width by height of picture we like; no event shows it."""
    body = {"aspect_ratio": ratio}
    return Step(
        "Shape of picture", requests.PREFERRED_ASPECT_RATIO, lambda _, __: False, body, silent=True
    )
