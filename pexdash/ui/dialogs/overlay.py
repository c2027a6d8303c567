"""The one frame of everything that opens over a screen."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from rich.console import RenderableType
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.widgets import Static

from pexdash.ui.drawing.dimmed import DimmedScreen
from pexdash.ui.framework.notice_place import FramedNotices

Answer = TypeVar("Answer")


class Overlay(ModalScreen[Answer], FramedNotices[Answer]):
    """A framed dialog: the title in the frame's first line, the keys in the last line within it.

    A subclass yields what is between them in `inside`. `SIZE` names how much of the screen it
    takes: "" for what is asked, "-broad" for lists, "-long" for texts, "-full" for the help and
    "-whole" for pictures.
    """

    SIZE: ClassVar[str] = ""
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-short"), (34, "-tall")]

    DEFAULT_CSS = """
    Overlay { align: center middle; background: $ground 50%; }
    Overlay > .dialog {
        width: 76; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
        background: $ground; border: round $line;
        border-title-color: $text; border-title-style: bold;
        border-subtitle-color: $text; border-subtitle-style: bold;
    }
    Overlay > .-broad { width: 110; }
    Overlay > .-long { width: 110; height: 100%; }
    Overlay > .-full { width: 100%; max-width: 130; height: 100%; }
    Overlay > .-whole { width: 1fr; height: 1fr; padding: 0; }
    Overlay .hint { height: auto; color: $dim; margin-top: 1; }
    Overlay > .-whole > .hint { margin: 0 1; }
    Overlay .question { height: auto; text-style: bold; margin-bottom: 1; }
    Overlay .detail { height: auto; max-height: 12; }
    Overlay .wrong { height: auto; color: $muted; }
    Overlay .row { height: 1; }
    Overlay .label { width: 24; color: $dim; }
    Overlay Button { margin-right: 2; min-width: 10; }
    Overlay Button.-style-default.-primary:ansi { background: $ground; }
    Overlay Button.-style-default.-error:ansi { background: $ground; }
    Overlay OptionList, Overlay OptionList:focus {
        height: auto; max-height: 24; border: none; padding: 0;
        background: $ground; background-tint: $ground 0%;
    }
    Overlay OptionList, Overlay VerticalScroll { scrollbar-size-vertical: 1; }
    Overlay OptionList:nocolor:focus > .option-list--option-highlighted {
        text-style: bold underline;
    }
    Overlay.-short OptionList { max-height: 14; }
    Overlay.-low {
        OptionList { max-height: 6; }
        .hint { margin-top: 0; }
        .question { margin-bottom: 0; }
        .detail { max-height: 3; }
    }
    """

    def __init__(self, title: str, keys: str) -> None:
        """`keys` says which keys do what; both are shown as they are, none of it as markup."""
        super().__init__()
        self._title = title
        self._keys = keys

    def compose(self) -> ComposeResult:
        with Vertical(classes=f"dialog {self.SIZE}".rstrip()) as box:
            box.border_title = Content(self._title)
            yield from self.inside()
            if self._keys:
                yield Static(Content(self._keys), classes="hint")

    def render(self) -> RenderableType:
        below = super().render()
        if isinstance(below, BackgroundScreen):
            return DimmedScreen(below.screen, below.color)
        return below

    def on_unmount(self) -> None:
        self.hand_notice_on(self.app)

    def inside(self) -> ComposeResult:
        """The widgets between the title and the keys."""
        raise NotImplementedError

    def entitle(self, title: str) -> None:
        """Show another title."""
        self._title = title
        self.query_one(".dialog").border_title = Content(title)

    def tell_keys(self, keys: str) -> None:
        """Tell other keys."""
        self._keys = keys
        self.query_one(".hint", Static).update(Content(keys))
