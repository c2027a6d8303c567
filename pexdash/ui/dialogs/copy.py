"""The dialog that asks what to copy: the conference's address, or a text of a participant."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from pexdash.model.participant import Participant
from pexdash.ui.dialogs.overlay import Overlay


class CopyDialog(Overlay[str | None]):
    """Offers the address of the conference `alias`, to invite somebody, and texts of `one`.

    These are the name, the URI and the uuid. Returns the chosen text, or None.
    """

    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Back", show=False),
        Binding("n,1", "choose(0)", "Name", show=False),
        Binding("i,2", "choose(1)", "URI", show=False),
        Binding("u,3", "choose(2)", "uuid", show=False),
        Binding("m,4", "choose(3)", "Meeting", show=False),
    ]

    def __init__(self, alias: str, one: Participant | None) -> None:
        super().__init__("Copy", "up, down, enter or a letter choose   esc back")
        of_one = (one.name, one.uri, one.uuid) if one is not None else ("", "", "")
        self._values = (*of_one, alias)

    def inside(self) -> ComposeResult:
        titles = ("n  Name", "i  URI ", "u  uuid", "m  Meeting")
        yield OptionList(
            *(
                Option(Content(f"{title}  {value}"), disabled=not value)
                for title, value in zip(titles, self._values, strict=True)
            ),
            markup=False,
        )

    def action_choose(self, which: int) -> None:
        """Close with the text at place `which`, unless it is empty."""
        if self._values[which]:
            self.dismiss(self._values[which])

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.action_choose(event.option_index)
