"""The requests for what is set once a meeting: each tells a value, or changes it for all."""

from __future__ import annotations

from pexdash.node.call_requests import end_forbidden_presentation
from pexdash.node.conference import NodeConference
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.refusals import Refusal, bad_request
from pexdash.node.silent_video import LOOK_SECONDS, SilentVideo

_ILLEGAL = "Illegal value"


def set_guests_can_unmute(request: IncomingRequest) -> object:
    """Let Guests unmute themselves, or no more."""
    request.conference.set_for_all(guests_can_unmute=request.body["setting"])
    return True


def set_guests_can_present(request: IncomingRequest) -> object:
    """Let Guests present, or no more; a Guest who presents stops."""
    request.conference.set_for_all(guests_can_present=request.body["setting"])
    end_forbidden_presentation(request.conference)
    return True


def get_classification_level(request: IncomingRequest) -> object:
    """The levels by number, and the one in force."""
    return request.conference.in_force.classification()


def set_classification_level(request: IncomingRequest) -> object:
    """Put a level in force; 400 for one that there is not."""
    level = request.body["level"]
    if not isinstance(level, int) or level >= len(
        request.conference.settings.classification_levels
    ):
        raise bad_request(_ILLEGAL)
    request.conference.set_for_all(level=level)
    return True


def get_message_text(request: IncomingRequest) -> object:
    """The banner over the video, "" for none, and the Unix time at which it was set."""
    in_force = request.conference.in_force
    return {"text": in_force.banner, "set_time": in_force.banner_time}


def set_message_text(request: IncomingRequest) -> object:
    """Put a banner over the video; no text, or "", takes it away."""
    conference, text = request.conference, request.text("text")
    if text != conference.in_force.banner:
        conference.set_for_all(banner=text, banner_time=conference.clock.wall())
    return True


def available_pinning_configs(request: IncomingRequest) -> object:
    """The names of the pinning configurations."""
    return list(request.conference.settings.pinning_configs)


def get_pinning_config(request: IncomingRequest) -> object:
    """The pinning configuration in force, "" for none; its inside is empty on this node."""
    return {
        "pinning_config": request.conference.in_force.pinning_config,
        "pinning_config_dict": {},
    }


def set_pinning_config(request: IncomingRequest) -> object:
    """Put a pinning configuration in force; "" takes it away, 400 for one that there is not."""
    name = request.text("pinning_config")
    if name and name not in request.conference.settings.pinning_configs:
        raise bad_request(_ILLEGAL)
    request.conference.set_for_all(pinning_config=name)
    return True


def get_clock(request: IncomingRequest) -> object:
    """The clock over the video as it was set; an empty object before that."""
    return request.conference.in_force.clock or {}


def set_clock(request: IncomingRequest) -> object:
    """Put a clock over the video."""
    given = {name: request.body.get(name) for name in [field.name for field in request.row.body]}
    clock = {
        name: request.text(name) if isinstance(value, str) else value
        for name, value in given.items()
        if value is not None
    }
    request.conference.set_for_all(clock=clock)
    return True


def silent_video_detection(request: IncomingRequest) -> object:
    """Begin to look for silent videos, or end that."""
    config = request.body["config"]
    assert isinstance(config, dict), "an object, as the table of requests wants it"
    conference, detection = request.conference, SilentVideo.of(config)
    before, conference.in_force.silent_video = conference.in_force.silent_video, detection
    for uuid in before.silent if before is not None else ():
        conference.update(uuid, is_video_silent=False)
    if detection.enable:
        conference.tasks.start(_look_for_silence(conference, detection))
    return True


async def _look_for_silence(conference: NodeConference, detection: SilentVideo) -> None:
    while conference.in_force.silent_video is detection:
        seated = [one.uuid for one in conference.participants.values() if one.seated]
        for uuid in sorted(detection.look(seated, conference.stage.vads)):
            conference.update(uuid, is_video_silent=uuid in detection.silent)
        await conference.clock.sleep(LOOK_SECONDS)


def show_live_captions(request: IncomingRequest) -> object:
    """Send the captions to a client from now on; 403 where the conference has none."""
    if not request.conference.settings.live_captions:
        raise Refusal(403, "Live captions are not available")
    request.conference.update(request.uuid, show_live_captions=True)
    return None


def hide_live_captions(request: IncomingRequest) -> object:
    """Send a client no captions any more."""
    request.conference.update(request.uuid, show_live_captions=False)
    return None
