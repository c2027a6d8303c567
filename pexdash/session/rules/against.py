"""What rules would have done in a meeting that was recorded."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from pexdash.model.changes import Changes
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.read_clock import ReadClock
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.told import Alarmed, Me
from pexdash.session.rules.at_work import LOOK_SECONDS, Standing, may_act, together
from pexdash.session.rules.judging import Due, Judge
from pexdash.session.rules.rule import Rule


class WouldHave(Struct, frozen=True):
    """A rule at a Unix time: what it would have done, for whom, or that it would have stopped.

    `suggests` is whether it would only have said so.
    """

    time: float
    rule: Rule
    what: str
    name: str = ""
    uuid: str = ""
    address: str = ""
    suggests: bool = False


def would_have(rules: Sequence[Rule], files: Sequence[Path], alias: str) -> Iterator[WouldHave]:
    """What the rules would have done, all of them armed, in the order in which they would have.

    `files` are those of one conference, in the order of their begins. The meeting goes on as it
    was recorded: whoever would have been let in still waits. Raises UsageFault for a file that is
    broken.
    """
    clock = ReadClock()
    standings = {rule.name: Standing(rule, is_armed=True) for rule in rules}
    for path in files:
        yield from _Reading(rules, standings, alias, clock).read(path)


class _Reading:
    """Reads one file, which tells of everything anew."""

    def __init__(
        self, rules: Sequence[Rule], standings: dict[str, Standing], alias: str, clock: ReadClock
    ) -> None:
        self._clock = clock
        self._standings = standings
        self._feed = Feed(alias, clock)
        self._judge: Judge | None = None
        self._rules = rules
        self._joined_at: float | None = None
        self._look_at = float("inf")
        self._acts: deque[WouldHave] = deque()
        self._feed.on_changes(self._take)

    def read(self, path: Path) -> Iterator[WouldHave]:
        with Recorded(path) as recorded:
            for record in recorded:
                now = max(self._clock.now, recorded.started + record.t)
                while self._look_at <= now:
                    self._look(self._look_at)
                yield from self._taken()
                self._clock.now = now
                if self._judge is None:
                    self._judge = Judge(self._rules, self._feed.conference, now)
                if isinstance(record.told, Me) and self._feed.own_start is None:
                    self._joined_at = now
                if isinstance(record.told, Alarmed):
                    self._judge.hear(record.told, now)
                self._feed.tell(record.told)
                self._look_at = min(self._look_at, now + LOOK_SECONDS)
        yield from self._taken()

    def _taken(self) -> Iterator[WouldHave]:
        while self._acts:
            yield self._acts.popleft()

    def _take(self, changes: Changes) -> None:
        assert self._judge is not None, "a record is told only once there is a judge"
        own_start, ahead = self._feed.own_start, None
        if own_start is not None and self._joined_at is not None:
            ahead = own_start - self._joined_at
        self._judge.take(changes, self._clock.now, ahead=ahead, is_open=may_act(self._feed))

    def _look(self, now: float) -> None:
        self._look_at = float("inf")
        if self._judge is None or not may_act(self._feed):
            return
        for due in together(self._judge.due(now)):
            self._meet(due, now)
        self._look_at = max(self._judge.next_due(), now + LOOK_SECONDS)

    def _meet(self, due: Due, now: float) -> None:
        standing, rule = self._standings[due.rule.name], due.rule
        if standing.stopped:
            return
        people = self._feed.conference.participants
        suited = [uuid for uuid in due.uuids if uuid in people and rule.action.suits(people[uuid])]
        if rule.is_for_people and not suited:
            return
        targets = suited or [""]
        room = len(targets) if rule.only_suggests else standing.room(len(targets), now)
        for uuid in targets[:room]:
            one = people.get(uuid)
            name, address = (one.name, one.uri) if one is not None else ("", "")
            what = rule.step.title
            self._acts.append(WouldHave(now, rule, what, name, uuid, address, rule.only_suggests))
        if room < len(targets):
            self._acts.append(WouldHave(now, rule, standing.stop()))
