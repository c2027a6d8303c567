"""The files by which a fleet is run: what is printed is accepted by the programs it is for."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from pexdash.cli.fleet_files import compose_file, unit_files
from pexdash.cli.main import cli
from pexdash.errors import UsageFault
from tests.bus.nats_server import program

WALL = """\
[[cluster]]
name = "north"
[[cluster]]
name = "south"
[[conference]]
alias = "C7@example.com"
cluster = "north"
[[conference]]
alias = "c7@example.com"
cluster = "south"
"""
PEERS = [word for name in "abc" for word in ("--bus-peer", f"{name}=127.0.0.1:62{ord(name)}")]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    cli.main(["config", *words], standalone_mode=False)
    return capsys.readouterr().out


def test_a_server_takes_the_configuration_and_a_host_both_of_its_conferences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wall.toml").write_text(WALL)
    everybody = ["--collector", "one", "--viewer", "noc", "--operator", "max"]
    host = ["--host", "jo=c7@Example.com", "--clusters", str(tmp_path / "wall.toml")]
    text = said(capsys, "nats", *everybody, *host, "--keys", str(tmp_path / "keys"))
    assert {path.name for path in (tmp_path / "keys").iterdir()} == {
        "one.nk", "noc.nk", "max.nk", "jo.nk",
    }  # fmt: skip
    assert len(set(re.findall(r'"pdx\.act\.jo\.\d+\.[A-Z2-7]+\.>"', text))) == 2
    assert "sync_interval: always" in text
    again = said(capsys, "nats", *everybody, *host, "--keys", str(tmp_path / "keys"))
    assert again == text
    if (server := program()) is not None:
        file = tmp_path / "nats.conf"
        file.write_text(text)
        done = subprocess.run([server, "-t", "-c", file], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--viewer", "noc", "--keys", "keys"], "has a collector at least"),
        (["--collector", "one"], "give --keys FOLDER, or --bus-client-ca"),
        (["--collector", "o.ne", "--keys", "keys"], "letters, digits, - and _, not 'o.ne'"),
        (["--collector", "one", "--viewer", "one", "--keys", "keys"], "one is there twice"),
        (["--collector", "one", "--host", "jo", "--keys", "keys"], "wants NAME=ALIAS"),
        (["--collector", "one", "--bus-listen", "0.0.0.0:4222", "--keys", "k"], "wants TLS"),
        (["--collector", "one", "--bus-listen", "4222", "--keys", "k"], "wants HOST:PORT"),
        (["--collector", "one", "--bus-cert", "a.pem", "--keys", "k"], "go together"),
        (["--collector", "one", "--keys", "k", "--bus-name", "a"], "is for servers of a cluster"),
        (["--collector", "one", "--keys", "k", *PEERS], "give --bus-name"),
        (["--collector", "one", "--keys", "k", *PEERS, "--bus-name", "d"], "give --bus-name"),
        (["--collector", "one", "--keys", "k", *PEERS[:4], "--bus-name", "a"], "3 or 5 servers"),
        (["--collector", "one", "--keys", "k", "--bus-peer", "a"], "wants NAME=HOST:PORT"),
        (
            ["--collector", "one", "--keys", "k", *PEERS[:4], "--bus-peer", "c=10.0.0.3:6222"],
            "want TLS among each other",
        ),
    ],
)
def test_what_makes_no_safe_server_is_refused(
    words: list[str], fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageFault, match=fault):
        cli.main(["config", "nats", *words], standalone_mode=False)
    assert not list(tmp_path.iterdir())


def test_a_conference_that_the_fleet_does_not_have_is_told(tmp_path: Path) -> None:
    (tmp_path / "wall.toml").write_text(WALL)
    words = ["--collector", "one", "--keys", "k", "--clusters", str(tmp_path / "wall.toml")]
    with pytest.raises(UsageFault, match="c9 is not in"):
        cli.main(["config", "nats", *words, "--host", "jo=c9"], standalone_mode=False)


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    units = unit_files(sys.executable, sys.executable, "/etc/pexdash/wall.toml", "tls://bus")
    for name, text in units.items():
        parser = ConfigParser(strict=True, interpolation=None)
        parser.optionxform = str  # type: ignore[method-assign,assignment]
        parser.read_string(text)
        assert parser["Service"]["Restart"] == "always"
        (tmp_path / name).write_text(text)
    if (verify := shutil.which("systemd-analyze")) is not None:
        files = [str(path) for path in tmp_path.iterdir()]
        done = subprocess.run([verify, "verify", *files], capture_output=True, text=True)
        assert str(tmp_path) not in done.stderr, done.stderr


def test_the_printed_files_start_commands_that_there_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PEXDASH_BUS", raising=False)
    units = said(capsys, "units", "--fleet", "/srv/wall.toml")
    started = re.findall(r"^ExecStart=\S*pexdash (.+)$", units, re.M)
    composed = said(capsys, "compose", "--fleet", "/srv/wall.toml", "--bus", "tls://jo@bus")
    started += [
        " ".join(re.findall(r'"([^"]+)"', one)) for one in re.findall(r"command: (.+)", composed)
    ]
    ours = [shlex.split(one) for one in started if one.startswith(("collect", "wall"))]
    assert [one[0] for one in ours] == ["collect", "wall", "collect", "wall"]
    assert all(one[1:3] == ["--config", "/srv/wall.toml"] for one in ours)
    assert [one[4] for one in ours] == ["nats://127.0.0.1"] * 2 + ["tls://jo@bus"] * 2
    assert "\t" not in compose_file("/srv/wall.toml", "tls://bus")
    with pytest.raises(UsageFault, match="a password does not stand in the URL"):
        cli.main(["config", "compose", "--bus", "nats://u:p@bus"], standalone_mode=False)
