"""An app in our themes, and light where its terminal is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import ClassVar, TypeVar

from textual import on
from textual.app import App
from textual.theme import Theme

from pexdash.ui.framework.colour_depth import colour_depth
from pexdash.ui.framework.terminal_ground import TerminalGround
from pexdash.ui.themes.framework_theme import ANSI_ON_LIGHT, themes_for
from pexdash.ui.themes.palettes import Depth

Result = TypeVar("Result")
_DEPTHS = {"truecolor": Depth.MILLIONS, "256": Depth.EIGHT_BIT}
_DARK_FOR_SURE = ("linux",)
"""Values of TERM of terminals that are dark, and cannot be asked."""


def depth_here(environment: Mapping[str, str] = os.environ) -> Depth:
    """How many colours our themes are to have on the terminal."""
    return _DEPTHS.get(colour_depth(environment) or "", Depth.SIXTEEN)


class ThemedApp(App[Result]):
    """An app that knows our themes alone, because the framework's own do not know our roles.

    `theme` is the name of a theme; without a name it is dark, until the terminal says that its
    ground is light.
    """

    # What is dim cannot be read on the ground of a line that has the focus. With sixteen colours
    # the framework leaves the terminal's own in places, which are not those of a named theme.
    DEFAULT_CSS: ClassVar[str] = """
    Screen:ansi { background: $ground; color: $text; }
    ModalScreen:ansi { background: transparent; }
    Screen Input:ansi { background: $top-ground; color: $text; }
    Screen Input:ansi:focus { background: $cursor-ground; }
    Screen Input:ansi > .input--cursor { background: $text; color: $ground; }
    Screen Input:ansi > .input--placeholder { color: $dim; }
    Screen Input:focus > .input--placeholder, Screen Input:focus > .input--suggestion {
        color: $text;
    }
    """

    def __init__(self, *, theme: str = "") -> None:
        self._themes = themes_for(depth_here())
        self.terminal_is_light: bool | None = None
        """Whether the terminal has a light ground, None while it has not said."""
        self.follows_ground = not theme
        """Whether to change the theme where the terminal says that its ground is light."""
        # Set before the framework makes its variables of it, so that it makes them once.
        self.set_reactive(App.theme, theme or "dark")
        super().__init__()

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Our themes by their names."""
        return self._themes

    @property
    def asks_for_ground(self) -> bool:
        """Whether to ask the terminal for its ground."""
        return self.terminal_is_light is None and os.environ.get("TERM") not in _DARK_FOR_SURE

    @on(TerminalGround)
    def _suit_ground(self, told: TerminalGround) -> None:
        """Be light where the terminal is, unless somebody has named a theme."""
        self.terminal_is_light = told.is_light
        if told.is_light and self.follows_ground:
            self.theme = "light"
        elif self.theme == "ansi":
            self.choose_theme("ansi")

    def choose_theme(self, name: str) -> None:
        """Take the theme that the user has named."""
        self.follows_ground = False
        self.theme = ANSI_ON_LIGHT if name == "ansi" and self.terminal_is_light else name
