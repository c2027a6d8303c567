"""The colours of each theme."""

from __future__ import annotations

from collections.abc import Mapping

from pexdash.ui.themes.roles import Role

Palette = Mapping[Role, str]
"""A colour for each role, as a style sheet writes it."""

DARK: Palette = {
    Role.GROUND: "#15171c",
    Role.TOP_GROUND: "#20242c",
    Role.CURSOR_GROUND: "#22304a",
    Role.TEXT: "#d8dbe2",
    Role.DIM: "#868d9a",
    Role.LINE: "#3b414d",
    Role.ACCENT: "#8ab4f8",
    Role.ATTENTION: "#ffb454",
    Role.VOICE: "#7ad694",
    Role.MUTED: "#f07178",
}

ANSI: Palette = {
    Role.GROUND: "ansi_default",
    Role.TOP_GROUND: "ansi_default",
    Role.CURSOR_GROUND: "ansi_blue",
    Role.TEXT: "ansi_default",
    Role.DIM: "ansi_default",
    Role.LINE: "ansi_default",
    Role.ACCENT: "ansi_bright_cyan",
    Role.ATTENTION: "ansi_bright_yellow",
    Role.VOICE: "ansi_bright_green",
    Role.MUTED: "ansi_bright_red",
}
