"""An app in our themes."""

from __future__ import annotations

from typing import TypeVar

from textual.app import App
from textual.theme import Theme

from pexdash.ui.themes.framework_theme import THEMES

Result = TypeVar("Result")


class ThemedApp(App[Result]):
    """An app that knows our themes alone, because the framework's own do not know our roles."""

    def __init__(self, *, theme: str = "dark") -> None:
        # Set before the framework makes its variables of it, so that it makes them once.
        self.set_reactive(App.theme, theme)
        super().__init__()

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Our themes by their names."""
        return THEMES
