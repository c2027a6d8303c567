"""A dialog of labelled fields; it can hide some of them until the host wants them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from pexdash.text import trimmed
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.framework.key_place import Deed
from pexdash.ui.widgets.choice import Choice
from pexdash.ui.widgets.line_input import AnsweringInput

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FormField:
    """A field: a line of text, or a choice where `options` has pairs of value and words.

    It opens with `value`, and takes `longest` characters, or as many as it opens with. The keys up
    and down bring back the earlier values in `recall`. A `folded` field is hidden until the host
    asks for more fields.
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""
    secret: bool = False
    folded: bool = False
    recall: Sequence[str] = ()
    value: str = ""
    longest: int = 256


class FormInput(AnsweringInput):
    """A line of text; the keys up and down bring back earlier values."""

    BINDINGS = [
        Binding("up", "recall(1)", "Earlier", show=False),
        Binding("down", "recall(-1)", "Later", show=False),
    ]

    DEFAULT_CSS = """
    FormInput, FormInput:focus { height: 1; border: none; padding: 0 1; width: 1fr; }
    FormInput { background: $top-ground; }
    FormInput:focus { background: $cursor-ground; }
    """

    def __init__(self, field: FormField) -> None:
        super().__init__(
            field.value,
            placeholder=field.placeholder,
            password=field.secret,
            # The first key must not replace what the form opened with.
            select_on_focus=not field.value,
            max_length=max(field.longest, len(field.value)),
            id=f"field-{field.name}",
        )
        self.cursor_blink = False
        self._recall = field.recall
        self._at = -1

    def action_recall(self, by: int) -> None:
        """Bring back an earlier value, or go back to an empty line."""
        if self._recall:
            self._at = max(-1, min(self._at + by, len(self._recall) - 1))
            self.value = self._recall[self._at] if self._at >= 0 else ""
            self.cursor_position = len(self.value)


class FormDialog(GuardedDialog[Values | None]):
    """Asks for `fields`; returns their values by name, or None where the host goes back.

    `check` returns a sentence that says what is wrong with the values, or "" if nothing is.
    """

    DEFAULT_CSS = """
    FormDialog #fields { height: auto; max-height: 100%; }
    FormDialog .folded { display: none; }
    FormDialog.-unfolded .folded { display: block; }
    """

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back", show=False),
        Binding("enter", "submit", "Send", show=False),
    ]

    acting_keys = ("enter",)

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        *,
        details: Sequence[str] = (),
        verb: str = "sends",
        check: Callable[[Values], str] = lambda _: "",
    ) -> None:
        super().__init__(title, f"enter {verb}   tab next field   left, right choose   esc back")
        self._fields = fields
        self._details = details
        self._check = check

    def inside(self) -> ComposeResult:
        if self._details:
            yield Static(Content("\n".join(self._details)), classes="detail")
        with VerticalScroll(id="fields", can_focus=False):
            yield from self._rows(folded=False)
            if any(field.folded for field in self._fields):
                with Horizontal(classes="row"):
                    yield Static(Content("More fields"), classes="label")
                    yield Choice((("", "hidden"), ("yes", "shown")), id="fold")
            yield from self._rows(folded=True)
        yield Static(Content(""), classes="wrong")

    def _rows(self, *, folded: bool) -> ComposeResult:
        for field in self._fields:
            if field.folded is folded:
                with Horizontal(classes="row folded" if folded else "row"):
                    yield Static(Content(field.label), classes="label")
                    yield self._widget(field)

    def _widget(self, field: FormField) -> Widget:
        if field.options:
            return Choice(field.options, id=f"field-{field.name}", value=field.value)
        return FormInput(field)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(f"#field-{self._fields[0].name}"))

    @on(Choice.Changed, "#fold")
    def _fold(self, event: Choice.Changed) -> None:
        self.set_class(bool(event.choice.value), "-unfolded")

    def deed_of(self, key: str) -> Deed:
        return self.action_submit

    def action_submit(self) -> None:
        """Close with the values, or say what is wrong with them."""
        if not self.is_current:
            return
        values = {field.name: self._value(field) for field in self._fields}
        if wrong := self._check(values):
            self.query_one(".wrong", Static).update(Content(wrong))
        else:
            self.dismiss(values)

    def _value(self, field: FormField) -> str:
        widget = self.query_one(f"#field-{field.name}")
        assert isinstance(widget, FormInput | Choice)
        return widget.value if field.secret else trimmed(widget.value)
