"""Conferences of a wall: joined in turns, each in its place, and again as fits how they ended."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from pexdash.model.alarms.alarm import Change
from pexdash.model.history import Kind
from pexdash.model.line import LineState
from pexdash.model.participant import Role
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from pexdash.session.estate.estate import EstateWatch
from pexdash.session.estate.fleet import STREAMS_A_SECOND
from pexdash.session.estate.place import LEFT
from pexdash.session.estate.wanted import Plan, Wanted
from pexdash.session.moderation.actions import BY_ID
from tests.session.walling import Walled, key, listed, walling

A, B, C = (ConferenceSettings(alias) for alias in "abc")
LOCKED = ConferenceSettings("a", host_pin="1234", guest_pin="99")


def give(file: Path, text: str) -> None:
    file.write_text(text)


async def test_conferences_are_joined_in_turns_and_in_the_order_of_their_places() -> None:
    many = [ConferenceSettings(f"c{number:02}") for number in range(12)]
    async with walling(listed(*(one.alias for one in many)), *many) as wall:
        before = wall.clock.monotonic()
        await wall.pass_time(0.5)
        asked = [one.path.split("/")[5] for one in wall.node.received if "token" in one.path]
        assert 9 <= len(asked) <= 12
        assert asked == sorted(asked)
        await wall.live(*(one.alias for one in many))
        assert wall.clock.monotonic() - before < 3
        (node,) = wall.fleet.nodes()
        assert (node.live, node.stale, node.other, node.cluster) == (12, 0, 0, "")


async def test_all_of_them_share_connections() -> None:
    many = [ConferenceSettings(f"c{number}") for number in range(12)]
    async with walling(listed(*(one.alias for one in many)), *many) as wall:
        await wall.live(*(one.alias for one in many))
        assert wall.node.connections <= 12 + 6


async def test_a_wrong_pin_is_sent_once_and_never_again_by_itself() -> None:
    async with walling(listed("a"), LOCKED, pin="666") as wall:
        await wall.become("a", LineState.REFUSED)
        assert wall.place("a").line.why == "Invalid PIN"
        await wall.pass_time(900, step=60)
        assert wall.asked("a") == 1
        wall.fleet.try_again(key("a"), Secret("1234"))
        await wall.live("a")
        assert wall.fleet.summary(key("a")).line is LineState.LIVE


async def test_without_a_pin_a_conference_that_wants_one_says_so() -> None:
    async with walling(listed("a"), LOCKED) as wall:
        await wall.become("a", LineState.REFUSED)
        assert wall.place("a").line.why == "a PIN is needed, and none is given"


async def test_an_alias_that_the_node_does_not_know_is_tried_again_later() -> None:
    async with walling(listed("nobody", "a"), A) as wall:
        await wall.become("nobody", LineState.REFUSED)
        await wall.live("a")
        since = wall.place("nobody").line.since
        await wall.pass_time(55, step=20)
        assert wall.asked("nobody") == 1
        await wall.pass_time_until(lambda: wall.asked("nobody") == 2, 8, step=2)
        await wall.pass_time(100, step=20)
        assert wall.asked("nobody") == 2
        await wall.pass_time_until(lambda: wall.asked("nobody") == 3, 30, step=5)
        assert wall.place("nobody").line.since == since
        raised = [one for one in wall.fleet.incidents if "refused warning" in one.happening.words]
        assert len(raised) == 1


async def test_a_conference_that_ended_is_joined_again_after_a_minute() -> None:
    async with walling(listed("a"), A) as wall:
        await wall.live("a")
        wall.node.conference("a").join("Ann")
        await wall.pass_time(1)
        wall.node.conference("a").end("Conference host ended the conference")
        await wall.become("a", LineState.ENDED)
        feed = wall.place("a").feed
        assert wall.place("a").line.why == "Conference host ended the conference"
        await wall.pass_time(57, step=28)
        assert wall.asked("a") == 1
        await wall.pass_time_until(lambda: wall.asked("a") == 2, 6, step=1)
        await wall.live("a")
        assert wall.place("a").feed is not feed
        assert wall.place("a").membership is not None
        for wait in (120, 240):
            wall.node.conference("a").end("Conference host ended the conference")
            await wall.become("a", LineState.ENDED)
            asked = wall.asked("a")
            taken = await wall.pass_time_until(lambda: wall.asked("a") > asked, wait + 20, step=15)  # noqa: B023
            assert taken == pytest.approx(wait, abs=20)
            await wall.live("a")


async def test_who_was_removed_does_not_come_back_by_itself() -> None:
    async with walling(listed("a"), A) as wall:
        await wall.live("a")
        me = wall.place("a").feed.conference.me
        wall.node.conference("a").remove(me, "Disconnected by another participant")
        await wall.become("a", LineState.REMOVED)
        assert "another participant" in wall.place("a").line.why
        await wall.pass_time(900, step=60)
        assert wall.asked("a") == 1
        assert wall.place("a").membership is None
        wall.fleet.try_again(key("a"))
        await wall.live("a")


async def test_a_conference_that_is_left_stays_left_until_a_key_joins_it() -> None:
    async with walling(listed("a", "b"), A, B) as wall:
        await wall.live("a", "b")
        wall.fleet.leave(key("a"))
        await wall.become("a", LineState.ENDED)
        assert wall.place("a").line.why == LEFT
        await wall.pass_time(400, step=60)
        assert wall.asked("a") == 1
        assert wall.asked("a", "release_token") == 1
        wall.fleet.try_again(key("a"))
        await wall.live("a")


async def test_a_line_that_drops_is_stale_and_back_without_a_new_token() -> None:
    async with walling(listed("a"), A) as wall:
        await wall.live("a")
        wall.node.faults.cut_streams()
        await wall.pass_time_until(lambda: wall.asked("a", "events") == 2, 5)
        await wall.live("a")
        assert wall.asked("a") == 1


async def test_places_are_kept_and_freed() -> None:
    async with walling(listed("a", "b", "c"), A, B, C, ConferenceSettings("d")) as wall:
        await wall.live("a", "b", "c")
        changes = wall.fleet.watch()
        wall.fleet.adopt(listed("a", "c", "d"))
        assert changes.take_changes().slots
        assert wall.aliases == ["a", "b", "c", "d"]
        assert wall.place("b").gone_since is not None
        await wall.live("d")
        assert wall.asked("a") == wall.asked("c") == wall.asked("b", "release_token") == 1
        assert wall.fleet.summary(key("b")).alias == "b"
        await wall.pass_time(601, step=50)
        assert wall.aliases == ["a", "", "c", "d"]
        wall.fleet.adopt(listed("a", "c", "d", "b"))
        assert wall.aliases == ["a", "b", "c", "d"]
        await wall.live("b")


async def test_who_comes_back_soon_has_the_same_place() -> None:
    async with walling(listed("a", "b"), A, B) as wall:
        await wall.live("a", "b")
        wall.fleet.adopt(listed("b"))
        await wall.pass_time(30, step=10)
        wall.fleet.adopt(listed("b", "a"))
        assert wall.aliases == ["a", "b"]
        assert wall.place("a").gone_since is None
        await wall.live("a")


async def test_a_plan_that_changes_rules_and_labels_joins_nobody_anew() -> None:
    async with walling(listed("a"), A) as wall:
        await wall.live("a")
        one = msgspec.structs.replace(listed("a").wanted[0], label="Board", profile="confidential")
        wall.fleet.adopt(Plan("other", "", (one,)))
        assert (wall.fleet.title, wall.place("a").label) == ("other", "Board")
        await wall.pass_time(5)
        assert wall.asked("a") == 1
        assert wall.state("a") is LineState.LIVE


async def test_only_an_open_conference_keeps_all_of_the_chat() -> None:
    async with walling(listed("a"), A) as wall:
        await wall.live("a")
        ann = wall.node.conference("a").join("Ann")
        await wall.pass_time(1)
        chat = wall.place("a").feed.conference.chat
        for number in range(120):
            wall.node.conference("a").say(ann.uuid, f"line {number}")
        await wall.pass_time_until(lambda: chat.total == 120)
        assert len(chat.messages) == 100
        wall.fleet.open(key("a"))
        for number in range(20):
            wall.node.conference("a").say(ann.uuid, f"more {number}")
        await wall.pass_time_until(lambda: chat.total == 140)
        assert len(chat.messages) == 120
        wall.fleet.closed(key("a"))
        assert len(chat.messages) == 100


async def test_a_watch_hears_of_changes_and_alarms_and_the_log_keeps_them() -> None:
    async with walling(listed("a"), A) as wall:
        await wall.live("a")
        watch = wall.fleet.watch()
        wall.node.conference("a").join("Wendy", waiting=True)
        await wall.pass_time_until(lambda: key("a") in watch.take_changes().conferences)
        assert wall.fleet.summary(key("a")).waiting == 1
        await wall.pass_time_until(lambda: _has_raised(watch), 90, step=5)
        kinds = [one.happening.kind for one in wall.fleet.incidents]
        assert Kind.ALARM in kinds
        watch.close()


def _has_raised(watch: EstateWatch) -> bool:
    return any(one.change is Change.RAISED for one in watch.take_changes().edges)


async def test_the_list_names_the_pin_and_no_other_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    give(file, "1234\n")
    plan = Plan(
        "wall",
        "",
        (
            Wanted("a", pin_file=file),
            Wanted("b", pin_command=("/bin/sh", "-c", "echo 55")),
            Wanted("c"),
        ),
    )
    conferences = (
        LOCKED,
        ConferenceSettings("b", host_pin="55", guest_pin="1"),
        ConferenceSettings("c", host_pin="7777", guest_pin="8"),
    )
    async with walling(plan, *conferences, pin="7777") as wall:
        await wall.live("a", "b")
        await wall.become("c", LineState.REFUSED)


async def test_a_program_that_gives_no_pin_is_a_slot_that_says_so() -> None:
    plan = Plan("wall", "", (Wanted("a", pin_command=("/bin/false",)), Wanted("b")))
    async with walling(plan, A, B) as wall:
        await wall.live("b")
        await wall.become("a", LineState.REFUSED)
        assert wall.place("a").line.why == "/bin/false gave no PIN: it ended with 1"
        assert wall.asked("a") == 0


async def test_where_guests_need_no_pin_the_wall_joins_as_one() -> None:
    async with walling(listed("a"), ConferenceSettings("a", host_pin="1234")) as wall:
        await wall.live("a")
        assert wall.place("a").line.role is Role.GUEST


async def test_lines_that_all_broke_at_once_do_not_come_back_at_once() -> None:
    many = [ConferenceSettings(f"c{number:02}") for number in range(28)]
    aliases = [one.alias for one in many]
    async with walling(listed(*aliases), *many) as wall:
        await wall.live(*aliases)
        wall.node.faults.cut_streams()
        await wall.pass_time_until(lambda: wall.state("c00") is LineState.LOST)
        before = sum(wall.asked(alias, "events") for alias in aliases)
        await wall.pass_time(0.4, step=0.05)
        opened = sum(wall.asked(alias, "events") for alias in aliases) - before
        assert 0 < opened <= 0.4 * STREAMS_A_SECOND + 2
        await wall.live(*aliases)
        assert wall.asked("c00") == 1


async def test_a_node_that_answers_nobody_is_no_end_and_is_asked_again() -> None:
    async with walling(listed("a"), A) as wall:
        wall.node.faults.answer("request_token", 503, b"", "", times=3)
        await wall.pass_time_until(lambda: wall.asked("a") == 2)
        assert wall.state("a") is LineState.JOINING
        assert wall.place("a").line.why
        await wall.live("a")
        assert wall.asked("a") == 4


async def test_what_is_joined_otherwise_now_is_joined_anew(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    give(file, "1234")
    async with walling(listed("a"), LOCKED, pin="99") as wall:
        await wall.live("a")
        assert wall.place("a").line.role is Role.GUEST
        wall.fleet.adopt(Plan("wall", "", (Wanted("a", pin_file=file),)))
        await wall.pass_time_until(lambda: wall.asked("a") == 2)
        await wall.live("a")
        assert wall.place("a").line.role is Role.HOST
        assert wall.asked("a", "release_token") == 1


async def test_nobody_joins_any_more_once_the_wall_is_closed() -> None:
    many = [ConferenceSettings(f"c{number:02}") for number in range(20)]
    async with walling(listed(*(one.alias for one in many)), *many) as wall:
        await wall.live("c00")
        await wall.fleet.close()
        asked = sum("request_token" in one.path for one in wall.node.received)
        assert asked < 20
        await wall.pass_time(5)
        assert sum("request_token" in one.path for one in wall.node.received) == asked
        released = sum("release_token" in one.path for one in wall.node.received)
        assert released == asked


async def test_our_own_actions_are_in_the_log() -> None:
    async with walling(listed("a"), A) as wall:
        await wall.live("a")
        membership = wall.place("a").membership
        assert membership is not None
        moderation = membership.moderation
        sending = asyncio.create_task(moderation.carry_out(moderation.plan(BY_ID["lock"], [""])))
        await wall.pass_time_until(lambda: Kind.OWN in _kinds(wall), 10)
        await sending


def _kinds(wall: Walled) -> list[Kind]:
    return [one.happening.kind for one in wall.fleet.incidents]
