"""The stage: who speaks and who spoke last, each with a voice-activity meter."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from pexdash.model.conference import Conference
from pexdash.model.events import Speaker
from pexdash.model.meter import FULL, Meter
from pexdash.session.session import Session
from pexdash.text import simple_width
from pexdash.ui.glyphs import Glyphs
from pexdash.ui.spans import Span
from pexdash.ui.widgets.lines import Lines
from pexdash.ui.widgets.named_styles import TextLook, named_styles
from pexdash.ui.widgets.panel import Panel

FRAMES_PER_SECOND = 12


def name_of(conference: Conference, uuid: str) -> str:
    """The name of a participant for the stage and the layout, "?" where the roster has none."""
    participant = conference.participants.get(uuid)
    if participant is None:
        return "?"
    return simple_width(participant.overlay_text or participant.name)


class StageNames(Panel):
    """The speakers in stage order, the latest first."""

    def __init__(self, session: Session) -> None:
        super().__init__(id="stage-names")
        self._session = session

    def lines(self, width: int, height: int) -> list[list[Span]]:
        conference = self._session.conference
        lines = []
        for place, one in enumerate(conference.speakers[:height], start=1):
            name = name_of(conference, one.uuid)
            lines.append([Span(f"{place:>2} ", "dim"), Span(name, "strong" if one.vad else "")])
        return lines or [[Span("   Nobody spoke yet", "dim")]]


class Meters(Lines):
    """A bar for each line of the stage, in eighths of a cell.

    It stands beside the names and not among them: a change then costs the bar alone.
    """

    def __init__(self, session: Session, glyphs: Glyphs) -> None:
        super().__init__(id="meters")
        self._session = session
        self._glyphs = glyphs
        self._meters: dict[str, Meter] = {}
        self._speakers: tuple[Speaker, ...] = ()
        self._bars: list[str] = []
        self._timer: Timer | None = None
        self._style: Style | None = None

    def on_mount(self) -> None:
        self._timer = self.set_interval(1 / FRAMES_PER_SECOND, self.redraw, pause=True)

    def on_resize(self) -> None:
        self._bars = []
        self.redraw()

    def hear(self) -> None:
        """Take the stage as it is now."""
        now = self._session.clock.monotonic()
        self._speakers = self._session.conference.speakers
        on_stage = {one.uuid for one in self._speakers}
        for uuid in self._meters.keys() - on_stage:
            del self._meters[uuid]
        for one in self._speakers:
            self._meters.setdefault(one.uuid, Meter()).hear(one.vad, now)
        self.redraw()
        if self._timer is not None:
            # What falls meanwhile has just been drawn.
            self._timer.reset()

    def redraw(self) -> None:
        """Draw the bars that differ, and again soon while one falls."""
        now = self._session.clock.monotonic()
        width, height = self.size
        shown = self._speakers[:height]
        bars = [self._bar(self._meters[one.uuid].level(now), width) for one in shown]
        bars += [""] * (height - len(bars))
        old, self._bars = self._bars, bars
        self.redraw_lines([y for y in range(height) if old[y : y + 1] != [bars[y]]])
        if self._timer is not None:
            if any(self._meters[one.uuid].is_falling(now) for one in shown):
                self._timer.resume()
            else:
                self._timer.pause()

    def _bar(self, level: float, width: int) -> str:
        eighths = round(level / FULL * width * 8)
        if level > 0:
            eighths = max(1, eighths)
        whole, part = divmod(eighths, 8)
        bar = self._glyphs.eighths[8] * whole
        return bar + (self._glyphs.eighths[part] if part else "")

    def segments(self, y: int) -> list[Segment]:
        bar = self._bars[y] if y < len(self._bars) else ""
        if self._style is None:
            self._style = named_styles(self, {"bar": TextLook("success")})["bar"]
        return [Segment(bar.ljust(self.size.width), self._style)]

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._style = None


class StagePane(Vertical):
    """The stage with its title."""

    DEFAULT_CSS = """
    StagePane {
        & > #stage-title { height: 1; }
        & > #stage-lines { height: 1fr; }
        & #stage-names { width: 60%; max-width: 26; height: 1fr; }
        & #meters { width: 1fr; height: 1fr; margin-right: 1; }
    }
    """

    def __init__(self, session: Session, glyphs: Glyphs) -> None:
        super().__init__(id="stage")
        self.title = StageTitle(session)
        self.names = StageNames(session)
        self.meters = Meters(session, glyphs)

    def compose(self) -> ComposeResult:
        yield self.title
        with Horizontal(id="stage-lines"):
            yield self.names
            yield self.meters

    def show(self, *, stage: bool) -> None:
        """Draw what differs; `stage` says that voices changed."""
        self.title.redraw()
        self.names.redraw()
        if stage:
            self.meters.hear()


class StageTitle(Panel):
    """How many speak now."""

    def __init__(self, session: Session) -> None:
        super().__init__(id="stage-title")
        self._session = session

    def lines(self, width: int, height: int) -> list[list[Span]]:
        speaking = sum(one.vad > 0 for one in self._session.conference.speakers)
        said = f"  {speaking} speaking" if speaking else ""
        return [[Span(" STAGE", "title"), Span(said, "good")]]
