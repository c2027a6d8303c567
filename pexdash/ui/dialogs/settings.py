"""The dialog of what is set once a meeting: each setting with the node's own value of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from pexdash.session.moderation.action import Step
from pexdash.session.moderation.meeting_settings import MeetingSettings, Row
from pexdash.session.moderation.settings import BANNER
from pexdash.text import simple_width
from pexdash.ui.dialogs.form import Values
from pexdash.ui.dialogs.guarded import GuardedDialog
from pexdash.ui.dialogs.setting_forms import form_of
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit, fit_spans
from pexdash.ui.drawing.times import clock_time
from pexdash.ui.framework.key_place import Deed

DRAW_SECONDS = 0.25
"""How often the dialog looks for what others have changed."""
_TITLES = 26
_LINES_AROUND, _FEWEST_ROWS = 11, 3
Run = Callable[[Coroutine[object, object, None]], None]


class SettingRows(Panel):
    """A line for each setting; `cursor` is the place of the one that enter changes."""

    def __init__(self, settings: MeetingSettings, glyphs: Glyphs) -> None:
        super().__init__(id="setting-rows")
        self._settings = settings
        self._glyphs = glyphs
        self.rows: list[Row] = settings.rows()
        self.cursor = 0

    @property
    def row(self) -> Row:
        """The setting under the cursor."""
        return self.rows[self.cursor]

    def move(self, by: int) -> None:
        """Move the cursor by so many lines, as far as there are any."""
        self.cursor = max(0, min(self.cursor + by, len(self.rows) - 1))

    def show(self) -> None:
        """Draw what differs; the cursor stays on its setting."""
        setting, self.rows = self.row.setting, self._settings.rows()
        places = [at for at, row in enumerate(self.rows) if row.setting is setting]
        self.cursor = places[0] if places else min(self.cursor, len(self.rows) - 1)
        room = self.screen.size.height - _LINES_AROUND
        self.styles.height = min(len(self.rows), max(_FEWEST_ROWS, room))
        self.redraw()

    def lines(self, width: int, height: int) -> list[list[Span]]:
        top = max(0, self.cursor - height + 1)
        drawn = [self._line(at, row, width) for at, row in enumerate(self.rows)]
        return drawn[top : top + height]

    def _line(self, at: int, row: Row, width: int) -> list[Span]:
        chosen = at == self.cursor
        look = "dim" if row.refusal else "strong" if chosen else ""
        sign = self._glyphs.cursor if chosen else " "
        pending = self._glyphs.pending if row.pending else ""
        title = fit(row.setting.title, _TITLES, self._glyphs.ellipsis)
        spans = [Span(f"{sign} {title} ", look), Span(f"{simple_width(row.value)}{pending}", look)]
        if row.fault:
            spans.append(Span(f"  {self._glyphs.muted} {simple_width(row.fault)}", "muted"))
        return fit_spans(spans, width, self._glyphs.ellipsis)


class SettingsDialog(GuardedDialog[None]):
    """Shows `settings`, follows the node's events, and changes what the host chooses.

    `run` carries out a change to its end, even where the dialog closes before.
    """

    DEFAULT_CSS = """
    SettingsDialog #setting-rows { height: 1; margin-bottom: 1; }
    SettingsDialog #about { height: auto; max-height: 4; min-height: 1; }
    SettingsDialog.-low #setting-rows { margin-bottom: 0; }
    SettingsDialog.-low #about { max-height: 1; }
    """

    BINDINGS = [
        Binding("escape,q", "dismiss", "Back", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("home", "move(-100)", "First", show=False),
        Binding("end", "move(100)", "Last", show=False),
        Binding("enter,space", "change", "Change", show=False),
    ]

    acting_keys = ("enter", "space")

    def __init__(self, settings: MeetingSettings, run: Run, glyphs: Glyphs) -> None:
        super().__init__(
            "Conference settings",
            "up, down   enter changes   esc closes   the values are the node's own",
        )
        self._settings = settings
        self._run = run
        self._rows = SettingRows(settings, glyphs)
        self._about = Static(id="about")
        self._said = ""

    def inside(self) -> ComposeResult:
        yield self._rows
        yield self._about

    def on_mount(self) -> None:
        self._draw()
        self.set_interval(DRAW_SECONDS, self._draw)

    def _draw(self) -> None:
        self._rows.show()
        said = self._told_of(self._rows.row)
        if said != self._said:
            self._said = said
            self._about.update(Content(said))

    def _told_of(self, row: Row) -> str:
        """What there is to say of the setting under the cursor, beside its line."""
        if row.fault:
            return row.fault
        if row.refusal:
            return row.refusal
        since = self._settings.banner_since
        if row.setting is BANNER and since is not None:
            return f"Set at {clock_time(since)}: {row.value}"
        return row.value if row.setting is BANNER else ""

    def action_move(self, by: int) -> None:
        """Move the cursor by so many lines."""
        self._rows.move(by)
        self._draw()

    def deed_of(self, key: str) -> Deed:
        return partial(self._change_row, self._rows.row)

    def action_change(self) -> None:
        """Turn the setting under the cursor round, or open the form for it."""
        self._change_row(self._rows.row)

    def _change_row(self, row: Row) -> None:
        rows = self._settings.rows()
        if not any(one.setting is row.setting and not one.refusal for one in rows):
            # What it is refused for stands below the rows.
            return
        form = form_of(row.setting, self._settings)
        if form is None:
            self._change(row, None)
            return
        dialog, step_of = form

        def filled(values: Values | None) -> None:
            if values is not None:
                self._change(row, step_of(values))

        self.app.push_screen(dialog, filled)

    def _change(self, row: Row, step: Step | None) -> None:
        self._run(self._settings.change(row.setting, step))
        self._draw()
