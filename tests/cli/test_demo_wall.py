"""`pexdash demo --wall N` shows a wall to whoever has nothing but this program."""

from __future__ import annotations

import click
import pytest

from pexdash.cli.demo_wall import demo_wall
from pexdash.cli.main import cli
from pexdash.errors import UsageFault
from pexdash.node.many_meetings import RESTLESS, many_meetings
from pexdash.settings import Settings


async def test_each_meeting_is_joined_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    count = RESTLESS.stop + 1
    status = await demo_wall(count, 7, 1.0, 1.2, Settings(), screen=False)
    assert status == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    live = [line.split("  ")[1] for line in lines if "  live, " in line]
    assert set(live) == {one.alias for one in many_meetings(count, 7)}


def test_how_many_people_are_in_a_meeting_is_not_for_a_wall() -> None:
    with pytest.raises(UsageFault, match="--participants and --wall do not go together"):
        cli.main(["demo", "--wall", "3", "--participants", "5"], standalone_mode=False)


@pytest.mark.parametrize("count", ["0", "1001"])
def test_there_are_as_many_meetings_as_a_wall_can_show(count: str) -> None:
    with pytest.raises(click.BadParameter):
        cli.main(["demo", "--wall", count], standalone_mode=False)
