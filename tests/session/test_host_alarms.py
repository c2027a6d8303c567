"""The alarms of the one conference that a host looks at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pexdash.model.alarms.alarms import Alarms
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.alarms.policy import policy_of
from pexdash.model.changes import Changes
from pexdash.model.history import Kind
from pexdash.model.line import Line
from pexdash.session.alarms.host_alarms import HostAlarms
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.told import Alarmed, Heard, Me
from pexdash.session.membership.recording import record
from pexdash.session.membership.ruling import follow_rules
from tests.eventually import eventually
from tests.session.host import Host, hosting
from tests.session.ruling import rules_of


@dataclass
class Seat:
    """A host with alarms, and by what he was called."""

    host: Host
    alarms: HostAlarms
    called: list[str] = field(default_factory=list)

    def log(self) -> list[str]:
        """The lines of the log that are alarms."""
        happenings = self.host.feed.history.happenings
        return [one.words for one in happenings if one.kind is Kind.ALARM]

    def told(self) -> list[str]:
        return [self.alarms.words(one) for one in self.alarms.told]

    async def waits(self, *names: str) -> None:
        """People come to wait, all at once."""
        come = [self.host.conference.join(name, waiting=True) for name in names]
        people = self.host.feed.conference
        await eventually(lambda: all(one.uuid in people.participants for one in come))


def only_waiting(rule: str) -> bool:
    return rule == "waiting"


@asynccontextmanager
async def seated(
    rings: Callable[[str], bool] = only_waiting, *, waiting: tuple[str, ...] = ()
) -> AsyncIterator[Seat]:
    """A host in a meeting with Bob, another Host with media."""
    async with hosting() as host:
        await host.someone("Bob", role="chair", protocol="sip")
        for name in waiting:
            await host.someone(name, waiting=True)
        called: list[str] = []
        alarms = HostAlarms(
            host.feed, host.membership, policy_of("host"), rings=rings, call=called.append
        )
        running = asyncio.create_task(alarms.run())
        try:
            yield Seat(host, alarms, called)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_who_comes_to_wait_calls_at_once_and_at_most_once_in_ten_seconds() -> None:
    async with seated() as seat:
        await seat.waits("Wendy")
        assert seat.called == ["Wendy is waiting"]
        await seat.host.clock.advance(9.9)
        await seat.waits("Xaver")
        assert len(seat.called) == 1
        await seat.host.clock.advance(0.1)
        await seat.waits("Yara")
        assert seat.called[1:] == ["Yara is waiting"]
        assert seat.told() == seat.log() == [], "the roster and the log tell who waits"


async def test_who_waited_before_us_has_not_come_now_but_after_five_minutes_calls() -> None:
    async with seated(waiting=("Wendy", "Xaver")) as seat:
        await seat.waits("Yara")
        assert seat.called == ["Yara is waiting"]
        await seat.host.clock.advance(299)
        assert len(seat.called) == 1
        await seat.host.clock.advance(2)
        assert len(seat.called) == 2
        assert [one.partition(":")[0] for one in seat.log()] == ["Alarm, critical now"] * 3


async def test_who_waited_before_the_first_list_calls_nobody() -> None:
    async with hosting() as host:
        await host.someone("Wendy", waiting=True)
        called: list[str] = []
        host.node.faults.end_streams()
        await eventually(lambda: not host.feed.is_live)
        HostAlarms(
            host.feed, host.membership, policy_of("host"), rings=only_waiting, call=called.append
        )
        await host.pass_time_until(lambda: host.feed.is_live)
        assert called == []
        await host.someone("Xaver", waiting=True)
        assert called == ["Xaver is waiting"]


async def test_a_recording_that_is_gone_is_told_and_logged_until_somebody_takes_note() -> None:
    async with seated() as seat:
        await seat.host.someone("Ann")
        recorder = await seat.host.someone("Recorder", is_recording=True)
        drawn = seat.host.feed.watch()
        seat.host.conference.leave(recorder.uuid)
        await eventually(lambda: recorder.uuid not in seat.host.feed.conference.participants)
        drawn.take_changes()
        await seat.host.clock.advance(5)
        assert seat.told() == ["recording ended while 2 are in"]
        assert seat.log() == ["Alarm: recording ended while 2 are in"]
        assert drawn.take_changes().own, "the screen is to be drawn again"
        assert seat.called == []
        seat.alarms.acknowledge()
        assert seat.told() == []
        assert drawn.take_changes().own
        await seat.host.someone("Recorder", is_recording=True)
        await seat.host.clock.advance(10)
        acked, over = seat.log()[1:]
        assert acked.startswith("Alarm acknowledged by ")
        assert over == "Alarm over: recording ended while 2 are in"


async def test_recording_and_rules_hear_of_alarms_after_what_raised_them(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path, '[[rule]]\nname = "shut"\nwhen = "alarm:waiting"\ndo = "muteguests"\n'
    )
    async with seated() as seat:
        membership = seat.host.membership
        record(membership, tmp_path / "meeting", keep=None, say=seat.called.append)
        seat.host.feed.tell(Me(seat.host.me))
        work = follow_rules(membership, rules, arm=True)
        await seat.waits("Wendy")
        await seat.host.pass_time_until(lambda: seat.host.feed.conference.status.guests_muted)
        work.close()
    told = [one.told for one in Recorded(tmp_path / "meeting")]
    raised = next(one for one in told if isinstance(one, Alarmed))
    came = next(one for one in told if isinstance(one, Heard) and b"Wendy" in one.sent[0][2])
    assert told.index(came) < told.index(raised)
    assert (raised.change, raised.rule, raised.severity) == ("raised", "waiting", "warning")
    assert raised.person
    (entry,) = membership.moderation.journal.entries
    assert (entry.request, entry.origin.source) == ("muteguests", "rule:shut")


async def test_every_alarm_calls_where_the_host_wants_that() -> None:
    async with seated(lambda rule: True) as seat:
        await seat.host.someone("Ann")
        recorder = await seat.host.someone("Recorder", is_recording=True)
        seat.host.conference.leave(recorder.uuid)
        await eventually(lambda: recorder.uuid not in seat.host.feed.conference.participants)
        await seat.host.clock.advance(5)
        assert seat.called == ["recording ended while 2 are in"]


async def test_in_a_flood_of_alarms_one_line_of_the_log_stands_for_all() -> None:
    async with seated() as seat:
        conference, people = seat.host.conference, seat.host.feed.conference
        come = [conference.join(f"Guest {number}", buzz_time=1) for number in range(40)]
        await eventually(lambda: all(one.uuid in people.participants for one in come))
        await seat.host.clock.advance(120)
        ten, flood = seat.log()[:-1], seat.log()[-1]
        assert [one[:20] for one in ten] == ["Alarm: hand up 2:00 "] * 10
        assert flood == "11 alarms hand-long in 10 min: a flood, told one by one no longer"
        for one in come:
            conference.update(one.uuid, buzz_time=0)
        await eventually(lambda: not people.hands())
        await seat.host.clock.advance(10)
        assert seat.log()[11:] == [], "nor does it tell of each that is over"
        await seat.host.clock.advance(600)
        conference.join("Late", buzz_time=1)
        await eventually(lambda: len(people.hands()) == 1)
        await seat.host.clock.advance(120)
        assert seat.log()[11:] == ["Alarm: hand up 2:00 Late"]


async def test_voices_cost_a_host_s_alarms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Changes] = []
    take = Alarms.take

    def counted(
        alarms: Alarms, key: ConferenceKey, changes: Changes, line: Line, now: float
    ) -> list[Edge]:
        taken.append(changes)
        return take(alarms, key, changes, line, now)

    monkeypatch.setattr(Alarms, "take", counted)
    async with seated() as seat:
        bob = await seat.host.someone("Bob")
        taken.clear()
        seat.host.conference.speak({bob.uuid: 80})
        await eventually(lambda: seat.host.feed.conference.speakers)
        assert taken == []
        await seat.waits("Wendy")
        assert len(taken) == 1
