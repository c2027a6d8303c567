"""The pane of the captions: open while the node sends them, and what stands in it."""

from __future__ import annotations

from pexdash.node.captions import Spoken
from pexdash.session.moderation.participant_actions import CAPTIONS
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


def say(shown: Dashboard, name: str, words: str, *, is_final: bool = True) -> None:
    """Have the node write down what somebody says."""
    spoken = Spoken(shown.meeting, shown.uuid_of(name), shown.meeting.tokens._rng)
    spoken._said = words.split()
    spoken._tell(is_final=is_final)


async def turn(shown: Dashboard) -> None:
    shown.screen.host.act(CAPTIONS)
    await eventually(lambda: not shown.membership.moderation.has_pending)
    await shown.pilot.pause()


async def test_the_palette_offers_it_without_a_key() -> None:
    async with dashboard("Bob", live_captions=True) as shown:
        await shown.press("ctrl+p", *"capt")
        await shown.shows("Show / hide live captions")
        lines = shown.lines()
        (at,) = [at for at, line in enumerate(lines) if "Show / hide live captions" in line]
        assert "key" not in lines[at + 1]
        await shown.press("enter")
        await shown.shows("CAPTIONS")


async def test_it_opens_and_closes_by_the_node_s_own_word() -> None:
    async with dashboard("Bob", live_captions=True) as shown:
        say(shown, "Bob", "Nobody reads this")
        assert "CAPTIONS" not in shown.text()
        await turn(shown)
        await shown.shows("CAPTIONS", "Nothing was said yet", "CHAT")
        me = shown.feed.conference.me
        assert shown.requests() == [f"participants/{me}/show_live_captions"]
        say(shown, "Bob", "Good morning", is_final=False)
        await shown.shows("Bob: Good morning")
        say(shown, "Bob", "Good morning everybody")
        await shown.shows("Bob: Good morning everybody")
        await turn(shown)
        await eventually(lambda: "CAPTIONS" not in shown.text())
        assert "Nobody reads this" not in [one.text for one in shown.feed.conference.captions.lines]


async def test_a_refusal_leaves_it_closed_and_is_told() -> None:
    async with dashboard("Bob") as shown:
        await turn(shown)
        await eventually(lambda: "Live captions are not available" in shown.told())
        assert "CAPTIONS" not in shown.text()


async def test_many_lines_end_with_the_newest_and_are_shown_as_text() -> None:
    async with dashboard("Bob", size=(80, 24), live_captions=True) as shown:
        await turn(shown)
        await shown.shows("CAPTIONS")
        for number in range(40):
            say(shown, "Bob", f"line {number} [b]bold[/b]")
        await shown.shows("line 39 [b]bold[/b]")
        assert "line 3 " not in shown.text()
        assert len(shown.rows()) >= 10


async def test_nothing_is_drawn_for_captions_while_it_is_closed() -> None:
    async with dashboard("Bob", live_captions=True) as shown:
        drawn: list[int] = []
        pane = shown.screen._captions
        pane.redraw = lambda: drawn.append(1)  # type: ignore[method-assign]
        shown.meeting.audience.send("live_captions", {"data": "unasked", "is_final": True})
        await eventually(lambda: shown.feed.conference.captions.total == 1)
        await shown.pilot.pause()
        assert drawn == []
