"""What cannot be meant ends with status 2 and one sentence, whatever it is."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import pytest

from tests.cli.visiting import Done, run

ENDLESS = "9" * 5000
# Nobody listens there: what is not refused before a request is sent ends with status 3.
NOBODY = ("--node", "127.0.0.1:1")


async def refused(
    *arguments: str, environment: dict[str, str] | None = None, stdin: bytes = b""
) -> Done:
    """Run the program, which must refuse with status 2, in words, at once."""
    async with asyncio.timeout(20):
        done = await run(*arguments, environment=environment, stdin=stdin)
    assert (done.status, done.out) == (2, b""), done.err
    assert done.err.strip()
    assert "Traceback" not in done.err
    assert "fault of its own" not in done.err
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", done.err)
    return done


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("events", "a", "--for", "nan", *NOBODY), "'nan' is not a number"),
        (("events", "a", "--for", "inf", *NOBODY), "'inf' is not a number"),
        (("events", "a", "--for", "0", *NOBODY), "0"),
        (("events", "a", "--for", "soon", *NOBODY), "soon"),
        (("join", "a", "--rate", "nan", *NOBODY), "'nan' is not a number"),
        (("join", "a", "--rate", "1e400", *NOBODY), "range"),
        (("demo", "--speed", "nan"), "'nan' is not a number"),
        (("demo", "--for", "-nan"), "'-nan' is not a number"),
        (("demo", "--participants", "-1"), "-1"),
        (("node", "--listen", "127.0.0.1:²"), "--listen wants HOST:PORT"),
        (("node", "--listen", f"127.0.0.1:{ENDLESS}"), "--listen wants HOST:PORT"),
        (("node", "--listen", "127.0.0.1:65536"), "--listen wants HOST:PORT"),
        (("node", "--listen", ":1"), "--listen wants HOST:PORT"),
        (("node", "--listen", "\x1b[2J:x"), "--listen wants HOST:PORT"),
        (("node", "--seed", ENDLESS), "--seed"),
        (("ctl", "a", "presentation.jpeg", "--output", "x" * 5000, *NOBODY), "no place for a file"),
        (("ctl", "a", "presentation.jpeg", "--output", "\x1b[2J/x", *NOBODY), "no place"),
        (("ctl", "a", "\x1b[2J", *NOBODY), "there is no request"),
        (("ctl", "a", "mute", *NOBODY), "needs"),
        (("events", "a", "--node", "x" * 5000), "not a node address"),
        (("events", "a", "--node", "[::1"), "not a node address"),
        (("events", "a", "--node", "a:²"), "not a node address"),
        (("events", "a", "--node", "a\x1b[2J"), "not a node address"),
        (
            ("events", "meet.alice"),
            "names no domain to look a node up in: name the node too (--node)",
        ),
        (("events", "", *NOBODY), "not a conference alias"),
        (("events", "x" * 100_000, *NOBODY), "not a conference alias"),
        (("events", "\udcff", *NOBODY), "not a conference alias"),
        (("events", "a", "--extension", "..", *NOBODY), "not a conference alias"),
        (("events", "a", "--pin-file", "x" * 5000, *NOBODY), "cannot be read"),
        (("events", "a", "--pin-file", ".", *NOBODY), "cannot be read"),
        (("events", "a", "--pin-file", "/dev/zero", *NOBODY), "that is no PIN"),
        (("events", "a", "--pin-file", "/nonexistent/\x1b[2J", *NOBODY), "cannot be read"),
        (("events", "a", "--ca-file", ".", "--node", "https://127.0.0.1:1"), "certificates"),
        (
            ("events", "a", "--ca-file", "/dev/null", "--node", "https://127.0.0.1:1"),
            "certificates",
        ),
        (("events", "a", "--record", "/nonexistent/", *NOBODY), "is no folder: make it first"),
        (("events", "a", "--record", "/", "--keep", "7", *NOBODY), "write 12h, 7d or 4w"),
        (("events", "a", "--record", "/x/y", "--keep", "7d", *NOBODY), "--keep is for a folder"),
        (("report", "/nonexistent/\x1b[2J"), "cannot be read"),
        (("report", "/dev/zero"), "is no recording"),
        (("report",), "name the recordings, or --bus and --since"),
        (("--nonsense",), "No such option"),
    ],
)
async def test_options_that_cannot_be_meant(arguments: tuple[str, ...], said: str) -> None:
    assert said in (await refused(*arguments)).err


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PEXDASH_PIN", "\x01", "that is no PIN"),
        ("PEXDASH_PIN", "é", "that is no PIN"),
        ("PEXDASH_PIN", "9" * 65, "that is no PIN"),
        ("PEXDASH_NODE", "ftp://node", "not a node address"),
        ("PEXDASH_NODE", "\udcff", "not a node address"),
        ("PEXDASH_CA_FILE", "~nobody-of-that-name/ca.pem", "PEXDASH_CA_FILE: ~nobody"),
        ("PEXDASH_CONFIG", "/nonexistent/settings.toml", "no such settings file"),
        ("PEXDASH_CONFIG", "x" * 5000, "cannot be read"),
        ("PEXDASH_CONFIG", "/dev/zero", "too large"),
    ],
)
async def test_variables_that_cannot_be_meant(variable: str, value: str, said: str) -> None:
    environment = {"PEXDASH_NODE": "127.0.0.1:1", variable: value}
    assert said in (await refused("events", "a", environment=environment)).err


@pytest.mark.parametrize("value", [b"\xff\xfe", b"\0", b"\x1b]0;x\x07"])
async def test_a_pin_on_standard_input_that_is_none(value: bytes) -> None:
    done = await refused("events", "a", "--pin-file", "-", *NOBODY, stdin=value)
    assert "PIN" in done.err
    done = await refused("ctl", "a", "transfer", "Ann", "conference_alias=b", "pin=-", stdin=value)
    assert "PIN" in done.err


@pytest.mark.fault(90)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"node = ", "end of document"),
        (b"\n\nnode = x", "line 3"),
        (b"name = 5", "name must be a string"),
        (b"nmae = 'x'", "there is no setting 'nmae'"),
        (b"name = '\xff'", "UTF-8 (at line 1)"),
        (b"#" * 10_485_760, "too large"),
        (b'ca_file = "~\\u0000"', "ca_file cannot hold a NUL"),
        (b"\x1b[2J = 1", "line 1"),
    ],
)
async def test_settings_that_cannot_be_meant(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    done = await refused("events", "a", *NOBODY, environment={"PEXDASH_CONFIG": str(file)})
    assert said in done.err
    assert str(file) in done.err
    assert file.read_bytes() == content


@pytest.mark.fault(90)
async def test_settings_that_are_no_file(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for file, said in ((tmp_path, "Is a directory"), (loop, "symbolic links")):
        done = await refused("events", "a", *NOBODY, environment={"PEXDASH_CONFIG": str(file)})
        assert said in done.err
        assert str(file) in done.err


async def test_a_file_is_not_touched_where_it_is_not_asked_for(tmp_path: Path) -> None:
    """A refusal writes nothing: neither settings nor a report."""
    home = {"HOME": str(tmp_path), "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""}
    await refused("node", "--listen", f"127.0.0.1:{ENDLESS}", environment=home)
    assert os.listdir(tmp_path) == []
