"""The dialog that chooses a theme, and shows each one at once."""

from __future__ import annotations

from rich.cells import set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from pexdash.settings import THEMES
from pexdash.ui.dialogs.overlay import Overlay
from pexdash.ui.framework.themed_app import ThemedApp
from pexdash.ui.themes.framework_theme import ANSI_ON_LIGHT

_WORDS = {
    "dark": "calm, on a dark ground",
    "light": "on a light ground",
    "contrast": "as easy to read as can be",
    "ansi": "the terminal's own sixteen colours",
}
_NAME_WIDTH = 10


class ThemeDialog(Overlay[None]):
    """Shows the theme under the cursor; enter keeps it, escape goes back to the one before."""

    DEFAULT_CSS = """
    ThemeDialog { background: transparent; }
    ThemeDialog > .dialog { width: 60; }
    """

    BINDINGS = [Binding("escape,q", "give_up", "Back", show=False)]

    def __init__(self, app: ThemedApp[int]) -> None:
        super().__init__("Theme", "up, down show it   enter keeps it   esc goes back")
        self._themed = app
        self._before = app.theme
        self._followed = app.follows_ground

    def inside(self) -> ComposeResult:
        lines = (Content(f"{set_cell_size(one, _NAME_WIDTH)}{_WORDS[one]}") for one in THEMES)
        yield OptionList(*map(Option, lines), markup=False)

    def on_mount(self) -> None:
        name = "ansi" if self._before == ANSI_ON_LIGHT else self._before
        self.query_one(OptionList).highlighted = THEMES.index(name)

    @on(OptionList.OptionHighlighted)
    def _preview(self, event: OptionList.OptionHighlighted) -> None:
        self._themed.choose_theme(THEMES[event.option_index])

    @on(OptionList.OptionSelected)
    def _keep(self, event: OptionList.OptionSelected) -> None:
        self._themed.choose_theme(THEMES[event.option_index])
        self.dismiss()

    def action_give_up(self) -> None:
        """Close with the theme of before."""
        self._themed.theme = self._before
        self._themed.follows_ground = self._followed
        self.dismiss()
