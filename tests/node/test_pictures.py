"""Avatars and presentation frames: real pictures, the right ones, and none where there is none."""

from __future__ import annotations

import io
import subprocess
import sys

import httpx
import pytest
from PIL import Image

from pexdash.node.people import in_plain_letters
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.manual_clock import ManualClock
from tests.node.client import ALIAS, INVALID_TOKEN, Client, Event, joined, refused

OPEN = ConferenceSettings(ALIAS)
NO_IMAGE = (404, "failed", "No image available")


def picture(answer: httpx.Response) -> Image.Image:
    """The picture of a good answer, decoded."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/jpeg"
    image = Image.open(io.BytesIO(answer.content))
    assert image.format == "JPEG"
    image.load()
    return image


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("", (128, 128)),
        ("?width=64&height=32", (64, 32)),
        ("?width=40", (40, 40)),
        ("?height=40", (40, 40)),
        ("?width=1&height=99999", (16, 1024)),
    ],
)
async def test_avatar_size(query: str, size: tuple[int, int]) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        ann = node.conference(ALIAS).join("Ann Smith")
        answer = await alice.send(f"avatar.jpg{query}", uuid=ann.uuid, method="GET")
        assert picture(answer).size == size


async def test_avatars_differ_by_person_and_stay_the_same() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        names = ("Ann Smith", "Ann Smith", "山田 太郎", "[]", "")
        people = [node.conference(ALIAS).join(name).uuid for name in names]
        pictures = [await alice.send("avatar.jpg", uuid=one, method="GET") for one in people]
        assert len({one.content for one in pictures}) == len(people)
        again = await alice.send("avatar.jpg", uuid=people[0], method="GET")
        assert again.content == pictures[0].content


@pytest.mark.parametrize(
    ("name", "uri", "plain"),
    [
        ("Zoë Nuñez-O'Brien", "", "Zoe Nunez-O'Brien"),
        ("Søren Łukasz", "", "Soren Lukasz"),
        ("Thảo", "", "Thao"),
        ("山田 太郎", "sip:taro@example.org", "taro@example.org"),
        ("", "ann@example.org", "ann@example.org"),
    ],
)
def test_names_in_letters_the_font_has(name: str, uri: str, plain: str) -> None:
    assert in_plain_letters(name, uri) == plain


async def test_no_avatar() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        answer = await alice.send("avatar.jpg", uuid=alice.uuid, method="GET")
        assert refused(answer) == NO_IMAGE
        ann = node.conference(ALIAS).join("Ann").uuid
        for query in ("?width=big", "?width=-5", "?height=5.5", "?width=%D9%A3"):
            answer = await alice.send(f"avatar.jpg{query}", uuid=ann, method="GET")
            assert refused(answer) == (400, "failed", "Illegal value")
        alice.token = ""
        answer = await alice.send("avatar.jpg", uuid=ann, method="GET")
        assert refused(answer) == INVALID_TOKEN


async def get_frame(client: Client, frame_id: str) -> httpx.Response:
    """Fetch a frame as the guide says, id and token in the query and nothing else."""
    query = {"id": frame_id, "token": client.token}
    return await client.http.get(client.path + "presentation.jpeg", params=query)


async def test_a_frame_by_its_event_id() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        conference = node.conference(ALIAS)
        ann = conference.join("Ann")
        stream = await alice.listen_in()
        conference.present(ann.uuid)
        frames = [(await stream.until("presentation_frame"))[-1]]
        conference.turn_page()
        frames.append((await stream.until("presentation_frame"))[-1])
        assert [one.data for one in frames] == [{}, {}]
        first, second = [await get_frame(alice, one.id) for one in frames]
        assert picture(first).size == (1280, 720)
        assert picture(second)
        assert first.content != second.content
        headers = {"id": frames[0].id}
        by_header = await alice.send("presentation.jpeg", method="GET", headers=headers)
        assert by_header.content == first.content
        other = (await stream_of_late_comer(node))[-1]
        assert (other.name, other.id) == ("presentation_frame", frames[1].id)


@pytest.mark.parametrize(
    ("request_", "form"), [("presentation_high.jpeg", "JPEG"), ("presentation.png", "PNG")]
)
async def test_a_frame_as_later_clients_ask_for_it(request_: str, form: str) -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        stream = await alice.listen_in()
        conference = node.conference(ALIAS)
        conference.present(conference.join("Ann").uuid)
        frame = (await stream.until("presentation_frame"))[-1]
        answer = await alice.send(request_, method="GET", headers={"id": frame.id})
        assert answer.headers["content-type"] == f"image/{form.lower()}"
        image = Image.open(io.BytesIO(answer.content))
        assert (image.format, image.size) == (form, (1280, 720))
        assert refused(await alice.send(request_, method="GET")) == NO_IMAGE


async def stream_of_late_comer(node: EmbeddedNode) -> list[Event]:
    """What a client hears that joins while somebody presents."""
    async with joined(node, "Late") as late:
        return await (await late.listen()).until("presentation_frame")


async def test_no_frame() -> None:
    async with EmbeddedNode(OPEN) as node, joined(node) as alice:
        conference = node.conference(ALIAS)
        assert refused(await alice.send("presentation.jpeg", method="GET")) == NO_IMAGE
        stream = await alice.listen_in()
        ann, bob = conference.join("Ann").uuid, conference.join("Bob").uuid
        conference.present(ann)
        frame = (await stream.until("presentation_frame"))[-1]
        assert refused(await get_frame(alice, "MTAuNDQuOTkuMl8xOA==")) == NO_IMAGE
        assert refused(await alice.send("presentation.jpeg", method="GET")) == NO_IMAGE
        conference.present(bob)
        assert refused(await get_frame(alice, frame.id)) == NO_IMAGE
        newer = (await stream.until("presentation_frame"))[-1]
        assert picture(await get_frame(alice, newer.id))
        conference.stop_presenting()
        assert refused(await get_frame(alice, newer.id)) == NO_IMAGE
        alice.token = "nonsense"
        assert refused(await get_frame(alice, newer.id)) == INVALID_TOKEN


async def test_one_who_waits_sees_no_presentation() -> None:
    settings = ConferenceSettings(ALIAS, host_pin="1")
    async with EmbeddedNode(settings) as node, joined(node, pin="1") as host:
        conference = node.conference(ALIAS)
        conference.present(conference.join("Ann").uuid)
        frame = (await (await host.listen()).until("presentation_frame"))[-1]
        await host.result("lock")
        async with Client(node) as guest:
            await guest.join("Gus", "none")
            assert refused(await get_frame(guest, frame.id)) == NO_IMAGE
            await host.result("unlock", uuid=guest.uuid)
            assert picture(await get_frame(guest, frame.id))


async def test_pages_turn_by_themselves_only_in_a_lively_meeting() -> None:
    for lively, least, most in ((False, 1, 1), (True, 7, 13)):
        clock = ManualClock()
        settings = ConferenceSettings(ALIAS, participants=12, lively=lively)
        async with EmbeddedNode(settings, clock=clock) as node, joined(node) as alice:
            conference = node.conference(ALIAS)
            conference.stop_presenting()
            stream = await alice.listen_in()
            conference.present(next(iter(conference.participants)))
            await clock.advance(80)
            conference.publish("end", None)
            events = await stream.until("end")
            frames = [one for one in events if one.name == "presentation_frame"]
            assert least <= len(frames) <= most
            assert len({one.id for one in frames}) == len(frames)


def test_a_node_without_pictures_asked_for_loads_no_pillow() -> None:
    code = "import sys, pexdash.node.server; sys.exit('PIL' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
