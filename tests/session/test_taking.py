"""Events that arrive together are taken together, and none of them is lost on us."""

from __future__ import annotations

import pytest

from pexdash.node.wire.sent_events import frame
from pexdash.session.moderation.journal import Outcome
from tests.eventually import eventually
from tests.session.host import Host, hosting


def told(host: Host, uuid: str, **fields: object) -> bytes:
    """A participant's update, of which these fields differ."""
    (one,) = (one for one in host.conference.roster() if one["uuid"] == uuid)
    return frame("participant_update", 1, one | fields)


async def test_what_arrives_together_is_told_once() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        names: list[str] = []
        watch = host.feed.watch(lambda: names.append(host.shown(bob.uuid).name))
        numbered = (told(host, bob.uuid, display_name=f"Bob {one}") for one in range(3))
        host.node.faults.send_raw(b"".join(numbered))
        await eventually(lambda: names)
        assert names == ["Bob 2"]
        before = watch.take_changes().before[bob.uuid]
        assert before is not None
        assert before.name == "Bob"


async def test_one_by_one_each_is_told() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        names: list[str] = []
        host.feed.watch(lambda: names.append(host.shown(bob.uuid).name), one_by_one=True)
        numbered = (told(host, bob.uuid, display_name=f"Bob {one}") for one in range(20))
        host.node.faults.send_raw(b"".join(numbered))
        await eventually(lambda: len(names) >= 20)
        assert names == [f"Bob {one}" for one in range(20)]


async def test_what_is_shown_as_done_and_undone_together_is_done() -> None:
    async with hosting() as host:
        bob = await host.someone("Bob")
        host.node.faults.answer("mute", 200, {"status": "success", "result": True})
        await host.act("mute", bob.uuid)
        assert host.membership.moderation.pending(bob.uuid)
        host.node.faults.send_raw(
            told(host, bob.uuid, is_muted="YES") + told(host, bob.uuid, is_muted="NO", uri="sip:b")
        )
        await eventually(lambda: host.shown(bob.uuid).uri == "sip:b")
        assert not host.membership.moderation.pending(bob.uuid)
        assert host.membership.moderation.journal.entries[-1].outcome is Outcome.SHOWN


@pytest.mark.parametrize(
    ("before", "told", "said"),
    [
        ([], ["create", "delete"], "rejected the call"),
        (["create"], ["answer", "delete"], "has answered"),
        ([], ["create", "answer", "delete"], "has answered"),
        (["create"], ["delete"], "rejected the call"),
    ],
)
async def test_how_a_call_of_ours_ends_is_told_by_what_comes_between(
    before: list[str], told: list[str], said: str
) -> None:
    async with hosting() as host:
        bob = {"uuid": "b0b", "display_name": "Bob", "service_type": "connecting"}
        events = {
            "create": frame("participant_create", 1, bob),
            "answer": frame("participant_update", 1, bob | {"service_type": "conference"}),
            "delete": frame("participant_delete", 1, {"uuid": "b0b"}),
        }
        host.membership.dialled.add("bob@example.com", ["b0b"])
        for one in before:
            host.node.faults.send_raw(events[one])
            await eventually(lambda: "b0b" in host.feed.conference.participants)
        host.node.faults.send_raw(b"".join(events[one] for one in told))
        await eventually(lambda: host.said)
        assert host.said == [f"bob@example.com {said}"]
        assert not host.membership.dialled.is_ours("b0b")
