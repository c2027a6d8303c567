"""The journal of requests."""

from __future__ import annotations

from pexdash.session.moderation.journal import MOST_ENTRIES, Entry, Journal, Outcome


def test_the_latest_thousand_in_order() -> None:
    journal = Journal()
    for number in range(MOST_ENTRIES + 5):
        journal.add(Entry(float(number), "Mute", "mute"))
    assert MOST_ENTRIES == 1000
    assert [entry.time for entry in journal.entries] == [float(n) for n in range(5, 1005)]


def test_an_entry_tells_what_became_of_it() -> None:
    journal = Journal()
    entry = journal.add(Entry(0.0, "Mute", "mute", "Bob", "b"))
    for outcome in (Outcome.ACCEPTED, Outcome.SHOWN):
        journal.tell(entry, outcome)
        assert entry.outcome is outcome
    journal.tell(entry, Outcome.REFUSED, "no")
    assert (entry.outcome, entry.reason) == (Outcome.REFUSED, "no")


def test_what_was_told_of_a_forgotten_entry_harms_nobody() -> None:
    journal = Journal()
    first = journal.add(Entry(0.0, "Mute", "mute"))
    for number in range(MOST_ENTRIES):
        journal.add(Entry(float(number), "Lock", "lock"))
    journal.tell(first, Outcome.SHOWN)
    assert first not in journal.entries


def test_open_are_those_whose_end_is_not_known_yet() -> None:
    assert {one for one in Outcome if one.is_open} == {Outcome.SENT, Outcome.ACCEPTED}
