"""What a wall relies on, whether this process has joined its conferences or a collector has."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.model.alarms.alarm import Change
from pexdash.model.alarms.edge import Edge
from pexdash.model.alarms.kept import whole
from pexdash.model.alarms.keys import AlarmKey
from pexdash.model.line import LineState
from pexdash.node.settings import ConferenceSettings
from pexdash.session.feed.notices import Notice
from pexdash.session.moderation.actions import BY_ID
from pexdash.session.moderation.policy import READ_ONLY
from tests.bus.nats_server import program
from tests.eventually import eventually
from tests.session.collecting import key_of
from tests.session.estate.both_estates import KINDS, edges_of, either, listed

pytestmark = pytest.mark.skipif(program() is None, reason="no nats-server 2.11 or newer here")
BOARD, OPS, DESK = (ConferenceSettings(alias) for alias in ("board", "ops", "desk"))
LOCKED = ConferenceSettings("locked", host_pin="1234", guest_pin="99")


@pytest.mark.parametrize("kind", KINDS)
async def test_places_summaries_and_watches(kind: str, tmp_path: Path) -> None:
    async with either(kind, tmp_path, BOARD, OPS, DESK, at_first=("board", "ops")) as wall:
        for alias in ("board", "ops"):
            await wall.become(alias, LineState.LIVE)
        estate, watch = wall.estate, wall.watch
        first = wall.aliases
        assert sorted(first) == ["board", "ops"]
        watch.take_changes()
        wall.node.conference("board").join("Ann")
        await eventually(lambda: estate.summary(key_of("board")).people == 1)
        assert key_of("board") in watch.take_changes().conferences
        summary = estate.summary(key_of("board"))
        assert (summary.alias, summary.api, summary.waiting) == ("board", 1, 0)
        assert summary.began is not None
        assert 0 <= estate.clock.monotonic() - summary.began < 60
        # A new conference goes last, and one that is dropped keeps its place for a while.
        wall.adopt(listed("desk", "ops"))
        await wall.become("desk", LineState.LIVE)
        await eventually(lambda: wall.slot("board").gone_since is not None)
        assert wall.aliases == [*first, "desk"]
        assert watch.take_changes().slots
        (node,) = estate.nodes()
        assert (node.live, node.stale, node.other) == (2, 0, 0)
        other = estate.watch()
        assert not other.take_changes()
        other.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_alarms_and_what_people_decide_about_them(kind: str, tmp_path: Path) -> None:
    seen: list[Edge] = []
    async with either(kind, tmp_path, LOCKED, pin="666") as wall:
        await wall.become("locked", LineState.REFUSED)
        estate, key = wall.estate, AlarmKey("refused", key_of("locked"))
        assert estate.summary(key_of("locked")).line_why == "Invalid PIN"
        await eventually(lambda: estate.alarms.get(key) is not None)
        alarm = estate.alarms.get(key)
        assert alarm is not None
        now = estate.clock.monotonic()
        assert estate.alarms.words(alarm, now)
        assert estate.alarms.counts(now).unacked == 1
        assert [one.key for one in estate.alarms.listed()] == [key]
        estate.acknowledge([key])
        await eventually(lambda: alarm.state_word == "acked jo")
        assert estate.alarms.counts(now).unacked == 0
        await eventually(lambda: Change.ACKED in [one.change for one in edges_of(wall.watch, seen)])
        assert {one.by for one in seen if one.change is Change.ACKED} == {"jo"}
        estate.shelve(whole(key_of("locked")), "lunch", 600.0)
        await eventually(lambda: alarm.state_word == "shelved")
        (shelved,) = estate.alarms.kept.shelves.items()
        assert (shelved[0], shelved[1].by, shelved[1].why) == (
            whole(key_of("locked")),
            "jo",
            "lunch",
        )
        estate.unshelve(whole(key_of("locked")))
        await eventually(lambda: alarm.state_word == "acked jo")
        words = [one.happening.words for one in estate.incidents]
        assert any("jo acknowledged" in one for one in words)
        before = sum("request_token" in one.path for one in wall.node.received)
        estate.try_again(key_of("locked"))
        await eventually(
            lambda: sum("request_token" in one.path for one in wall.node.received) > before
        )
        assert wall.notices == []


@pytest.mark.parametrize("kind", KINDS)
async def test_opening_a_conference_and_acting_in_it(kind: str, tmp_path: Path) -> None:
    async with either(kind, tmp_path, BOARD) as wall:
        await wall.become("board", LineState.LIVE)
        meeting = wall.node.conference("board")
        ann = meeting.join("Ann")
        slot = wall.slot("board")
        part = slot.membership
        assert part is not None
        wall.estate.open(slot.key)
        conference = slot.feed.conference
        await eventually(
            lambda: slot.feed.is_live and ann.uuid in conference.participants, "it is open"
        )
        # What happens is told at once.
        bob = meeting.join("Bob")
        await eventually(lambda: bob.uuid in conference.participants)
        # What is asked for is done, and the roster shows it.
        notices: list[Notice] = []
        slot.feed.watch(notify=notices.append)
        plan = part.moderation.plan(BY_ID["mute"], [ann.uuid])
        await part.moderation.carry_out(plan)
        await eventually(lambda: conference.participants[ann.uuid].is_muted)
        assert meeting.participants[ann.uuid].is_muted == "YES"
        assert meeting.participants[bob.uuid].is_muted == "NO"
        assert await part.moderation.send_message("hello")
        chat = conference.chat
        await eventually(lambda: chat.messages, "our own line is in the chat")
        (line,) = chat.messages
        assert line.text == ("hello" if part.is_own else "jo: hello")
        # What fails is told in the node's words.
        gone = part.moderation.plan(BY_ID["disconnect"], [bob.uuid])
        await part.moderation.carry_out(gone)
        await eventually(lambda: bob.uuid not in conference.participants)
        await part.moderation.carry_out(gone)
        assert [one.text for one in notices if "Bob" in one.text][-1:] == [
            "Disconnect Bob: already left"
        ]
        wall.estate.closed(slot.key)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_wall_that_only_watches_acts_on_nobody(kind: str, tmp_path: Path) -> None:
    async with either(kind, tmp_path, BOARD, read_only=True) as wall:
        await wall.become("board", LineState.LIVE)
        part = wall.slot("board").membership
        assert part is not None
        wall.estate.open(key_of("board"))
        await eventually(lambda: part.feed.is_live)
        assert part.read_only
        assert part.policy.refusal(BY_ID["lock"]) == READ_ONLY
        wall.estate.closed(key_of("board"))
