"""The dialog to read a log in, narrowed by a filter."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input

from pexdash.model.grammar import Thing
from pexdash.ui.dialogs.overlay import Overlay
from pexdash.ui.framework.key_place import KeyPlace
from pexdash.ui.widgets.filter_line import Completion, FilterHint, FilterInput
from pexdash.ui.widgets.line_input import LineInput
from pexdash.ui.widgets.log_view import LogView, Page

LOOK_SECONDS = 0.5
"""How often the dialog looks for what is new."""


class LogDialog(KeyPlace, Overlay[None]):
    """Shows `page`, the latest at the end; `/` narrows it, and escape closes it.

    `at_end` is called whenever the last line of all has come into view.
    """

    DEFAULT_CSS = """
    LogDialog LogView { background: $ground; }
    LogDialog #log-filter { background: $top-ground; }
    """

    SIZE = "-long"
    BINDINGS = [
        Binding("escape,q,enter", "dismiss", "Close", show=False),
        Binding("slash", "narrow", "Filter", show=False),
    ]

    AUTO_FOCUS = "#log-view"

    def __init__(
        self,
        title: str,
        page: Page,
        completion: Completion[Thing],
        *,
        filtered_by: str = "",
        at_end: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(title, _keys(filtered_by))
        self.view = LogView(page, filtered_by=filtered_by, at_end=at_end)
        self.line = FilterInput(completion, "words, is:kind, !word", id="log-filter")
        self.hint = FilterHint(completion, id="log-hint")

    def inside(self) -> ComposeResult:
        yield self.view
        yield self.line
        yield self.hint

    def on_mount(self) -> None:
        self._close_filter()
        self.set_interval(LOOK_SECONDS, self.view.look)

    def opener_of(self, character: str) -> str:
        return "slash" if character == "/" else ""

    def action_narrow(self) -> None:
        """Show the line to filter by, and type into it."""
        self.line.value = self.view.filtered_by
        self.line.cursor_position = len(self.line.value)
        self.line.display = self.hint.display = True
        self.hint.show(self.line.value)
        self.set_focus(self.line)

    @on(Input.Changed, "#log-filter")
    def _typed(self, event: Input.Changed) -> None:
        self.view.filtered_by = event.value
        self.view.look()
        self.hint.show(event.value)

    @on(Input.Submitted, "#log-filter")
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        self._close_filter()

    @on(LineInput.GivenUp, "#log-filter")
    def _give_up(self) -> None:
        self.line.value = self.view.filtered_by = ""
        self._close_filter()

    def _close_filter(self) -> None:
        self.line.display = self.hint.display = False
        self.set_focus(self.view)
        self.view.look()
        self.tell_keys(_keys(self.view.filtered_by))


def _keys(filtered_by: str) -> str:
    return f"{f'filter {filtered_by}   ' if filtered_by else ''}/ filters   esc closes"
