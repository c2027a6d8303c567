"""How many people there were, who talked, and what alarms came, over the time of a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

MOST_PIECES = 480
"""Into how many pieces the time is cut at most; when there are more, two become one."""


class OverTime:
    """A meeting in pieces of time, all of one width; however long it is, they are not more.

    `began` is the Unix time at which the first piece begins, None before there is one, and `width`
    the seconds of each. `people` has the most people of each piece, None where that is not known.
    `talk` has by person the seconds of talk in the pieces in which they talked, and `alarms` by
    severity the number that were raised.
    """

    def __init__(self) -> None:
        self.began: float | None = None
        self.width = 1.0
        self.people: list[int | None] = []
        self.talk: dict[str, dict[int, float]] = {}
        self.alarms: dict[str, dict[int, float]] = {}
        self._count: int | None = None

    @property
    def seconds(self) -> float:
        """The width of all pieces together."""
        return len(self.people) * self.width

    def count(self, at: float, people: int | None) -> None:
        """There are so many people from a Unix time on; None where nobody knows."""
        piece = self._piece(at)
        self._count = people
        known = self.people[piece]
        if people is not None and (known is None or people > known):
            self.people[piece] = people

    def talked(self, key: str, began: float, ended: float) -> None:
        """Somebody talked from one Unix time to another."""
        self._piece(ended)
        assert self.began is not None
        began, ended = began - self.began, ended - self.began
        pieces = self.talk.setdefault(key, {})
        for piece in range(max(0, int(began / self.width)), int(ended / self.width) + 1):
            within = min(ended, (piece + 1) * self.width) - max(began, piece * self.width)
            if within > 0:
                pieces[piece] = pieces.get(piece, 0.0) + within

    def alarm(self, at: float, severity: str) -> None:
        """An alarm was raised."""
        piece = self._piece(at)
        pieces = self.alarms.setdefault(severity, {})
        pieces[piece] = pieces.get(piece, 0.0) + 1

    def most_talked(self, most: int) -> list[str]:
        """Who talked most, in this order."""
        return sorted(self.talk, key=lambda one: -sum(self.talk[one].values()))[:most]

    def columns(self, most: int) -> list[tuple[int, int]]:
        """So many columns at most, each by its first piece and the one after its last."""
        count = len(self.people)
        columns = min(most, count)
        return [(at * count // columns, (at + 1) * count // columns) for at in range(columns)]

    def _piece(self, at: float) -> int:
        """The piece of a time, which is there from now on."""
        if self.began is None:
            self.began = at
        piece = max(0, int((at - self.began) / self.width))
        while piece >= MOST_PIECES:
            self._fold()
            piece //= 2
        while len(self.people) <= piece:
            self.people.append(self._count)
        return piece

    def _fold(self) -> None:
        self.width *= 2
        pairs = range(0, len(self.people), 2)
        self.people = [most_of(self.people[at : at + 2]) for at in pairs]
        for of in (self.talk, self.alarms):
            for name, pieces in of.items():
                folded: dict[int, float] = {}
                of[name] = folded
                for piece, number in pieces.items():
                    folded[piece // 2] = folded.get(piece // 2, 0.0) + number


def most_of(counts: Iterable[int | None]) -> int | None:
    """The greatest of what is known, None where nothing is."""
    return max((count for count in counts if count is not None), default=None)


def sums(of: Mapping[int, float], columns: Sequence[tuple[int, int]]) -> list[float]:
    """What there is of something in each column, from what there is in each piece."""
    return [sum(of.get(piece, 0.0) for piece in range(*column)) for column in columns]


def together(several: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """What there is of several in each piece."""
    summed: dict[int, float] = {}
    for pieces in several:
        for piece, number in pieces.items():
            summed[piece] = summed.get(piece, 0.0) + number
    return summed
