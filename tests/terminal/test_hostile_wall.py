"""What a node or a guest may send reaches the terminal of a wall as text alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.foreign_node import ALIAS, ForeignNode
from tests.terminal.hostile import crowd, faults
from tests.terminal.hostile_screen import HOME, escaped, read_through, settled
from tests.terminal.pseudo_terminal import terminal

pytestmark = pytest.mark.timeout(180)

WALL = """
[[cluster]]
name = "main"
node = "{}"
[[conference]]
alias = "{}"
profile = "host"
"""


@pytest.mark.fault(55)
async def test_the_wall(tmp_path: Path) -> None:
    async with ForeignNode() as node:
        people = crowd()
        node.people += people
        waiting = [
            one["display_name"][:4] for one in people if one["service_type"] == "waiting_room"
        ]
        file = tmp_path / "wall.toml"
        file.write_text(WALL.format(node.url, ALIAS), encoding="utf-8")
        async with terminal("wall", "--config", str(file), size=(200, 60)) as shown:
            # Each who waits is an alarm of the profile; tiles tell of the others.
            await shown.shows("1 live", "ALARMS", "UNACK")
            shown.press("\t")
            await shown.shows("tab Tiles")
            shown.press(HOME)
            await read_through(shown, waiting)
            shown.press(HOME)
            shown.press("!")
            await shown.shows("Conference meet.alice", "y Admit")
            await escaped(shown)
            shown.press("z")
            await shown.shows("Shelve: ", "Why")
            await settled()
            shown.press("known")
            await shown.shows("known")
            shown.press("\r")
            await shown.shows("1 shelved")
            await shown.hides("enter shelves")
            # Right after text that came at once, a key is taken for the rest of it.
            await settled()
            shown.press("Z")
            await shown.shows("Take back", "esc back")
            await escaped(shown)
            shown.press("T")
            await shown.shows("What happened on the wall", "esc ")
            await escaped(shown)
            # Together with an escape it would be another key.
            await settled()
            shown.press("\r")
            await shown.shows("alarm: n", "w Back to the wall")
            shown.press("w")
            await shown.shows("ALARMS")
            await shown.press_until("q", lambda: shown.process.returncode is not None)
            assert await shown.status() == 0
            assert faults(bytes(shown.raw)) == []
        asked = {path.rpartition("/")[2] for path, _ in node.posts()}
        assert asked == {"release_token"}
