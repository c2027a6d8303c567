"""The looks that spans name, and the style of each on a widget by the colours of the theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color
from textual.widget import Widget

from pexdash.ui.themes.roles import Role


class TextLook(NamedTuple):
    """How a text looks; what is None stays as the widget or an earlier look has it.

    `reverse` exchanges the colours of text and ground, which needs no colours.
    """

    colour: Role | None = None
    ground: Role | None = None
    bold: bool | None = None
    strike: bool | None = None
    reverse: bool | None = None


LOOKS: Mapping[str, TextLook] = {
    Role.TEXT: TextLook(Role.TEXT),
    Role.DIM: TextLook(Role.DIM),
    Role.LINE: TextLook(Role.LINE),
    Role.ACCENT: TextLook(Role.ACCENT),
    Role.ATTENTION: TextLook(Role.ATTENTION),
    Role.VOICE: TextLook(Role.VOICE, ground=Role.VOICE_GROUND),
    Role.MUTED: TextLook(Role.MUTED),
    "strong": TextLook(bold=True),
    "heading": TextLook(Role.TEXT, bold=True),
    "reversed": TextLook(bold=True, reverse=True),
    "inverse": TextLook(reverse=True),
    "stale": TextLook(Role.DIM),
    "departed": TextLook(Role.DIM, strike=True),
    "cursor": TextLook(ground=Role.CURSOR_GROUND),
    "idle-cursor": TextLook(ground=Role.TOP_GROUND),
    "tile": TextLook(),
}
"""Every look by its name: the inks among the roles, and what lies over them.

A "tile" has a sign of its own where the cursor is: all of it reversed, as a row is without colours,
would be louder than any alarm.

The one in whom the host works has the "cursor"; while another pane has the keys, it is "idle".
"""


def style_of(widget: Widget, style: Style, names: list[str]) -> Style:
    """The looks `names` on `widget` over its own `style`, a later one over an earlier.

    Component classes would cost more: each is a node in each widget, the framework styles that
    node whenever it styles the widget, and even an empty screen has a hundred of them.
    """
    on_cursor = "cursor" in names
    # None of the sixteen bears the others as the cursor's ground, so one ink stands on it.
    one_ink = on_cursor and widget.app.current_theme.ansi
    is_reversed = widget.app.no_color and "tile" not in names
    for name in names:
        look = LOOKS[name]
        colour = look.colour
        if colour and (one_ink or (on_cursor and colour is Role.DIM)):
            colour = Role.TEXT
        style += Style(
            color=_colour(widget, colour),
            bgcolor=_colour(widget, look.ground),
            bold=look.bold,
            strike=look.strike,
            # Without colours no ground can be seen.
            reverse=look.reverse or (name == "cursor" and is_reversed) or None,
        )
    return style


def _colour(widget: Widget, role: Role | None) -> RichColor | None:
    """The colour of a role, None for no role and for one that the theme does not have."""
    value = widget.app.theme_variables.get(role) if role else None
    return Color.parse(value).rich_color if value else None
