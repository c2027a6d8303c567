"""The pages somebody shows: turned one by one, each announced by an event (presentation_frame)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pexdash.node.streams import event_id

if TYPE_CHECKING:
    from pexdash.node.conference import NodeConference

FRAME = "presentation_frame"
PAGES = 24
_KEPT = 16


@dataclass(frozen=True, slots=True)
class Slide:
    """What is to be drawn: a page of a deck, which the seed decides, and who shows it."""

    seed: str
    page: int
    presenter: str


class Slides:
    """The frames of the presentation in progress; the latest 16 can still be fetched."""

    def __init__(self, conference: NodeConference) -> None:
        self._conference = conference
        self._decks = 0
        self._page = 0
        self._presenter = ""
        self._frames: dict[int, Slide] = {}

    def begin(self, presenter: str) -> None:
        """Somebody presents from page 1 on, another deck than the one before."""
        self._decks += 1
        self._page = 0
        self._presenter = presenter
        self._frames.clear()
        self.turn()

    def turn(self) -> None:
        """Show the next page; after the last comes the first."""
        conference = self._conference
        self._page = self._page % PAGES + 1
        number = conference.audience.reserve()
        seed = f"{conference.settings.seed} {conference.alias} {self._decks}"
        self._frames[number] = Slide(seed, self._page, self._presenter)
        if len(self._frames) > _KEPT:
            del self._frames[min(self._frames)]
        conference.audience.send(FRAME, None, conference.is_in, number)

    def end(self) -> None:
        """Nobody presents any more."""
        self._frames.clear()

    def tell(self, uuid: str) -> None:
        """Announce the current frame, under its own id, to a client that came later."""
        if self._frames:
            self._conference.audience.tell(uuid, FRAME, None, max(self._frames))

    def find(self, frame_id: str) -> Slide | None:
        """The slide of the frame that was announced under this id."""
        for number, slide in self._frames.items():
            if event_id(number) == frame_id:
                return slide
        return None
