"""`v`: the form says what a call does, the list is there at once, and tells how the media fares."""

from __future__ import annotations

import pytest
from textual.events import Key

from pexdash.session.moderation.calls import CONNECT_SECONDS
from pexdash.ui.dialogs.calls import CallsDialog
from tests.eventually import eventually
from tests.media.far_end import far_end_beside, loopback
from tests.ui.dashboard import Dashboard, dashboard

pytestmark = pytest.mark.usefixtures("loopback")
__all__ = ["loopback"]


async def open_form(shown: Dashboard) -> None:
    await shown.press("v")
    await shown.shows("Add a media call")
    await eventually(shown.takes_keys)


async def call_by_webrtc(shown: Dashboard) -> None:
    await open_form(shown)
    await shown.press("right", "enter")
    await shown.shows("Media calls")


async def test_the_form_says_that_a_call_gives_media() -> None:
    async with dashboard() as shown:
        await open_form(shown)
        await shown.shows("A call makes you a participant with media.")
        assert shown.requests() == []


async def test_the_form_of_a_host_says_that_a_call_starts_a_meeting() -> None:
    async with dashboard(started=False) as shown:
        await open_form(shown)
        await shown.shows("a Host with media starts the meeting")
        assert not shown.meeting.started


async def test_the_form_names_the_extra_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pexdash.media.peer.is_available", lambda: False)
    async with dashboard() as shown:
        await open_form(shown)
        await shown.shows("WebRTC calls need the extra `media`")
        await shown.press("right")
        await shown.press("enter")
        await eventually(lambda: shown.meeting.calls.of(shown.feed.conference.me))
        (call,) = shown.meeting.calls.of(shown.feed.conference.me)
        assert call.kind == "RTMP"


async def test_the_list_opens_before_the_node_answers_and_never_over_a_line() -> None:
    async with dashboard() as shown:
        release = shown.node.faults.hold("calls")
        await open_form(shown)
        await shown.press("enter")
        await shown.shows("Calling, the node has not answered")
        await eventually(shown.takes_keys)
        await shown.press("escape")
        await shown.press("c", "x")
        release.set()
        await eventually(lambda: shown.membership.calls.calls)
        await shown.press("q", "x")
        assert not isinstance(shown.app.screen, CallsDialog)
        await shown.shows("xqx")
        assert len(shown.membership.calls.calls) == 1


async def test_a_key_typed_as_the_list_opens_ends_no_call() -> None:
    async with dashboard() as shown:
        await shown.membership.calls.add({"call_type": "RTMP"})
        early = Key("x", "x")
        await shown.press("v")
        await shown.shows("rtmp://")
        await shown.app.on_event(early)
        await shown.pilot.pause()
        assert len(shown.membership.calls.calls) == 1
        await eventually(shown.takes_keys)
        await shown.press("x")
        await shown.shows("No call of ours")


async def test_against_the_embedded_node_a_call_never_counts_as_connected() -> None:
    async with dashboard() as shown:
        await call_by_webrtc(shown)
        await shown.shows("WEBRTC", "connecting")
        await shown.clock.advance(CONNECT_SECONDS)
        await shown.shows("got no media through", "No call of ours")
        assert shown.requests()[-1].endswith("/disconnect")


async def test_a_call_with_media_is_shown_as_connected_until_we_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with far_end_beside() as answer:
        monkeypatch.setattr("pexdash.node.call_requests.answer_to", lambda offer, _: answer(offer))
        async with dashboard() as shown:
            await call_by_webrtc(shown)
            await shown.shows("  connected")
            await shown.clock.advance(CONNECT_SECONDS)
            await shown.shows("  connected")
            await eventually(shown.takes_keys)
            await shown.press("x")
            await shown.shows("No call of ours")
        assert shown.requests()[-2].endswith("/disconnect")
