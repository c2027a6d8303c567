"""An app has the theme that was named, or else the one that suits its terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from rich.style import Style
from textual.app import ComposeResult
from textual.color import Color

from pexdash.settings import THEMES
from pexdash.ui.drawing.lines import Lines
from pexdash.ui.drawing.spans import Span
from pexdash.ui.drawing.text_look import LOOKS
from pexdash.ui.framework.terminal_ground import TerminalGround
from pexdash.ui.framework.themed_app import ThemedApp, depth_here
from pexdash.ui.themes.framework_theme import ANSI_ON_LIGHT, themes_for
from pexdash.ui.themes.palettes import Depth
from pexdash.ui.themes.roles import Role


class AllLooks(Lines):
    """Draws each look in a line of its own."""

    def spans(self, y: int, width: int) -> list[Span]:
        look = [*LOOKS][y] if y < len(LOOKS) else ""
        return [Span("x" * width, look)]


class Showing(ThemedApp[None]):
    def compose(self) -> ComposeResult:
        yield AllLooks()

    def drawn(self) -> dict[str, Style | None]:
        lines = self.query_one(AllLooks).render_lines(self.query_one(AllLooks).size.region)
        return {look: next(iter(line)).style for look, line in zip(LOOKS, lines, strict=False)}


@pytest.mark.parametrize(
    ("environment", "depth"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Depth.MILLIONS),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit"}, Depth.MILLIONS),
        ({"TERM": "xterm-256color"}, Depth.EIGHT_BIT),
        ({"TERM": "screen-256color"}, Depth.EIGHT_BIT),
        ({"TERM": "xterm"}, Depth.SIXTEEN),
        ({"TERM": "linux"}, Depth.SIXTEEN),
        ({}, Depth.SIXTEEN),
    ],
)
def test_the_depth_is_what_the_environment_says(environment: dict[str, str], depth: Depth) -> None:
    assert depth_here(environment) is depth


@contextmanager
def many_colours(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setenv("COLORTERM", "truecolor")
        patched.setenv("TERM", "xterm-256color")
        patched.delenv("NO_COLOR", raising=False)
        yield


async def grounded(app: Showing, *, is_light: bool) -> str:
    async with app.run_test() as pilot:
        app.post_message(TerminalGround(is_light=is_light))
        await pilot.pause()
        return app.theme


@pytest.mark.parametrize("is_light", [True, False])
async def test_without_a_name_the_terminal_decides(is_light: bool) -> None:
    assert await grounded(Showing(), is_light=is_light) == ("light" if is_light else "dark")


@pytest.mark.parametrize("theme", ["dark", "light", "contrast"])
@pytest.mark.parametrize("is_light", [True, False])
async def test_a_named_theme_stays(theme: str, is_light: bool) -> None:
    assert await grounded(Showing(theme=theme), is_light=is_light) == theme


async def test_the_terminals_own_colours_suit_its_ground() -> None:
    assert await grounded(Showing(theme="ansi"), is_light=True) == ANSI_ON_LIGHT
    assert await grounded(Showing(theme="ansi"), is_light=False) == "ansi"


async def test_a_theme_chosen_before_the_answer_stays() -> None:
    app = Showing()
    async with app.run_test() as pilot:
        app.choose_theme("contrast")
        app.post_message(TerminalGround(is_light=True))
        await pilot.pause()
        assert app.theme == "contrast"


async def test_it_asks_once_and_never_where_no_terminal_could_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    app = Showing()
    before = app.asks_for_ground
    await grounded(app, is_light=False)
    assert (before, app.asks_for_ground) == (True, False)
    monkeypatch.setenv("TERM", "linux")
    assert not Showing().asks_for_ground


async def test_every_look_is_drawn_anew_in_a_new_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    with many_colours(monkeypatch):
        app = Showing(theme="dark")
        async with app.run_test(size=(20, 30)) as pilot:
            for theme in (*THEMES, "dark"):
                app.choose_theme(theme)
                await pilot.pause()
                for role in (Role.DIM, Role.ATTENTION, Role.VOICE, Role.MUTED, Role.ACCENT):
                    style, wanted = app.drawn()[role], themes_for(Depth.MILLIONS)[theme]
                    assert style is not None
                    assert style.color == Color.parse(wanted.variables[role]).rich_color
                    ground = Color.parse(wanted.variables[Role.GROUND]).rich_color
                    assert style.bgcolor == ground


async def test_dim_is_text_under_the_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    class Cursor(AllLooks):
        def spans(self, y: int, width: int) -> list[Span]:
            return [Span("x" * width, ["dim cursor", "muted cursor"][y % 2])]

    class App(ThemedApp[None]):
        def compose(self) -> ComposeResult:
            yield Cursor()

    with many_colours(monkeypatch):
        for theme, muted in (("dark", Role.MUTED), ("ansi", Role.TEXT)):
            app = App(theme=theme)
            async with app.run_test(size=(4, 2)):
                lines = app.query_one(Cursor).render_lines(app.query_one(Cursor).size.region)
                styles = [next(iter(line)).style for line in lines]
                wanted = [app.current_theme.variables[role] for role in (Role.TEXT, muted)]
                assert [style and style.color for style in styles] == [
                    Color.parse(one).rich_color for one in wanted
                ]
