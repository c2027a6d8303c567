"""The wall's rows of the action table: what its keys do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.session.moderation.action import Action, Place, Target


class Aim(Struct, frozen=True):
    """What a key of the wall is for, as it was when the key was pressed.

    `page` are the alarms that needed somebody and were in sight.
    """

    conference: ConferenceKey | None = None
    alarm: AlarmKey | None = None
    page: tuple[AlarmKey, ...] = ()


class WallDeeds(Protocol):
    """What the keys of a wall do."""

    def open_conference(self, aim: Aim) -> None: ...

    def next_unacked(self, aim: Aim) -> None: ...

    def previous_unacked(self, aim: Aim) -> None: ...

    def acknowledge(self, aim: Aim) -> None: ...

    def acknowledge_page(self, aim: Aim) -> None: ...

    def shelve(self, aim: Aim) -> None: ...

    def open_shelf(self, aim: Aim) -> None: ...

    def do_suggested(self, aim: Aim) -> None: ...

    def switch_bell(self, aim: Aim) -> None: ...

    def next_view(self, aim: Aim) -> None: ...

    def open_filter(self, aim: Aim) -> None: ...

    def clear(self, aim: Aim) -> None: ...

    def open_log(self, aim: Aim) -> None: ...

    def open_themes(self, aim: Aim) -> None: ...

    def open_help(self, aim: Aim) -> None: ...

    def open_palette(self, aim: Aim) -> None: ...

    def leave(self, aim: Aim) -> None: ...


class WallAction(Action, frozen=True, kw_only=True):
    """An action of the wall: `does` carries it out.

    One that `acts_once` does so however long its key is held. One that `opens_line` gives a line of
    text the focus.
    """

    does: Callable[[WallDeeds, Aim], None]
    acts_once: bool = False
    opens_line: bool = False

    @property
    def acts(self) -> bool:
        return self.acts_once


def _action(
    id: str,
    key: str,
    title: str,
    does: Callable[[WallDeeds, Aim], None],
    *,
    label: str = "",
    prominence: int = 0,
    acts: bool = False,
    opens_line: bool = False,
    bound: bool = True,
) -> WallAction:
    return WallAction(
        id,
        key,
        title,
        Target.SCREEN,
        place=Place.WALL,
        label=label,
        prominence=prominence,
        bound=bound,
        does=does,
        acts_once=acts,
        opens_line=opens_line,
    )


OPEN = _action(
    "open-conference",
    "enter",
    "Open the conference, on whom the alarm is about",
    lambda deeds, aim: deeds.open_conference(aim),
    label="Open",
    prominence=80,
    acts=True,
)
NEXT_UNACKED = _action(
    "next-unacked",
    "n",
    "Next alarm that needs somebody",
    lambda deeds, aim: deeds.next_unacked(aim),
    label="Next",
    prominence=79,
)
PREVIOUS_UNACKED = _action(
    "previous-unacked",
    "N",
    "Previous alarm that needs somebody",
    lambda deeds, aim: deeds.previous_unacked(aim),
    label="Previous",
)
ACKNOWLEDGE = _action(
    "acknowledge",
    "k",
    "Acknowledge the alarm",
    lambda deeds, aim: deeds.acknowledge(aim),
    label="Ack",
    prominence=78,
    acts=True,
)
ACKNOWLEDGE_PAGE = _action(
    "acknowledge-page",
    "K",
    "Acknowledge all alarms in sight (asks)",
    lambda deeds, aim: deeds.acknowledge_page(aim),
    label="Ack page",
    prominence=60,
    acts=True,
)
SHELVE = _action(
    "shelve",
    "z",
    "Shelve the alarm for a while",
    lambda deeds, aim: deeds.shelve(aim),
    label="Shelve",
    prominence=70,
    acts=True,
)
SHELF = _action(
    "what-is-shelved",
    "Z",
    "What is shelved; shelve a conference or a cluster",
    lambda deeds, aim: deeds.open_shelf(aim),
    label="Shelf",
    prominence=40,
    acts=True,
)
SUGGESTED = _action(
    "suggested",
    "!",
    "Do what is suggested (asks)",
    lambda deeds, aim: deeds.do_suggested(aim),
    label="Do it",
    prominence=75,
    acts=True,
)
BELL = _action(
    "wall-bell",
    "b",
    "Bell on / off",
    lambda deeds, aim: deeds.switch_bell(aim),
    label="Bell",
    prominence=50,
    acts=True,
)
ORDER = _action(
    "wall-order",
    "f",
    "Show in another order for a minute",
    lambda deeds, aim: deeds.next_view(aim),
    label="Order",
    prominence=45,
)
WALL_FILTER = _action(
    "filter",
    "/",
    "Filter",
    lambda deeds, aim: deeds.open_filter(aim),
    prominence=55,
    opens_line=True,
)
WALL_CLEAR = _action(
    "clear",
    "escape",
    "Clear the filter and the order",
    lambda deeds, aim: deeds.clear(aim),
    label="Clear",
    prominence=96,
)
WALL_LOG = _action(
    "log",
    "T",
    "Log of what happened",
    lambda deeds, aim: deeds.open_log(aim),
    prominence=42,
)
WALL_THEME = _action("theme", "", "Choose a theme", lambda deeds, aim: deeds.open_themes(aim))
WALL_HELP = _action("help", "?", "Help", lambda deeds, aim: deeds.open_help(aim), prominence=98)
WALL_PALETTE = _action(
    "palette", "ctrl+p", "Command palette", lambda deeds, aim: deeds.open_palette(aim), bound=False
)
WALL_LEAVE = _action("leave", "q", "Leave", lambda deeds, aim: deeds.leave(aim), prominence=97)

WALL_ACTIONS: tuple[WallAction, ...] = (
    OPEN,
    NEXT_UNACKED,
    PREVIOUS_UNACKED,
    ACKNOWLEDGE,
    ACKNOWLEDGE_PAGE,
    SHELVE,
    SHELF,
    SUGGESTED,
    BELL,
    ORDER,
    WALL_FILTER,
    WALL_CLEAR,
    WALL_LOG,
    WALL_THEME,
    WALL_HELP,
    WALL_PALETTE,
    WALL_LEAVE,
)

CURSOR_KEYS = {
    "up": "move(0, -1)",
    "down": "move(0, 1)",
    "left": "move(-1, 0)",
    "right": "move(1, 0)",
    "tab": "switch",
    "shift+tab": "switch",
    "pageup": "turn(-1)",
    "pagedown": "turn(1)",
    "home": "jump(-1)",
    "end": "jump(1)",
}
"""The cursor's own keys, which nobody can change."""
