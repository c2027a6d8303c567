"""The file of the metrics: whole at every moment, for anybody to read, and gone at the end."""

from __future__ import annotations

import asyncio
import itertools
import os
import stat
from pathlib import Path

import pytest

from pexdash.errors import UsageFault
from pexdash.plain.metrics.file import WRITE_SECONDS, MetricsFile
from tests.eventually import a_moment, eventually
from tests.manual_clock import ManualClock


@pytest.fixture(autouse=True)
def own_mask() -> None:
    """A user whose files nobody else may read."""
    os.umask(0o077)


async def test_it_is_replaced_every_fifteen_seconds_and_gone_at_the_end(tmp_path: Path) -> None:
    clock, said, scrapes = ManualClock(), list[str](), itertools.count(1)

    async def text() -> bytes:
        return b"a %d\n" % next(scrapes)

    path = tmp_path / "pexdash.prom"
    running = asyncio.create_task(MetricsFile(path, text, clock, said.append).run())
    await eventually(lambda: path.exists() and clock.sleepers)
    assert path.read_bytes() == b"a 1\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    first = path.stat().st_ino
    with path.open("rb") as earlier:
        await clock.advance(WRITE_SECONDS)
        await eventually(lambda: path.read_bytes() == b"a 2\n")
        # Whoever reads the old one reads it to its end.
        assert earlier.read() == b"a 1\n"
    assert path.stat().st_ino != first
    assert os.listdir(tmp_path) == ["pexdash.prom"]
    running.cancel()
    (ended,) = await asyncio.gather(running, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError)
    assert os.listdir(tmp_path) == []
    assert said == []


async def test_a_folder_that_goes_away_is_told_once_and_when_it_is_back(tmp_path: Path) -> None:
    clock, said = ManualClock(), list[str]()
    written = 0

    async def text() -> bytes:
        nonlocal written
        written += 1
        return b"a 1\n"

    folder = tmp_path / "textfiles"
    folder.mkdir()
    path = folder / "pexdash.prom"
    running = asyncio.create_task(MetricsFile(path, text, clock, said.append).run())
    await eventually(lambda: path.exists() and clock.sleepers)
    path.unlink()
    folder.rmdir()
    for count in (2, 3):
        await clock.advance(WRITE_SECONDS)
        await eventually(lambda: written == count and clock.sleepers)  # noqa: B023
    assert said == [f"the metrics cannot be written to {path}: No such file or directory"]
    folder.mkdir()
    await clock.advance(WRITE_SECONDS)
    await eventually(lambda: len(said) == 2)
    assert said[1] == f"the metrics are written to {path} again"
    assert path.read_bytes() == b"a 1\n"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await a_moment()
    assert os.listdir(folder) == []


@pytest.mark.parametrize("name", [".", "no folder/pexdash.prom"])
def test_a_name_that_no_file_can_have_is_refused_at_once(tmp_path: Path, name: str) -> None:
    async def text() -> bytes:
        raise AssertionError

    with pytest.raises(UsageFault, match="--metrics-file"):
        MetricsFile(tmp_path / name, text, ManualClock(), print)
