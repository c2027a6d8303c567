"""`pexdash serve`: what it serves and refuses, what it prints, and what its programs inherit."""

from __future__ import annotations

import importlib
import inspect
import re
import signal
import sys

import click
import pytest
from click.shell_completion import ShellComplete

from pexdash.cli.main import COMMANDS, cli
from pexdash.cli.serve import MISSING, SCREENS, USED, environment_of_pages
from pexdash.errors import UsageFault
from tests.canaries import PIN
from tests.cli.visiting import started
from tests.web.page import let_in

SECRET = "KeepThisToYourself"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("node",), "node has no screen to serve; these have: demo, join"),
        (("ctl", "meet.alice", "lock"), "ctl has no screen to serve"),
        (("serve", "--", "demo"), "serve has no screen to serve"),
        (("sh", "-c", "true"), "sh has no screen to serve"),
        (("--version",), "--version has no screen to serve"),
        (("\x1b[2J",), "has no screen to serve"),
        (("join",), "Missing argument 'ALIAS'"),
        (("join", "meet.alice", "--nodes", "x"), "No such option"),
        (("demo", "--participants", "many"), "Invalid value for '--participants'"),
        (("join", "meet.alice", "--pin-file", "-"), "no standard input for --pin-file"),
        (("join", "meet.alice", "--token-file", "-"), "no standard input for --token-file"),
    ],
)
def test_what_cannot_be_served_is_refused_before_anything_listens(
    words: tuple[str, ...], said: str
) -> None:
    with pytest.raises((UsageFault, click.UsageError)) as refused:
        cli.main(["serve", "--", *words], standalone_mode=False)
    fault = refused.value
    told = fault.format_message() if isinstance(fault, click.UsageError) else str(fault)
    assert said in told
    assert "\x1b" not in told


@pytest.mark.parametrize("listen", ["8000", ":8000", "127.0.0.1:", "127.0.0.1:65536", "a:b"])
def test_what_is_no_address_to_listen_at(listen: str) -> None:
    with pytest.raises(UsageFault, match="--listen wants HOST:PORT"):
        cli.main(["serve", "--listen", listen], standalone_mode=False)


def test_every_command_that_needs_a_terminal_for_its_screen_is_served() -> None:
    sources = {
        name: inspect.getsource(importlib.import_module(f"pexdash.cli.{name}")) for name in COMMANDS
    }
    assert {name for name, source in sources.items() if "need_terminal(" in source} == set(SCREENS)


@pytest.mark.parametrize("library", ["aiohttp", "textual_serve"])
def test_without_the_extra_it_says_how_to_install_it(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pexdash.web.server", "pexdash.web.carrying"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageFault, match=re.escape(MISSING)):
        cli.main(["serve", "--", "demo"], standalone_mode=False)


async def test_it_prints_the_address_for_the_next_browser_and_what_a_network_can_see() -> None:
    process = await started("serve", "--listen", "0.0.0.0:0", "--", "demo")
    assert process.stdout
    first = (await process.stdout.readline()).decode().strip()
    assert first.startswith("http://0.0.0.0:")
    async with let_in(first):
        second = (await process.stdout.readline()).decode().strip()
        assert first.partition("=")[0] == second.partition("=")[0]
        assert first != second
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()
    assert (out, process.returncode) == (b"", 128 + signal.SIGTERM)
    warning, used, end = err.decode().split("\n")
    assert "whoever reads along can act as you" in warning
    assert (used, end) == (f"pexdash: {USED}", "")


@pytest.mark.parametrize(
    ("given", "begun", "words"),
    [
        ([], "", ["demo", "join", "replay", "wall"]),
        ([], "j", ["join"]),
        (["join"], "--no", ["--node"]),
        (["node"], "--", []),
    ],
)
def test_the_command_is_completed_as_without_a_page(
    given: list[str], begun: str, words: list[str]
) -> None:
    told = ShellComplete(cli, {}, "", "").get_completions(["serve", "--", *given], begun)
    assert [one.value for one in told] == words


def test_a_program_inherits_what_it_needs_and_no_secret_but_the_pin() -> None:
    kept = {
        "PATH": "/bin",
        "HOME": "/home/alice",
        "XDG_CONFIG_HOME": "/config",
        "PEXDASH_NODE": "node.example.com",
        "https_proxy": "http://proxy.example.com",
        "NO_COLOR": "1",
    }
    left = {
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "GITHUB_TOKEN": SECRET,
        "DISPLAY": ":0",
        "SSH_AUTH_SOCK": "/agent",
        "TEXTUAL_DRIVER": "other:Driver",
        "TERM": "dumb",
    }
    told = environment_of_pages({**kept, **left}, PIN)
    assert kept.items() <= told.items()
    assert SECRET not in told.values()
    assert not told.keys() & left.keys() - {"TERM"}
    assert (told["TERM"], told["PEXDASH_PIN"]) == ("xterm-256color", PIN)
    assert "PEXDASH_PIN" not in environment_of_pages(kept, "")
