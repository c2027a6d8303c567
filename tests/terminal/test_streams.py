"""The dashboard draws on a terminal and reads one, or says why not before anything is joined."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.programs import PROGRAM
from tests.terminal.foreign_node import ALIAS, ForeignNode
from tests.terminal.pseudo_terminal import Terminal, spawned

SIZE = (100, 30)


@asynccontextmanager
async def redirected(
    streams: str, command: str, folder: Path, *, controls: bool = True
) -> AsyncIterator[Terminal]:
    """`pexdash` with `command`, run by a shell that redirects its `streams`."""
    env = {
        "PATH": os.environ["PATH"],
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "COLUMNS": "33",
        "LINES": "7",
    }
    line = f"cd '{folder}'; exec {PROGRAM} {command} {streams}"
    run = spawned("/bin/sh", "-c", line, size=SIZE, env=env, controls=controls)
    async with run as (process, master):
        shown = Terminal(process, master, SIZE)
        try:
            yield shown
        finally:
            shown.hang_up()


@pytest.mark.parametrize(
    ("streams", "words"),
    [
        ("2>said", "needs a terminal on standard error"),
        ("2>&-", "needs a terminal on standard error"),
        (">&- 2>said", "needs a terminal on standard output"),
    ],
)
async def test_what_cannot_be_drawn_is_said_and_nothing_is_joined(
    streams: str, words: str, tmp_path: Path
) -> None:
    async with (
        ForeignNode() as node,
        redirected(streams, f"join {ALIAS} --node {node.url}", tmp_path) as shown,
    ):
        assert await shown.status() == 2
        if "said" in streams:
            assert words in (tmp_path / "said").read_text()
        else:
            await shown.shows(words)
        assert b"\x1b[" not in shown.raw
        assert not node.seen


async def test_keys_come_from_the_terminal_where_standard_input_is_closed(tmp_path: Path) -> None:
    async with redirected("<&-", "demo", tmp_path) as shown:
        # As broad as the terminal, whatever COLUMNS says.
        await shown.shows("HOSTS", "● live", "STAGE", "CHAT", "q Leave")
        shown.press("q")
        assert await shown.status() == 0


async def test_without_a_terminal_to_read_keys_from_nothing_is_joined(tmp_path: Path) -> None:
    async with (
        ForeignNode() as node,
        redirected(
            "</dev/null", f"join {ALIAS} --node {node.url}", tmp_path, controls=False
        ) as shown,
    ):
        assert await shown.status() == 2
        await shown.shows("needs a terminal to read keys from")
        assert not node.seen
