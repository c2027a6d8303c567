"""A collector tells who talked once a minute, from the voices of a node."""

from __future__ import annotations

from pexdash.session.estate.collecting.talk_told import TALK_SECONDS, TalkTold
from pexdash.session.feed.told import Line
from tests.eventually import eventually
from tests.session.host import Host, hosting


class Telling:
    """What is told of the talk in a host's conference, as a collector counts it."""

    def __init__(self, host: Host) -> None:
        self.told: list[dict[str, float]] = []
        # As a collector's feed, which counts no voices itself.
        host.feed.keep_little()
        self.talk = TalkTold(host.feed, lambda spoken: self.told.append(dict(spoken.seconds)))
        host.feed.on_changes(self.talk.take_changes)
        host.feed.on_told(lambda told: self.talk.take_line() if isinstance(told, Line) else None)
        self._host = host

    async def speak(self, *uuids: str) -> None:
        """Have these talk, and nobody else."""
        self._host.conference.speak(dict.fromkeys(uuids, 80))
        conference = self._host.feed.conference
        await eventually(
            lambda: {one.uuid for one in conference.speakers if one.vad > 0} == set(uuids)
        )

    async def after(self, seconds: float) -> list[dict[str, float]]:
        """What is told after so many seconds."""
        self.told.clear()
        await self._host.clock.leap(seconds)
        self.talk.look()
        return [*self.told]


async def test_each_minute_has_who_talked_in_it_and_a_silent_one_nothing() -> None:
    async with hosting() as host:
        ann, bob = await host.someone("Ann"), await host.someone("Bob")
        telling = Telling(host)
        await telling.speak(ann.uuid)
        assert await telling.after(TALK_SECONDS - 20) == []
        await telling.speak(bob.uuid)
        assert await telling.after(20) == [{ann.uuid: TALK_SECONDS - 20, bob.uuid: 20}]
        await telling.speak()
        assert await telling.after(TALK_SECONDS) == []
        assert host.feed.airtime.total(host.clock.monotonic()) == 0
        await telling.speak(ann.uuid)
        await telling.after(5)
        telling.talk.stop()
        assert telling.told == [{ann.uuid: 5}]


async def test_who_leaves_is_told_of_at_once_and_all_when_the_line_is_lost() -> None:
    async with hosting() as host:
        ann, bob = await host.someone("Ann"), await host.someone("Bob")
        telling = Telling(host)
        await telling.speak(ann.uuid, bob.uuid)
        await telling.after(7)
        host.conference.leave(ann.uuid)
        await eventually(lambda: telling.told == [{ann.uuid: 7}])
        await telling.after(2)
        await telling.speak()
        host.node.faults.cut_streams()
        await eventually(lambda: telling.told == [{bob.uuid: 9}])
