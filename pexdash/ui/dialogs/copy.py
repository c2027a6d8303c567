"""The dialog that asks which text of a participant to copy."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from pexdash.model.participant import Participant


class CopyDialog(ModalScreen[str | None]):
    """Offers the name, the URI and the uuid; returns the chosen text, or None."""

    DEFAULT_CSS = """
    CopyDialog { align: center middle; background: $ground 50%; }
    CopyDialog > .dialog {
        width: 70; max-width: 95%; height: auto;
        padding: 1 2; background: $ground; border: round $line;
    }
    CopyDialog OptionList { height: auto; border: none; margin-top: 1; }
    """

    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Back", show=False),
        Binding("n,1", "choose(0)", "Name", show=False),
        Binding("i,2", "choose(1)", "URI", show=False),
        Binding("u,3", "choose(2)", "uuid", show=False),
    ]

    def __init__(self, participant: Participant) -> None:
        super().__init__()
        self._values = (participant.name, participant.uri, participant.uuid)

    def compose(self) -> ComposeResult:
        titles = ("n  Name", "i  URI ", "u  uuid")
        with Vertical(classes="dialog"):
            yield Static(Content("Copy"))
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
