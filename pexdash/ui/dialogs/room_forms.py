"""The forms of breakout rooms: a new one, where to move people, and a line to write."""

from __future__ import annotations

from collections.abc import Sequence

from pexdash.session.moderation.rooms import NewRoom
from pexdash.text import CHAT_LIMIT
from pexdash.ui.dialogs.form import FormDialog, FormField, Values

_LONGEST_MINUTES = 24 * 60
_SHOWN_NAMES = 8


def room_form(names: Sequence[str]) -> FormDialog:
    """The form of a new room, into which people of these names are moved."""
    return FormDialog(
        "Open a breakout room",
        [
            FormField("name", "Name", placeholder="Red"),
            FormField("description", "Description"),
            FormField("minutes", "Minutes", placeholder="empty: until it is closed"),
            FormField(
                "end_action",
                "At its end",
                options=(("transfer", "back to the main room"), ("disconnect", "all leave")),
            ),
            FormField("may_leave", "Guests may leave it", options=(("yes", "yes"), ("no", "no"))),
        ],
        details=["With " + shortened(names)] if names else ["Empty; space marks who comes with it"],
        verb="opens it",
        check=_check_room,
    )


def _check_room(values: Values) -> str:
    if not values["name"]:
        return "What is the room called?"
    minutes = values["minutes"]
    if minutes and not (
        minutes.isascii() and minutes.isdecimal() and 0 < int(minutes) <= _LONGEST_MINUTES
    ):
        return f"Minutes are a whole number from 1 to {_LONGEST_MINUTES}."
    return ""


def new_room(values: Values) -> NewRoom:
    """What a filled form asks for."""
    return NewRoom(
        values["name"],
        values["description"],
        float(values["minutes"] or 0) * 60,
        disconnects=values["end_action"] == "disconnect",
        guests_may_leave=values["may_leave"] == "yes",
    )


def move_form(names: Sequence[str], rooms: Sequence[tuple[str, str]]) -> FormDialog:
    """The form that asks to which of `rooms` (uuid or `MAIN`, and name) these people go."""
    return FormDialog(
        f"Move {len(names)} people" if len(names) > 1 else f"Move {names[0]}",
        [FormField("room", "To", options=tuple(rooms))],
        details=[shortened(names)] if len(names) > 1 else [],
        verb="moves",
    )


def line_form(whom: str) -> FormDialog:
    """The form of a chat line to a room, or to all rooms."""
    return FormDialog(
        f"Message to {whom}",
        [FormField("text", "Message", longest=CHAT_LIMIT)],
        check=lambda values: "" if values["text"] else "What is the message?",
    )


def shortened(names: Sequence[str]) -> str:
    """Names in a sentence; of many the first ones, and how many more there are."""
    if len(names) <= _SHOWN_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[:_SHOWN_NAMES])} and {len(names) - _SHOWN_NAMES} more"
