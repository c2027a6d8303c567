"""The check of all that is drawn finds what is wrong, wherever it is drawn."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Label, OptionList, Static

from tests.ui.drawn_text import Offences, offence, watching

ESCAPE = "A\x1b[2JB"


@pytest.fixture(autouse=True)
def drawn_text() -> None:
    """In place of the check of all other tests: here something is to be found."""


class Showing(App[None]):
    """An app of one widget, and a toast."""

    def __init__(self, widget: Widget, toast: str = "") -> None:
        super().__init__()
        self._widget = widget
        self._toast = toast

    def compose(self) -> ComposeResult:
        yield self._widget

    def on_mount(self) -> None:
        if self._toast:
            self.notify(self._toast, markup=False)


def titled(title: str) -> Static:
    box = Static("x")
    box.styles.border = ("round", "red")
    box.border_title = Content(title)
    return box


async def drawn(widget: Widget, toast: str = "") -> Offences:
    with watching() as offences:
        async with Showing(widget, toast).run_test(notifications=True) as pilot:
            await pilot.pause()
    return list(offences)


@pytest.mark.fault(55)
@pytest.mark.parametrize(
    "widget",
    [
        lambda: Static(Content(ESCAPE)),
        lambda: Label(Content("user\u202egpj.exe")),
        lambda: Button(Content("A\u200bB")),
        lambda: Input(placeholder=ESCAPE),
        lambda: OptionList(Content("A\x9b2J"), markup=False),
        lambda: titled(ESCAPE),
        lambda: Static("[@click=app.quit]go[/]"),
        lambda: Static("[link='http://evil']go[/link]"),
    ],
)
async def test_an_unclean_character_an_action_and_a_link_are_found(widget: object) -> None:
    assert callable(widget)
    assert await drawn(widget())


async def test_a_toast_is_looked_at_too() -> None:
    assert await drawn(Static(Content("Ann")), toast=ESCAPE)


async def test_clean_text_passes() -> None:
    assert await drawn(Static(Content("Ann ✕ 山田 [/] 👩\u200d🚀")), toast="Bob") == []


def test_a_sequence_of_the_program_itself_passes() -> None:
    assert not offence(Segment("\x1b_Gi=1;AAAA\x1b\\", None, [(1,)]))  # type: ignore[list-item]
    assert offence(Segment("\x1b_Gi=1;AAAA\x1b\\"))
    assert not offence(Segment("Ann", Style(bold=True)))
