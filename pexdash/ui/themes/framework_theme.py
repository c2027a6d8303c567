"""A palette as a theme of the framework, whose own widgets then keep to the same roles."""

from __future__ import annotations

from functools import cache

from textual.theme import Theme

from pexdash.ui.themes.palettes import CONTRAST, DARK, LIGHT, Depth, Palette, palette
from pexdash.ui.themes.roles import Role

QR_LIGHT, QR_DARK = "qr-light", "qr-dark"
"""The names of the colours of a QR code, which are the same in every theme: cameras need them."""
_ROLE_OF = {
    "ansi-background": Role.GROUND,
    "ansi-foreground": Role.TEXT,
    "background": Role.GROUND,
    "foreground": Role.TEXT,
    "surface": Role.GROUND,
    "surface-active": Role.TOP_GROUND,
    "panel": Role.TOP_GROUND,
    "boost": Role.TOP_GROUND,
    "text-muted": Role.DIM,
    "text-disabled": Role.DIM,
    "text-primary": Role.ACCENT,
    "text-secondary": Role.ACCENT,
    "text-accent": Role.ACCENT,
    "text-warning": Role.ATTENTION,
    "text-error": Role.MUTED,
    "text-success": Role.VOICE,
    "primary-muted": Role.TOP_GROUND,
    "secondary-muted": Role.TOP_GROUND,
    "accent-muted": Role.TOP_GROUND,
    "warning-muted": Role.TOP_GROUND,
    "error-muted": Role.TOP_GROUND,
    "success-muted": Role.TOP_GROUND,
    "foreground-muted": Role.DIM,
    "foreground-disabled": Role.DIM,
    "border": Role.ACCENT,
    "border-blurred": Role.LINE,
    "block-cursor-foreground": Role.TEXT,
    "block-cursor-background": Role.CURSOR_GROUND,
    "block-cursor-blurred-foreground": Role.TEXT,
    "block-cursor-blurred-background": Role.TOP_GROUND,
    "block-hover-background": Role.TOP_GROUND,
    "input-cursor-background": Role.TEXT,
    "input-cursor-foreground": Role.GROUND,
    "input-selection-background": Role.CURSOR_GROUND,
    "input-selection-foreground": Role.TEXT,
    "screen-selection-background": Role.CURSOR_GROUND,
    "screen-selection-foreground": Role.TEXT,
    "scrollbar": Role.LINE,
    "scrollbar-hover": Role.DIM,
    "scrollbar-active": Role.DIM,
    "scrollbar-background": Role.GROUND,
    "scrollbar-background-hover": Role.GROUND,
    "scrollbar-background-active": Role.GROUND,
    "scrollbar-corner-color": Role.GROUND,
    "button-foreground": Role.TEXT,
    "button-color-foreground": Role.GROUND,
    "link-color": Role.ACCENT,
    "link-color-hover": Role.TEXT,
    "link-background-hover": Role.CURSOR_GROUND,
}
"""The names under which the framework's own widgets ask for colours."""


def framework_theme(name: str, colours: Palette, *, dark: bool = True, ansi: bool = False) -> Theme:
    """The theme `name`, in which each role has its colour of `colours`.

    `ansi` says that its colours are the terminal's own sixteen.
    """
    return Theme(
        name,
        primary=colours[Role.ACCENT],
        secondary=colours[Role.ACCENT],
        accent=colours[Role.ACCENT],
        warning=colours[Role.ATTENTION],
        error=colours[Role.MUTED],
        success=colours[Role.VOICE],
        foreground=colours[Role.TEXT],
        background=colours[Role.GROUND],
        surface=colours[Role.GROUND],
        panel=colours[Role.TOP_GROUND],
        boost=colours[Role.TOP_GROUND],
        dark=dark,
        ansi=ansi,
        variables={
            **{name: colours[role] for name, role in _ROLE_OF.items()},
            **{role.value: colour for role, colour in colours.items()},
            QR_LIGHT: "#ffffff",
            QR_DARK: "#000000",
        },
    )


ANSI_ON_LIGHT = "ansi-light"
"""What `ansi` is on a terminal with a light ground."""


@cache
def themes_for(depth: Depth) -> dict[str, Theme]:
    """The themes on a terminal of that depth, by their names."""
    few, own = depth is Depth.SIXTEEN, Depth.SIXTEEN
    return {
        "dark": framework_theme("dark", palette(DARK, depth), ansi=few),
        "light": framework_theme("light", palette(LIGHT, depth), dark=False, ansi=few),
        "contrast": framework_theme("contrast", palette(CONTRAST, depth), ansi=few),
        "ansi": framework_theme("ansi", palette(DARK, own, own_ground=True), ansi=True),
        ANSI_ON_LIGHT: framework_theme(
            ANSI_ON_LIGHT, palette(LIGHT, own, own_ground=True), dark=False, ansi=True
        ),
    }
