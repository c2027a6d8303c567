"""Who presents, by which calls, and the pages that are shown."""

from __future__ import annotations

from dataclasses import dataclass

from pexdash.node.media_calls import NodeCall, NodeCalls
from pexdash.node.wire.sent_events import event_id

PAGES = 24
_KEPT = 16


@dataclass(frozen=True, slots=True)
class Slide:
    """What is to be drawn: a page of a deck, which the seed decides, and who shows it."""

    seed: str
    page: int
    presenter: str


@dataclass(frozen=True, slots=True)
class EndedPresentation:
    """A presentation that is over: who gave it, and the calls that ended with it."""

    presenter: str
    calls: list[NodeCall]


class Presenting:
    """The presentation in progress, by one of `calls` or none; it publishes nothing.

    `presenter` is the uuid of who presents, None for nobody; `seed` decides what is shown.
    """

    def __init__(self, calls: NodeCalls, seed: str) -> None:
        self.presenter: str | None = None
        self.slides = Slides(seed)
        self._calls = calls

    def begin(self, presenter: str, name: str) -> EndedPresentation | None:
        """Let somebody present under `name`; what that ends, None where nobody presented."""
        ended = self.end()
        self.presenter = presenter
        self.slides.begin(name)
        return ended

    def end(self) -> EndedPresentation | None:
        """Let nobody present any more; what has ended, None where nobody presented."""
        if self.presenter is None:
            return None
        ended = EndedPresentation(self.presenter, self._calls.remove_presenting(self.presenter))
        self.presenter = None
        self.slides.end()
        return ended


class Slides:
    """The frames of the presentation in progress; the latest 16 can still be fetched."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._decks = 0
        self._page = 0
        self._presenter = ""
        self._frames: dict[int, Slide] = {}

    def begin(self, presenter: str) -> None:
        """Lay out another deck than the one before; its page 1 comes with the first turn."""
        self._decks += 1
        self._page = 0
        self._presenter = presenter
        self._frames.clear()

    def turn(self, number: int) -> None:
        """Show the next page as the frame of that number; after the last page comes the first."""
        self._page = self._page % PAGES + 1
        self._frames[number] = Slide(f"{self._seed} {self._decks}", self._page, self._presenter)
        if len(self._frames) > _KEPT:
            del self._frames[min(self._frames)]

    def end(self) -> None:
        """Show nothing any more."""
        self._frames.clear()

    @property
    def current(self) -> int | None:
        """The number of the frame that is shown, None where nothing is."""
        return max(self._frames, default=None)

    def find(self, frame_id: str) -> Slide | None:
        """The slide of the frame that was announced under this id."""
        for number, slide in self._frames.items():
            if event_id(number) == frame_id:
                return slide
        return None
