"""Who talked how much, on the stage and in the details."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest

from pexdash.ui.drawing.spans import Span
from pexdash.ui.widgets.roster import RosterView
from tests.eventually import eventually
from tests.ui.dashboard import Dashboard, dashboard


def share_of(shown: Dashboard, name: str) -> str:
    """The share that stands behind a name on the stage."""
    found = re.search(rf"STAGE[\s\S]*?{name}.*?(\d+%)", shown.text())
    return found[1] if found else ""


async def talked(shown: Dashboard, *turns: tuple[str, float]) -> None:
    """Have people talk one after the other, each for so many seconds."""

    def voices() -> list[str]:
        return [one.uuid for one in shown.feed.conference.speakers if one.vad]

    for name, seconds in turns:
        uuids = [shown.uuid_of(name)]
        shown.meeting.speak(dict.fromkeys(uuids, 70))
        await eventually(partial(_are, voices, uuids))
        await shown.clock.leap(seconds)
    shown.meeting.speak({})
    await eventually(partial(_are, voices, []))


def _are(voices: Callable[[], list[str]], uuids: list[str]) -> bool:
    return voices() == uuids


async def test_the_stage_shows_each_share_of_the_talk() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await talked(shown, ("Ann", 45), ("Bob", 15))
        await shown.shows("talk, last 10 min")
        await eventually(lambda: share_of(shown, "Ann") == "75%", "the share of Ann")
        assert share_of(shown, "Bob") == "25%"


async def test_the_details_tell_how_long_somebody_talked() -> None:
    async with dashboard("Ann", "Bob") as shown:
        await shown.put_cursor_on("Ann")
        await shown.press("enter")
        await shown.shows("Joined")
        assert "Talked" not in shown.text()
        await shown.press("escape")
        await talked(shown, ("Ann", 300), ("Bob", 600), ("Ann", 60))
        await shown.press("enter")
        await shown.shows("Talked", "6:00 in 2 turns, the longest 5:00; 38% of all talk")
        await shown.shows("Last 10 minutes", "1:00; 10% of all talk")


async def test_who_talks_while_muted_is_told_where_the_node_tells() -> None:
    async with dashboard("Ann", "Bob", size=(80, 24)) as shown:
        ann = await shown.put_cursor_on("Ann")

        def tell(vad: int) -> None:
            voice = {"participant_uuid": ann, "stage_index": 0, "vad": vad}
            shown.meeting.publish("stage", [voice])

        tell(50)
        await shown.shows("STAGE █")
        assert "✕muted" not in shown.text()
        shown.meeting.update(ann, is_muted="YES")
        tell(50)
        await shown.shows("✕muted")
        await shown.press("enter")
        await shown.shows("Talks while muted       yes")
        tell(0)
        await eventually(lambda: "Talks while muted" not in shown.text())
        await shown.press("escape")
        await eventually(lambda: "✕muted" not in shown.text())


async def test_before_anybody_talks_a_second_lays_out_no_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with dashboard("Ann", "Bob", size=(200, 60)) as shown:
        await shown.shows("Ann", "Bob")
        assert shown.roster._columns.talk
        laid_out: list[str] = []
        spans = RosterView._spans

        def counted(view: RosterView, uuid: str) -> tuple[Span, ...]:
            laid_out.append(uuid)
            return spans(view, uuid)

        monkeypatch.setattr(RosterView, "_spans", counted)
        shown.roster.tick()
        assert laid_out == []
        await talked(shown, ("Ann", 45), ("Bob", 15))
        shown.roster.tick()
        await eventually(lambda: "75%" in shown.row("Ann"))
