"""A small app with a picture, run on a pseudo-terminal by its test: `python -m` and a way."""

from __future__ import annotations

import os
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Label

from pexdash.ui.framework.changed_cells import ChangedCellsApp
from pexdash.ui.pictures.picture_view import PictureView
from pexdash.ui.pictures.protocols import drawing_for
from tests.ui.pictures.drawn import BLUE, RED, plain


class Window(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("x", "dismiss")]

    def compose(self) -> ComposeResult:
        yield Label("over it")


class Exhibition(ChangedCellsApp[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next"),
        Binding("w", "window"),
        Binding("q", "quit"),
    ]

    def compose(self) -> ComposeResult:
        yield PictureView(drawing=drawing_for(os.environ), words="ready")

    def action_next(self) -> None:
        self.query_one(PictureView).show(plain((64, 64), BLUE))

    def action_window(self) -> None:
        self.push_screen(Window())

    def on_mount(self) -> None:
        self.query_one(PictureView).show(plain((64, 64), RED))


if __name__ == "__main__":
    Exhibition().run()
