"""A palette as a theme of the framework, whose own widgets then keep to the same roles."""

from __future__ import annotations

from textual.theme import Theme

from pexdash.ui.themes.palettes import ANSI, DARK, Palette
from pexdash.ui.themes.roles import Role

QR_LIGHT, QR_DARK = "qr-light", "qr-dark"
"""The names of the colours of a QR code, which are the same in every theme: cameras need them."""
_ROLE_OF = {
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


def framework_theme(name: str, palette: Palette, *, dark: bool = True, ansi: bool = False) -> Theme:
    """The theme `name`, in which each role has its colour of `palette`.

    `ansi` says that its colours are the terminal's own sixteen.
    """
    return Theme(
        name,
        primary=palette[Role.ACCENT],
        secondary=palette[Role.ACCENT],
        accent=palette[Role.ACCENT],
        warning=palette[Role.ATTENTION],
        error=palette[Role.MUTED],
        success=palette[Role.VOICE],
        foreground=palette[Role.TEXT],
        background=palette[Role.GROUND],
        surface=palette[Role.GROUND],
        panel=palette[Role.TOP_GROUND],
        boost=palette[Role.TOP_GROUND],
        dark=dark,
        ansi=ansi,
        variables={
            **{name: palette[role] for name, role in _ROLE_OF.items()},
            **{role.value: colour for role, colour in palette.items()},
            QR_LIGHT: "#ffffff",
            QR_DARK: "#000000",
        },
    )


THEMES = {
    "dark": framework_theme("dark", DARK),
    "ansi": framework_theme("ansi", ANSI, ansi=True),
}
