"""Media calls of a client, DTMF to them and to participants, and `call_disconnected`."""

from __future__ import annotations

import pytest

from pexdash.node.conference import MOST_DIGITS_NOTED
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.node.client import ALIAS, INVALID_ROLE, Client, joined, refused
from tests.node.offers import OFFER, WEBRTC

OPEN = ConferenceSettings(ALIAS)
RTMP = {"call_type": "RTMP"}


async def call(client: Client, body: dict[str, str], **more: str) -> str:
    """Make a call of the client's own and return its uuid."""
    result = await client.result("calls", body | more, uuid=client.uuid)
    uuid = result["call_uuid"]
    assert isinstance(uuid, str)
    return uuid


# Pexip's later clients say it with a JSON boolean.
@pytest.mark.parametrize("streaming", ["true", True])
async def test_rtmp_gives_two_urls_and_media_while_it_lasts(streaming: object) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        stream = await alice.listen_in()
        body = {**RTMP, "streaming": streaming, "bandwidth": 768}
        result = await alice.result("calls", body, uuid=alice.uuid)
        uuid = result["call_uuid"]
        assert result == {
            "call_uuid": uuid,
            "url": f"rtmp://127.0.0.1:40002/pexip/{uuid}",
            "secure_url": f"rtmps://127.0.0.1:40003/pexip/{uuid}",
        }
        update = await stream.first("participant_update")
        assert (update["uuid"], update["protocol"]) == (alice.uuid, "api")
        assert (update["has_media"], update["is_video_call"]) == (True, "YES")
        assert update["is_streaming_conference"] is True
        (made,) = node.conference(ALIAS).calls.of(alice.uuid)
        assert (made.kind, made.bandwidth) == ("RTMP", 768)
        assert await alice.result("disconnect", uuid=alice.uuid, call=uuid) is None
        events = await stream.until("participant_update")
        ended = {"call_uuid": uuid, "reason": "API initiated participant disconnect"}
        assert (events[0].name, events[0].data) == ("call_disconnected", ended)
        assert (events[-1].data["has_media"], events[-1].data["is_video_call"]) == (False, "NO")


async def test_rtmp_url_names_the_host_that_was_asked() -> None:
    proxy = "https://node.example.com:8443"
    async with EmbeddedNode(OPEN, allow_origins=[proxy]) as node, joined(node) as alice:
        for host, shown in (("node.example.com:8443", "node.example.com"), ("[::1]:80", "[::1]")):
            alice.http.headers["host"] = host
            result = await alice.result("calls", RTMP, uuid=alice.uuid)
            assert result["secure_url"].startswith(f"rtmps://{shown}:40003/pexip/")


async def test_a_client_presents_by_its_main_call() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice, joined(node, "Bob") as bob:
        rejected = (403, "success", "Presentation rejected")
        assert refused(await alice.send("take_floor", uuid=alice.uuid)) == rejected
        uuid = await call(alice, WEBRTC)
        assert refused(await alice.send("take_floor", uuid=alice.uuid)) == rejected, "no media yet"
        await alice.result("ack", uuid=alice.uuid, call=uuid)
        stream = await bob.listen_in()
        for end in ("release_floor", "disconnect"):
            assert await alice.result("take_floor", uuid=alice.uuid) is None
            assert (await stream.first("presentation_start"))["presenter_uuid"] == alice.uuid
            other = uuid if end == "disconnect" else ""
            assert await alice.result(end, uuid=alice.uuid, call=other) is None
            assert await stream.first("presentation_stop") is None
        assert await alice.result("release_floor", uuid=alice.uuid) is None


async def test_a_guest_who_may_not_present_is_not_given_the_floor() -> None:
    settings = ConferenceSettings(ALIAS, host_pin="1", guests_can_present=False)
    async with EmbeddedNode(settings) as node, Client(node) as guest:
        await guest.join("Gus", "none")
        await guest.result("ack", uuid=guest.uuid, call=await call(guest, WEBRTC))
        assert refused(await guest.send("take_floor", uuid=guest.uuid))[0] == 403


async def test_pexips_web_app_tells_more_of_its_call_and_offers_again() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice, joined(node, "Bob") as bob:
        uuid = await call(alice, WEBRTC)
        camera = {"action": "stop", "movement": [{"axis": "pan", "direction": "left"}]}
        told = [
            ("new_candidate", {"candidate": "candidate:1 1 udp 1 10.0.0.9 9 typ host", "mid": "0"}),
            ("statistics", {"audio": {"tx_bitrate": 1}}),
            ("fecc", camera),
        ]
        answers = [
            await alice.result(name, body, uuid=alice.uuid, call=uuid) for name, body in told
        ]
        assert answers == [None, None, True]
        updated = await alice.result("update", {"sdp": OFFER}, uuid=alice.uuid, call=uuid)
        assert updated["call_uuid"] == uuid
        assert "a=recvonly" in updated["sdp"]
        for body in ({}, {"sdp": ""}, {"sdp": "m=audio"}):
            answer = await alice.send("update", body, uuid=alice.uuid, call=uuid)
            assert refused(answer)[0] == 400, body
        answer = await bob.send("update", {"sdp": OFFER}, uuid=alice.uuid, call=uuid)
        assert refused(answer) == INVALID_ROLE


async def test_media_goes_with_the_last_main_call() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        one = node.conference(ALIAS).participants[alice.uuid]
        first, second = await call(alice, RTMP), await call(alice, RTMP)
        await call(alice, RTMP, present="receive")
        await alice.result("disconnect", uuid=alice.uuid, call=first)
        assert one.has_media
        await alice.result("disconnect", uuid=alice.uuid, call=second)
        assert not one.has_media


async def test_webrtc_has_media_once_acknowledged() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        one = node.conference(ALIAS).participants[alice.uuid]
        result = await alice.result("calls", WEBRTC, uuid=alice.uuid)
        assert result.keys() == {"call_uuid", "sdp"}
        assert not one.has_media
        for _ in range(2):
            assert await alice.result("ack", uuid=alice.uuid, call=result["call_uuid"]) is True
        assert one.has_media


async def test_sdp_answer_mirrors_the_offer() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        sdp = (await alice.result("calls", WEBRTC, uuid=alice.uuid))["sdp"]
        assert sdp.endswith("\r\n")
        lines = sdp.split("\r\n")[:-1]
        assert [line[:2] for line in lines[:4]] == ["v=", "o=", "s=", "t="]
        assert lines[4] == "a=group:BUNDLE 0 1"
        at = [number for number, line in enumerate(lines) if line.startswith("m=")]
        assert [lines[number] for number in at] == [
            "m=audio 9 UDP/TLS/RTP/SAVPF 111 0",
            "m=video 9 UDP/TLS/RTP/SAVPF 96",
        ]
        audio, video = lines[at[0] : at[1]], lines[at[1] :]
        assert {"a=mid:0", "a=sendrecv", "a=rtcp-mux", "a=rtpmap:111 opus/48000/2"} <= set(audio)
        assert {"a=mid:1", "a=recvonly", "a=setup:passive"} <= set(video)
        assert sum(line.startswith("a=fingerprint:sha-256 ") for line in lines) == 2
        assert not any("candidate" in line for line in lines)


async def test_presenting_by_a_call_until_it_is_stolen() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice, joined(node, "Bob") as bob:
        conference = node.conference(ALIAS)
        to_alice, to_bob = await alice.listen_in(), await bob.listen_in()
        alices = await call(alice, RTMP, present="send")
        started = await to_bob.first("presentation_start")
        assert (started["presenter_name"], started["presenter_uuid"]) == ("Alice", alice.uuid)
        assert not conference.participants[alice.uuid].has_media
        bobs = await call(bob, WEBRTC, present="send")
        assert conference.presenting.presenter == alice.uuid
        await bob.result("ack", uuid=bob.uuid, call=bobs)
        stolen = await to_alice.until("call_disconnected")
        assert stolen[-1].data == {
            "call_uuid": alices,
            "reason": "Presentation stolen by another participant",
        }
        assert "presentation_stop" not in {one.name for one in stolen}
        assert (await to_bob.first("presentation_start"))["presenter_uuid"] == bob.uuid
        assert not conference.calls.of(alice.uuid)
        assert conference.presenting.presenter == bob.uuid
        await bob.result("disconnect", uuid=bob.uuid, call=bobs)
        assert await to_alice.first("presentation_stop") is None
        assert conference.presenting.presenter is None


async def test_a_presentation_that_is_ended_ends_its_call() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        stream = await alice.listen_in()
        uuid = await call(alice, RTMP, present="send")
        node.conference(ALIAS).stop_presenting()
        ended = await stream.first("call_disconnected")
        assert ended == {"call_uuid": uuid, "reason": "Presentation ended"}


async def test_calls_go_with_their_owner() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice, joined(node, "Bob") as bob:
        await call(bob, RTMP)
        await call(bob, RTMP, present="send")
        stream = await bob.listen_in()
        await alice.result("disconnect", uuid=bob.uuid)
        assert (await stream.rest())[0].name == "disconnect"
        conference = node.conference(ALIAS)
        assert not conference.calls.of(bob.uuid)
        assert conference.presenting.presenter is None


async def test_what_is_no_call() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice, joined(node, "Bob") as bob:
        own = await call(alice, RTMP)
        for name in ("ack", "disconnect", "dtmf"):
            for owner, uuid in ((alice, "00000000-0000-4000-8000-000000000000"), (bob, own)):
                answer = await alice.send(name, {"digits": "1"}, uuid=owner.uuid, call=uuid)
                assert refused(answer) == (404, "failed", "Call not found")
        assert refused(await alice.send("ack", uuid=alice.uuid, call=own))[:2] == (400, "failed")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"call_type": "SIP"},
        {"call_type": "WEBRTC"},
        {"call_type": "WEBRTC", "sdp": ""},
        {"call_type": "WEBRTC", "sdp": "m="},
        {"call_type": "WEBRTC", "sdp": "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF\r\n"},
        {"call_type": "WEBRTC", "sdp": "m=audio\t9\tUDP/TLS/RTP/SAVPF\t0"},
        {"call_type": "WEBRTC", "sdp": "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" * 65},
        {"call_type": "RTMP", "present": "both"},
        {"call_type": "RTMP", "streaming": "yes"},
    ],
)
async def test_bad_calls(body: dict[str, str]) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        assert refused(await alice.send("calls", body, uuid=alice.uuid))[:2] == (400, "failed")
        assert not node.conference(ALIAS).calls.of(alice.uuid)


async def test_a_host_with_a_media_call_starts_the_conference() -> None:
    settings = ConferenceSettings(ALIAS, host_pin="1", started=False)
    async with EmbeddedNode(settings) as node, joined(node, pin="1") as host:
        await call(host, RTMP)
        assert node.conference(ALIAS).started


async def test_digits_are_noted() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        conference = node.conference(ALIAS)
        ann = conference.join("Ann").uuid
        own = await call(alice, RTMP)
        digits = "0123456789*#ABCD,"
        assert await alice.result("dtmf", {"digits": digits}, uuid=ann) is True
        assert await alice.result("dtmf", {"digits": "1"}, uuid=alice.uuid, call=own) is True
        assert conference.dtmf_log == [(ann, "", digits), (alice.uuid, own, "1")]
        for bad in ("", "E", "a", "1 2", "١"):
            for about in ("", own):
                answer = await alice.send("dtmf", {"digits": bad}, uuid=alice.uuid, call=about)
                assert refused(answer) == (400, "failed", "Illegal value")
        assert refused(await alice.send("dtmf", {"digits": 1}, uuid=ann))[:2] == (400, "failed")
        assert len(conference.dtmf_log) == 2


async def test_the_log_of_digits_does_not_grow_for_ever() -> None:
    async with EmbeddedNode(OPEN) as node:
        conference = node.conference(ALIAS)
        for number in range(MOST_DIGITS_NOTED + 3):
            conference.note_dtmf("x", str(number))
        assert len(conference.dtmf_log) == MOST_DIGITS_NOTED
        assert conference.dtmf_log[0] == ("x", "", "3")
