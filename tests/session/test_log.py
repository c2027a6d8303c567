"""One log of what happened: the history of the conference and our own requests."""

from __future__ import annotations

from pexdash.model.history import History, Kind
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Line, Marked
from pexdash.session.moderation.journal import Entry, Journal, Origin, Outcome
from pexdash.session.moderation.log import FILTER_OF_OWN, Log, log_grammar
from tests.eventually import eventually
from tests.session.host import Host, hosting


def log_of(host: Host) -> Log:
    return Log(host.feed.history, host.membership.moderation.journal)


def words(log: Log, filtered_by: str = "") -> list[str]:
    test = log_grammar().test_of(filtered_by)
    return [one.text.rstrip() for one in log if test(one)]


async def test_a_meeting_is_told_in_its_order() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob", waiting=True)
        await host.clock.advance(1)
        await host.act("admit", bob.uuid)
        await eventually(lambda: host.shown(bob.uuid).is_in)
        await host.clock.advance(1)
        await host.act("lock")
        await eventually(lambda: host.feed.conference.status.locked)
        await host.clock.advance(1)
        host.conference.leave(bob.uuid)
        await eventually(lambda: bob.uuid not in host.feed.conference.participants)
        told = words(log_of(host))
        assert told[0] == "The line is live"
        assert [one.partition(" (")[0] for one in told[1:]] == [
            "Bob waits to be let in",
            "You: Admit Bob",
            "Bob was let in",
            "You: Lock  [lock]  done",
            "The conference was locked",
            "Bob left",
        ]
        assert words(log_of(host), FILTER_OF_OWN) == [one for one in told if "You:" in one]
        assert [words(log_of(host), f"is:{kind}")[0] for kind in ("left", "admitted")] == [
            "Bob left",
            "Bob was let in",
        ]
        assert words(log_of(host), "!bob !is:line !is:own") == ["The conference was locked"]


async def test_a_lost_line_is_told_and_the_list_that_follows_is_not() -> None:
    async with hosting() as host:
        await host.someone("Bob")
        before = host.feed.history.total
        host.node.faults.cut_streams()
        await eventually(lambda: not host.feed.link.is_live)
        host.conference.join("Eve")
        await host.pass_time_until(lambda: host.feed.link.is_live and host.agrees())
        told = [one.words for one in list(host.feed.history.happenings)[before:]]
        assert told[0].startswith("The line was lost")
        assert told[1:] == ["The line is live"]


def test_a_refusal_is_found_and_wants_a_second_look() -> None:
    journal = Journal()
    journal.tell(journal.add(Entry(1.0, "Mute", "mute", "Bob", "b" * 36)), Outcome.REFUSED, "no")
    journal.tell(journal.add(Entry(2.0, "Lock", "lock")), Outcome.SHOWN)
    journal.tell(journal.add(Entry(3.0, "Lock", "lock")), Outcome.UNKNOWN)
    log = Log(History(), journal)
    assert [one.failed for one in log] == [True, False, True]
    assert words(log, "is:refused") == ["You: Mute Bob (bbbbbbbb)  [mute]  refused: no"]


def test_a_recording_has_a_log_without_requests() -> None:
    history = History()
    history.add(1.0, Kind.JOINED, "Ann joined", "ann")
    log = Log(history, None)
    before = log.version
    assert words(log) == ["Ann joined"]
    history.add(2.0, Kind.LEFT, "Ann left", "ann")
    assert log.version != before


def test_each_change_of_a_request_is_a_new_version() -> None:
    journal = Journal()
    log = Log(History(), journal)
    seen = {log.version}
    entry = journal.add(Entry(1.0, "Mute", "mute"))
    seen.add(log.version)
    for outcome in (Outcome.ACCEPTED, Outcome.SHOWN):
        journal.tell(entry, outcome)
        seen.add(log.version)
    assert len(seen) == 4


async def test_marks_and_the_end_of_the_line_are_told() -> None:
    async with hosting() as host:
        host.feed.tell(Marked("vote"))
        host.feed.tell(Line(LinkState.ENDED, "the meeting is over"))
        assert words(log_of(host))[-2:] == [
            "Marked: vote",
            "The line has ended: the meeting is over",
        ]


def test_it_says_what_is_not_ordinary_of_how_a_request_came_about() -> None:
    journal = Journal()
    for origin in (
        Origin("key", confirmed="yes"),
        Origin("palette"),
        Origin("alarm:waiting", confirmed="typed"),
        Origin("rule:quiet"),
    ):
        journal.tell(journal.add(Entry(1.0, "Lock", "lock", origin=origin)), Outcome.SHOWN)
    assert words(Log(History(), journal)) == [
        "You: Lock  [lock, confirmed]  done",
        "You: Lock  [lock, palette]  done",
        "You: Lock  [lock, alarm:waiting, name typed]  done",
        "Rule quiet: Lock  [lock]  done",
    ]
