"""The dialog of layouts: what people see, what stands on it, and what each would look like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding

from pexdash.model.layouts import Layout
from pexdash.session.feed.feed import Feed
from pexdash.session.moderation.layouts import Layouts
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.framework.key_place import Deed
from pexdash.ui.widgets.layout_sheet import (
    STREAM_SWITCHES,
    SWITCHES,
    For,
    LayoutSheet,
    Switch,
)

LOOK_SECONDS = 0.2
"""How often the dialog looks whether the node has told something new."""


class LayoutDialog(GuardedDialog[None]):
    """Lets the host choose layouts, and stays open while the host does.

    `ask` sends transforms under a title; with `people`, uuids, `show_own` asks for a layout for
    them alone, "" for that of all. Nothing changes here until the node says so.
    """

    DEFAULT_CSS = """
    LayoutDialog > .dialog { height: 24; }
    """

    SIZE = "-broad"
    BINDINGS = [
        Binding("escape,q", "dismiss", "Back", show=False),
        Binding("R", "reset", "Reset", show=False),
        *(
            Binding(switch.key, f"turn('{switch.key}')", switch.words, show=False)
            for switch in (*SWITCHES, *STREAM_SWITCHES)
        ),
    ]

    acting_keys = ("enter", "space", "R", *(one.key for one in (*SWITCHES, *STREAM_SWITCHES)))

    def __init__(
        self,
        feed: Feed,
        offers: Layouts,
        glyphs: Glyphs,
        *,
        ask: Callable[[Mapping[str, object], str], None] = lambda _, __: None,
        show_own: Callable[[str], None] = lambda _: None,
        people: Sequence[str] = (),
    ) -> None:
        more = "R that of everybody" if people else "tab for whom   letters on, off   R reset"
        super().__init__(
            "Personal layout" if people else "Layout", f"arrows, enter choose   {more}   esc back"
        )
        self.sheet = LayoutSheet(feed, offers, glyphs, people)
        self._ask = ask
        self._show_own = show_own

    def inside(self) -> ComposeResult:
        yield self.sheet

    def on_mount(self) -> None:
        self.set_focus(self.sheet)
        self.set_interval(LOOK_SECONDS, self.sheet.redraw)

    def deed_of(self, key: str) -> Deed:
        if key in ("enter", "space"):
            return partial(self._choose, self.sheet.layout_under_cursor)
        return self.action_reset if key == "R" else partial(self.action_turn, key)

    @on(LayoutSheet.Chosen)
    def _chosen(self) -> None:
        self._choose(self.sheet.layout_under_cursor)

    def _choose(self, layout: Layout | None) -> None:
        if layout is None:
            return
        if self.sheet.people:
            self._show_own(layout.name)
        else:
            whom = "" if self.sheet.whom is For.ALL else f" for {self.sheet.whom.value}"
            self._ask(self.sheet.transforms_of(layout.name), f"Layout {layout.name}{whom}")
        self.sheet.redraw()

    def action_turn(self, key: str) -> None:
        """Turn on what is off or of which nobody tells, and off what is on."""
        switch = self._switch(key)
        if switch is None:
            return
        on = not self.sheet.is_on(switch)
        transforms: Mapping[str, object] = {switch.field: on}
        if switch in STREAM_SWITCHES:
            transforms = {"streaming": transforms}
        self._ask(transforms, f"{switch.words} {'on' if on else 'off'}")

    def _switch(self, key: str) -> Switch | None:
        return next((one for one in self.sheet.switches if one.key == key), None)

    def action_reset(self) -> None:
        """Ask for the usual layout with the usual things on it."""
        if self.sheet.people:
            self._show_own("")
        else:
            self._ask({}, "Usual layout")
