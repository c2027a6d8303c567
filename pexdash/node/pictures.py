"""The requests for a picture, drawn off the event loop (avatar.jpg, presentation.jpeg, ...)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from pexdash.api import requests as table
from pexdash.api.requests import Request, Scope
from pexdash.node.incoming_request import IncomingRequest
from pexdash.node.people import in_plain_letters
from pexdash.node.presenting import Slide
from pexdash.node.refusals import bad_request, no_image

SMALLEST, USUAL, LARGEST = 16, 128, 1024


async def avatar(request: IncomingRequest) -> bytes:
    """The picture of a participant, `width` by `height` pixels; API participants have none."""
    one = request.conference.participants[request.uuid]
    if one.protocol == "api":
        raise no_image()
    width, height = _size(_query(request))
    initials = _initials(in_plain_letters(one.display_name, one.uri))
    return await asyncio.to_thread(_draw_avatar, initials, one.uuid, width, height)


async def presentation(request: IncomingRequest) -> bytes:
    """The frame whose id is in the query or a header; 404 unless somebody presents it.

    This node has each frame in one size.
    """
    frame_id = _query(request).get("id") or request.headers.get("id", "")
    slide = request.conference.presenting.slides.find(frame_id)
    if slide is None or not request.conference.is_in(request.sender.uuid):
        raise no_image()
    form = "PNG" if request.row is table.PRESENTATION_PNG else "JPEG"
    return await asyncio.to_thread(_draw_slide, slide, form)


PICTURES: dict[tuple[Scope, str], Callable[[IncomingRequest], Awaitable[bytes]]] = {
    (table.AVATAR.scope, table.AVATAR.name): avatar,
    (table.PRESENTATION.scope, table.PRESENTATION.name): presentation,
    (table.PRESENTATION_HIGH.scope, table.PRESENTATION_HIGH.name): presentation,
    (table.PRESENTATION_PNG.scope, table.PRESENTATION_PNG.name): presentation,
}


def media_type_of(request: Request) -> str:
    """What the answer to a request for a picture says it holds."""
    return "image/png" if request is table.PRESENTATION_PNG else "image/jpeg"


# Pillow is loaded by the first picture asked for, in its thread.
def _draw_avatar(initials: str, uuid: str, width: int, height: int) -> bytes:
    from pexdash.node.drawing import draw_avatar

    return draw_avatar(initials, uuid, width, height)


def _draw_slide(slide: Slide, form: str) -> bytes:
    from pexdash.node.drawing import draw_slide

    return draw_slide(slide, form)


def _query(request: IncomingRequest) -> dict[str, str]:
    return dict(parse_qsl(request.received.query))


def _size(query: dict[str, str]) -> tuple[int, int]:
    sides = []
    for name, other in (("width", "height"), ("height", "width")):
        side = query.get(name) or query.get(other) or str(USUAL)
        if not (side.isascii() and side.isdecimal()) or len(side) > 9:
            raise bad_request("Illegal value")
        sides.append(max(SMALLEST, min(LARGEST, int(side))))
    return sides[0], sides[1]


def _initials(name: str) -> str:
    words = [word for part in name.split() if (word := part.strip("[]()\"'.,+"))]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
