"""Where the node sends us: we leave, join there once by its token, and stay there."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from pexdash.api.address import About
from pexdash.api.requests import TRANSFER
from pexdash.errors import Refused
from pexdash.model.participant import Role
from pexdash.node.conference import NodeConference
from pexdash.node.settings import ConferenceSettings
from pexdash.secret import Secret
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.told import Me, Told
from pexdash.session.membership.membership import Membership
from pexdash.session.membership.recording import record as begin_recording
from pexdash.session.membership.tokens import MOVE_SECONDS
from pexdash.session.moderation.journal import Outcome
from pexdash.session.moderation.settings import (
    GUESTS_SEE_GUESTS,
    LOCKED,
    guests_see_guests_step,
)
from tests.eventually import eventually
from tests.session.host import ALIAS, OPEN, Host, hosting, last, settled
from tests.session.pins import Answers

OTHER = "other.meeting"
BESIDE = ConferenceSettings(OTHER, participants=3, seed=8)
INVALID = {"status": "success", "result": "Invalid token"}
LOCKED_UP = ConferenceSettings(OTHER, host_pin="4711", guest_pin="12")


def there(host: Host) -> NodeConference:
    return host.node.conference(OTHER)


def refer(host: Host, token: str, alias: str = OTHER) -> None:
    """The node sends us to another conference, and keeps us in this one until we leave."""
    host.conference.audience.tell(host.me, "refer", {"alias": alias, "token": token})


async def arrived(host: Host) -> None:
    def is_there() -> bool:
        return host.feed.conference.alias == OTHER and host.feed.conference.synced_at is not None

    await host.pass_time_until(is_there)


def tokens_asked(host: Host, alias: str = OTHER) -> list[dict[str, object]]:
    paths = f"/conferences/{alias}/request_token"
    return [json.loads(one.body) for one in host.node.received if one.path.endswith(paths)]


async def test_a_transfer_takes_us_there_by_its_token_under_our_name_and_leaves_no_ghost() -> None:
    async with hosting(OPEN, BESIDE) as host:
        told: list[Told] = []
        host.feed.on_told(told.append)
        before = host.me
        refer(host, there(host).tokens.refer("guest", "Alice"))
        await arrived(host)
        assert host.membership.alias == OTHER
        assert host.feed.role is Role.GUEST
        me = there(host).participants[host.me]
        assert me.display_name == "Alice"
        assert len(host.feed.conference.participants) == 4
        await eventually(lambda: before not in host.conference.participants)
        assert Me(host.me, Role.GUEST, OTHER) in told
        assert f"You were transferred to {OTHER}" in host.said
        assert not any("lost" in one or "expired" in one for one in host.said)


async def test_a_transfer_by_another_host_is_followed() -> None:
    async with hosting(OPEN, BESIDE) as host:
        bob = host.conference.tokens.issue(host.conference.join("Bob", role="chair").uuid)
        client, _ = await host.membership.tokens.current()
        body = {"conference_alias": OTHER, "role": "chair"}
        await client.call(TRANSFER, Secret(bob), About(host.me), body=body)
        await arrived(host)
        assert host.feed.role is Role.HOST
        assert not any("lost" in one for one in host.said)


async def test_the_token_of_a_transfer_is_said_once_and_a_rejoin_goes_there_too() -> None:
    async with hosting(OPEN, BESIDE) as host:
        refer(host, there(host).tokens.refer("chair", "Alice"))
        await arrived(host)
        was = host.me
        there(host).leave(was)
        await host.pass_time_until(lambda: host.me != was)
        first, *later = tokens_asked(host)
        assert "token" in first
        assert later
        assert all("token" not in one for one in later)
        assert len(tokens_asked(host, "meet.alice%40example.com")) == 1


async def test_a_rejoin_after_a_transfer_asks_for_the_pin_of_that_conference() -> None:
    pins = Answers("4711")
    async with hosting(OPEN, LOCKED_UP, ask_pin=pins) as host:
        refer(host, there(host).tokens.refer("guest", "Alice"))
        await arrived(host)
        assert not pins.asked
        was = host.me
        there(host).leave(was)
        await host.pass_time_until(lambda: host.me != was)
        assert [one.alias for one in pins.asked] == [OTHER]
        assert host.feed.role is Role.HOST


async def test_a_token_that_is_no_good_there_lets_us_join_as_anybody_does() -> None:
    async with hosting(OPEN, BESIDE) as host:
        refer(host, "of-no-use")
        await arrived(host)
        assert [("token" in one) for one in tokens_asked(host)] == [True, False]


async def test_a_transfer_to_nowhere_ends_with_what_the_node_says_and_no_ghost() -> None:
    async with hosting(OPEN, BESIDE) as host:
        refer(host, "of-no-use", "nowhere")
        await host.pass_time_until(host.running.done)
        with pytest.raises(Refused, match="transferred to nowhere: Neither conference") as ended:
            await host.running
        host.expected = ended.value
        assert ended.value.exit_status == 4
        await host.membership.close()
        assert not host.conference.participants


async def test_a_transfer_that_is_called_off_at_once_leaves_us_here() -> None:
    async with hosting(OPEN, BESIDE) as host:
        was = host.me
        refer(host, there(host).tokens.refer("guest", "Alice"))
        await eventually(lambda: host.membership.tokens.is_moving)
        host.conference.audience.tell(host.me, "cancel_refer", {})
        await eventually(lambda: not host.membership.tokens.is_moving)
        await host.clock.advance(MOVE_SECONDS * 4)
        await host.act("lock")
        await eventually(lambda: host.feed.conference.status.locked)
        assert host.me == was
        assert not tokens_asked(host)
        assert host.membership.alias == ALIAS


async def test_a_transfer_during_a_refresh_is_not_lost() -> None:
    async with hosting(OPEN, BESIDE) as host:
        host.node.faults.delay("refresh_token", 5)
        await host.clock.advance(61)
        await eventually(lambda: host.count("refresh_token"))
        refer(host, there(host).tokens.refer("guest", "Alice"))
        await arrived(host)


async def test_a_transfer_during_a_refresh_that_is_refused_is_not_lost() -> None:
    async with hosting(OPEN, BESIDE) as host:
        host.node.faults.answer("refresh_token", 403, INVALID)
        refused = host.node.faults.hold("refresh_token")
        await host.clock.advance(61)
        await eventually(lambda: host.count("refresh_token"))
        refer(host, there(host).tokens.refer("guest", "Alice"))
        await eventually(lambda: host.membership.tokens.is_moving)
        refused.set()
        await arrived(host)
        assert [("token" in one) for one in tokens_asked(host)] == [True]
        assert len(tokens_asked(host, "meet.alice%40example.com")) == 1


async def test_a_transfer_that_is_called_off_during_a_refused_refresh_leaves_us_here() -> None:
    async with hosting(OPEN, BESIDE) as host:
        was = host.me
        host.node.faults.answer("refresh_token", 403, INVALID)
        refused = host.node.faults.hold("refresh_token")
        await host.clock.advance(61)
        await eventually(lambda: host.count("refresh_token"))
        refer(host, there(host).tokens.refer("guest", "Alice"))
        await eventually(lambda: host.membership.tokens.is_moving)
        host.conference.audience.tell(host.me, "cancel_refer", {})
        await eventually(lambda: not host.membership.tokens.is_moving)
        refused.set()
        await host.pass_time_until(lambda: host.me != was)
        assert not tokens_asked(host)
        assert host.membership.alias == ALIAS


async def test_a_transfer_called_off_during_a_refresh_lets_requests_wait_for_its_end() -> None:
    async with hosting(OPEN, BESIDE) as host:
        refreshed = host.node.faults.hold("refresh_token")
        await host.clock.advance(61)
        await eventually(lambda: host.count("refresh_token"))
        refer(host, there(host).tokens.refer("guest", "Alice"))
        await eventually(lambda: host.membership.tokens.is_moving)
        host.conference.audience.tell(host.me, "cancel_refer", {})
        await eventually(lambda: not host.membership.tokens.is_moving)
        locking = asyncio.create_task(host.act("lock"))
        await settled()
        assert not host.count("lock")
        refreshed.set()
        await locking
        await eventually(lambda: host.feed.conference.status.locked)


async def test_what_is_pressed_on_the_way_is_not_sent_to_the_other_conference() -> None:
    async with hosting(OPEN, BESIDE) as host:
        refer(host, there(host).tokens.refer("chair", "Alice"))
        await eventually(lambda: host.membership.tokens.is_moving)
        locking = asyncio.create_task(host.act("lock"))
        await arrived(host)
        await locking
        assert not host.count("lock")
        assert last(host).outcome is Outcome.REFUSED
        assert host.said[-1].endswith("not sent: you were transferred meanwhile")


async def test_what_a_dead_token_has_refused_is_not_sent_to_the_other_conference() -> None:
    async with hosting(OPEN, BESIDE) as host:
        host.node.faults.answer("lock", 403, INVALID)
        refused = host.node.faults.hold("lock")
        locking = asyncio.create_task(host.act("lock"))
        await eventually(lambda: host.count("lock"))
        refer(host, there(host).tokens.refer("chair", "Alice"))
        await eventually(lambda: host.membership.tokens.is_moving)
        refused.set()
        await settled()
        await arrived(host)
        await locking
        assert host.count("lock") == 1
        assert last(host).outcome is Outcome.REFUSED
        assert host.said[-1].endswith("Invalid token")


async def test_what_was_asked_before_is_not_told_of_the_other_conference() -> None:
    async with hosting(OPEN, BESIDE) as host:
        host.conference.set_locked(True)
        taken = {"status": "success", "result": True}
        host.node.faults.answer("set_guests_can_see_guests", 200, taken)
        host.node.faults.answer("unlock", 403, {"status": "failed", "result": "no"})
        membership = host.membership
        await membership.layouts.transform({"layout": "4:0"}, "Layout 4:0")
        await eventually(lambda: host.feed.conference.status.locked)
        await membership.settings.change(LOCKED)
        await membership.settings.change(GUESTS_SEE_GUESTS, guests_see_guests_step("never"))
        assert membership.layouts.ours
        assert any(row.fault for row in membership.settings.rows())
        assert any("asked for never" in row.value for row in membership.settings.rows())
        refer(host, there(host).tokens.refer("chair", "Alice"))
        await arrived(host)
        assert not membership.layouts.ours
        assert not any(row.fault for row in membership.settings.rows())
        assert not any("asked for" in row.value for row in membership.settings.rows())


async def test_a_transfer_while_we_join_again_is_not_told_of_a_later_rejoin() -> None:
    async with hosting(OPEN, BESIDE) as host:
        host.conference.remove(host.me, "Media node disconnected")
        await eventually(lambda: host.membership.tokens.is_dead)
        token = there(host).tokens.refer("chair", "Alice")
        host.membership.tokens.move_to(OTHER, Secret(token))
        await arrived(host)
        was = host.me
        there(host).leave(was)
        await host.pass_time_until(lambda: host.me != was)
        assert host.said[-1] == "The token had expired: joined again"


async def test_leaving_on_the_way_releases_what_we_have() -> None:
    async with hosting(OPEN, BESIDE) as host:
        refer(host, there(host).tokens.refer("guest", "Alice"))
        await eventually(lambda: host.membership.tokens.is_moving)
        await host.membership.close()
        assert not host.conference.participants
        assert len(there(host).participants) == 3


async def test_nothing_of_the_old_conference_is_left_but_the_chat() -> None:
    async with hosting(OPEN, BESIDE) as host:
        bob = await host.someone("Bob", role="chair")
        host.conference.say(bob.uuid, "see you there")
        host.conference.present(bob.uuid)
        host.conference.set_locked(True)
        await eventually(lambda: host.feed.conference.presentation)
        await eventually(lambda: host.feed.conference.status.locked)
        refer(host, there(host).tokens.refer("chair", "Alice"))
        await arrived(host)
        await eventually(lambda: host.feed.conference.status.locked is False)
        conference = host.feed.conference
        assert bob.uuid not in conference.participants
        assert conference.presentation is None
        assert conference.referral is None
        assert [one.text for one in conference.chat.messages] == ["see you there"]


async def test_a_recording_goes_along_without_the_token(tmp_path: Path) -> None:
    file = tmp_path / "recording"

    def record(membership: Membership) -> None:
        begin_recording(membership, file, keep=None, say=lambda _: None)

    async with hosting(OPEN, BESIDE, before=record) as host:
        token = there(host).tokens.refer("guest", "Alice")
        refer(host, token)
        await arrived(host)
        people = set(host.feed.conference.participants)
    assert token not in file.read_text()
    played = Feed(ALIAS, host.clock)
    for one in Recorded(file):
        played.tell(one.told)
    assert played.conference.alias == OTHER
    assert set(played.conference.participants) == people
