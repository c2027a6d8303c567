"""The stage: who speaks and who spoke last, with a voice-activity meter and a share of the talk."""

from __future__ import annotations

from math import inf

from textual.timer import Timer

from pexdash.model.airtime import shares
from pexdash.model.conference import Conference
from pexdash.model.events import Speaker
from pexdash.model.meter import FULL, Meter
from pexdash.session.feed.feed import Feed
from pexdash.text import simple_width
from pexdash.ui.drawing.frame import title_spans
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.pane import Pane, Title
from pexdash.ui.drawing.spans import Span, fit, fit_spans
from pexdash.ui.drawing.sure_places import SurePlaces
from pexdash.ui.drawing.times import clock_seconds
from pexdash.ui.framework.key_place import event_time

FRAMES_PER_SECOND = 12
"""How often in a second a falling bar is drawn."""
SHARES_SECONDS = 5.0
"""How often the shares of the talk are counted anew, here and in the rows of the roster."""
_NAMES_WIDTH = 26
_SHARE_WIDTH = 6
_SHARES_TITLE = "talk, last 10 min"
_METER_WIDTH = 9
"""How many cells the meter has where the stage is a single line."""
_IN_A_LINE = 3
"""How many of the stage a single line names."""
_SILENT = Meter()


def name_of(conference: Conference, uuid: str) -> str:
    """The name of a participant for the stage and the layout, "?" where the roster has none."""
    participant = conference.participants.get(uuid)
    if participant is None:
        return "?"
    return simple_width(participant.overlay_text or participant.name)


class StagePane(Pane):
    """The speakers in stage order, the latest first.

    Each has a bar in eighths of a cell, and a share of all talk of the last ten minutes. While the
    line is lost nobody is shown to speak.
    """

    def __init__(self, feed: Feed, glyphs: Glyphs) -> None:
        super().__init__(glyphs, id="stage")
        self._feed = feed
        self._meters: dict[str, Meter] = {}
        self._timer: Timer | None = None
        self._shares: dict[str, float] = {}
        self._shared_at = -inf
        self._sure = SurePlaces()

    def on_mount(self) -> None:
        self._timer = self.set_interval(1 / FRAMES_PER_SECOND, self._fall, pause=True)

    def on_resize(self) -> None:
        # No bar fell while the pane was hidden.
        self._fall()

    def title(self) -> Title:
        if not self._feed.link.is_live:
            return [Span("STAGE", "heading"), Span(f"  unknown {self._since()}", "dim")], []
        if not self._feed.conference.speakers:
            return [Span("STAGE", "heading")], []
        speaking = sum(one.vad > 0 for one in self._feed.conference.speakers)
        said = [Span(f"  {speaking} speaking", "voice")] if speaking else []
        return [Span("STAGE", "heading"), *said], [Span(_SHARES_TITLE, "dim")]

    def body(self, width: int, height: int) -> list[list[Span]]:
        conference = self._feed.conference
        if not conference.speakers:
            return [[Span("   Nobody spoke yet", "dim")]]
        now = self._feed.clock.monotonic()
        self._sure.note([one.uuid for one in conference.speakers[:height]], event_time())
        names = min(_NAMES_WIDTH, width * 6 // 10)
        lines = []
        for one in conference.speakers[:height]:
            speaks = self._speaks(one)
            lines.append(
                [
                    Span(f" {self._glyphs.speaking if speaks else ' '} ", "voice"),
                    Span(self._named(one, names - 3), "voice strong" if speaks else ""),
                    *self._bar(self._level(one, now), width - names - _SHARE_WIDTH - 1),
                    self._share(one),
                ]
            )
        return lines

    def line(self, width: int) -> list[Span]:
        """Who speaks with the meter, who spoke before, and who presents."""
        conference = self._feed.conference
        left: list[Span] = [Span("STAGE ", "heading")]
        whose: dict[int, str] = {}
        first, *others = conference.speakers[:_IN_A_LINE] or (None,)
        if not self._feed.link.is_live:
            left.append(Span(f"unknown {self._since()}", "dim"))
        elif first is None:
            left.append(Span("nobody spoke yet", "dim"))
        else:
            look = "voice strong" if self._speaks(first) else ""
            left += self._bar(self._level(first, self._feed.clock.monotonic()), _METER_WIDTH)
            left.append(Span(f" {name_of(conference, first.uuid)}", look))
            whose[len(left) - 1] = first.uuid
            if self._is_silenced(first):
                left.append(Span(f" {self._glyphs.muted}muted", "muted"))
            for at, one in enumerate(others):
                left.append(Span(", " if at else ", then ", "dim"))
                left.append(Span(name_of(conference, one.uuid), "dim"))
                whose[len(left) - 1] = one.uuid
        shown = conference.presentation
        right = []
        if shown is not None:
            name = simple_width(shown.name or shown.uri)
            right.append(Span(f"{self._glyphs.presenting} {name} presents", "accent"))
        room = width - sum(span.width for span in right) - 8
        cells = [whose.get(at, "") for at, span in enumerate(left) for _ in range(span.width)]
        # One blank stands before the first span.
        self._sure.note(["", *cells[:room]], event_time())
        left = fit_spans(left, min(room, sum(span.width for span in left)), self._glyphs.ellipsis)
        return title_spans(left, right, width, self._glyphs, framed=False)

    def person_at(self, x: int, y: int, clicked_at: float) -> str:
        """The uuid of whose name stands there, "" for nobody and for another just now."""
        return self._sure.at(x if self.size.height == 1 else y - 1, clicked_at)

    def _since(self) -> str:
        link = self._feed.link
        if link.age is None:
            return "yet"
        return f"since {clock_seconds(self._feed.clock.wall() - link.age)}"

    def _named(self, one: Speaker, cells: int) -> str:
        return fit(name_of(self._feed.conference, one.uuid), cells, self._glyphs.ellipsis)

    def _speaks(self, one: Speaker) -> bool:
        return one.vad > 0 and self._feed.link.is_live

    def _level(self, one: Speaker, now: float) -> float:
        return self._meter(one).level(now) if self._feed.link.is_live else 0.0

    def show(self, *, stage: bool) -> None:
        """Draw the lines that differ; `stage` says whether voices changed."""
        if stage:
            self._hear()
        self._fall()

    def _meter(self, speaker: Speaker) -> Meter:
        return self._meters.get(speaker.uuid, _SILENT)

    def _hear(self) -> None:
        now, speakers = self._feed.clock.monotonic(), self._feed.conference.speakers
        for uuid in self._meters.keys() - {one.uuid for one in speakers}:
            del self._meters[uuid]
        if now - self._shared_at >= SHARES_SECONDS:
            self._shares, self._shared_at = shares(self._feed.airtime.recent(now)), now
        for one in speakers:
            self._meters.setdefault(one.uuid, Meter()).hear(one.vad, now)
        if self._timer is not None:
            # The caller draws the bars now, so the timer need not draw them at once again.
            self._timer.reset()

    def _fall(self) -> None:
        self.redraw()
        self._wait_for_falling()

    def _wait_for_falling(self) -> None:
        """Have the timer draw while a visible bar falls."""
        if self._timer is None:
            return
        now, seen = self._feed.clock.monotonic(), max(1, self.size.height - 1)
        shown = self._feed.conference.speakers[:seen] if self.size.height else ()
        if any(self._meter(one).is_falling(now) for one in shown):
            self._timer.resume()
        else:
            self._timer.pause()

    def _is_silenced(self, speaker: Speaker) -> bool:
        """Whether nobody hears who speaks now: some nodes tell that."""
        one = self._feed.conference.participants.get(speaker.uuid)
        return bool(speaker.vad) and one is not None and one.is_silenced

    def _share(self, speaker: Speaker) -> Span:
        """A share of the talk, or that nobody hears who speaks now."""
        if self._is_silenced(speaker):
            return Span(fit(f"{self._glyphs.muted}muted", _SHARE_WIDTH, right=True), "muted")
        share = self._shares.get(speaker.uuid)
        text = "" if share is None else f"{share:.0%}"
        return Span(fit(text, _SHARE_WIDTH, right=True), "dim")

    def _bar(self, level: float, width: int) -> list[Span]:
        eighths = round(level / FULL * width * 8)
        if level > 0:
            eighths = max(1, eighths)
        whole, part = divmod(eighths, 8)
        bar = self._glyphs.eighths[8] * whole
        bar += self._glyphs.eighths[part] if part else ""
        return [Span(bar, "voice"), Span(" " * (width - len(bar)))]
