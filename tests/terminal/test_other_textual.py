"""A Textual whose inside differs, in a real terminal: it draws by itself, and keys work as ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from pexdash.ui.framework.surface import Part
from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, BOB, WENDY, ForeignNode
from tests.terminal.pseudo_terminal import new_terminal_modes, terminal
from tests.ui.framework.other_textual import MORE_TO_TAKE, Replaced, installed_in, renamed

OTHER: dict[Part, Replaced] = {
    Part.CELLS: MORE_TO_TAKE,
    Part.HOLDING: renamed("_compositor_refresh"),
    Part.DRIVER: renamed("_in_band_window_resize"),
    Part.KEYS: renamed("_bindings"),
}


@pytest.mark.parametrize("part", OTHER, ids=lambda part: part.name.lower())
async def test_the_framework_draws_keys_work_and_the_log_says_why(
    part: Part, tmp_path: Path
) -> None:
    environment = installed_in(tmp_path, OTHER[part])
    log = tmp_path / "log"
    arguments = ("join", ALIAS, "--log-file", str(log))
    async with ForeignNode() as node:
        node.people = [one for one in node.people if one["uuid"] != WENDY]
        async with terminal(*arguments, "--node", node.url, environment=environment) as shown:
            await shown.shows("Ann Smith", "Bob Jones", "● live")
            await shown.type("/", "Bob", "\r")
            await shown.hides("Ann Smith")
            shown.press("m")
            await eventually(lambda: f"participants/{BOB}/mute" in dict(node.posts()), "mute sent")
            shown.resize(80, 24)
            node.update(BOB, display_name="Robert", overlay_text="")
            await shown.shows("Robert")
            shown.press("q")
            assert await shown.status() == 0
            assert shown.modes() == new_terminal_modes()
    assert f": {part.value}" in log.read_text()
    assert "Traceback" not in bytes(shown.raw).decode(errors="replace")
