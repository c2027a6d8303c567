"""The screen's own actions, and every action of a place.

An action that belongs to a place stands here or, where it sends something to the node by itself,
in `pexdash.session.moderation.actions`. An id and a key are unique within their place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from pexdash.api import requests
from pexdash.model.roster import Roster
from pexdash.session.moderation.action import Action, Place, Target
from pexdash.session.moderation.actions import ACTIONS
from pexdash.ui.commands.replay_actions import REPLAY_ACTIONS
from pexdash.ui.commands.wall_actions import WALL_ACTIONS


class Deeds(Protocol):
    """What the keys of the conference screen do to the screen."""

    def type_chat(self) -> None: ...

    def read_chat(self) -> None: ...

    def open_presentation(self) -> None: ...

    def open_media_calls(self) -> None: ...

    def open_details(self) -> None: ...

    def open_copy(self) -> None: ...

    def acknowledge(self) -> None: ...

    def mark(self) -> None: ...

    def mark_all(self) -> None: ...

    def clear(self) -> None: ...

    def open_filter(self) -> None: ...

    def sort(self) -> None: ...

    def reverse_sort(self) -> None: ...

    def open_settings(self) -> None: ...

    def open_rooms(self) -> None: ...

    def open_log(self) -> None: ...

    def open_journal(self) -> None: ...

    def export_report(self) -> None: ...

    def make_mark(self) -> None: ...

    def open_themes(self) -> None: ...

    def open_help(self) -> None: ...

    def open_palette(self) -> None: ...

    def go_back_to_wall(self) -> None: ...

    def leave(self) -> None: ...


class ScreenAction(Action, frozen=True, kw_only=True):
    """An action of the screen: `does` carries it out, `applies` says whether the key makes sense.

    `sends` names the requests that follow once the host has written or chosen something there.
    An action that `opens_line` gives a line of text the focus.
    """

    does: Callable[[Deeds], None]
    applies: Callable[[Roster], bool] = lambda _: True
    opens_line: bool = False


PRESENTATION = ScreenAction(
    "presentation",
    "P",
    "Presentation",
    Target.SCREEN,
    does=lambda screen: screen.open_presentation(),
    prominence=40,
)
MEDIA_CALL = ScreenAction(
    "media-call",
    "v",
    "Add a media call",
    Target.SCREEN,
    does=lambda screen: screen.open_media_calls(),
    sends=(requests.CALLS,),
    prominence=10,
)
CHAT = ScreenAction(
    "chat",
    "c",
    "Write in chat",
    Target.SCREEN,
    does=lambda screen: screen.type_chat(),
    sends=(requests.MESSAGE,),
    opens_line=True,
    label="Chat",
    prominence=65,
)
READ_CHAT = ScreenAction(
    "read-chat",
    "C",
    "Read the whole chat",
    Target.SCREEN,
    does=lambda screen: screen.read_chat(),
)
DETAILS = ScreenAction(
    "details",
    "enter",
    "Participant details",
    Target.SCREEN,
    does=lambda screen: screen.open_details(),
)
COPY = ScreenAction(
    "copy",
    "y",
    "Copy a name, URI or uuid, or the meeting's address",
    Target.SCREEN,
    does=lambda screen: screen.open_copy(),
)
MARK = ScreenAction(
    "mark",
    "space",
    "Mark the participant",
    Target.SCREEN,
    does=lambda screen: screen.mark(),
    prominence=25,
)
MARK_ALL = ScreenAction(
    "mark-all", "*", "Mark all shown", Target.SCREEN, does=lambda screen: screen.mark_all()
)
CLEAR = ScreenAction(
    "clear",
    "escape",
    "Clear marks and filter",
    Target.SCREEN,
    does=lambda screen: screen.clear(),
    applies=lambda roster: bool(roster.marks or roster.filter),
    prominence=96,
)
ACKNOWLEDGE = ScreenAction(
    "acknowledge",
    "k",
    "Acknowledge the alarms",
    Target.SCREEN,
    does=lambda screen: screen.acknowledge(),
    label="Ack",
    prominence=94,
)
FILTER = ScreenAction(
    "filter",
    "/",
    "Filter",
    Target.SCREEN,
    does=lambda screen: screen.open_filter(),
    opens_line=True,
    prominence=55,
)
SORT = ScreenAction(
    "sort", "f", "Sort", Target.SCREEN, does=lambda screen: screen.sort(), prominence=22
)
REVERSE_SORT = ScreenAction(
    "reverse-sort",
    "F",
    "Reverse the sort",
    Target.SCREEN,
    does=lambda screen: screen.reverse_sort(),
    prominence=12,
)
SETTINGS = ScreenAction(
    "settings",
    "e",
    "Conference settings",
    Target.SCREEN,
    does=lambda screen: screen.open_settings(),
    label="Settings",
    prominence=36,
)
ROOMS = ScreenAction(
    "breakout-rooms",
    "B",
    "Breakout rooms",
    Target.SCREEN,
    does=lambda screen: screen.open_rooms(),
    label="Rooms",
    prominence=14,
)
LOG = ScreenAction(
    "log",
    "T",
    "Log of what happened",
    Target.SCREEN,
    does=lambda screen: screen.open_log(),
    prominence=13,
)
JOURNAL = ScreenAction(
    "journal",
    "j",
    "Journal of requests",
    Target.SCREEN,
    does=lambda screen: screen.open_journal(),
    prominence=15,
)
RECORDING_MARK = ScreenAction(
    "recording-mark",
    "M",
    "Make a mark in the recording",
    Target.SCREEN,
    does=lambda screen: screen.make_mark(),
)
EXPORT = ScreenAction(
    "export-report",
    "",
    "Export the report so far",
    Target.SCREEN,
    does=lambda screen: screen.export_report(),
)
THEME = ScreenAction(
    "theme", "", "Choose a theme", Target.SCREEN, does=lambda screen: screen.open_themes()
)
HELP = ScreenAction(
    "help", "?", "Help", Target.SCREEN, does=lambda screen: screen.open_help(), prominence=98
)
PALETTE = ScreenAction(
    "palette",
    "ctrl+p",
    "Command palette",
    Target.SCREEN,
    does=lambda screen: screen.open_palette(),
    bound=False,
)
TO_WALL = ScreenAction(
    "back-to-wall",
    "w",
    "Back to the wall",
    Target.SCREEN,
    does=lambda screen: screen.go_back_to_wall(),
    label="Wall",
    prominence=95,
)
LEAVE = ScreenAction(
    "leave", "q", "Leave", Target.SCREEN, does=lambda screen: screen.leave(), prominence=97
)

SCREEN_ACTIONS: tuple[ScreenAction, ...] = (
    PRESENTATION,
    MEDIA_CALL,
    CHAT,
    READ_CHAT,
    SETTINGS,
    DETAILS,
    COPY,
    MARK,
    MARK_ALL,
    CLEAR,
    ACKNOWLEDGE,
    FILTER,
    SORT,
    REVERSE_SORT,
    ROOMS,
    LOG,
    JOURNAL,
    RECORDING_MARK,
    EXPORT,
    THEME,
    HELP,
    PALETTE,
    TO_WALL,
    LEAVE,
)

_ALL = (*ACTIONS, *SCREEN_ACTIONS, *WALL_ACTIONS, *REPLAY_ACTIONS)
_AT: Mapping[Place, Mapping[str, Action]] = {
    place: {action.id: action for action in _ALL if action.place is place} for place in Place
}


def actions_at(place: Place) -> tuple[Action, ...]:
    """Every action of `place`, in the order of the help and the footer."""
    return tuple(_AT[place].values())


def action_at(place: Place, action_id: str) -> Action:
    """The action of `place` with that id; raises KeyError where it has none."""
    return _AT[place][action_id]
