"""What a conference is at this moment, as a stream begins with it and requests ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pexdash.node.meeting_settings import MeetingSettings
from pexdash.node.participant import NodeParticipant
from pexdash.node.stage import Stage


def status(
    *, locked: bool, guests_muted: bool, started: bool, in_force: MeetingSettings
) -> dict[str, object]:
    """The data of conference_update and the result of conference_status."""
    return {
        "locked": locked,
        "guests_muted": guests_muted,
        "started": started,
        "all_muted": False,
        "presentation_allowed": True,
        "direct_media": False,
        "breakout_rooms": False,
        "chat_enabled": True,
        **in_force.status(),
    }


def presentation(presenter: NodeParticipant | None) -> tuple[str, object]:
    """The event that says who presents, or that nobody does."""
    if presenter is None:
        return "presentation_stop", None
    names = {"presenter_name": presenter.display_name, "presenter_uri": presenter.uri}
    return "presentation_start", {**names, "presenter_uuid": presenter.uuid}


def state(
    people: Iterable[bytes],
    stage: Stage | None,
    layout: Mapping[str, object],
    presenter: NodeParticipant | None,
) -> Iterator[tuple[str, object]]:
    """The participant list in its bracket, then stage, layout and presentation, event by event.

    `people` are those the reader gets to see, as JSON; `stage` is None for one who waits.
    """
    yield "participant_sync_begin", None
    for one in people:
        yield "participant_create", one
    yield "participant_sync_end", None
    yield "stage", stage.stage_data() if stage else []
    yield "layout", layout
    yield presentation(presenter)
