"""What today's requests about a participant do, and what the others and the participant hear."""

from __future__ import annotations

import pytest

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.node.client import ALIAS, INVALID_ROLE, Client, joined, refused

OPEN = ConferenceSettings(ALIAS)
WITH_PINS = ConferenceSettings(ALIAS, host_pin="1")


@pytest.mark.parametrize(
    ("request_name", "body", "field", "value"),
    [
        ("video_muted", None, "is_video_muted", True),
        ("video_unmuted", None, "is_video_muted", False),
        ("tx_mute", None, "is_tx_muted", True),
        ("tx_unmute", None, "is_tx_muted", False),
        ("hold", None, "is_on_hold", True),
        ("resume", None, "is_on_hold", False),
        ("pres_in_mix", {"state": True}, "needs_presentation_in_mix", True),
        ("pres_in_mix", {"state": False}, "needs_presentation_in_mix", False),
        ("overlaytext", {"text": "Berlin"}, "overlay_text", "Berlin"),
        ("overlaytext", {"text": ""}, "overlay_text", "Bob"),
        ("overlaytext", None, "overlay_text", "Bob"),
    ],
)
async def test_a_host_sets_it_and_everybody_hears_of_it(
    request_name: str, body: dict[str, object] | None, field: str, value: object
) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host:
        before = not value if isinstance(value, bool) else "before"
        bob = node.conference(ALIAS).join("Bob")
        node.conference(ALIAS).update(bob.uuid, **{field: before})
        stream = await host.listen_in()
        assert await host.result(request_name, body, uuid=bob.uuid) is True
        told = await stream.first("participant_update")
        assert (told["uuid"], told[field]) == (bob.uuid, value)


async def test_whoever_is_put_on_hold_is_told() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host, joined(node, "Bob") as bob:
        stream = await bob.listen_in()
        await host.result("hold", uuid=bob.uuid)
        assert await stream.first("on_hold") == {"setting": True}
        await host.result("resume", uuid=bob.uuid)
        assert await stream.first("on_hold") == {"setting": False}


async def test_a_camera_is_moved_by_its_own_far_end() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host, joined(node, "Bob") as bob:
        stream = await bob.listen_in()
        moves = {
            "action": "start",
            "movement": [{"axis": "pan", "direction": "left"}],
            "timeout": 1000,
        }
        assert await host.result("fecc", {**moves, "target": bob.uuid}, uuid=bob.uuid) is True
        assert await stream.first("fecc") == moves


async def test_a_direct_message_is_for_one_alone() -> None:
    async with EmbeddedNode(OPEN) as node, Client(node) as bob, joined(node, "Cleo") as cleo:
        await bob.join("Bob", supports_direct_chat=True)
        hears, other = await bob.listen_in(), await cleo.listen_in()
        body = {"type": "text/plain", "payload": "psst"}
        assert await cleo.result("message", body, uuid=bob.uuid) is True
        assert await hears.first("message_received") == {
            "origin": "Cleo",
            "type": "text/plain",
            "payload": "psst",
            "uuid": cleo.uuid,
            "direct": True,
        }
        # Cleo's client says nothing of direct messages.
        assert await bob.result("message", body, uuid=cleo.uuid) is False
        node.conference(ALIAS).say(bob.uuid, "to all")
        assert (await other.first("message_received"))["payload"] == "to all"


async def test_all_spotlights_go_out_at_once() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host:
        conference = node.conference(ALIAS)
        people = [conference.join(name, spotlight=1.5) for name in ("Ann", "Bob")]
        assert await host.result("clearspotlights") is True
        assert [one.spotlight for one in people] == [0, 0]


async def test_what_a_guest_does_to_oneself_and_to_nobody_else() -> None:
    async with EmbeddedNode(WITH_PINS) as node, joined(node, pin="none") as guest:
        conference = node.conference(ALIAS)
        bob = conference.join("Bob")
        for name in ("buzz", "clearbuzz", "client_mute", "client_unmute", "video_muted", "mute"):
            assert await guest.result(name, uuid=guest.uuid) is True
            assert refused(await guest.send(name, uuid=bob.uuid)) == INVALID_ROLE
        # This conference does not let its Guests unmute themselves.
        assert refused(await guest.send("unmute", uuid=guest.uuid)) == INVALID_ROLE
        assert conference.participants[guest.uuid].is_muted == "YES"


async def test_a_client_says_for_itself_that_somebody_is_there() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as host, joined(node, "Bob") as bob:
        assert await bob.result("notify_not_afk", uuid=bob.uuid) is True
        assert refused(await host.send("notify_not_afk", uuid=bob.uuid)) == INVALID_ROLE
