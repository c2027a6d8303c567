"""How many participants requests bring in, and how large the texts are that came with them."""

from __future__ import annotations

from pexdash.node.limits import Limits
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.node.client import ALIAS, joined, refused

OPEN = ConferenceSettings(ALIAS)


async def test_only_so_many_can_be_brought_in() -> None:
    settings = ConferenceSettings(ALIAS, participants=10)
    other = ConferenceSettings("other")
    limits = Limits(arrivals=3)
    full = (403, "success", "Participant limit reached")
    async with EmbeddedNode(settings, other, limits=limits) as node, joined(node) as alice:
        body = {"role": "guest", "destination": "bob@example.com", "protocol": "sip"}
        await alice.result("dial", body)
        async with joined(node) as bob:
            assert refused(await alice.send("dial", body)) == full
            path = "/api/client/v2/conferences/other/request_token"
            assert refused(await alice.http.post(path)) == full
            await bob.result("release_token")
            assert (await alice.http.post(path)).status_code == 200


async def test_what_those_who_are_brought_in_say_is_bounded() -> None:
    full = (403, "success", "Participant limit reached")
    dial = {"role": "guest", "destination": "bob", "protocol": "sip", "source": "x" * 900}
    async with EmbeddedNode(OPEN, limits=Limits(texts_bytes=2000)) as node, joined(node) as alice:
        for name, body in (
            ("dial", dial),
            ("request_token", {"display_name": "x" * 900}),
            ("request_token", {"call_tag": "x" * 900}),
        ):
            assert (await alice.send(name, body)).status_code == 200
        for name, body in (("dial", dial), ("request_token", {})):
            assert refused(await alice.send(name, body)) == full
        conference = node.conference(ALIAS)
        conference.leave(list(conference.participants)[-1])
        assert (await alice.send("request_token", {})).status_code == 200
        await alice.result("disconnect")
        for tag in ("x" * 900, "y" * 900):
            assert (await alice.send("request_token", {"call_tag": tag})).status_code == 200


async def test_who_is_moved_takes_their_texts_along() -> None:
    dial = {"role": "guest", "destination": "x" * 900, "protocol": "sip"}
    move = {"role": "guest", "conference_alias": "b"}
    node = EmbeddedNode(OPEN, ConferenceSettings("b"), limits=Limits(texts_bytes=1500))
    async with node, joined(node) as alice:
        for _ in range(2):
            (uuid,) = await alice.result("dial", dial)
            node.conference(ALIAS).update(uuid, service_type="conference")
            assert await alice.result("transfer", move, uuid=uuid) is True
        assert len(node.conference("b").participants) == 2
        answer = await alice.send("dial", dial)
        assert refused(answer) == (403, "success", "Participant limit reached")
