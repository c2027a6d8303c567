"""The table of what is set once a meeting: each setting, and the steps that change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from pexdash.api import requests
from pexdash.api.coerce import as_text
from pexdash.api.requests import Request
from pexdash.model.conference import Conference
from pexdash.session.moderation.action import Action, Step, Target
from pexdash.session.moderation.actions import LOCK, MUTE_GUESTS
from pexdash.session.moderation.participant_actions import CAPTIONS
from pexdash.text import CHAT_LIMIT, NAME_LIMIT, clean


class Setting(Struct, frozen=True):
    """One setting: the action that changes it, and the node's own value of it.

    `told` returns that value in words, None where the node has not told it. `question` is the
    request that asks for it, beside the events. A setting that `needs_telling` is there only where
    the node tells its value; of the others there are those whose value no node tells.
    """

    title: str
    action: Action
    told: Callable[[Conference], str | None]
    question: Request | None = None
    needs_telling: bool = False


def _flag(name: str) -> Callable[[Conference], str | None]:
    def told(conference: Conference) -> str | None:
        value = getattr(conference.status, name)
        return None if value is None else "yes" if value else "no"

    return told


def _switch(action_id: str, title: str, request: Request, name: str) -> Setting:
    """A property of the conference that a request with `setting` switches on and off."""

    def step(words: str, value: bool) -> Step:
        return Step(
            f"{title}: {words}",
            request,
            lambda it, _: getattr(it.status, name) is value,
            {"setting": value},
        )

    steps = (step("yes", True), step("no", False))
    action = Action(action_id, "", title, Target.CONFERENCE, steps)
    return Setting(title, action, _flag(name), needs_telling=True)


def _filled(
    action_id: str,
    title: str,
    request: Request,
    told: Callable[[Conference], str | None],
    question: Request | None = None,
) -> Setting:
    """What a form is needed to change; without a `question` no node tells its value."""
    action = Action(action_id, "", title, Target.CONFERENCE, sends=(request,))
    return Setting(title, action, told, question, needs_telling=question is not None)


def level_name(conference: Conference) -> str:
    """The name of the classification in force, or its number; "" where there is none."""
    told = conference.status.classification
    if told is None or told.current is None:
        return ""
    return told.levels.get(told.current) or f"level {told.current}"


def _classification(conference: Conference) -> str | None:
    told = conference.status.classification
    if told is None or not told.levels:
        return None
    return level_name(conference) or "none"


def _banner(conference: Conference) -> str | None:
    text = conference.status.message_text
    return text if text is None else " ".join(text.split()) or "none"


def _captions(conference: Conference) -> str | None:
    me = conference.participants.get(conference.me)
    if me is None:
        return None
    return "shown" if me.show_live_captions else "not shown"


def _clock(conference: Conference) -> str | None:
    clock = conference.status.clock
    if clock is None:
        return None
    return " ".join(filter(None, (clock.prefix, clock.kind, clock.suffix))) or "none"


LOCKED = Setting("Locked", LOCK, _flag("locked"))
GUESTS_MUTED = Setting("Guests muted", MUTE_GUESTS, _flag("guests_muted"))
GUESTS_UNMUTE = _switch(
    "guests-can-unmute",
    "Guests may unmute",
    requests.SET_GUESTS_CAN_UNMUTE,
    "guests_can_unmute",
)
GUESTS_PRESENT = _switch(
    "guests-can-present",
    "Guests may present",
    requests.SET_GUESTS_CAN_PRESENT,
    "guests_can_present",
)
GUESTS_SEE_GUESTS = _filled(
    "guests-see-guests",
    "Guests see Guests",
    requests.SET_GUESTS_CAN_SEE_GUESTS,
    lambda _: None,
)
BANNER = _filled(
    "banner",
    "Banner over the video",
    requests.SET_MESSAGE_TEXT,
    _banner,
    requests.GET_MESSAGE_TEXT,
)
CLASSIFICATION = _filled(
    "classification",
    "Classification",
    requests.SET_CLASSIFICATION_LEVEL,
    _classification,
    requests.GET_CLASSIFICATION_LEVEL,
)
PINNING = _filled(
    "pinning",
    "Pinning",
    requests.SET_PINNING_CONFIG,
    lambda it: it.status.pinning_config or None,
    requests.GET_PINNING_CONFIG,
)
LIVE_CAPTIONS = Setting("Live captions for us", CAPTIONS, _captions)
SILENT_VIDEO = _filled(
    "silent-video",
    "Silent video detection",
    requests.SILENT_VIDEO_DETECTION,
    lambda _: None,
)
CLOCK = _filled(
    "clock",
    "Clock over the video",
    requests.SET_CLOCK,
    _clock,
    requests.GET_CLOCK,
)
SETTINGS = (
    LOCKED,
    GUESTS_MUTED,
    GUESTS_UNMUTE,
    GUESTS_PRESENT,
    GUESTS_SEE_GUESTS,
    BANNER,
    CLASSIFICATION,
    PINNING,
    LIVE_CAPTIONS,
    SILENT_VIDEO,
    CLOCK,
)


def banner_step(text: str) -> Step:
    """Putting up a banner; "" takes it away."""
    shown = clean(text, CHAT_LIMIT, lines=True)
    return Step(
        "Banner" if text else "No banner",
        requests.SET_MESSAGE_TEXT,
        lambda it, _: (it.status.message_text or "") == shown,
        {"text": text},
    )


def classification_step(level: int, name: str) -> Step:
    """Classifying the conference as `level`, whose name is `name`."""

    def shown(conference: Conference, _: str) -> bool:
        told = conference.status.classification
        return told is not None and told.current == level

    return Step(f"Classify as {name}", requests.SET_CLASSIFICATION_LEVEL, shown, {"level": level})


def pinning_step(config: str) -> Step:
    """Pinning by a configuration of the node's; "" by none."""
    name = as_text(config, NAME_LIMIT)
    return Step(
        f"Pin by {name}" if name else "Pin nobody",
        requests.SET_PINNING_CONFIG,
        lambda it, _: (it.status.pinning_config or "") == name,
        {"pinning_config": config},
    )


def guests_see_guests_step(setting: str) -> Step:
    """Whether Guests see Guests: "always", "no_hosts" (while no Host is in) or "never"."""
    title = f"Guests see Guests: {setting}"
    body = {"setting": setting}
    return Step(title, requests.SET_GUESTS_CAN_SEE_GUESTS, lambda _, __: False, body, silent=True)


def silent_video_step(config: Mapping[str, object]) -> Step:
    """Silent video detection with these fields of `config`."""
    title = f"Silent video detection: {'on' if config.get('enable') else 'off'}"
    body = {"config": config}
    return Step(title, requests.SILENT_VIDEO_DETECTION, lambda _, __: False, body, silent=True)


def clock_step(body: Mapping[str, object]) -> Step:
    """Putting a clock over the video."""
    return Step("Clock", requests.SET_CLOCK, lambda _, __: False, body, silent=True)
