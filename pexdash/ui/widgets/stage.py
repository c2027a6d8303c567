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
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit

FRAMES_PER_SECOND = 12
"""How often in a second a falling bar is drawn."""
SHARES_SECONDS = 5.0
"""How often the shares of the talk are counted anew while somebody speaks."""
_NAMES_WIDTH = 26
_SHARE_WIDTH = 6
_SHARES_TITLE = "talk, 10 min"
_SILENT = Meter()


def name_of(conference: Conference, uuid: str) -> str:
    """The name of a participant for the stage and the layout, "?" where the roster has none."""
    participant = conference.participants.get(uuid)
    if participant is None:
        return "?"
    return simple_width(participant.overlay_text or participant.name)


class StagePane(Panel):
    """The speakers in stage order, the latest first.

    Each has a bar in eighths of a cell, and a share of all talk of the last ten minutes.
    """

    def __init__(self, feed: Feed, glyphs: Glyphs) -> None:
        super().__init__(id="stage")
        self._feed = feed
        self._glyphs = glyphs
        self._meters: dict[str, Meter] = {}
        self._timer: Timer | None = None
        self._shares: dict[str, float] = {}
        self._shared_at = -inf

    def on_mount(self) -> None:
        self._timer = self.set_interval(1 / FRAMES_PER_SECOND, self._fall, pause=True)

    def on_resize(self) -> None:
        # No bar fell while the pane was hidden.
        self._fall()

    def lines(self, width: int, height: int) -> list[list[Span]]:
        conference = self._feed.conference
        speaking = sum(one.vad > 0 for one in conference.speakers)
        said = f"  {speaking} speaking" if speaking else ""
        lines = [[Span(" STAGE", "heading"), Span(said, "voice")]]
        if not conference.speakers:
            return [*lines, [Span("   Nobody spoke yet", "dim")]]
        now = self._feed.clock.monotonic()
        names = min(_NAMES_WIDTH, width * 6 // 10)
        used = sum(span.width for span in lines[0])
        lines[0].append(Span(fit(_SHARES_TITLE, width - used - 1, right=True), "dim"))
        for place, one in enumerate(conference.speakers[: height - 1], start=1):
            name = fit(name_of(conference, one.uuid), names - 3, self._glyphs.ellipsis)
            lines.append(
                [
                    Span(f"{place:>2} ", "dim"),
                    Span(name, "voice strong" if one.vad else ""),
                    *self._bar(self._meter(one).level(now), width - names - _SHARE_WIDTH - 1),
                    self._share(one),
                ]
            )
        return lines

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
        now, seen = self._feed.clock.monotonic(), self.size.height - 1
        shown = self._feed.conference.speakers[: max(0, seen)]
        if any(self._meter(one).is_falling(now) for one in shown):
            self._timer.resume()
        else:
            self._timer.pause()

    def _share(self, speaker: Speaker) -> Span:
        """A share of the talk, or that nobody hears who speaks now: some nodes tell that."""
        one = self._feed.conference.participants.get(speaker.uuid)
        if speaker.vad and one is not None and one.is_silenced:
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
