"""`pexdash wall`: its conferences, by which node, name and PIN, and mistakes in its files."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import click
import pytest

from pexdash.cli.alarm_options import rules_of
from pexdash.cli.main import cli
from pexdash.cli.options import JoinOptions
from pexdash.cli.own_conferences import joining_for
from pexdash.errors import UsageFault
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.session.estate.wanted import Cluster
from pexdash.session.feed.recorded import Recorded
from pexdash.session.feed.told import Acted
from pexdash.settings import Settings, load_settings
from tests.eventually import eventually

SHUT = """
[[rule]]
name = "shut"
when = "every"
every = "1s"
do = "lock"
"""


def run(*words: str) -> int | None:
    status: int | None = cli.main(["wall", *words], standalone_mode=False)
    return status


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place where no wall of anybody else has kept anything."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PEXDASH_CONFIG", str(tmp_path / "settings.toml"))
    (tmp_path / "settings.toml").write_text("")
    return tmp_path


def test_all_mistakes_are_told_before_anything_is_joined(alone: Path) -> None:
    config, aliases = alone / "wall.toml", alone / "aliases"
    config.write_text("[wall]\ntitel = 'x'\n[[conference]]\nalias = ''\n")
    aliases.write_text("a\n..\n")
    with pytest.raises(UsageFault) as told:
        run("--config", str(config), "--from", str(aliases))
    assert [line.partition(": ")[0] for line in str(told.value).splitlines()] == [
        f"{config}:2",
        f"{config}:4",
        f"{aliases}:2",
    ]
    assert told.value.exit_status == 2


def test_the_variable_of_the_file_is_pexdash_wall(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEXDASH_WALL", str(alone / "none.toml"))
    with pytest.raises(UsageFault, match=r"none\.toml cannot be read: No such file"):
        run()


def test_without_a_conference_there_is_nothing_to_show() -> None:
    with pytest.raises(UsageFault, match="there is no conference to show"):
        run()


def test_a_mistake_in_the_settings_is_told(alone: Path) -> None:
    (alone / "settings.toml").write_text("name = 'x'\n[alarms.wating]\nvalue = 5\n")
    with pytest.raises(UsageFault, match=r"settings.toml:2: there is no alarm 'wating'"):
        run("a")
    (alone / "settings.toml").write_text("[alarms.waiting]\nvalue = 5\n")
    assert rules_of(load_settings()).alarms["waiting"].value == 5


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--keep", "7d"), "--keep is for the folder of --record"),
        (("--local-ack",), "--local-ack is for a wall that is --read-only"),
        (("--arm",), "--arm arms the rules of --rules"),
        (("--arm", "--rules", "RULES", "--read-only"), "--read-only is given"),
        (("--record", "RULES"), "is a file"),
        (("--record", "nowhere"), "does not exist"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    alone: Path, words: tuple[str, ...], told: str
) -> None:
    rules = write(alone / "rules.toml", SHUT)
    given = [str(rules) if word == "RULES" else word for word in words]
    with pytest.raises((UsageFault, click.UsageError), match=told):
        run("a", *given)


def test_who_gives_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The option or the environment; else the list, and then the settings."""
    joining = joining_for(JoinOptions(name="Option"), Settings(name="Settings"), None)
    assert (joining.name, joining.usual_name) == ("Option", "Settings")
    assert joining_for(JoinOptions(), Settings(name="Settings"), None).name == ""
    monkeypatch.setenv("PEXDASH_NAME", "Variable")
    assert joining_for(JoinOptions(), Settings(name="Variable"), None).name == "Variable"


def test_a_cluster_has_its_own_certificates(alone: Path) -> None:
    joining = joining_for(JoinOptions(), Settings(), None)
    with pytest.raises(UsageFault, match=r"gone\.pem"):
        joining.trust(Cluster("main", cert_file=alone / "gone.pem"))
    joining.trust(Cluster("other"))()


@asynccontextmanager
async def started(*words: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[str]]]:
    """A wall without a terminal, and the lines that it has written so far."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "pexdash",
        "wall",
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PEXDASH_PIN": "1234"},
    )
    lines: list[str] = []

    async def read() -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            lines.append(line.decode().partition("  ")[2].rstrip())

    reading = asyncio.create_task(read())
    try:
        yield process, lines
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


def write(file: Path, text: str) -> Path:
    file.write_text(text)
    return file


async def test_a_wall_without_a_terminal(alone: Path) -> None:
    """It writes lines, reads its list again at a signal, and leaves nobody behind."""
    conferences = (
        ConferenceSettings("a"),
        ConferenceSettings("b", host_pin="1234", guest_pin="5"),
        ConferenceSettings("c", host_pin="1234", guest_pin="5"),
    )
    async with EmbeddedNode(*conferences) as node:
        config = write(alone / "wall.toml", _config(node.url, "a", "c"))
        rules = write(alone / "rules.toml", SHUT)
        folder = alone / "recordings"
        folder.mkdir()
        following = ("--record", str(folder), "--rules", str(rules), "--arm")
        words = ("b", "--node", node.url, "--config", str(config), *following)
        async with started(*words) as (process, lines):
            await eventually(lambda: sum("Lock" not in one for one in lines) >= 4, "all are told")
            assert sorted(line for line in lines if "Lock" not in line) == [
                "a  live, 0 in",
                "b  live, 0 in",
                "c  refused warning: cannot watch: a PIN is needed, and none is given",
                "c  refused: a PIN is needed, and none is given",
            ]
            await eventually(lambda: all(node.conference(one).locked for one in "ab"), "by rule")
            write(config, _config(node.url, "c"))
            process.send_signal(signal.SIGUSR1)
            await eventually(lambda: not node.conference("a").participants, "a was left")
            await eventually(lambda: "The list was read again: 2 conferences" in lines)
            write(config, "nonsense")
            process.send_signal(signal.SIGUSR1)
            await eventually(lambda: any(one.startswith("The wall stays as") for one in lines))
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 128 + signal.SIGTERM
        assert not node.conference("b").participants
        of_a, of_b = sorted(folder.iterdir())
        assert of_a.name.startswith("a-")
        assert [one.told.source for one in Recorded(of_b) if isinstance(one.told, Acted)] == [
            "rule:shut"
        ]


def _config(url: str, *aliases: str) -> str:
    tables = "".join(f'[[conference]]\nalias = "{alias}"\n' for alias in aliases)
    return f'[[cluster]]\nname = "main"\nnode = "{url}"\n{tables}'
