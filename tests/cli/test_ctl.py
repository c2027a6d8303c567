"""`pexdash ctl` as a process: exit statuses, output, signals and what it loads."""

from __future__ import annotations

import asyncio
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pexdash.api.requests import REQUESTS
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.cli.guide_node import ALIAS, ANN, FRAME, JPEG, TOKEN, GuideNode
from tests.cli.visiting import run, started
from tests.eventually import eventually
from tests.terminal.pseudo_terminal import terminal

AVATAR = f"participants/{ANN}/avatar.jpg"


async def test_a_result_is_one_line_of_json_and_status_0() -> None:
    async with GuideNode() as node:
        done = await run("ctl", ALIAS, "lock", "--node", node.url)
        assert (done.status, done.out, done.err) == (0, b"true\n", "")
        assert node.released() == [TOKEN]


async def test_the_statuses_of_what_goes_wrong() -> None:
    async with GuideNode(refused={"lock": (403, "Invalid role")}) as node:
        refused, nobody, gone = await asyncio.gather(
            run("ctl", ALIAS, "lock", "--node", node.url),
            run("ctl", ALIAS, "mute", "Zoe", "--node", node.url),
            run("ctl", ALIAS, "lock", "--node", "127.0.0.1:1"),
        )
        assert (refused.status, refused.out, refused.err) == (4, b"", "pexdash: Invalid role\n")
        assert (nobody.status, nobody.out) == (2, b"")
        assert ANN in nobody.err
        assert (gone.status, gone.out) == (3, b"")
        assert "cannot be reached" in gone.err
        assert node.released() == [TOKEN, TOKEN]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nonsense",), "start_conference"),
        (("disconnect",), "--yes"),
        (("disconnect", ""), "PARTICIPANT is empty"),
        (("mute", ANN, "--read-only"), "--read-only"),
        (("lock", "--output", "x"), "--output is for pictures"),
        (("avatar.jpg", ANN, "--output", "/nonexistent/x"), "no place for a file"),
        (("avatar.jpg", ANN, "--output", "/etc/passwd"), "exists; --yes replaces it"),
        (
            ("transfer", ANN, "role=guest", "conference_alias=x", "pin=-", "--pin-file", "-"),
            "standard input holds one PIN",
        ),
        (("lock", "--pin-file", "/nonexistent"), "cannot be read"),
        (("request_token", "conference_extension=.."), "not a conference alias"),
    ],
)
async def test_what_cannot_be_meant_is_refused_before_anything_is_sent(
    words: tuple[str, ...], said: str
) -> None:
    async with GuideNode() as node:
        done = await run("ctl", ALIAS, *words, "--node", node.url)
        assert (done.status, done.out) == (2, b"")
        assert said in done.err
        assert "Traceback" not in done.err
        assert node.seen == []


async def test_everyone_is_disconnected_when_that_is_said() -> None:
    async with GuideNode() as node:
        done = await run("ctl", ALIAS, "disconnect", "--yes", "--node", node.url)
        assert (done.status, done.out) == (0, b"true\n")
        assert node.requests() == [("POST", "disconnect")]


async def test_read_only_may_look() -> None:
    async with GuideNode() as node:
        done = await run("ctl", ALIAS, "participants", "--read-only", "--node", node.url)
        assert done.status == 0
        assert ANN.encode() in done.out


async def test_a_picture_goes_to_standard_output_or_a_file_of_ones_own(tmp_path: Path) -> None:
    place = tmp_path / "frame.jpeg"
    async with GuideNode(answers={"presentation.jpeg": ("image/jpeg", JPEG)}) as node:
        ask = ("ctl", ALIAS, "presentation.jpeg", f"id={FRAME}", "--node", node.url)
        done = await run(*ask)
        assert (done.status, done.out, done.err) == (0, JPEG, "")
        done = await run(*ask, "--output", str(place))
        assert (done.status, done.out, done.err) == (0, b"", "")
        assert place.read_bytes() == JPEG
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        place.write_bytes(b"another " * 100)
        done = await run(*ask, "--output", str(place))
        assert done.status == 2
        assert place.read_bytes().startswith(b"another")
        done = await run(*ask, "--output", str(place), "--yes")
        assert done.status == 0
        assert place.read_bytes() == JPEG
        assert node.released() == [TOKEN] * 3


async def test_a_picture_is_not_written_on_a_terminal() -> None:
    async with (
        GuideNode() as node,
        terminal("ctl", ALIAS, "avatar.jpg", ANN, "--node", node.url) as shown,
    ):
        assert await shown.status() == 2
        await shown.shows("--output")
        assert node.seen == []


async def test_a_missing_picture_is_refused() -> None:
    async with GuideNode(refused={AVATAR: (404, "No image available")}) as node:
        done = await run("ctl", ALIAS, "avatar.jpg", ANN, "--node", node.url)
        assert (done.status, done.out, done.err) == (4, b"", "pexdash: No image available\n")


@pytest.mark.fault(81)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_it_with_the_token_released(number: signal.Signals) -> None:
    async with GuideNode(silent={"lock"}) as node:
        process = await started("ctl", ALIAS, "lock", "--node", node.url)
        await eventually(lambda: node.asked("lock"))
        process.send_signal(number)
        out, err = await process.communicate()
        assert (process.returncode, out, err) == (128 + number, b"", b"")
        assert node.released() == [TOKEN]


async def test_the_pin_from_a_file_the_environment_or_nowhere(tmp_path: Path) -> None:
    pin = tmp_path / "pin"
    pin.write_text("1234\n")
    async with GuideNode(pin="1234") as node:
        ask = ("ctl", ALIAS, "lock", "--node", node.url)
        by_file, by_stdin, by_environment, wrong, none = await asyncio.gather(
            run(*ask, "--pin-file", str(pin)),
            run(*ask, "--pin-file", "-", stdin=b"1234\n"),
            run(*ask, environment={"PEXDASH_PIN": "1234"}),
            run(*ask, environment={"PEXDASH_PIN": "4321"}),
            run(*ask),
        )
        assert {by_file.status, by_stdin.status, by_environment.status} == {0}
        assert (wrong.status, wrong.err) == (4, "pexdash: wrong PIN\n")
        assert none.status == 4
        assert "--pin-file" in none.err
        assert len(node.released()) == 3


async def test_the_pin_of_a_transfer_comes_by_standard_input() -> None:
    async with GuideNode() as node:
        words = ("transfer", ANN, "role=guest", "conference_alias=x", "pin=-")
        done = await run("ctl", ALIAS, *words, "--node", node.url, stdin=b"8642\n")
        assert done.status == 0
        assert node.only().json == {"role": "guest", "conference_alias": "x", "pin": "8642"}


async def test_on_a_terminal_the_pin_is_asked_for_and_not_shown() -> None:
    async with (
        GuideNode(pin="1234") as node,
        terminal("ctl", ALIAS, "lock", "--node", node.url) as shown,
    ):
        await shown.shows(f"PIN for {ALIAS}:")
        shown.press("9999\r")
        await shown.shows("That PIN was wrong; 2 tries left")
        shown.press("1234\r")
        await shown.shows("true")
        assert await shown.status() == 0
        assert b"1234" not in shown.raw
        assert b"9999" not in shown.raw
        assert node.requests() == [("POST", "lock")]


@pytest.mark.parametrize(("key", "status"), [("\x03", 130), ("\r", 4), ("\x04", 4)])
async def test_the_question_for_a_pin_can_be_left(key: str, status: int) -> None:
    async with (
        GuideNode(pin="1234") as node,
        terminal("ctl", ALIAS, "lock", "--node", node.url) as shown,
    ):
        await shown.shows("PIN for")
        shown.press(key)
        assert await shown.status() == status
        assert node.requests() == []


async def test_a_reader_that_is_gone_is_no_fault() -> None:
    async with GuideNode() as node:
        command = f'"$0" -m pexdash ctl {ALIAS} participants --node {node.url} | true; '
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            f"{command} echo ${{PIPESTATUS[0]}}",
            sys.executable,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert await process.communicate() == (b"0\n", b"")
        assert node.released() == [TOKEN]


@pytest.mark.parametrize("command", ["ctl", "events"])
async def test_without_a_standard_output_nothing_is_sent(command: str) -> None:
    async with GuideNode() as node:
        words = f"{ALIAS} {'lock' if command == 'ctl' else ''} --node {node.url}"
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            f'"$0" -m pexdash {command} {words} >&-',
            sys.executable,
            stderr=subprocess.PIPE,
        )
        _, err = await process.communicate()
        assert (process.returncode, err) == (2, b"pexdash: standard output is closed\n")
        assert node.seen == []


async def test_the_list_is_the_whole_table() -> None:
    done = await run("ctl", "--list")
    assert (done.status, done.err) == (0, "")
    _, *rows = done.out.decode().splitlines()
    assert [row.split()[0] for row in rows] == [request.name for request in REQUESTS]


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["ctl", "--list"], {"textual", "httpx", "pexdash.node"}),
        (["ctl", "a@b", "lock", "--node", "127.0.0.1:1"], {"textual", "uvicorn", "pexdash.node"}),
        (["events", "a@b", "--node", "127.0.0.1:1"], {"textual", "uvicorn", "pexdash.node"}),
    ],
)
def test_nothing_is_loaded_that_is_not_needed(arguments: list[str], unwanted: set[str]) -> None:
    code = (
        "import sys, pexdash.cli.main as main\n"
        f"sys.argv = ['pexdash', *{arguments!r}]\n"
        "main.run()\n"
        f"print(*{unwanted!r} & sys.modules.keys(), 'PIL' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "False"


async def test_a_layout_is_asked_for_by_its_fields() -> None:
    async with EmbeddedNode(ConferenceSettings(ALIAS)) as node:
        fields = ("transforms.layout=4:0", "transforms.enable_overlay_text=false")
        done = await run("ctl", ALIAS, "transform_layout", *fields, "--node", node.url)
        assert (done.status, done.out, done.err) == (0, b"true\n", "")
        layouts = node.conference(ALIAS).seating.layouts
        assert layouts.requested == {"chair": "4:0", "guest": "4:0"}
        assert layouts.overlay_text is False
