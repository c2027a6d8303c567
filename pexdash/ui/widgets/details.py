"""The details of the person under the cursor, beside the roster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pexdash.model.airtime import Airtime, shares
from pexdash.model.changes import Changes
from pexdash.model.facts import FACTS, Fact
from pexdash.model.participant import Participant
from pexdash.model.roster import Roster
from pexdash.session.feed.feed import Feed
from pexdash.text import simple_width
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.pane import Pane, Title
from pexdash.ui.drawing.spans import Span, fit
from pexdash.ui.drawing.times import clock_seconds, duration
from pexdash.ui.drawing.wrapping import wrapped

_TITLES_WIDTH = 16
_LEFT_OUT = frozenset({"Name", "uuid", "On node", "Media", "May see presentation", "Direction"})
"""What the title says already, what nearly everybody has, and what is for machines."""

Keys = Callable[[str], Sequence[tuple[str, str]]]
"""What can be done with a participant now: each key, and its word."""


def talk_facts(airtime: Airtime, uuid: str, now: float) -> list[tuple[str, str]]:
    """What a participant has talked until the monotonic time `now`, titles and words."""
    talk, total = airtime.talk(uuid, now), airtime.total(now)
    if not talk.turns:
        return []
    often = "one turn"
    if talk.turns > 1:
        often = f"{talk.turns} turns, the longest {duration(talk.longest)}"
    recent = airtime.recent(now)
    lately, share = recent.get(uuid, 0.0), shares(recent).get(uuid, 0.0)
    return [
        ("Talked", f"{duration(talk.seconds)} in {often}; {talk.seconds / total:.0%} of all talk"),
        ("Last 10 minutes", f"{duration(lately)}; {share:.0%} of all talk"),
    ]


class DetailsPane(Pane):
    """What there is to know of the participant under the cursor, and what `keys` can do."""

    def __init__(self, feed: Feed, roster: Roster, glyphs: Glyphs, keys: Keys) -> None:
        super().__init__(glyphs, id="details")
        self._feed = feed
        self._roster = roster
        self._keys = keys
        self._about: str | None = None

    def look(self, changes: Changes) -> None:
        """Draw what differs, unless `changes` are of others than who is shown, and than us."""
        cursor, of_all = self._roster.cursor, changes.own or changes.synced or changes.spotlit
        concerned = {cursor, self._feed.conference.me}
        if of_all or cursor != self._about or not concerned.isdisjoint(changes.before):
            self.redraw()

    @property
    def _one(self) -> Participant | None:
        cursor = self._roster.cursor
        return None if cursor is None else self._roster.participant(cursor)

    def title(self) -> Title:
        one = self._one
        name = [] if one is None else [Span(f"  {simple_width(one.name)}", "strong")]
        return [Span("DETAILS", "heading"), *name], []

    def body(self, width: int, height: int) -> list[list[Span]]:
        self._about = self._roster.cursor
        if not height or (one := self._one) is None:
            return []
        facts = [*self._facts(one), *self._talk(one)]
        lines = [line for title, words in facts for line in self._told(title, words, width)]
        if can := self._can(one, width):
            lines = [*lines[: max(0, height - len(can) - 1)], [], *can]
        return lines

    def _told(self, title: str, words: str, width: int) -> list[list[Span]]:
        """A fact in one line, or in two where its words need them."""
        room = max(1, width - _TITLES_WIDTH - 1)
        head = fit(title, _TITLES_WIDTH - 1, self._glyphs.ellipsis)
        first, *others = wrapped(simple_width(words), room, room)
        told = [[Span(f" {head} ", "dim"), Span(first)]]
        if others:
            rest = fit(" ".join(others), room, self._glyphs.ellipsis)
            told.append([Span(" " * (_TITLES_WIDTH + 1)), Span(rest)])
        return told

    def _facts(self, one: Participant) -> Iterator[tuple[str, str]]:
        for title, value in FACTS:
            words = "" if title in _LEFT_OUT else self._words(value(one))
            # The title of the pane is the name.
            if words not in ("", one.name):
                yield title, words

    def _words(self, fact: Fact) -> str:
        """The ordinary, which is no and nothing, needs no line."""
        if isinstance(fact, bool):
            return "yes" if fact else ""
        if isinstance(fact, int | float):
            return f"{duration(self._feed.clock.wall() - fact)}, since {clock_seconds(fact)}"
        return fact or ""

    def _talk(self, one: Participant) -> list[tuple[str, str]]:
        return talk_facts(self._feed.airtime, one.uuid, self._feed.clock.monotonic())

    def _can(self, one: Participant, width: int) -> list[list[Span]]:
        lines: list[list[Span]] = [[Span(" ")]]
        used = 1
        for key, word in self._keys(one.uuid):
            cells = len(key) + len(word) + 3
            if used + cells > width and used > 1:
                lines.append([Span(" ")])
                used = 1
            lines[-1] += [Span(key, "accent"), Span(f" {word}  ")]
            used += cells
        return lines if used > 1 else []
