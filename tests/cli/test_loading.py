"""What a command loads first: counted, as time differs from machine to machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"asyncio", "httpx", "ssl", "msgspec", "textual", "PIL", "starlette", "uvicorn", "dns"}


def loaded_by(*arguments: str) -> set[str]:
    """The modules that are there when `pexdash` has run with these arguments."""
    code = (
        "import sys\n"
        "sys.argv = ['pexdash', *sys.argv[1:]]\n"
        "from pexdash.cli.main import run\n"
        "status = run()\n"
        "sys.stderr.write(' '.join(sys.modules))\n"
        "sys.exit(status)\n"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def loaded_by_asyncio() -> set[str]:
    code = "import sys, asyncio; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("arguments", [["--version"], ["ctl", "--help"]], ids=" ".join)
def test_what_needs_no_node_loads_no_more_than_asyncio_does(arguments: list[str]) -> None:
    loaded = loaded_by(*arguments)
    assert "pexdash.cli.main" in loaded
    assert not HEAVY & loaded
    assert len(loaded) <= 1.1 * len(loaded_by_asyncio())


def test_the_first_frame_of_the_screen_waits_for_nothing_that_speaks_http() -> None:
    code = (
        "import sys, pexdash.cli.joining, pexdash.cli.screen\n"
        "import pexdash.ui.app, pexdash.ui.dashboard, pexdash.session.session\n"
        "print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "textual.app" in loaded
    assert not loaded & {"httpx", "httpcore", "anyio", "dns", "PIL", "starlette", "uvicorn"}
    assert "pexdash.ui.screens.conference" not in loaded
