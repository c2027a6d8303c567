"""What a node answers to a call request, and what of it is fit for use."""

from __future__ import annotations

import json

import pytest

from pexdash.errors import BadAnswer, Refused
from pexdash.session.moderation.calls import media_call_of
from tests.eventually import eventually
from tests.session.host import hosting


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


class Phone:
    """Stands for a browser's side of a call: fixed SDP, and what was done to it."""

    def __init__(self) -> None:
        self.accepted = ""
        self.closed = False

    async def offer(self) -> str:
        return OFFER

    async def accept(self, sdp: str) -> None:
        self.accepted = sdp

    async def close(self) -> None:
        self.closed = True


OFFER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"


async def test_a_webrtc_call_exchanges_sdp_is_acknowledged_and_closed_at_its_end() -> None:
    async with hosting() as host:
        calls, phone = host.membership.calls, Phone()
        call = await calls.add_webrtc(phone)
        assert phone.accepted.startswith("v=0")
        (asked,) = host.requests("calls")
        assert json.loads(asked.body) == {"call_type": "WEBRTC", "sdp": OFFER}
        assert host.count("ack") == 1
        await calls.disconnect(call)
        await eventually(lambda: phone.closed)
        assert calls.calls == {}


async def test_a_refused_webrtc_call_closes_its_media() -> None:
    async with hosting() as host:
        phone = Phone()
        host.node.faults.answer("calls", 403, {"status": "success", "result": "Invalid role"})
        with pytest.raises(Refused, match="Invalid role"):
            await host.membership.calls.add_webrtc(phone)
        assert phone.closed
        assert host.membership.calls.calls == {}
