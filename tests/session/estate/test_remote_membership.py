"""A conference that a collector holds, opened through the bus: as live as one's own."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from pexdash.api.requests import CALLS, DIAL, LOCK
from pexdash.bus.messages import Answered, Asked
from pexdash.errors import AnswerLost, Refused
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.events import ConferenceUpdated
from pexdash.model.participant import Role
from pexdash.model.status import ConferenceStatus
from pexdash.session.estate.remote.asking import Asking
from pexdash.session.estate.remote.bus_policy import NOT_YOURS
from pexdash.session.estate.remote.remote_membership import BusSender, RemoteMembership
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Line, Me, Said, Stated
from pexdash.session.moderation.action import Action
from pexdash.session.moderation.actions import BY_ID
from pexdash.session.moderation.journal import PALETTE, Origin, Outcome
from tests.bus.nats_server import program
from tests.session.estate.small_collector import ANN, US, Read, reading_wall, row, sent

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")

A = ConferenceKey("north", "a@x")


async def opened(read: Read) -> RemoteMembership:
    """Open the conference, in which are the collector and Ann."""
    await read.collector.person(A, row(US, "Collector", protocol="api"))
    await read.collector.person(A, row(ANN, "Ann"))
    read.collector.opening[A] = (
        Me(US, Role.HOST),
        Stated(ConferenceUpdated(ConferenceStatus(locked=True)), {"locked": True}),
        Line(LinkState.LIVE),
        sent("stage", [{"participant_uuid": ANN, "stage_index": 0, "vad": 100}]),
    )
    slot = read.remote.slots[0]
    assert slot is not None
    part = slot.membership
    read.remote.open(A)
    await read.until(lambda: part.feed.is_live, "it is open")
    return part


def names(part: RemoteMembership) -> list[str]:
    return [one.name for one in part.feed.conference.participants.values()]


async def test_an_opened_conference_is_as_live_as_ones_own(tmp_path: Path) -> None:
    async with reading_wall(tmp_path, A) as read:
        part = await opened(read)
        conference = part.feed.conference
        assert names(part) == ["Collector", "Ann"]
        assert (conference.me, part.feed.role) == (US, Role.HOST)
        assert conference.status.locked is True
        assert [one.uuid for one in conference.speakers] == [ANN]
        muted = row(ANN, "Ann", is_muted="YES")
        chat = {"origin": "Ann", "uuid": ANN, "type": "text/plain", "payload": "hello"}
        await read.collector.live(A, sent("participant_update", muted))
        await read.collector.live(A, sent("message_received", chat), Said("and hello to you"))
        await read.until(lambda: len(conference.chat.messages) == 2)
        assert conference.participants[ANN].is_muted is True
        assert [one.text for one in conference.chat.messages] == ["hello", "and hello to you"]
        assert part.whence[0] == "through col-1 · bus 0.0 s · node 0.0 s"
        await read.clock.advance(2.0)
        assert part.whence[1] == "bus 2.0 s · node 2.0 s"
        await read.collector.live(A)
        await read.until(lambda: part.whence[-1] == "bus 0.0 s")
        read.remote.closed(A)
        slot = read.remote.slots[0]
        assert slot is not None
        assert slot.membership is not part


@pytest.mark.parametrize("how", ["missed", "taken over", "silent", "away"])
async def test_whatever_was_missed_is_told_and_the_conference_opened_anew(
    tmp_path: Path, how: str
) -> None:
    async with reading_wall(tmp_path, A) as read:
        part = await opened(read)
        await read.collector.person(A, row(ANN, "Ann Lee"))
        if how == "missed":
            await read.collector.live(A, missed=2)
            words = "the bus has lost 2 messages"
        elif how == "taken over":
            before = read.collector.watched
            await read.collector.hold(A)
            await read.collector.live(A)
            words = "another collector has taken over"
            await read.until(lambda: read.collector.watched > before and part.feed.is_live)
            hole = {"takeover": {"from": "col-0", "hole_seconds": 2.84}}
            await read.collector.live(A, records=[hole])
            seen = part.feed.history.happenings
            told = "Another collector went on after 2.8 s, which are missing here"
            await read.until(lambda: told in [one.words for one in seen])
        elif how == "silent":
            await read.clock.advance(4.0)
            words = "the bus brings nothing of this conference"
        else:
            await read.server.kill()
            await read.until(lambda: not read.bus.is_up)
            await read.clock.advance(5.0)
            words = "the bus brings nothing of this conference"
            assert part.feed.link.state is LinkState.LOST
            await read.server.start()
            await read.until(lambda: read.bus.is_up and read.collector.bus.is_up)
            await read.pass_time(20)
        await read.until(lambda: part.feed.is_live and "Ann Lee" in names(part))
        assert names(part) == ["Collector", "Ann Lee"]
        lines = [one.words for one in part.feed.history.happenings]
        assert any(f"The line was lost: {words}" in one for one in lines), lines


async def test_the_holder_is_asked_to_go_on_every_ten_seconds_and_nobody_is_told(
    tmp_path: Path,
) -> None:
    async with reading_wall(tmp_path, A) as read:
        part = await opened(read)
        before = read.collector.watched
        for _ in range(21):
            await read.collector.live(A)
            await read.pass_time(1)
        assert read.collector.watched - before == 2
        await read.collector.let_go()
        await read.clock.advance(4.0)
        await read.until(lambda: part.feed.link.fault == "no collector holds this conference now")


async def act(part: RemoteMembership, action: Action, *uuids: str) -> Outcome:
    await part.moderation.carry_out(part.moderation.plan(action, list(uuids)))
    return part.moderation.journal.entries[-1].outcome


async def test_an_action_goes_through_the_holder_and_its_event_shows_it(tmp_path: Path) -> None:
    async with reading_wall(tmp_path, A) as read:
        part = await opened(read)
        collector = read.collector

        async def answer(name: str, asked: Asked) -> Answered:
            if name == "mute":
                return Answered(True, status=200)
            return Answered(fault="Refused", words="Guests may not", status=403, reason="no")

        collector.answer = answer
        assert await act(part, BY_ID["mute"], ANN) is Outcome.ACCEPTED
        (user, key, name, asked) = collector.asked[0]
        assert (user, key, name, asked.participant) == ("jo", A, "mute", ANN)
        assert asked.epoch is not None
        assert asked.source == "key"
        await collector.live(A, sent("participant_update", row(ANN, "Ann", is_muted="YES")))
        entry = part.moderation.journal.entries[-1]
        await read.until(lambda: entry.outcome is Outcome.SHOWN)
        assert entry.http == 200
        assert await act(part, BY_ID["lock"]) is Outcome.REFUSED
        assert "Guests may not" in part.moderation.journal.entries[-1].reason
        plan = part.moderation.plan(BY_ID["lock"], [])
        await part.moderation.carry_out(replace(plan, origin=Origin(PALETTE)))
        assert collector.asked[-1][3].source == "palette"
        with pytest.raises(Refused, match="Guests may not"):
            await part.moderation.ask("Dial", DIAL, body={})
        # The holder tells of a chat line: it is not there twice.
        collector.answer = lambda *_: asyncio.sleep(0, Answered(True, status=200))
        assert await part.moderation.send_message("hello")
        await collector.live(A, Said("jo: hello"))
        chat = part.feed.conference.chat
        await read.until(lambda: chat.messages)
        assert [one.text for one in chat.messages] == ["jo: hello"]
        await collector.let_go()
        assert await act(part, BY_ID["mute"], ANN) is Outcome.REFUSED
        assert "Nobody holds" in part.moderation.journal.entries[-1].reason


async def test_an_answer_that_never_comes_is_unknown_and_nothing_is_sent_again(
    tmp_path: Path,
) -> None:
    async with reading_wall(tmp_path, A) as read:

        async def answer(_: str, __: Asked) -> Answered:
            return await asyncio.Event().wait()  # type: ignore[return-value]

        read.collector.answer = answer
        asking = Asking(read.bus, "jo", rng=random.Random(1), patience=0.2)
        with pytest.raises(AnswerLost, match="whether it was done is unknown"):
            await BusSender(asking, A).call(LOCK)
        assert len(read.collector.asked) == 1


async def test_what_needs_ones_own_participant_is_refused_in_words(tmp_path: Path) -> None:
    async with reading_wall(tmp_path, A, vouched=False) as read:
        part = await opened(read)
        assert part.policy.refusal(BY_ID["mute"], [US]) == NOT_YOURS
        assert part.policy.refusal(BY_ID["mute"], [ANN]) == ""
        assert part.policy.refusal_of(CALLS) == NOT_YOURS
        with pytest.raises(Refused, match="collector's"):
            await part.calls.add({"call_type": "RTMP"})
        assert read.collector.asked == []
        assert part.whence[0].endswith("nobody vouches for jo")
        part.only_watch("watching")
        assert part.policy.refusal(BY_ID["mute"], [ANN]) == "watching"
