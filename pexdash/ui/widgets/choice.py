"""A choice of one option among a few, by the keys left and right."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


class Choice(Widget, can_focus=True):
    """A line that shows one of `options` (value and words); left, right and space change it."""

    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr; padding: 0 1; }
    Choice:focus { background: $cursor-ground; }
    Choice:nocolor:focus { text-style: reverse; }
    """

    BINDINGS = [
        Binding("left", "turn(-1)", "Before", show=False),
        Binding("right,space", "turn(1)", "Next", show=False),
    ]

    class Changed(Message):
        """Another option was chosen."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            return self.choice

    def __init__(self, options: tuple[tuple[str, str], ...], *, id: str, value: str = "") -> None:
        super().__init__(id=id)
        self._options = options
        values = [one for one, _ in options]
        self._at = values.index(value) if value in values else 0

    @property
    def value(self) -> str:
        """The chosen option's value."""
        return self._options[self._at][0]

    def render(self) -> Content:
        return Content(f"‹ {self._options[self._at][1]} ›")

    def action_turn(self, by: int) -> None:
        """Choose the next option, or the one before."""
        self._at = (self._at + by) % len(self._options)
        self.refresh()
        self.post_message(self.Changed(self))

    def on_click(self, event: events.Click) -> None:
        self.action_turn(1)
