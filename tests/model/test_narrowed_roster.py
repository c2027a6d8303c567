"""A roster that a filter narrows."""

from __future__ import annotations

from pexdash.model.changes import Changes
from pexdash.model.events import (
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    Speaker,
    StageUpdated,
)
from pexdash.model.participant import Role
from tests.model.people import NOW, person, roster_of, uuids


def test_who_returns_without_passing_the_filter_is_counted_again() -> None:
    conference, roster = roster_of(person("a", "Ann"), person("b", "Bob"))
    roster.set_filter("ann")
    roster.update(conference.apply(ParticipantDeleted("a"), NOW))
    assert roster.rows[0].count == 0
    roster.update(conference.apply(ParticipantCreated(person("a", "Xaver")), NOW))
    assert roster.rows[0].count == 1


def test_giving_up_a_filter_puts_the_cursor_back() -> None:
    _, roster = roster_of(person("a", "Ann"), person("b", "Bob"), person("c", "Chen"))
    roster.put_cursor("c")
    roster.begin_filter()
    roster.set_filter("bob")
    assert roster.cursor == "b"
    roster.cancel_filter()
    assert roster.cursor == "c"


def test_a_filter_that_finds_nobody_is_for_nobody() -> None:
    _, roster = roster_of(person("a", "Ann"))
    roster.set_filter("nobody")
    assert ([*roster.rows], roster.targets(), roster.cursor_row) == ([], [], None)
    roster.move_cursor(1)
    roster.toggle_mark()
    assert roster.marks == set()


def test_hidden_marks_are_counted_and_kept() -> None:
    _, roster = roster_of(person("a", "Ann"), person("b", "Bob"))
    roster.mark_all()
    roster.set_filter("bob")
    assert roster.hidden_marks == 1
    assert roster.targets() == ["b", "a"]


def test_who_is_hidden_is_counted_as_they_come_and_go() -> None:
    conference, roster = roster_of(person("a", "Ann"), person("b", "Bob"))
    roster.set_filter("ann")
    assert (roster.rows[0].count, roster.rows[0].hidden) == (1, 1)
    assert roster.update(conference.apply(ParticipantCreated(person("c", "Chen")), NOW))
    assert roster.rows[0].hidden == 2
    host = person("c", "Chen", role=Role.HOST)
    assert roster.update(conference.apply(ParticipantUpdated(host), NOW))
    assert roster.rows[0].hidden == 1
    assert roster.update(conference.apply(ParticipantDeleted("b"), NOW))
    assert roster.rows[0].hidden == 0


def test_voices_move_rows_only_where_the_filter_is_for_voices() -> None:
    conference, roster = roster_of(person("a", "Ann"), person("b", "Bob"), person("c", "Chen"))

    def speaks(uuid: str) -> Changes:
        return conference.apply(StageUpdated((Speaker(uuid, 0, 40),)), NOW)

    assert not roster.update(speaks("b"))
    roster.set_filter("is:speaking")
    assert uuids(roster) == ["b"]
    assert roster.update(speaks("c"))
    assert uuids(roster) == ["b", "c"], "the row under the cursor stays"
    roster.move_cursor(1)
    assert uuids(roster) == ["c"]
    roster.set_filter("!is:muted")
    assert not roster.update(speaks("a"))
