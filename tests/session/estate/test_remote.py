"""A wall that reads from the bus: what it shows, how old that is, and what it asks the holder."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pexdash.bus.messages import Answered, Asked
from pexdash.bus.subjects import conference
from pexdash.model.alarms.alarm import Alarm, Change
from pexdash.model.alarms.kept import Shelf, whole
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.model.alarms.policy import RULES, policy_of
from pexdash.model.alarms.rule import Found
from pexdash.model.line import LineState
from pexdash.secret import Secret
from pexdash.session.estate.remote.remote import Remote
from tests.bus.fleet import C7, fleet
from tests.bus.nats_server import program
from tests.manual_clock import ManualClock
from tests.session.estate.small_collector import Read, SmallCollector, reading_wall, summary_of

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")

A, B, C = (ConferenceKey("north", alias) for alias in ("a@x", "b@x", "c@x"))


def waiting(key: ConferenceKey, now: float, *, announced: bool = False) -> Alarm:
    """Somebody waits."""
    alarm = Alarm(AlarmKey("waiting", key), RULES["waiting"], policy_of().limits["waiting"])
    alarm.look(Found(facts=(1, "Ann", "x", False), person="uuid-1", since=now - 60), now - 30)
    alarm.step(now)
    alarm.is_announced = announced
    return alarm


def changes(read: Read) -> list[Change]:
    return [one.change for one in read.watch.take_changes().edges]


async def test_each_conference_stands_in_its_place_as_its_holder_tells_it(tmp_path: Path) -> None:
    async with reading_wall(tmp_path, A, B) as read:
        told = summary_of("a@x", people=3, began=read.clock.monotonic() - 90.0)
        await read.collector.tell(A, told)
        # Listed before the first pulse, its times are by our own clock until that has come.
        await read.until(lambda: read.remote.summary(A) == told)
        assert read.remote.summary(B).line is LineState.JOINING
        assert read.aliases == ["a@x", "b@x"]
        await read.collector.hold(C, label="The third")
        await read.until(lambda: len(read.aliases) == 3)
        assert read.aliases == ["a@x", "b@x", "c@x"]
        slot = read.remote.slots[2]
        assert slot is not None
        assert slot.label == "The third"
        assert A in read.watch.take_changes().conferences
        # Whoever holds one next stores its name again: its place is that of the collectors' list.
        await read.collector.hold(C, place=0)
        await read.collector.hold(A, place=2)
        await read.collector.hold(B, place=1)
        later = read.another()
        async with read.running(later):
            await read.until(lambda: len(later.slots) == 3)
            assert [one.key for one in later.slots if one is not None] == [C, B, A]
        assert read.aliases == ["a@x", "b@x", "c@x"]


async def test_what_was_missed_is_listed_again_and_what_is_older_is_not_taken(
    tmp_path: Path,
) -> None:
    async with reading_wall(tmp_path, A) as read:
        collector, remote = read.collector, read.remote
        await collector.tell(A, summary_of("a@x", people=1))
        await read.until(lambda: remote.summary(A).people == 1)
        # Stored, while its pulse is lost: the next pulse shows that something was missed.
        await collector.store(A, summary_of("a@x", people=2))
        await collector.pulse(A)
        await read.clock.advance(1.0)
        await read.until(lambda: remote.summary(A).people == 2, "listed again")
        zombie = collector.twin("col-0")
        await collector.hold(A)
        await collector.tell(A, summary_of("a@x", people=3))
        await read.until(lambda: remote.summary(A).people == 3)
        await zombie.tell(A, summary_of("a@x", people=99), stored=False)
        await collector.tell(A, summary_of("a@x", people=4))
        seen: list[int] = []
        remote.watch(lambda: seen.append(remote.summary(A).people))
        await read.until(lambda: remote.summary(A).people == 4)
        assert 99 not in seen


async def test_a_shard_without_a_pulse_is_stale_as_it_was_and_comes_back(tmp_path: Path) -> None:
    async with reading_wall(tmp_path, A) as read:
        remote = read.remote
        await read.collector.tell(A, summary_of("a@x", people=5))
        await read.until(lambda: remote.summary(A).people == 5)
        heard = read.clock.monotonic()
        await read.until(lambda: remote.through == "bus 0.0 s", "the first pulse")
        await read.pass_time(3)
        assert remote.summary(A).line is LineState.LIVE
        await read.pass_time(2)
        shown = remote.summary(A)
        assert (shown.line, shown.people, shown.line_since) == (LineState.LOST, 5, heard)
        assert shown.line_why == "no collector holds it: as it was at +0"
        assert remote.through == "bus silent 5 s"
        await read.collector.pulse(A)
        await read.until(lambda: remote.summary(A).line is LineState.LIVE)
        # Its own line is another thing, and older.
        lost = summary_of("a@x", people=5, line=LineState.LOST, line_since=heard - 100.0)
        await read.collector.tell(A, lost)
        await read.until(lambda: remote.summary(A) == lost)
        await read.pass_time(5)
        assert remote.summary(A).line_since == heard - 100.0


async def test_a_bus_that_is_away_makes_all_stale_and_comes_back_without_doubling(
    tmp_path: Path,
) -> None:
    async with reading_wall(tmp_path, A, B) as read:
        remote = read.remote
        for key in (A, B):
            await read.collector.tell(key, summary_of(key.alias, people=1))
        await read.until(lambda: remote.summary(B).people == 1)
        await read.until(lambda: remote.through == "bus 0.0 s", "the first pulse")
        await read.server.kill()
        await read.until(lambda: not read.bus.is_up)
        await read.pass_time(5)
        assert {remote.summary(key).line for key in (A, B)} == {LineState.LOST}
        assert remote.summary(A).line_why.startswith("the bus is away")
        assert remote.through == "bus away 5 s"
        await read.server.start()
        await read.until(lambda: read.bus.is_up and read.collector.bus.is_up, "the bus is back")
        await read.collector.tell(A, summary_of("a@x", people=2))
        await read.pass_time(3, pulses=(A, B))
        await read.until(lambda: remote.summary(A).people == 2)
        assert read.aliases == ["a@x", "b@x"]
        assert remote.summary(B).line is LineState.LIVE
        words = [one.happening.words for one in remote.incidents]
        assert [one for one in words if "bus" in one] == ["the bus is away", "the bus is back"]


async def test_alarms_are_their_holders_and_the_bell_is_the_readers(tmp_path: Path) -> None:
    async with reading_wall(tmp_path, A) as read:
        collector, alarms, now = read.collector, read.remote.alarms, read.clock.monotonic()
        await collector.tell(A, summary_of("a@x"))
        key = AlarmKey("waiting", A)
        await collector.alarm(A, waiting(A, now))
        await read.until(lambda: alarms.get(key) is not None)
        assert changes(read) == [Change.RAISED]
        listed = alarms.get(key)
        assert listed is not None
        assert alarms.words(listed, now) == alarms.words(waiting(A, now), now)
        assert alarms.counts(now).unacked == 1
        loud = waiting(A, now, announced=True)
        loud.severity = Severity.CRITICAL
        await collector.alarm(A, loud)
        await read.until(lambda: alarms.counts(now).critical)
        assert changes(read) == [Change.WORSENED, Change.BELL]
        assert alarms.get(key) is listed
        await read.pass_time(59, pulses=(A,))
        assert changes(read) == []
        await read.pass_time(3, pulses=(A,))
        assert changes(read) == [Change.BELL]
        loud.acknowledge("ann", now, "")
        shelf = Shelf("ann", now, now + 600, "lunch")
        await collector.alarm(A, loud, shelves=[(whole(A), shelf)])
        await read.until(lambda: alarms.counts(now).unacked == 0)
        assert listed.state_word == "acked ann"
        assert alarms.kept.shelves == {whole(A): shelf}
        assert "ann acknowledged" in read.remote.incidents[-1].happening.words
        await collector.alarm(A)
        await read.until(lambda: not alarms.listed())
        assert changes(read) == [Change.ACKED, Change.CLEARED]
        await read.pass_time(120, pulses=(A,))
        assert changes(read) == []


async def test_alarms_that_stand_when_a_wall_comes_ring_no_bell(tmp_path: Path) -> None:
    async with reading_wall(tmp_path, A) as first:
        now = first.clock.monotonic()
        await first.collector.alarm(A, waiting(A, now, announced=True))
        later = first.another()
        watch = later.watch()
        async with first.running(later):
            await first.until(lambda: later.alarms.listed())
            taken = watch.take_changes()
            assert (taken.edges, taken.slots) == ([], True)


async def test_people_decide_at_the_holder_and_are_told_what_it_did_not_do(
    tmp_path: Path,
) -> None:
    async def answer(name: str, asked: Asked) -> Answered:
        if name == "leave":
            return Answered(fault="Refused", words="viewers may not", status=403)
        return Answered(True)

    async with reading_wall(tmp_path, A, B) as read:
        collector, remote, now = read.collector, read.remote, read.clock.monotonic()
        collector.answer = answer
        await collector.alarm(A, waiting(A, now))
        await collector.alarm(B, waiting(B, now))
        await read.until(lambda: len(remote.alarms.listed()) == 2)
        one, other = AlarmKey("waiting", A), AlarmKey("waiting", B)
        remote.acknowledge([one, other])
        remote.shelve(one, "lunch", 600.0)
        remote.unshelve(one)
        remote.shelve(whole(ConferenceKey("north", "")), "", 60.0)
        remote.try_again(A)
        await read.until(lambda: len(collector.asked) == 7)
        told = sorted(
            ((name, key.alias, asked.body) for _, key, name, asked in collector.asked),
            key=lambda one: one[:2],
        )
        assert {user for user, *_ in collector.asked} == {"jo"}
        assert len({asked.id for *_, asked in collector.asked}) == 7
        key = ("waiting", ("north", "a@x"), "")
        assert told[0] == ("acknowledge", "a@x", {"alarms": [list_of(key)]})
        assert [name for name, *_ in told].count("shelve") == 3
        assert told[-1][2] == {"alarm": list_of(key)}
        remote.try_again(A, Secret("1234"))
        remote.leave(A)
        await read.until(lambda: len(read.notices) == 2)
        assert [one.text for one in read.notices] == [
            "No PIN is sent over the bus: put it where the collector's wall file says, "
            "then try again",
            "a@x: viewers may not",
        ]
        await collector.let_go()
        remote.leave(B)
        await read.until(lambda: len(read.notices) == 3)
        assert read.notices[2].text == "b@x: Nobody holds this conference now, nothing was sent"


def list_of(value: object) -> object:
    """Tuples as they come from the bus."""
    return [list_of(one) for one in value] if isinstance(value, tuple) else value


async def test_a_wall_that_only_watches_asks_no_holder(tmp_path: Path) -> None:
    async with reading_wall(tmp_path, A, read_only=True, vouched=False) as read:
        read.remote.acknowledge([AlarmKey("waiting", A)])
        assert [one.text for one in read.notices] == [
            "This bus has no users: nobody vouches that you are jo",
            "This session is read-only",
        ]
        assert read.remote.through == "bus silent · nobody vouches for jo"
        await read.pass_time(1)
        assert read.collector.asked == []


async def test_a_conference_that_the_fleet_drops_keeps_its_place_for_a_while(
    tmp_path: Path,
) -> None:
    async with reading_wall(tmp_path, A, B) as read:
        await read.collector.bus.remove(conference(A))
        await read.until(lambda: read.remote.slots[0] and read.remote.slots[0].gone_since)
        assert read.aliases == ["a@x", "b@x"]
        for _ in range(3):
            await read.clock.leap(250)
            await read.collector.pulse(B)
            await read.pass_time(1)
        await read.until(lambda: read.aliases == ["", "b@x"])


async def test_a_viewer_sees_conferences_and_alarms_and_is_told_that_it_may_do_no_more(
    tmp_path: Path,
) -> None:
    async with fleet(tmp_path) as everybody:
        clock = ManualClock()
        collector = SmallCollector(everybody["one"], clock)
        await collector.hold(C7)
        read = Read(None, collector, clock, None, everybody["noc"], [], None)  # type: ignore[arg-type]
        read.remote = remote = Remote(
            read.bus, "noc", title="wall", clock=clock, rng=random.Random(1), moment=str
        )
        remote.watch(notify=read.notices.append)
        async with read.running(remote):
            await read.until(lambda: C7.alias in read.aliases)
            await collector.tell(C7, summary_of(C7.alias, people=3))
            await collector.alarm(C7, waiting(C7, clock.monotonic()))
            await read.until(lambda: remote.alarms.listed())
            await read.until(lambda: remote.summary(C7).people == 3)
            remote.acknowledge([AlarmKey("waiting", C7)])
            words = f"{C7.alias}: The bus does not let noc do this here, nothing was sent"
            await read.until(lambda: words in [one.text for one in read.notices])
            slot = remote.slots[read.aliases.index(C7.alias)]
            assert slot is not None
            feed = slot.feed
            remote.open(C7)
            await read.until(lambda: "does not let you see" in feed.link.fault)
            assert collector.asked == []
        await collector.let_go()
