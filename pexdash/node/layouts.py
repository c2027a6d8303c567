"""The layouts of a conference: what is asked for, what is in force, and who sits where."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pexdash.node.participant import NodeParticipant

LAYOUTS = (
    "1:0",
    "1:7",
    "5:7",
    "1:21",
    "2:21",
    "1:33",
    "4:0",
    "9:0",
    "16:0",
    "25:0",
    "2x2",
    "ac",
)
"""The layouts of a conference that is told no others."""
USUAL = "1:7"
_SEATS_OF_NO_NUMBERS = 8
_MOST_IN_A_ROW = 12
_WIDTH, _HEIGHT = 160, 90
_NAME_OF_NUMBERS = re.compile("([1-9][0-9]?)([:x])([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody is shown: a layout, and in it everybody or Hosts alone."""

    view: str
    hosts_only: bool


class Layouts:
    """What a conference may look like, and does.

    Hosts and Guests of a `lecture` (a Virtual Auditorium) have layouts of their own, by role.
    `requested` is what was asked for, `in_force` what is shown. `transforms` holds all else that
    was asked for, as the requests name it. `guests_see_guests` is "always", "no_hosts" (while no
    Host can be seen) or "never".
    """

    def __init__(self, available: tuple[str, ...], *, lecture: bool) -> None:
        self.available = available
        self.lecture = lecture
        self.requested = self._usual()
        self.in_force = self._usual()
        self.transforms: dict[str, object] = {}
        self.guests_see_guests = "no_hosts"
        self.actors: tuple[str, ...] = ()
        """The uuids of those who sit in the first seats."""

    def _usual(self) -> dict[str, str]:
        usual = USUAL if USUAL in self.available else self.available[0]
        return {"chair": usual, "guest": usual}

    @property
    def overlay_text(self) -> bool:
        """Whether names stand on the picture."""
        return self.transforms.get("enable_overlay_text") is not False

    def knows(self, transforms: Mapping[str, object]) -> bool:
        """Whether every layout that `transforms` names is one of these."""
        named = [transforms.get(name) for name in ("layout", "host_layout", "guest_layout")]
        streaming = transforms.get("streaming")
        if isinstance(streaming, dict):
            named.append(streaming.get("layout"))
        return all(one is None or one in self.available for one in named)

    def transform(self, transforms: Mapping[str, object]) -> None:
        """Ask for what `transforms` names, and leave the rest; none at all asks for the usual."""
        if not transforms:
            self.requested, self.transforms, self.actors = self._usual(), {}, ()
            return
        roles = {"host_layout": "chair", "guest_layout": "guest"} if self.lecture else {}
        for name, value in transforms.items():
            if name == "layout" and not self.lecture:
                self.requested = dict.fromkeys(self.requested, str(value))
            elif name in roles:
                self.requested[roles[name]] = str(value)
            else:
                self.transforms[name] = value

    def settle(self) -> bool:
        """Put in force what was asked for; False where it was already."""
        if self.in_force == self.requested:
            return False
        self.in_force = dict(self.requested)
        return True

    @property
    def seats(self) -> int:
        """How many people the largest picture in force has room for."""
        return max(map(seats_in, self.in_force.values()))

    @property
    def usual_sight(self) -> Sight:
        """What Hosts are shown."""
        return Sight(self.in_force["chair"], hosts_only=False)

    def sight_of(self, one: NodeParticipant, *, host_seated: bool) -> Sight:
        """What `one` is shown, with any Host in a seat or with none."""
        listens = self.lecture and one.role != "chair"
        alone = {"always": False, "no_hosts": host_seated, "never": True}
        own = personal_layout(one)
        view = own or self.in_force["guest" if listens else "chair"]
        return Sight(view, hosts_only=listens and alone[self.guests_see_guests])

    def event(
        self, sight: Sight, seats: list[str], people: Mapping[str, NodeParticipant]
    ) -> dict[str, object]:
        """The data of a `layout` event for those who are shown `sight`."""
        if sight.hosts_only:
            seats = [one for one in seats if one in people and people[one].role == "chair"]
        return {
            "view": sight.view,
            "participants": seats[: seats_in(sight.view)],
            "requested_layout": {
                "primary_screen": {
                    "chair_layout": self.requested["chair"],
                    "guest_layout": self.requested["guest"],
                }
            },
            "overlay_text_enabled": self.overlay_text,
        }


def seats_in(layout: str) -> int:
    """How many people a layout shows, by its name."""
    grid = _numbers(layout)
    return _SEATS_OF_NO_NUMBERS if grid is None else grid.mains + grid.others


@dataclass(frozen=True, slots=True)
class _Grid:
    """Large pictures in so many rows, and small ones below them."""

    mains: int
    rows: int
    others: int = 0


@lru_cache(64)
def _numbers(layout: str) -> _Grid | None:
    """What a name such as "1:7" or "2x2" says; None where it is a word."""
    found = _NAME_OF_NUMBERS.fullmatch(layout)
    if found is None:
        return None
    first, second = int(found[1]), int(found[3])
    if found[2] == "x":
        return _Grid(first * second, second)
    return _Grid(first, 1 if second else max(1, math.isqrt(first)), second)


def personal_layout(one: NodeParticipant) -> str:
    """The layout that somebody has for themselves, or ""."""
    config: object = one.receive_from_video_mix
    for name in ("mix_config", "transform_layout", "layout"):
        config = config.get(name) if isinstance(config, dict) else None
    return config if isinstance(config, str) else ""


def drawn(layout: str) -> str | None:
    """The picture of a layout in SVG; None for one whose name does not tell how it looks."""
    grid = _numbers(layout)
    if grid is None:
        return None
    rects = "".join(
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#9aa0a6"/>'
        for x, y, width, height in _places(grid)
    )
    frame = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    return f"<svg {frame}>{rects}</svg>"


def _places(grid: _Grid) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height of each picture."""
    rows = -(-grid.others // _MOST_IN_A_ROW)
    split = _HEIGHT - max(20 * rows, 24 if rows else 0)
    inset = 20 if grid.mains == 1 and rows else 0
    places = _rows(grid.mains, grid.rows, 0, split, inset)
    return places + _rows(grid.others, rows, split, _HEIGHT)


def _rows(
    count: int, rows: int, top: int, low: int, inset: int = 0
) -> list[tuple[int, int, int, int]]:
    if not rows:
        return []
    columns = -(-count // rows)
    width, height = (_WIDTH - 2 * inset) // columns, (low - top) // rows
    return [
        (
            inset + width * (at % columns) + 1,
            top + height * (at // columns) + 1,
            width - 2,
            height - 2,
        )
        for at in range(count)
    ]
