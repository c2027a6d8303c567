"""The roster that a host looks at: sections, sorting, filter, marks, and a cursor on a person."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from math import inf
from typing import Any

from pexdash.model.changes import Changes
from pexdash.model.conference import Conference
from pexdash.model.events import voices
from pexdash.model.filter import Test, people_grammar
from pexdash.model.namesakes import Namesakes
from pexdash.model.ordinary import Ordinary
from pexdash.model.participant import WAITING_ROOM, Participant
from pexdash.model.sections import Row, Rows, Section, section_of
from pexdash.model.sorting import Order, SortedBy, Talk, by_name

FEW = 8
"""Where fewer than one of so many move, they alone are put anew, which then takes less time."""

_WAITING, _HANDS, _HOSTS, _GUESTS = Section


def _by_turn(participant: Participant) -> tuple[float, str]:
    """The key that sorts hands: the one that has been up for longest is first."""
    return participant.buzz_time or 0.0, participant.uuid


class Roster:
    """Rows derived from a conference; cursor and marks are uuids and stay with their person.

    When the person under the cursor leaves, or no longer passes the filter, the row stays until
    the cursor is moved, so that a key meant for one never reaches another. `departed` is such a
    person who has left. `talked` returns the seconds that people have talked, for that order.
    """

    def __init__(
        self,
        conference: Conference,
        order: Order | None = None,
        talked: Callable[[], Talk] = dict,
    ) -> None:
        self._conference = conference
        self.order = order or Order()
        self._talked = talked
        self._talk = talked()
        self._by_order = self.order.key(self._talk)
        self.grammar = people_grammar(lambda: self._voices)
        self._voices: frozenset[str] = frozenset()
        self.namesakes = Namesakes()
        self.renamed: set[str] = set()
        """Who may be told apart from others since the last update."""
        self.ordinary = Ordinary(section_of)
        self._test: Test | None = None
        self._members: list[list[str]] = [[] for _ in Section]
        self._keys: list[list[Any]] = [[] for _ in Section]
        self._hidden: list[int] = []
        self._arranged: dict[str, Participant] = {}
        self._under_cursor: Participant | None = None
        self._waited_since: dict[str, float] = {}
        self._remembered: str | None = None
        self.filter = ""
        self.rows = Rows()
        self.cursor: str | None = None
        self.marks: set[str] = set()
        self.departed: Participant | None = None

    def participant(self, uuid: str) -> Participant | None:
        """The participant of a row, also one who has left and is still shown."""
        return self._conference.participants.get(uuid) or self._last_seen(uuid)

    def _last_seen(self, uuid: str) -> Participant | None:
        seen = self._under_cursor
        return seen if seen is not None and seen.uuid == uuid else self._arranged.get(uuid)

    def _look_under_cursor(self) -> None:
        """Remember the person under the cursor, whose row stays when they leave."""
        one = self._conference.participants.get(self.cursor or "")
        self._under_cursor = one or self._under_cursor

    def index_of(self, uuid: str) -> int | None:
        """The row of a participant, None where it is not shown."""
        if (one := self._arranged.get(uuid)) is None:
            return None
        section = section_of(one)
        above = sum(1 + len(members) for members in self._members[:section] if members)
        return above + 1 + self._place_in(section, one)

    def first_of(self, section: Section) -> str:
        """The uuid of the first person of a section, "" where nobody is in it."""
        return next(iter(self._members[section]), "")

    @property
    def cursor_row(self) -> int | None:
        return None if self.cursor is None else self.index_of(self.cursor)

    @property
    def hidden_marks(self) -> int:
        """How many marked people the filter hides."""
        return len(self.marks - self._arranged.keys())

    def targets(self) -> list[str]:
        """The uuids a key acts on: those marked, in the order of their rows, or the cursor's."""
        if self.marks:
            shown = [uuid for uuid in self._shown_people() if uuid in self.marks]
            return shown + sorted(self.marks - self._arranged.keys())
        return [self.cursor] if self.cursor is not None else []

    def update(self, changes: Changes) -> bool:
        """Take what changed; True where rows came, went or moved."""
        self._look_under_cursor()
        self._compare(changes)
        follows = self._test is None and self.order.follows_places
        if follows and not changes.placed and not changes.synced:
            return False
        spoke, self._voices = self._voices, voices(self._conference.speakers)
        people, arranged = self._conference.participants, self._arranged
        if changes.synced:
            self.marks.intersection_update(people)
            self._arrange()
            return True
        departed = self.departed.uuid if self.departed is not None else None
        moved = {uuid for uuid in spoke ^ self._voices if self._comes_or_goes(uuid)}
        for uuid in changes.placed if follows else changes.before:
            # `changes` may be older than the rows: the rows are compared with the people of now.
            after, shown = people.get(uuid), arranged.get(uuid)
            if after is None:
                self.marks.discard(uuid)
                if shown is not None:
                    moved.add(uuid)
            elif uuid == departed or not self._stays(shown, after):
                moved.add(uuid)
        if moved:
            self._put_anew(moved)
        elif changes.placed and self._hidden != self._count_hidden():
            self._lay_rows()
        else:
            return False
        return True

    def _count_hidden(self) -> list[int]:
        """How many people of each section the filter hides."""
        hidden = [0] * len(Section)
        if self._test is not None:
            for uuid, one in self._conference.participants.items():
                hidden[section_of(one)] += uuid not in self._arranged
        return hidden

    def _comes_or_goes(self, uuid: str) -> bool:
        """Whether somebody passes the filter and is not shown, or the other way round."""
        one = self._conference.participants.get(uuid)
        return one is not None and (uuid in self._arranged) is not self._keeps(one)

    def _compare(self, changes: Changes) -> None:
        """Take what is ordinary now, and who looks like whom."""
        people = self._conference.participants
        # Of a list that came before this roster, the changes do not tell.
        changed = changes.before.keys() | (people if changes.synced else ())
        self.ordinary.update(changed, people)
        self.renamed = self.namesakes.update(changed if changes.synced else changes.placed, people)

    def _stays(self, shown: Participant | None, after: Participant) -> bool:
        if self._test is None and shown is not None:
            if self.order.follows_places and shown.is_placed_as(after):
                return True
            if section_of(shown) is not section_of(after):
                return False
        return self._where(shown) == self._where(after)

    def _where(self, participant: Participant | None) -> object:
        if participant is None or not self._keeps(participant):
            return None
        section = section_of(participant)
        return section, self._sort_key(section, participant)

    def _shows(self, participant: Participant) -> bool:
        return self._test is None or self._test(participant)

    def _keeps(self, participant: Participant) -> bool:
        return participant.uuid == self.cursor or self._shows(participant)

    def _sort_key(self, section: Section, participant: Participant) -> Any:
        if section is _HANDS:
            return _by_turn(participant)
        if section is _WAITING:
            return self._by_wait(participant)
        return self._by_order(participant)

    def _by_wait(self, participant: Participant) -> tuple[float, str]:
        """The key that sorts those who wait: the one who has waited for longest is first."""
        uuid = participant.uuid
        # Of one who has left, the conference no longer knows.
        seen = self._conference.first_seen.get(uuid) or self._waited_since.get(uuid, inf)
        return participant.start_time or seen, by_name(participant)

    def _sort(self, section: Section, members: list[Participant]) -> None:
        if section is _HANDS:
            members.sort(key=_by_turn)
        elif section is _WAITING:
            members.sort(key=self._by_wait)
        else:
            self.order.sort(members, self._talk)

    def _put_anew(self, moved: set[str]) -> None:
        """Put people where they belong now; where many move, everybody."""
        people, arranged, cursor = self._conference.participants, self._arranged, self.cursor
        stays = cursor in people and cursor in arranged and self.departed is None
        if not stays or len(moved) * FEW > len(arranged):
            self._arrange()
            return
        before = [self._arranged[uuid] for uuid in moved if uuid in arranged]
        after = [one for uuid in moved if (one := people.get(uuid)) and self._keeps(one)]
        if WAITING_ROOM in {one.service_type for one in before + after}:
            # Since when somebody waits may be known no more, and only few wait.
            self._arrange()
            return
        for section in (_HANDS, _HOSTS, _GUESTS):
            self._keep_keys(section)
        for one in before:
            section = section_of(one)
            at = self._place_in(section, one)
            del self._keys[section][at], self._members[section][at]
            del arranged[one.uuid]
        for one in after:
            section = section_of(one)
            key = self._sort_key(section, one)
            at = bisect_left(self._keys[section], key)
            self._keys[section].insert(at, key)
            self._members[section].insert(at, one.uuid)
            arranged[one.uuid] = one
        self._lay_rows()

    def _keep_keys(self, section: Section) -> None:
        """Have the keys of those in a section, which are made when they are first needed."""
        members, keys = self._members[section], self._keys[section]
        if len(keys) != len(members):
            people = [self._arranged[uuid] for uuid in members]
            keys[:] = [self._sort_key(section, one) for one in people]

    def _place_in(self, section: Section, one: Participant) -> int:
        """Where somebody stands in a section."""
        if not self._keys[section]:
            return self._members[section].index(one.uuid)
        return bisect_left(self._keys[section], self._sort_key(section, one))

    def _arrange(self) -> None:
        """Put everybody where they belong."""
        people = self._conference.participants
        if self.cursor is None or self.cursor in people:
            self.departed = None
        elif self.departed is None:
            self.departed = self._last_seen(self.cursor)
        test, cursor = self._test, self.cursor
        if test is None:
            self._arranged = people.copy()
        else:
            self._arranged = {
                uuid: one for uuid, one in people.items() if uuid == cursor or test(one)
            }
        if self.departed is not None:
            self._arranged[self.departed.uuid] = self.departed
        sections: list[list[Participant]] = [[] for _ in Section]
        for participant in self._arranged.values():
            sections[section_of(participant)].append(participant)
        self._waited_since = {one.uuid: self._by_wait(one)[0] for one in sections[_WAITING]}
        for section, members in zip(Section, sections, strict=True):
            self._sort(section, members)
        self._members = [[one.uuid for one in members] for members in sections]
        self._keys = [[] for _ in Section]
        self._by_order = self.order.key(self._talk)
        self._lay_rows()
        if self.cursor is None or self.cursor not in self._arranged:
            self.cursor = next(self._shown_people(), None)
            self._look_under_cursor()

    def _lay_rows(self) -> None:
        """Put the heading above each section."""
        self._hidden = self._count_hidden()
        in_section = None if self.departed is None else section_of(self.departed)
        headings = []
        for section, members in zip(Section, self._members, strict=True):
            left = int(section is in_section)
            count, hidden = len(members) - left, self._hidden[section]
            headings.append(Row(section, count=count, left=left, hidden=hidden))
        together = zip(headings, self._members, strict=True)
        self.rows = Rows([(heading, members) for heading, members in together if members])

    def _shown_people(self) -> Iterator[str]:
        """The uuids of all who are shown, in the order of their rows."""
        return chain.from_iterable(self._members)

    def next_of(self, test: Test) -> str | None:
        """The next person below the cursor who passes `test`, or else the first one of all.

        Only those who are there count, and not the one under the cursor.
        """
        people, at = self._conference.participants, (self.cursor_row or 0) + 1
        rows = [*self.rows]
        for row in (*rows[at:], *rows[:at]):
            one = people.get(row.uuid)
            if one is not None and one.uuid != self.cursor and test(one):
                return one.uuid
        return None

    def put_cursor(self, uuid: str) -> None:
        """Move the cursor to a person who is shown."""
        if uuid not in self._arranged or uuid == self.cursor:
            return
        left_behind, self.cursor = self.cursor, uuid
        self._look_under_cursor()
        stale = self.participant(left_behind) if left_behind else None
        if self.departed is not None or (stale is not None and not self._shows(stale)):
            self.departed = None
            self._arrange()

    def move_cursor(self, by: int) -> None:
        """Move the cursor by `by` people, stopping at either end."""
        people = [*self._shown_people()]
        if not people:
            return
        at = people.index(self.cursor) if self.cursor in people else 0
        self.put_cursor(people[min(max(at + by, 0), len(people) - 1)])

    def toggle_mark(self) -> None:
        """Mark or unmark the person under the cursor."""
        if self.cursor is not None and self.cursor in self._conference.participants:
            self.marks ^= {self.cursor}

    def mark_all(self) -> None:
        """Mark everyone shown but ourselves, or unmark them where all are marked."""
        present = self._conference.participants.keys() - {self._conference.me}
        shown = self._arranged.keys() & present
        self.marks = self.marks - shown if shown <= self.marks else self.marks | shown

    def unmark(self, uuids: Iterable[str]) -> None:
        """Take the marks off these people."""
        self.marks.difference_update(uuids)

    def clear_marks(self) -> None:
        self.marks.clear()

    def next_order(self) -> None:
        """Sort by the next key."""
        self.order.turn_on()
        self._sort_anew()

    def reverse_order(self) -> None:
        """Sort the other way round."""
        self.order.turn_round()
        self._sort_anew()

    def sort_by(self, by: SortedBy) -> None:
        """Sort by `by`, or the other way round where that is so already."""
        self.order.choose(by)
        self._sort_anew()

    def _sort_anew(self) -> None:
        self._talk = self._talked()
        self._arrange()

    def follow_talk(self) -> bool:
        """Sort by who has talked by now, where that is the order; True where rows moved."""
        if self.order.by is not SortedBy.TALK:
            return False
        before = self.rows
        self._sort_anew()
        return self.rows != before

    def begin_filter(self) -> None:
        """Remember the cursor, so that `cancel_filter` can put it back."""
        self._remembered = self.cursor

    def set_filter(self, text: str) -> None:
        """Show only people who pass `text` (see `grammar`); the cursor goes to the first."""
        self.filter = text.strip()
        self._test = self.grammar.test_of(text) if self.filter else None
        self._voices = voices(self._conference.speakers)
        self.cursor = self.departed = None
        self._arrange()

    def clear_filter(self) -> None:
        """Show everyone; the cursor stays on its person, or goes back to the one remembered."""
        remembered, self._remembered = self.cursor or self._remembered, None
        self.set_filter("")
        if remembered is not None:
            self.put_cursor(remembered)

    def cancel_filter(self) -> None:
        """Give up a filter that is being typed; the cursor goes back to the person remembered."""
        self.cursor = None
        self.clear_filter()
