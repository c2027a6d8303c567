"""What a conference is at this moment, as a stream begins with it and requests ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pexdash.node.participant import NodeParticipant
from pexdash.node.stage import layout_of

if TYPE_CHECKING:
    from pexdash.node.conference import NodeConference


def status(conference: NodeConference) -> dict[str, object]:
    """The data of conference_update and the result of conference_status."""
    return {
        "locked": conference.locked,
        "guests_muted": conference.guests_muted,
        "started": conference.started,
        "all_muted": False,
        "presentation_allowed": True,
        "guests_can_unmute": False,
        "guests_can_present": True,
        "direct_media": False,
        "breakout_rooms": False,
        "live_captions_available": False,
        "chat_enabled": True,
        "classification": {"levels": {}, "current": None},
        "message_text": None,
        "pinning_config": "",
    }


def presentation(conference: NodeConference) -> tuple[str, object]:
    """The event that says who presents, or that nobody does."""
    one = conference.participants.get(conference.presenter or "")
    if one is None:
        return "presentation_stop", None
    names = {"presenter_name": one.display_name, "presenter_uri": one.uri}
    return "presentation_start", {**names, "presenter_uuid": one.uuid}


def visible_to(conference: NodeConference, uuid: str) -> list[NodeParticipant]:
    """Whom a participant gets to see: everybody, or itself alone while it waits."""
    if conference.is_in(uuid):
        return list(conference.participants.values())
    return [one for one in (conference.participants.get(uuid),) if one is not None]


def greet(conference: NodeConference, uuid: str) -> None:
    """Send what a new stream starts with (API guide, Server-sent events)."""
    conference.audience.tell(uuid, "hello", None)
    conference.audience.tell(uuid, "conference_update", status(conference))
    send_state(conference, uuid)


def send_state(conference: NodeConference, uuid: str) -> None:
    """Send the participant list in its bracket, then stage, layout, presentation and its frame."""
    tell = conference.audience.tell
    inside = conference.is_in(uuid)
    tell(uuid, "participant_sync_begin", None)
    for one in visible_to(conference, uuid):
        tell(uuid, "participant_create", one.wire())
    tell(uuid, "participant_sync_end", None)
    tell(uuid, "stage", conference.stage.stage_data() if inside else [])
    tell(uuid, "layout", layout_of(conference.stage.seats if inside else []))
    tell(uuid, *(presentation(conference) if inside else ("presentation_stop", None)))
    if inside:
        conference.slides.tell(uuid)
