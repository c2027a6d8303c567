"""Our media calls: what a node answers, how their media fares, and how they end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence

import pytest

from pexdash.errors import BadAnswer, NoMedia, Refused
from pexdash.model.media import IceServer, MediaState
from pexdash.session.moderation.calls import CONNECT_SECONDS, media_call_of
from tests.eventually import eventually
from tests.session.host import Host, hosting


def test_both_urls_are_taken() -> None:
    call = media_call_of(
        "RTMP",
        {"call_uuid": "c1", "url": "rtmp://10.0.0.1/x", "secure_url": "rtmps://node.example/x"},
    )
    assert (call.uuid, call.url, call.secure_url) == (
        "c1",
        "rtmp://10.0.0.1/x",
        "rtmps://node.example/x",
    )


@pytest.mark.parametrize(
    "url",
    [
        None,
        7,
        "",
        "http://evil/",
        "rtmp://a b",
        "rtmp://a\n--script",
        "rtmp://ü",
        "rtmps://x",
        "rtmp://" + "x" * 2000,
        "-o rtmp://x",
    ],
)
def test_a_url_that_is_none_never_reaches_a_player(url: object) -> None:
    assert media_call_of("RTMP", {"call_uuid": "c1", "url": url}).url == ""


@pytest.mark.parametrize("result", [None, True, [], {}, {"call_uuid": 7}, "c1"])
def test_an_answer_without_a_call_is_a_bad_answer(result: object) -> None:
    with pytest.raises(BadAnswer):
        media_call_of("RTMP", result)


OFFER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"


class Phone:
    """Stands for our end of a call: fixed SDP, media as the test says, and what was done to it."""

    def __init__(self, refuses: Exception | None = None) -> None:
        self.refuses = refuses
        self.servers: Sequence[IceServer] = ()
        self.accepted = ""
        self.closed = False
        self.state = MediaState.NEW
        self._changed: Callable[[], None] = lambda: None

    async def make(self, servers: Sequence[IceServer]) -> Phone:
        self.servers = servers
        return self

    def become(self, state: MediaState) -> None:
        self.state = state
        self._changed()

    def on_state(self, changed: Callable[[], None]) -> None:
        self._changed = changed

    async def offer(self) -> str:
        return OFFER

    async def accept(self, sdp: str) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.accepted = sdp
        self.become(MediaState.CONNECTING)

    async def close(self) -> None:
        self.closed = True


def shown(host: Host) -> list[MediaState | None]:
    """The states of our calls, as the list of calls shows them."""
    return [call.state for call in host.membership.calls.calls.values()]


async def ended(host: Host, phone: Phone) -> None:
    """Wait until a call is ended in all places: in the list, at our end, and at the node."""
    await eventually(lambda: phone.closed and host.count("disconnect") == 1)
    await eventually(lambda: not host.conference.calls.of(host.me))
    assert shown(host) == []


async def test_a_webrtc_call_exchanges_sdp_is_acknowledged_and_closed_at_its_end() -> None:
    async with hosting() as host:
        calls, phone = host.membership.calls, Phone()
        call = await calls.add_webrtc(phone.make)
        assert phone.accepted.startswith("v=0")
        (asked,) = host.requests("calls")
        assert json.loads(asked.body) == {"call_type": "WEBRTC", "sdp": OFFER}
        assert host.count("ack") == 1
        await calls.disconnect(call)
        await ended(host, phone)


async def test_a_refused_webrtc_call_closes_its_media() -> None:
    async with hosting() as host:
        phone = Phone()
        host.node.faults.answer("calls", 403, {"status": "success", "result": "Invalid role"})
        with pytest.raises(Refused, match="Invalid role"):
            await host.membership.calls.add_webrtc(phone.make)
        assert phone.closed
        assert host.membership.calls.calls == {}


async def test_a_call_that_cannot_be_offered_is_told_and_asked_of_nobody() -> None:
    class Silent(Phone):
        async def offer(self) -> str:
            raise NoMedia("no media can be offered")

    async with hosting() as host:
        phone = Silent()
        with pytest.raises(NoMedia):
            await host.membership.calls.add_webrtc(phone.make)
        assert phone.closed
        assert host.said == ["No WebRTC call: no media can be offered"]
        assert not host.requests("calls")
        assert host.membership.calls.being_made == 0


async def test_a_call_asks_the_servers_of_the_newest_token() -> None:
    async with hosting() as host:
        phone, admission = Phone(), host.membership.tokens.admission
        assert admission is not None
        result = {
            "token": admission.token.secret.reveal(),
            "expires": "120",
            "stun": [{"url": "stun:s.example"}],
        }
        host.node.faults.answer("refresh_token", 200, {"status": "success", "result": result})
        await host.membership.tokens.renew(admission)
        await host.membership.calls.add_webrtc(phone.make)
        assert phone.servers == (IceServer(("stun:s.example",)),)


async def test_a_call_is_shown_as_far_as_its_media_has_got() -> None:
    async with hosting() as host:
        phone = Phone()
        await host.membership.calls.add_webrtc(phone.make)
        assert shown(host) == [MediaState.CONNECTING]
        phone.become(MediaState.CONNECTED)
        assert shown(host) == [MediaState.CONNECTED]
        await host.clock.advance(CONNECT_SECONDS * 2)
        assert shown(host) == [MediaState.CONNECTED]
        assert not phone.closed


async def test_an_rtmp_call_has_no_media_of_ours_to_show() -> None:
    async with hosting() as host:
        await host.membership.calls.add({"call_type": "RTMP"})
        assert shown(host) == [None]


async def test_a_call_without_media_is_told_and_ended_after_ten_seconds() -> None:
    async with hosting() as host:
        phone = Phone()
        await host.membership.calls.add_webrtc(phone.make)
        await host.clock.advance(CONNECT_SECONDS - 0.1)
        assert shown(host) == [MediaState.CONNECTING]
        await host.clock.advance(0.2)
        await ended(host, phone)
        assert [text for text in host.said if "no media" in text and "10 seconds" in text]


@pytest.mark.parametrize("state", [MediaState.FAILED, MediaState.CLOSED])
@pytest.mark.parametrize("was_connected", [False, True])
async def test_a_call_whose_media_ends_is_told_and_ended_at_once(
    state: MediaState, was_connected: bool
) -> None:
    async with hosting() as host:
        phone = Phone()
        await host.membership.calls.add_webrtc(phone.make)
        if was_connected:
            phone.become(MediaState.CONNECTED)
        phone.become(state)
        await ended(host, phone)
        wanted = "has lost its media" if was_connected else "got no media through"
        assert len([text for text in host.said if wanted in text]) == 1
        await host.clock.advance(CONNECT_SECONDS * 2)
        assert len([text for text in host.said if "call" in text]) == 1


async def test_an_answer_that_is_no_sdp_is_told_and_the_call_ended() -> None:
    async with hosting() as host:
        phone = Phone(refuses=BadAnswer("the node's SDP cannot be understood"))
        with pytest.raises(BadAnswer):
            await host.membership.calls.add_webrtc(phone.make)
        await ended(host, phone)
        assert [text for text in host.said if "SDP cannot be understood" in text]


async def test_a_call_that_the_node_does_not_start_is_ended() -> None:
    async with hosting() as host:
        phone = Phone()
        host.node.faults.answer("ack", 404, {"status": "failed", "result": "Call not found"})
        with pytest.raises(Refused):
            await host.membership.calls.add_webrtc(phone.make)
        await ended(host, phone)


async def test_an_answer_without_a_call_is_told() -> None:
    async with hosting() as host:
        phone = Phone()
        host.node.faults.answer("calls", 200, {"status": "success", "result": True})
        with pytest.raises(BadAnswer):
            await host.membership.calls.add_webrtc(phone.make)
        assert phone.closed
        assert [text for text in host.said if "without a call" in text]


async def test_where_this_machine_has_no_media_nothing_is_asked_and_that_is_told() -> None:
    async def make(_: Sequence[IceServer]) -> Phone:
        raise NoMedia("the extra is missing")

    async with hosting() as host:
        with pytest.raises(NoMedia):
            await host.membership.calls.add_webrtc(make)
        assert host.count("calls") == 0
        assert host.said == ["No WebRTC call: the extra is missing"]
        assert host.membership.calls.being_made == 0


async def test_a_call_is_counted_while_the_node_has_not_answered() -> None:
    async with hosting() as host:
        calls, phone = host.membership.calls, Phone()
        release = host.node.faults.hold("calls")
        adding = asyncio.ensure_future(calls.add_webrtc(phone.make))
        await eventually(lambda: host.count("calls"))
        assert (calls.being_made, calls.calls) == (1, {})
        release.set()
        await adding
        assert (calls.being_made, len(calls.calls)) == (0, 1)


async def test_a_call_that_the_node_ends_while_it_connects_is_told_once() -> None:
    async with hosting() as host:
        phone = Phone()
        await host.membership.calls.add_webrtc(phone.make)
        (call,) = host.conference.calls.of(host.me)
        host.conference.end_call(call, "Out of resource")
        await eventually(lambda: phone.closed)
        await host.clock.advance(CONNECT_SECONDS * 2)
        assert host.count("disconnect") == 0
        assert [text for text in host.said if "call" in text] == [
            "The WEBRTC call has ended: Out of resource"
        ]


async def test_leaving_ends_the_calls_before_the_token() -> None:
    async with hosting() as host:
        phone = Phone()
        await host.membership.calls.add_webrtc(phone.make)
        await host.membership.calls.add({"call_type": "RTMP"})
        await host.membership.close()
        assert phone.closed
        names = [one.path.rpartition("/")[2] for one in host.node.received]
        assert names[-3:] == ["disconnect", "disconnect", "release_token"]


async def test_a_node_that_does_not_end_a_call_keeps_nobody_from_leaving() -> None:
    async with hosting() as host:
        phone = Phone()
        await host.membership.calls.add_webrtc(phone.make)
        host.node.faults.hold("disconnect")
        await host.membership.close()
        assert phone.closed
        assert host.count("release_token") == 1
