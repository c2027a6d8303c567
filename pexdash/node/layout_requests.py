"""The requests about layouts, personal mixes and audio mixes (transform_layout and its kin)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pexdash.api import requests as table
from pexdash.api.requests import Request
from pexdash.node.conference import NodeConference
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.layouts import drawn
from pexdash.node.participant import NodeParticipant
from pexdash.node.refusals import illegal_value, invalid_role, not_found
from pexdash.node.seating import SETTLES_SECONDS

PERSONAL = "main.!"
"""What the name of somebody's own mix begins with; their uuid follows, or the word below."""
_OWN = "personal"
_FAMILIES = {":0": "equal", "x": "equal", ":": "speaker"}
_OF_ROLES = {"hosts": "host_layout", "guests": "guest_layout"}


def available_layouts(request: IncomingRequest) -> object:
    """The names of the layouts, with their tags where the caller asks for these (annotate)."""
    names = request.conference.seating.layouts.available
    if not request.asks("annotate"):
        return list(names)
    return [{"name": one, "tags": _tags_of(one)} for one in names]


def _tags_of(layout: str) -> list[str]:
    return next(([tag] for sign, tag in _FAMILIES.items() if sign in layout), ["adaptive"])


def layout_svgs(request: IncomingRequest) -> object:
    """The picture of each layout whose name tells how it looks."""
    names = request.conference.seating.layouts.available
    return {one: picture for one in names if (picture := drawn(one)) is not None}


def transform_layout(request: IncomingRequest) -> object:
    """Ask for layouts and for what stands on the picture; `{}` goes back to the usual."""
    transforms = request.object("transforms")
    if not request.conference.seating.layouts.knows(transforms):
        raise illegal_value()
    _ask(request.conference, transforms)
    return True


def _ask(conference: NodeConference, transforms: Mapping[str, object]) -> None:
    conference.seating.layouts.transform(transforms)
    conference.publish_layout()
    conference.tasks.start(_settle(conference))


async def _settle(conference: NodeConference) -> None:
    await conference.clock.sleep(SETTLES_SECONDS)
    if conference.seating.settle(conference.stage):
        conference.publish_layout()


def set_guests_can_see_guests(request: IncomingRequest) -> object:
    """Choose when Guests are shown to Guests; 404 unless the conference is a lecture."""
    conference = request.conference
    if not conference.settings.lecture:
        raise not_found()
    conference.seating.layouts.guests_see_guests = request.text("setting")
    conference.publish_layout()
    return True


def override_layout(request: IncomingRequest) -> object:
    """Ask for layouts in the older way: one for each audience; no layout goes back to the usual."""
    layouts = request.conference.seating.layouts
    given = request.body.get("layouts")
    wanted = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    transforms: dict[str, object] = {}
    actors: list[str] = []
    for one in wanted:
        layout = one.get("layout")
        audience = _OF_ROLES.get(str(one.get("audience"))) if layouts.lecture else "layout"
        for name in [audience] if audience else _OF_ROLES.values():
            if layout is not None:
                transforms[name] = layout
        if one.get("actors_overlay_text") is not None:
            transforms["enable_overlay_text"] = one["actors_overlay_text"] != "off"
        seated = one.get("actors")
        actors += (
            [uuid for uuid in seated if isinstance(uuid, str)] if isinstance(seated, list) else []
        )
    if not layouts.knows(transforms):
        raise illegal_value()
    if wanted:
        layouts.actors = tuple(actors)
    _ask(request.conference, transforms)
    return True


def create_mix(request: IncomingRequest) -> object:
    """Make a mix of somebody's own, who is shown it from then on."""
    one = _owner(request, request.text("mix_name"))
    if not one.can_receive_personal_mix:
        raise illegal_value()
    _show_mix(request, one, {"mix_name": request.text("mix_name")})
    return True


def configure_mix(request: IncomingRequest) -> object:
    """Choose the layout of somebody's own mix."""
    one = _owner_of_mix(request)
    transforms = request.object("transform_layout")
    if not request.conference.seating.layouts.knows(transforms):
        raise illegal_value()
    _show_mix(
        request, one, {"mix_name": request.mix, "mix_config": {"transform_layout": transforms}}
    )
    return True


def delete_mix(request: IncomingRequest) -> object:
    """Give somebody the picture of all again."""
    _show_mix(request, _owner_of_mix(request), {"mix_name": "main"})
    return True


def _owner(request: IncomingRequest, mix: str) -> NodeParticipant:
    """Whose mix this is; a Guest may have but their own."""
    begins, found, whose = mix.partition(PERSONAL)
    uuid = request.sender.uuid if whose == _OWN else whose
    one = request.conference.participants.get(uuid)
    if begins or not found or one is None:
        raise illegal_value()
    if one is not request.sender and request.sender.role != "chair":
        raise invalid_role()
    return one


def _owner_of_mix(request: IncomingRequest) -> NodeParticipant:
    one = _owner(request, request.mix)
    if one.receive_from_video_mix.get("mix_name") != request.mix:
        raise illegal_value()
    return one


def _show_mix(request: IncomingRequest, one: NodeParticipant, mix: dict[str, object]) -> None:
    mix["timestamp"] = request.conference.clock.wall()
    request.conference.update(one.uuid, receive_from_video_mix=mix)
    request.conference.publish_layout()


def send_to_audio_mixes(request: IncomingRequest) -> object:
    """Choose whose ears somebody's sound goes to."""
    mixes = request.body["mixes"]
    heard = [
        {"mix_name": one["mix_name"], "prominent": one.get("prominent") is True}
        for one in (mixes if isinstance(mixes, list) else [])
    ]
    request.conference.update(request.uuid, send_to_audio_mixes=heard)
    return True


def receive_from_audio_mix(request: IncomingRequest) -> object:
    """Choose what somebody hears."""
    request.conference.update(request.uuid, receive_from_audio_mix=request.text("mix_name"))
    return True


def studio_sound(request: IncomingRequest) -> object:
    """Turn the studio sound of somebody on or off."""
    enabled = request.body["enabled"] is True
    request.conference.update(request.uuid, studiosound_enabled=enabled)
    return True


def layout_group(request: IncomingRequest) -> object:
    """Pin somebody to a group of seats, or to none."""
    request.conference.update(request.uuid, layout_group=request.text("layout_group") or None)
    return True


def preferred_aspect_ratio(request: IncomingRequest) -> object:
    """Take the shape of picture that a client likes; this node sends no pictures."""
    return True


LAYOUT_ROWS: tuple[tuple[Request, Callable[[IncomingRequest], object]], ...] = (
    (table.AVAILABLE_LAYOUTS, available_layouts),
    (table.LAYOUT_SVGS, layout_svgs),
    (table.TRANSFORM_LAYOUT, transform_layout),
    (table.OVERRIDE_LAYOUT, override_layout),
    (table.SET_GUESTS_CAN_SEE_GUESTS, set_guests_can_see_guests),
    (table.CREATE_MIX, create_mix),
    (table.CONFIGURE_MIX, configure_mix),
    (table.DELETE_MIX, delete_mix),
    (table.SEND_TO_AUDIO_MIXES, send_to_audio_mixes),
    (table.RECEIVE_FROM_AUDIO_MIX, receive_from_audio_mix),
    (table.STUDIO_SOUND, studio_sound),
    (table.LAYOUT_GROUP, layout_group),
    (table.PREFERRED_ASPECT_RATIO, preferred_aspect_ratio),
)
"""What each of these requests does."""
