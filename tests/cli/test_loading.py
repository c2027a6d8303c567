"""What a command loads first: counted, as time differs from machine to machine."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings

OPTIONS = {"pexdash.cli.metrics_options"}
HEAVY = {
    "asyncio",
    "httpx",
    "ssl",
    "msgspec",
    "textual",
    "PIL",
    "starlette",
    "uvicorn",
    "dns",
    "prometheus_client",
}


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
        "import sys, pexdash.cli.invitation, pexdash.cli.screen\n"
        "import pexdash.ui.app, pexdash.ui.way_out, pexdash.session.membership.membership\n"
        "from pexdash.cli.alarm_options import host_rules\n"
        "from pexdash.settings import Settings\n"
        "host_rules(Settings())\n"
        "print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "textual.app" in loaded
    assert not loaded & {"httpx", "httpcore", "anyio", "dns", "PIL", "starlette", "uvicorn"}
    assert not loaded & {"email.utils", "pexdash.model.alarms.policy"}
    # What only signing in, a list of layouts, and the command of an alarm need.
    assert not loaded & {"secrets", "hmac", "xml.parsers.expat", "shlex"}
    assert not any("metrics" in name or "prometheus" in name for name in loaded - OPTIONS)
    assert "pexdash.ui.screens.conference" not in loaded


async def test_the_roster_waits_for_nothing_that_it_does_not_need() -> None:
    code = (
        "import asyncio, sys\n"
        "from pexdash.api.address import parse_node\n"
        "from pexdash.api.client import NodeClient\n"
        "from pexdash.api.tls import trust\n"
        "import pexdash.ui.screens.conference, pexdash.session.membership.membership\n"
        "async def visit():\n"
        "    tls = lambda: trust(None, insecure=False)\n"
        "    client = NodeClient(parse_node(sys.argv[1]), 'meet', tls=tls)\n"
        "    token = await client.request_token('Alice')\n"
        "    await client.participants(token)\n"
        "    async with client.events(token, on_bytes=lambda: None) as stream:\n"
        "        await anext(stream)\n"
        "    await client.release_token(token)\n"
        "asyncio.run(visit())\n"
        "print(' '.join(sys.modules))"
    )
    async with EmbeddedNode(ConferenceSettings("meet")) as node:
        told = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, node.url, stdout=asyncio.subprocess.PIPE
        )
        loaded = set((await told.communicate())[0].decode().split())
    assert "httpx" in loaded
    assert not loaded & {"httpcore", "anyio", "h11", "certifi", "dns", "PIL", "starlette"}
    # The command line of httpx is there as what cannot be loaded.
    assert not loaded & {"pygments", "rich.progress", "rich.syntax"}
    dialogs = {name for name in loaded if name.startswith("pexdash.ui.dialogs.")}
    assert dialogs <= {"pexdash.ui.dialogs.guarded"}
    assert not loaded & {"pexdash.ui.commands.request_dialogs", "pexdash.ui.dialogs.presentation"}
