"""The row of the request table that the raw path of a request stands for."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from pexdash.api.requests import EVENTS, REQUESTS, Request, Scope
from pexdash.node.handlers import HANDLERS
from pexdash.node.pictures import PICTURES
from pexdash.node.web_app_requests import THEME, WEB_APP

PREFIX = ["", "api", "client", "v2"]


@dataclass(frozen=True, slots=True)
class Route:
    """What a path stands for: the alias, decoded, a request, and whom or what it is about.

    `room` is the breakout room that the request goes to, "" for the conference itself.
    """

    alias: str
    scope: Scope
    name: str
    participant: str = ""
    call: str = ""
    mix: str = ""
    room: str = ""

    def requests(self) -> dict[str, Request]:
        """The requests this path stands for, by method; empty where there are none."""
        found = _TABLE.get((self.scope, self.name), {})
        if not self.room:
            return found
        return {method: request for method, request in found.items() if request.in_rooms}


# A request that this node does not have is not found, as on an older node.
ANSWERED = HANDLERS.keys() | PICTURES.keys()


def _table() -> dict[tuple[Scope, str], dict[str, Request]]:
    table: dict[tuple[Scope, str], dict[str, Request]] = {}
    for request in (*REQUESTS, THEME, *WEB_APP):
        if request in (EVENTS, THEME) or (request.scope, request.name) in ANSWERED:
            table.setdefault((request.scope, request.name), {})[request.method] = request
    return table


_TABLE = _table()


def is_status(raw_path: str) -> bool:
    """Whether the path asks for the node's own status."""
    return raw_path.split("/") == [*PREFIX, "status"]


def find_route(raw_path: str) -> Route | None:
    """Read a raw path; every part, the alias too, may be percent-encoded or not."""
    parts = [unquote(part) for part in raw_path.split("/")]
    if parts[:5] != [*PREFIX, "conferences"] or "" in parts[5:-1]:
        return None
    match parts[5:]:
        case [alias, "theme", ""]:
            return Route(alias, Scope.CONFERENCE, THEME.name)
        case [alias, "breakouts", room, *rest] if room and rest:
            return _route(alias, rest, room)
        case [alias, *rest]:
            return _route(alias, rest)
    return None


def _route(alias: str, parts: list[str], room: str = "") -> Route | None:
    match parts:
        case [name]:
            return Route(alias, Scope.CONFERENCE, name, room=room)
        case ["breakouts" | "participants" as first, name]:
            return Route(alias, Scope.CONFERENCE, f"{first}/{name}", room=room)
        case ["video_mixes", "create"]:
            return Route(alias, Scope.CONFERENCE, "video_mixes/create", room=room)
        case ["video_mixes", mix, name]:
            return Route(alias, Scope.MIX, f"video_mixes/{name}", mix=mix, room=room)
        case ["participants", uuid, name]:
            return Route(alias, Scope.PARTICIPANT, name, uuid, room=room)
        case ["participants", uuid, "calls", call, name]:
            return Route(alias, Scope.CALL, name, uuid, call, room=room)
    return None
