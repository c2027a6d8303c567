"""Where Textual's inside differs, the program falls back by itself, works, and the log says so."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from pexdash.ui.framework.surface import TABLE, Part, Private, differences
from tests.ui.framework.other_textual import MORE_TO_TAKE, Replaced, installed_in, renamed

# One that each part rests on; the tests themselves use others.
OTHER: dict[Part, Replaced] = {
    Part.CELLS: renamed("_sync_available"),
    Part.SIGHT: renamed("visible_widgets"),
    Part.HOLDING: renamed("_on_timer_update", "_dirty_widgets"),
    Part.LAYOUT: renamed("CompositorMap"),
    Part.DRIVER: renamed("_in_band_window_resize"),
    Part.INPUT: renamed("_run_input_thread"),
    Part.TIMERS: renamed("_skip"),
    Part.KEYS: renamed("_bindings"),
    Part.REMOVING: renamed("_prune"),
    Part.ENDING: renamed("_close_messages_no_wait"),
    Part.PALETTE: renamed("_action_command_list", "_lines"),
}
TOGETHER = [
    [Part.CELLS],
    [Part.HOLDING],
    [Part.DRIVER],
    [Part.INPUT],
    [part for part in Part if part not in (Part.CELLS, Part.HOLDING, Part.DRIVER, Part.INPUT)],
]
"""Parts that may differ in one visit: those that have nothing to do with one another."""
CRASH = """
from pexdash.ui.framework.app_base import BaseApp
class Falls(BaseApp[None]):
    def on_mount(self) -> None:
        pin = "4321"
        raise ValueError(pin)
app = Falls()
app.run(headless=True)
print(app.return_code, app.crash)
"""


def test_all_of_it_is_as_we_know_it() -> None:
    assert [one for part in Part for one in differences(part)] == []
    assert {one.part for one in TABLE} == set(Part)


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_each_one_that_differed_would_be_found(row: Private) -> None:
    assert not row.differs()
    assert replace(row, name=f"{row.name}_anew").differs()
    assert replace(row, owner=f"{row.owner}_anew").differs()
    if row.parameters is not None:
        assert replace(row, parameters=f"{row.parameters} more").differs()
        assert replace(row, is_async=not row.is_async).differs()


async def run(*arguments: str, environment: Mapping[str, str]) -> tuple[int | None, str]:
    """Run Python in that environment; its exit status and all that it wrote."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={"PATH": "", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    written, _ = await process.communicate()
    return process.returncode, written.decode()


async def visited(replaced: Replaced, folder: Path) -> str:
    """What the log of a visit to the dashboard says on such a Textual."""
    environment = installed_in(folder, replaced)
    status, written = await run("-m", "tests.ui.framework.visit", environment=environment)
    assert status == 0, written
    assert "went well" in written
    return written


@pytest.mark.parametrize("parts", TOGETHER, ids=lambda parts: parts[0].name.lower())
async def test_what_is_called_otherwise_is_left_to_the_framework(
    parts: list[Part], tmp_path: Path
) -> None:
    log = await visited([one for part in parts for one in OTHER[part]], tmp_path)
    for part in parts:
        assert f": {part.value}" in log
        assert OTHER[part][0][0].strip("\\b") in log


async def test_what_takes_something_else_is_left_to_the_framework(tmp_path: Path) -> None:
    log = await visited(MORE_TO_TAKE, tmp_path)
    (told,) = (line for line in log.splitlines() if "Textual differs" in line)
    assert told == f"Textual differs in textual.app.App._display: {Part.CELLS.value}"


async def test_nothing_is_said_where_nothing_differs(tmp_path: Path) -> None:
    assert "differs" not in await visited([], tmp_path)


@pytest.mark.parametrize("name", ["_close_messages_no_wait", "_handle_exception"])
async def test_a_crash_tells_no_secret_where_the_report_cannot_be_ours(
    name: str, tmp_path: Path
) -> None:
    environment = installed_in(tmp_path, renamed(name))
    status, written = await run("-c", CRASH, environment=environment)
    assert (status, written.strip()) == (0, "1 None")


async def test_a_crash_is_kept_for_our_own_report(tmp_path: Path) -> None:
    status, written = await run("-c", CRASH, environment=installed_in(tmp_path, []))
    assert (status, written.strip()) == (0, "70 4321")


async def test_a_panic_of_the_framework_is_a_crash_and_prints_nothing(tmp_path: Path) -> None:
    code = CRASH.replace("raise ValueError(pin)", "self.panic(pin)")
    status, written = await run("-c", code, environment=installed_in(tmp_path, []))
    assert (status, written.strip()) == (0, "70 None")
