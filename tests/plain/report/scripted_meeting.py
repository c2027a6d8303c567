"""A seeded meeting of an hour as a script: what happens in it, and what that comes to.

All times are ticks of half a second. What it comes to is counted tick by tick, in no way as a
report does.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

TICK = 0.5
HOUR = 7200
GAP = (4000, 4100)
"""When the line is lost, and when it is live again."""
LOCKED = (600, 5200)
END = 7100
"""When the conference ends."""

Span = tuple[int, int]


def holds(spans: list[Span], tick: int) -> bool:
    return any(began <= tick < ended for began, ended in spans)


def ticks_of(spans: Iterable[Span]) -> set[int]:
    """Every tick of these spans."""
    return {tick for began, ended in spans for tick in range(began, ended)}


@dataclass
class Stay:
    """One join: when it waits, comes in and leaves, and what it does meanwhile."""

    uuid: str
    joined: int | None
    left: int
    waits: int | None = None
    muted: list[Span] = field(default_factory=list)
    held: list[Span] = field(default_factory=list)
    spotlit: list[Span] = field(default_factory=list)
    hands: list[Span] = field(default_factory=list)
    presents: list[Span] = field(default_factory=list)
    turns: list[Span] = field(default_factory=list)
    coughs: list[Span] = field(default_factory=list)
    pauses: list[Span] = field(default_factory=list)
    """Silences within a turn, which are part of it."""

    def is_in(self, tick: int) -> bool:
        return self.joined is not None and self.joined <= tick < self.left

    def is_there(self, tick: int) -> bool:
        first = self.joined if self.waits is None else self.waits
        return first is not None and first <= tick < self.left

    def is_heard(self, tick: int) -> bool:
        """Whether the stage tells of a voice."""
        sounds = holds(self.turns, tick) or holds(self.coughs, tick)
        return sounds and not holds(self.pauses, tick)

    def seen(self) -> Span | None:
        """From when to when it is seen to be in, None where it is not seen at all."""
        if self.joined is None:
            return None
        lost, found = GAP
        joined = found if lost <= self.joined < found else self.joined
        left = lost if lost < self.left <= found else self.left
        left = min(left, END)
        return (joined, left) if joined < left else None


@dataclass
class Guest:
    """Somebody, under one address or one name, with all their joins."""

    name: str
    uri: str
    role: str
    stays: list[Stay]
    chat: list[int] = field(default_factory=list)

    @property
    def key(self) -> str:
        return (self.uri or self.name).casefold()

    @cached_property
    def inside(self) -> set[int]:
        """The ticks in which they are seen to be in."""
        return ticks_of(span for stay in self.stays if (span := stay.seen()) is not None)

    def ticks(self, what: str) -> set[int]:
        """The ticks in which something of a stay is so, and seen."""
        lost, found = GAP
        spans = [
            (max(began, stay.joined), min(ended, stay.left))
            for stay in self.stays
            if stay.joined is not None
            for began, ended in getattr(stay, what)
        ]
        return ticks_of(spans) - set(range(lost, found))


class Script:
    """The meeting of one seed."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._uuids = 0
        self.guests = [self._guest(number) for number in range(14)]
        # One leaves in the gap, one comes, and one is never seen.
        spans = ((3500, 4050), (4060, 4090), (4080, 5000))
        self.guests[12].stays = [self._stay(joined, left) for joined, left in spans]
        self.guests[12].chat = []
        self._let_talk()

    def _guest(self, number: int) -> Guest:
        rng = self._rng
        name = f"Guest {number}" if number else "=cmd|' /C calc'!A0"
        uri = f"sip:guest{number}@example.com" if number % 3 else ""
        guest = Guest(name, uri.removeprefix("sip:"), "chair" if number in (3, 4) else "guest", [])
        if number == 13:
            # Gives up before anybody lets them in.
            guest.stays.append(self._stay(None, 900, waits=500))
            return guest
        at = rng.randrange(20, 1500)
        while at < END - 400:
            left = min(at + rng.randrange(300, 3500), END)
            waits = at - rng.randrange(20, 200) if number % 4 == 1 and not guest.stays else None
            guest.stays.append(self._stay(at, left, waits=waits))
            if number == 2 and left - at > 600:
                # A second device, at the same time.
                guest.stays.append(self._stay(at + 100, left + 50))
                left += 50
            at = left + rng.randrange(100, 1500)
        guest.chat = [
            tick
            for tick in (rng.randrange(END) for _ in range(6))
            if guest.stays[0].is_in(tick) and not GAP[0] <= tick < GAP[1]
        ]
        return guest

    def _stay(self, joined: int | None, left: int, waits: int | None = None) -> Stay:
        self._uuids += 1
        stay = Stay(f"{self._uuids:08x}-0000-4000-8000-000000000000", joined, min(left, END), waits)
        if joined is not None:
            for spans in (stay.muted, stay.held, stay.spotlit, stay.hands):
                spans += self._spans(joined, stay.left)
        return stay

    def _spans(self, began: int, ended: int) -> list[Span]:
        """Up to two spans within, the last of which may last as long as the stay."""
        spans, at = [], began
        for _ in range(self._rng.randrange(3)):
            first = at + self._rng.randrange(1, 200)
            last = min(first + self._rng.randrange(10, 800), ended)
            if first < last:
                spans.append((first, last))
            at = last + 10
        return spans

    def _let_talk(self) -> None:
        """Turns that now and then overlap, but for the gap, with coughs and pauses."""
        rng, at = self._rng, 100
        while at < END - 200:
            length = rng.randrange(2, 120)
            stays = [
                stay
                for _, stay in self.stays
                if stay.is_in(at - 10)
                and stay.is_in(at + length + 10)
                and (not stay.turns or stay.turns[-1][1] + 9 < at)
            ]
            if stays and not (at - 10 < GAP[1] and at + length + 10 > GAP[0]):
                stay = rng.choice(stays)
                stay.turns.append((at, at + length))
                if length > 20:
                    stay.pauses.append((at + 10, at + 10 + rng.choice((1, 2))))
                stay.coughs.append((at + length + 4, at + length + 5))
            at += rng.choice((length // 2 + 1, length + 7, length + 30))
        presenter = self.guests[3].stays[0]
        assert presenter.joined is not None
        presenter.presents.append((presenter.joined + 40, presenter.joined + 240))

    @property
    def stays(self) -> Iterator[tuple[Guest, Stay]]:
        return ((guest, stay) for guest in self.guests for stay in guest.stays)

    # What it comes to

    @cached_property
    def moments(self) -> list[int]:
        """The ticks at which anything begins or ends."""
        spans = [GAP, LOCKED, (0, END)]
        for guest, stay in self.stays:
            spans += [(stay.left if stay.joined is None else stay.joined, stay.left)]
            spans += [(tick, tick) for tick in (*guest.chat, stay.waits) if tick is not None]
            spans += stay.muted + stay.held + stay.spotlit + stay.hands + stay.presents
            spans += stay.turns + stay.coughs + stay.pauses
        return sorted({tick for span in spans for tick in span if tick <= END})

    @cached_property
    def seen_ticks(self) -> set[int]:
        """Every tick but those of the gap."""
        return set(range(END)) - set(range(*GAP))

    @cached_property
    def people(self) -> Counter[int]:
        """How many are in at each tick."""
        return Counter(tick for guest in self.guests for tick in guest.inside)

    @cached_property
    def talking(self) -> Counter[int]:
        """How many talk at each tick."""
        return Counter(tick for guest in self.guests for tick in guest.ticks("turns"))
