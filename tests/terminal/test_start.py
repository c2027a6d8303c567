"""What a start puts off until the roster is there."""

from __future__ import annotations

from pathlib import Path

from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, ForeignNode
from tests.terminal.pseudo_terminal import terminal

WATCH = """
import gc, threading, time
def watch():
    while gc.isenabled():
        time.sleep(0.001)
    while not gc.isenabled():
        time.sleep(0.01)
    with open({path!r}, "w") as told:
        told.write(str(gc.get_freeze_count()))
threading.Thread(target=watch, daemon=True).start()
"""


async def test_garbage_is_looked_for_once_the_start_is_over_and_not_among_what_it_left(
    tmp_path: Path,
) -> None:
    told = tmp_path / "frozen"
    (tmp_path / "sitecustomize.py").write_text(WATCH.format(path=str(told)))
    environment = {"PYTHONPATH": str(tmp_path)}
    async with (
        ForeignNode() as node,
        terminal("join", ALIAS, "--node", node.url, environment=environment) as shown,
    ):
        await shown.shows("Bob Jones", "● live")
        await eventually(lambda: told.exists() and told.read_text())
        assert int(told.read_text()) > 50_000
        shown.press("q")
        assert await shown.status() == 0
